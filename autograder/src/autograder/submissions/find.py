"""Finding submissions: nbgrader's tree, a folder or zip of notebooks, or one notebook."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import AutograderError

MAX_UNZIPPED = 2 * 2**30


class NoSubmissionsError(AutograderError):
    """There is nothing to grade at the given place."""


@dataclass(frozen=True)
class Submission:
    """One learner's file. The file may still turn out to be no notebook at all."""

    student: str
    path: Path


@contextmanager
def find_submissions(place: Path, unit_id: str) -> Iterator[list[Submission]]:
    """The submissions at `place`, by student; files out of a zip live as long as the context."""
    if not place.exists():
        raise NoSubmissionsError(f"There is nothing at {place}. Check the path.")
    if place.is_file() and place.suffix == ".zip":
        with tempfile.TemporaryDirectory(prefix="cnnlab-zip-") as folder:
            _unzip(place, Path(folder))
            yield _sorted(_in_folder(Path(folder), unit_id), place)
    elif place.is_file():
        yield [Submission(place.stem, place)]
    else:
        yield _sorted(_in_folder(place, unit_id), place)


def _in_folder(folder: Path, unit_id: str) -> list[Submission]:
    """nbgrader's `<student>/<unit>/<unit>.ipynb` where there is any, else every notebook below."""
    tree = sorted(folder.glob(f"*/{unit_id}/{unit_id}.ipynb"))
    if tree:
        return [Submission(path.parts[-3], path) for path in tree]
    notebooks = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts and not path.name.startswith(".")
    ]
    return [
        Submission("-".join(path.relative_to(folder).with_suffix("").parts), path)
        for path in notebooks
    ]


def _sorted(found: list[Submission], place: Path) -> list[Submission]:
    if not found:
        raise NoSubmissionsError(
            f"No notebooks were found in {place}. Expected <student>/<unit>/<unit>.ipynb as "
            "nbgrader lays them out, or .ipynb files in the folder."
        )
    return sorted(found, key=lambda submission: submission.student)


def _unzip(archive: Path, target: Path) -> None:
    """Takes out the notebooks only; names that would leave the folder are refused."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [m for m in opened.infolist() if m.filename.endswith(".ipynb")]
            if sum(member.file_size for member in members) > MAX_UNZIPPED:
                raise NoSubmissionsError(
                    f"{archive} unpacks to more than {MAX_UNZIPPED >> 30} GiB. Look into it, and "
                    "unpack what you trust into a folder."
                )
            for member in members:
                name = PurePosixPath(member.filename)
                if name.is_absolute() or ".." in name.parts:
                    raise NoSubmissionsError(
                        f"{archive} holds {member.filename!r}, a name that leads out of its "
                        "folder. Look into it, and unpack what you trust into a folder."
                    )
                opened.extract(member, target)
    # RuntimeError is what zipfile raises at a password, NotImplementedError at a rare compression
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as problem:
        raise NoSubmissionsError(
            f"{archive} cannot be unpacked ({problem}). It may be cut off, locked with a password "
            "or no zip file; download it again, or unpack it by hand and name the folder."
        ) from problem
