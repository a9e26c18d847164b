"""Data sets that the operating system's own packages have put on this machine."""

from __future__ import annotations

from pathlib import Path

from cnnlab.data.downloads.checking import is_right
from cnnlab.data.downloads.sources import Source

DATASETS = Path("/usr/share/datasets")  # where Debian's packages put them


def system_folder(source: Source) -> Path | None:
    """The folder that holds every file of a data set, unread."""
    folder = DATASETS / source.name
    complete = source.debian and all((folder / file.name).is_file() for file in source.files)
    return folder if complete else None


def system_files(source: Source) -> dict[str, Path] | None:
    """The files by name, if they are there and right."""
    folder = system_folder(source)
    if folder is None:
        return None
    try:
        right = all(is_right(folder / file.name, file) for file in source.files)
    except OSError:  # no permission to read them
        return None
    return {file.name: folder / file.name for file in source.files} if right else None


def system_advice(source: Source) -> str:
    """What to type to have it from the system; nothing where no package is known."""
    if not source.debian:
        return ""
    if (DATASETS / source.name).is_dir():
        return (
            f"The files in {DATASETS / source.name} cannot be used: they are damaged or not all "
            f"there. Mend them with: sudo apt-get install --reinstall {source.debian}\n"
        )
    return f"On Debian or Ubuntu, sudo apt-get install {source.debian} brings it, too.\n"
