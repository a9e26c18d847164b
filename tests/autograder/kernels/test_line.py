"""The line carries questions and replies, ends each try in time, and survives who hangs up."""

import socket
import struct
import tempfile
import threading
import time
from pathlib import Path

import pytest

from autograder.kernels.line import MAX_REPLY_BYTES, Line, LineBroken, LineFlooded, LineLate

LENGTH = struct.Struct("!Q")


@pytest.fixture
def line():
    with tempfile.TemporaryDirectory(prefix="l-", dir="/tmp") as folder:
        place = Path(folder, "q")
        line = Line(place, str(place))
        yield line
        line.close()


def call(line, behave):
    """A learner's end that calls in a thread of its own and behaves in some way."""

    def run():
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(line.seen_inside)
            behave(end)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert line.accept(5)
    return thread


def echo(end):
    (size,) = LENGTH.unpack(end.recv(LENGTH.size))
    received = b""
    while len(received) < size:
        received += end.recv(65536)
    end.sendall(LENGTH.pack(size) + received)


def ask(line, request=b"?", seconds=5.0, check=lambda: None):
    return line.ask(request, time.monotonic() + seconds, check)


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_what_is_said_arrives_whole(line, size):
    call(line, echo)
    assert ask(line, b"x" * size) == b"x" * size


def test_nobody_calls(line):
    assert not line.accept(0.01)
    assert not line.is_held
    with pytest.raises(LineBroken):
        ask(line)


def test_silence_is_late_and_the_next_call_is_heard(line):
    done = threading.Event()
    call(line, lambda end: done.wait(5))
    with pytest.raises(LineLate):
        ask(line, seconds=0.3)
    line.hang_up()
    done.set()
    call(line, echo)
    assert ask(line, b"again") == b"again"


def test_a_drop_at_a_time_is_late(line):
    def drip(end):
        end.sendall(LENGTH.pack(1000))
        while True:
            try:
                end.sendall(b"x")
            except OSError:
                return
            time.sleep(0.05)

    call(line, drip)
    with pytest.raises(LineLate):
        ask(line, seconds=0.4)


@pytest.mark.parametrize("said", [b"", b"abc", LENGTH.pack(10) + b"abc"])
def test_who_hangs_up_in_the_middle_is_told(line, said):
    call(line, lambda end: end.sendall(said))
    with pytest.raises(LineBroken):
        ask(line)


@pytest.mark.parametrize("size", [MAX_REPLY_BYTES + 1, 2**64 - 1])
def test_more_than_anybody_can_mean_is_not_read(line, size):
    call(line, lambda end: end.sendall(LENGTH.pack(size)) or end.recv(1))
    with pytest.raises(LineFlooded):
        ask(line)


def test_the_check_ends_the_wait(line):
    def gone():
        raise ProcessLookupError

    call(line, lambda end: end.recv(1))
    with pytest.raises(ProcessLookupError):
        ask(line, check=gone)
