"""Fixtures of the tests of building, and of what authors are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from toy_course import ToyCourse
from whole_course import WholeCourse

from autograder.command import main
from autograder.course_folder import ENVIRONMENT_VARIABLE

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def toy(tmp_path: Path) -> ToyCourse:
    return ToyCourse(tmp_path / "toy")


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WholeCourse:
    """A course of its own, in whose folder the commands are typed."""
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    course = WholeCourse(tmp_path.resolve())
    monkeypatch.chdir(course.root)
    return course


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Types an `autograder` command; returns its exit code and all it said, in one line."""

    def run(*arguments: object) -> tuple[int, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # argparse's way of refusing
            code = int(str(ended.code))
        captured = capsys.readouterr()
        return code, " ".join((captured.out + captured.err).split())

    return run
