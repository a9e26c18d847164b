"""The notebooks of a zip file, unpacked under names of our own: no name in it can lead anywhere."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autograder.errors import AutograderError
from autograder.submissions.read import MAX_BYTES
from autograder.submissions.student_ids import safe_id

MAX_UNZIPPED = 2 * 2**30
MAX_NOTEBOOKS = 20_000


class NoSubmissionsError(AutograderError):
    """There is nothing to grade at the given place."""


def unpack(archive: Path, target: Path) -> Iterator[tuple[PurePosixPath, Path, str]]:
    """Name in the archive, unpacked file, and why it is refused ("" if it is not)."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [m for m in opened.infolist() if m.filename.lower().endswith(".ipynb")]
            _refuse_a_bomb(archive, members)
            for number, member in enumerate(members):
                name = _name(member)
                file = target / str(number) / f"{safe_id(name.stem)}.ipynb"
                why = _refusal(member)
                if not why:
                    file.parent.mkdir()
                    with opened.open(member) as source, file.open("wb") as copy:
                        copy.write(source.read(MAX_BYTES))
                yield name, file, why
    # RuntimeError is what zipfile raises at a password, NotImplementedError at a rare compression
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as problem:
        raise NoSubmissionsError(
            f"{archive} cannot be unpacked ({problem}). It may be cut off, locked with a password "
            "or no zip file; download it again, or unpack it by hand and name the folder."
        ) from problem


def _refuse_a_bomb(archive: Path, members: list[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in members if member.file_size <= MAX_BYTES)
    if size > MAX_UNZIPPED or len(members) > MAX_NOTEBOOKS:
        raise NoSubmissionsError(
            f"{archive} unpacks to {len(members)} notebooks of {size >> 20} MiB together, too much "
            "to be meant. Look into it, and unpack what you trust into a folder."
        )


def _refusal(member: zipfile.ZipInfo) -> str:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        return f"Its name, {member.filename!r}, leads out of the folder that it was packed from."
    if stat.S_ISLNK(member.external_attr >> 16):
        return "It is a link to another file. Ask for the notebook itself."
    if member.file_size > MAX_BYTES:
        return f"It is {member.file_size >> 20} MiB large. Ask for it with its outputs cleared."
    return ""


def _name(member: zipfile.ZipInfo) -> PurePosixPath:
    """The member's name, without the steps that would lead out."""
    parts = member.filename.replace("\\", "/").split("/")
    kept = [part for part in parts if part not in ("", ".", "..")]
    return PurePosixPath(*(kept or ["unnamed.ipynb"]))
