"""What a result depends on, in four digests. If one of them changes, it is no longer true."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import autograder
import cnnlab
from autograder.course import Unit
from autograder.course_packages import folder_of, library_places
from autograder.course_settings import Grading, Packages
from autograder.submissions import Submission, UnreadableError
from autograder.submissions.read import read_bytes

# What a learner's code meets while it is graded.
_PACKAGES = ("torch", "torchvision", "numpy", "matplotlib", "scikit-learn", "ipykernel", "IPython")

# Parts of the packages that show or prove, and never decide.
_WITHOUT_SAY = {
    "answers",
    "answers.py",
    "authoring",
    "command",
    "export",
    "gradebook",
    "report",
    "results",
    "__pycache__",
}


@dataclass(frozen=True)
class Digests:
    """Equal digests mean that grading again would ask the same of the same."""

    submission: str
    unit: str
    grader: str
    environment: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def digests_of(
    unit: Unit, submission: Submission, sandbox: str = "", seed: int | None = None
) -> Digests:
    return Digests(
        submission=_submission(submission),
        unit=_digest([_folder(unit.release_notebook.parent, "*").encode(), _solutions(unit)]),
        grader=_grader(unit.packages, unit.grading),
        environment=_environment(sandbox, seed),
    )


def _solutions(unit: Unit) -> bytes:
    """The course's answers, beside which a second opinion judges."""
    notebook = unit.source_notebook
    return notebook.read_bytes() if notebook.is_file() else b""


def _submission(submission: Submission) -> str:
    parts = [submission.student.encode(), submission.refused.encode()]
    if not submission.refused:
        parts += [_content(path) for path in (submission.path, *submission.others)]
    return _digest(parts)


def _content(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except UnreadableError as problem:
        return str(problem).encode()


@cache
def _grader(packages: Packages, grading: Grading) -> str:
    folders = [Path(str(module.__file__)).parent for module in (autograder, cnnlab)]
    folders += [*library_places(packages), folder_of(packages, "hidden")]
    parts = [_folder(folder, "*.py").encode() for folder in dict.fromkeys(folders)]
    return _digest([*parts, repr(grading).encode()])


@cache
def _environment(sandbox: str, seed: int | None) -> str:
    versions = {name: _version(name) for name in _PACKAGES}
    facts = [platform.python_version(), platform.machine(), versions, sandbox, seed]
    return _digest([json.dumps(facts, sort_keys=True).encode()])


def _folder(folder: Path, pattern: str) -> str:
    files = sorted(
        path
        for path in folder.rglob(pattern)
        if path.is_file() and not _WITHOUT_SAY.intersection(path.relative_to(folder).parts)
    )
    names = (path.relative_to(folder).as_posix().encode() for path in files)
    pairs = zip(names, (path.read_bytes() for path in files), strict=True)
    return _digest(part for pair in pairs for part in pair)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _digest(parts: Iterable[bytes]) -> str:
    """A digest of all parts; their lengths enter, so that no two lists look the same."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()[:32]
