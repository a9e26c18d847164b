"""The sockets to a kernel: whoever is at the other end, nobody here waits forever."""

import socket
import tempfile
import time
from pathlib import Path

import pytest

from autograder.kernels import channels
from autograder.kernels.channels import Channels, Stuck


@pytest.fixture
def to_nobody(monkeypatch):
    """Channels to sockets at which calls are never taken."""
    monkeypatch.setattr(channels, "_STUCK_SECONDS", 0.2)
    with tempfile.TemporaryDirectory(prefix="c-", dir="/tmp") as folder:
        place = Path(folder, "s")
        listeners = []
        for number in (1, 2):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(f"{place}-{number}")
            listener.listen()
            listeners.append(listener)
        ours = Channels({"key": "k", "ip": str(place), "shell_port": 1, "iopub_port": 2})
        yield ours
        ours.close()
        for listener in listeners:
            listener.close()


def test_a_kernel_that_takes_nothing_is_told_of(to_nobody):
    with pytest.raises(Stuck):
        for _ in range(100_000):
            to_nobody.send("kernel_info_request", {})


def test_a_kernel_that_never_answers_has_not_been_greeted(to_nobody, monkeypatch):
    monkeypatch.setattr(channels, "_RETRY_SECONDS", 0.0)  # as many greetings as fit
    started = time.monotonic()
    assert not to_nobody.greet(30)
    assert time.monotonic() - started < 20
