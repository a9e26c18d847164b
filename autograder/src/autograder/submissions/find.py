"""Finding submissions: nbgrader's tree, a folder or zip of notebooks, or one notebook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.submissions.archive import NoSubmissionsError, unpack
from autograder.submissions.student_ids import from_platform, safe_id

__all__ = ["NoSubmissionsError", "Submission", "find_submissions"]

_LINK = "It is, or lies behind, a link to another place. Ask for the notebook itself."


@dataclass(frozen=True)
class Submission:
    """One learner's file. The file may still turn out to be no notebook at all.

    `others` are further notebooks that the same learner handed in; `refused` says why the file
    is not even opened.
    """

    student: str
    path: Path
    others: tuple[Path, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class _File:
    name: PurePosixPath
    path: Path
    refused: str = ""


@contextmanager
def find_submissions(place: Path, unit_id: str) -> Iterator[list[Submission]]:
    """The submissions at `place`, by student; files out of a zip live as long as the context."""
    if not place.exists():
        raise NoSubmissionsError(f"There is nothing at {place}. Check the path.")
    if place.is_file() and place.suffix == ".zip":
        with tempfile.TemporaryDirectory(prefix="cnnlab-zip-") as folder:
            files = [_File(*found) for found in unpack(place, Path(folder))]
            yield _submissions(files, [], unit_id, place)
    elif place.is_file():
        # Whoever types the command may well name a link; it is theirs.
        yield [Submission(safe_id(place.stem), place.resolve())]
    else:
        root = place.resolve()
        yield _submissions(list(_files(root)), _students(root, unit_id), unit_id, place)


def _files(root: Path) -> Iterator[_File]:
    """The notebooks below `root`. What lies behind a link is named and refused."""
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() != ".ipynb" or path.is_dir():
            continue
        name = path.relative_to(root)
        steps = [root.joinpath(*name.parts[: depth + 1]) for depth in range(len(name.parts))]
        behind_link = any(step.is_symlink() for step in steps)
        yield _File(PurePosixPath(name), path, _LINK if behind_link else "")


def _students(root: Path, unit_id: str) -> list[str]:
    """The students of nbgrader's tree, those whose folder is empty included."""
    return [folder.parent.name for folder in sorted(root.glob(f"*/{unit_id}")) if folder.is_dir()]


def _submissions(
    files: Sequence[_File], students: Sequence[str], unit_id: str, place: Path
) -> list[Submission]:
    """nbgrader's `<student>/<unit>/<unit>.ipynb` where there is any, else every notebook."""
    shown = [f for f in files if not any(part.startswith(".") for part in f.name.parts)]
    tree = [f for f in shown if len(f.name.parts) == 3 and f.name.parts[1] == unit_id]
    if tree:
        grouped = _grouped((file.name.parts[0], file) for file in tree)
        grouped.update({student: [] for student in students if student not in grouped})
    else:
        grouped = _grouped((_student_of(file.name), file) for file in shown)
    if not grouped:
        raise NoSubmissionsError(
            f"No notebooks were found in {place}. Expected <student>/<unit>/<unit>.ipynb as "
            "nbgrader lays them out, or .ipynb files in the folder."
        )
    made: dict[str, Submission] = {}
    for name, found in sorted(grouped.items()):
        student = _unused(safe_id(name), made)
        made[student] = _submission(student, found, unit_id)
    return [made[student] for student in sorted(made)]


def _grouped(named: Iterable[tuple[str, _File]]) -> dict[str, list[_File]]:
    grouped: dict[str, list[_File]] = {}
    for name, file in named:
        grouped.setdefault(name, []).append(file)
    return grouped


def _student_of(name: PurePosixPath) -> str:
    """The student that a learning platform wrote into the name, or all of the name."""
    for part in (*name.parts[:-1], name.stem):
        if student := from_platform(part):
            return student
    return "-".join(name.with_suffix("").parts)


def _submission(student: str, found: Sequence[_File], unit_id: str) -> Submission:
    """The file with the unit's own name first, if there is one."""
    if not found:
        return Submission(student, Path(), refused="No notebook was handed in.")
    ordered = sorted(found, key=lambda file: (bool(file.refused), file.name.stem != unit_id))
    usable = [file.path for file in ordered if not file.refused]
    if not usable:
        return Submission(student, ordered[0].path, refused=ordered[0].refused)
    return Submission(student, usable[0], tuple(usable[1:]))


def _unused(student: str, taken: Iterable[str]) -> str:
    """Two names may become one id, also where a file system knows no capitals; both are graded."""
    known = {name.casefold() for name in taken}
    number, wanted = 1, student
    while wanted.casefold() in known:
        number += 1
        wanted = f"{student}~{number}"
    return wanted
