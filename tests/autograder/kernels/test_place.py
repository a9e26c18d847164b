"""Sockets need short addresses; folders for temporary files may have long names."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.course_plan import plan_of_course
from autograder.errors import InfrastructureError
from autograder.kernels import place
from autograder.kernels.engine import Engine
from autograder.kernels.forking.server import ForkServer
from autograder.kernels.isolation.none import NoSandbox


@pytest.fixture
def long_name(tmp_path, monkeypatch):
    folder = tmp_path / ("long" * 25)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_short_folder_for_temporary_files_is_used(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        assert place.new_folder().parent == Path(short)


def test_a_kernel_answers_although_temporary_files_have_a_long_way(long_name):
    server = ForkServer(NoSandbox(), plan_of_course())
    try:
        with Engine("none", server=server.folder).kernel() as kernel:
            assert kernel.run_cell("6 * 7", 60).status == "ok"
        assert [*long_name.iterdir()] == []
    finally:
        server.close()


def test_without_any_short_folder_it_is_said_what_to_set(long_name, monkeypatch):
    monkeypatch.setattr(place, "_USUAL", str(long_name))
    with pytest.raises(InfrastructureError, match="Set TMPDIR to a folder"):
        place.new_folder()


def test_what_a_killed_process_left_is_removed_by_the_next_and_nothing_else(monkeypatch):
    code = (
        "import os, signal, tempfile\n"
        "from autograder.kernels import place\n"
        "(place.new_folder() / 'left').mkdir()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        mine = place.new_folder()
        subprocess.run([sys.executable, "-c", code], env={"TMPDIR": short}, check=False)
        assert len([*Path(short).iterdir()]) == 2
        another = place.new_folder()
        assert {*Path(short).iterdir()} == {mine, another}
        for folder in (mine, another):
            place.remove_folder(folder)
        assert [*Path(short).iterdir()] == []
