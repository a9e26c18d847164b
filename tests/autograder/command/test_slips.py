"""What an instructor reads when something cannot work, and what is left when they stop a run."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from fake_class import broken_machine, fake_class, fake_graded

from autograder.command import main
from autograder.command.class_table import details, failures, to_look_at
from autograder.command.options import publish
from autograder.errors import InfrastructureError
from autograder.judging.graded import Graded
from autograder.kernels.inside import linux
from autograder.kernels.place import new_folder, remove_folder

UNIT = "01_convolutions"


def run(capsys, *arguments):
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as ended:  # argparse's way of refusing
        code = ended.code
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_slips_are_answered_in_one_paragraph_with_the_next_step(capsys, tmp_path, unit):
    (tmp_path / "empty").mkdir()
    text_file = tmp_path / "essay.txt"
    text_file.write_text("hello")
    cut = tmp_path / "cut.ipynb"
    cut.write_text(unit.release_notebook.read_text(encoding="utf-8")[:30], encoding="utf-8")
    not_a_zip = tmp_path / "class.zip"
    not_a_zip.write_text("hello")
    slips = [
        (("grade", tmp_path / "nowhere", "--unit", UNIT), "Check the path"),
        (("grade", tmp_path / "empty", "--unit", UNIT), "Expected <student>"),
        (("grade", text_file, "--unit", UNIT), "ask for the .ipynb file again"),
        (("grade", cut, "--unit", UNIT), "ask for the .ipynb file again"),
        (("grade", not_a_zip, "--unit", UNIT), "download it again"),
        (("grade", cut, "--unit", "01_conv"), "Did you mean '01_convolutions'?"),
        (("grade", cut, "--unit", UNIT, "--json", tmp_path), "name a file"),
        (("validate", "nonsense"), "course.toml"),
    ]
    for arguments, expected in slips:
        code, text = run(capsys, *arguments)
        assert code == 2, text
        assert expected in text
        assert "Traceback" not in text


def test_away_from_a_course_the_command_says_how_to_find_one(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CNNLAB_COURSE", raising=False)
    code, text = run(capsys, "grade", tmp_path, "--unit", UNIT)
    assert code == 2
    assert "CNNLAB_COURSE" in text


def test_a_course_that_is_not_built_is_no_learners_zero(capsys, tmp_path, monkeypatch, course):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "course.toml").write_bytes(course.manifest.read_bytes())
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "someone.ipynb")
    monkeypatch.setenv("CNNLAB_COURSE", str(tmp_path))
    code, text = run(capsys, "grade", tmp_path / "someone.ipynb", "--unit", UNIT)
    assert code == 2
    assert f"autograder build {UNIT}" in text


def test_another_units_notebook_is_named_as_such(capsys, course, tmp_path):
    other = course.unit("02_lenet").release_notebook
    results = tmp_path / "results.json"
    code, text = run(
        capsys, "grade", other, "--unit", UNIT, "--json", results, "--results", tmp_path / "graded"
    )
    assert code == 1
    assert "not a notebook of this unit" in text
    assert json.loads(results.read_text())[0]["score"] == 0


def test_results_that_cannot_be_kept_are_shown_all_the_same(capsys, tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(InfrastructureError, match="Make room"):
        publish("the table", tmp_path / "taken", [Graded("someone", UNIT, [], 0.0, 0)])
    assert "the table" in capsys.readouterr().out


def test_a_reader_that_has_seen_enough_ends_the_command_quietly():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "cnnlab", "list"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.fixture
def temporary():
    """A folder for temporary files whose name is short enough for sockets, unlike `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def start(tmp_path, temporary, release):
    """Starts grading two submissions that take a minute; returns when they are under way."""
    for student in ("ada", "bob"):
        folder = tmp_path / "submitted" / student / UNIT
        folder.mkdir(parents=True)
        first = next(c for c in release.cells if c.cell_type == "code" and "nbgrader" in c.metadata)
        first.source = "import time; time.sleep(60)"
        nbformat.write(release, folder / f"{UNIT}.ipynb")

    def start(jobs):
        command = ["grade", "submitted", "--unit", UNIT, f"-j{jobs}", "--results", "graded"]
        process = subprocess.Popen(
            [sys.executable, "-m", "autograder", *command],
            cwd=tmp_path,
            env={
                **os.environ,
                "TMPDIR": str(temporary),
                "CNNLAB_COURSE": str(Path(__file__).parents[3]),
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        while len(list(temporary.glob("cnnlab-*/*/sockets/s-1"))) < jobs:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
        return process

    return start


@pytest.mark.parametrize("jobs", [1, 2])
def test_stopping_a_run_leaves_no_process_and_no_folder(temporary, start, jobs):
    process = start(jobs)
    process.send_signal(signal.SIGTERM)  # what Ctrl-C does, but heard in the background as well
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.strip().endswith("autograder: stopped. Whatever was written is whole.")
    assert list(temporary.glob("cnnlab-*")) == []
    assert _kernels(temporary) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_is_killed_leaves_no_process_and_its_folder_goes_with_the_next(
    temporary, start, jobs, monkeypatch
):
    process = start(jobs)
    (left,) = temporary.glob("cnnlab-*")
    below = linux.descendants(process.pid)
    process.kill()
    process.communicate(timeout=60)
    until = time.monotonic() + 60
    while (alive := [pid for pid in below if linux.threads(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    assert alive == []
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    remove_folder(new_folder())
    assert not left.exists()


def _kernels(temporary):
    """The processes whose command line names a file in `temporary`."""
    found = subprocess.run(["ps", "-ewwo", "pid,args"], capture_output=True, text=True, check=True)
    return [line for line in found.stdout.splitlines() if f"{temporary}/cnnlab-" in line]


def test_what_kept_us_from_grading_is_told_once_with_whom_it_concerns():
    names = ["ada", "bob", "cem", "dua", "eli", "fay"]
    told = failures([*fake_class(3), *map(broken_machine, names)])
    assert told.count("Disk full.") == 1
    assert "Not graded: unlucky, ada, bob, cem, dua and 2 more." in told
    assert failures([fake_graded("ada", lambda _: False)]) == ""


def test_what_a_person_should_look_at_is_told_with_whom_it_concerns():
    marked = fake_graded("ada", looked_at=["The code runs text as code: `exec(x)`."])
    assert "To be looked at: ada." in to_look_at([fake_graded("bob"), marked])
    assert "`exec(x)`" in details([marked])
    assert to_look_at([fake_graded("bob")]) == ""


def test_nothing_of_a_submission_commands_the_terminal():
    evil = "\x1b]0;owned\x07\x1b[2J\u202e"
    graded = fake_graded("ada", lambda _: False, repaired=[evil], looked_at=[evil])
    graded = replace(graded, results=[replace(r, message=evil) for r in graded.results])
    shown = details([graded])
    assert all(letter.isprintable() or letter == "\n" for letter in shown)
    assert "owned" in shown
