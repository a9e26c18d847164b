"""The built folders on disk: what differs from what should be there, and writing it whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.notebook import BADGE_ID
from autograder.authoring.release import Files
from cnnlab.home import UNFINISHED, write_atomically

BUILT_FOLDERS = ("source_notebooks", "release")

# What a build that was killed has begun to write.
_HALF_WRITTEN = re.compile(rf"\..+\.[0-9a-f]{{8}}{re.escape(UNFINISHED)}")

# What JupyterLab, Python and file managers leave in a folder that people look into.
_LEFT_BY_TOOLS = {".ipynb_checkpoints", "__pycache__", ".DS_Store", ".virtual_documents"}


@dataclass(frozen=True, order=True)
class Difference:
    """One file of a built folder that is not as the course says.

    `state` is "missing", "differs", "stale" (an earlier build made it, this one does not) or
    "foreign" (no build made it: it may be somebody's work, so it is never removed).
    """

    path: str
    state: str


def differences(root: Path, wanted: Files, folders: Iterable[str]) -> list[Difference]:
    """How the files under `folders` (relative to `root`) differ from `wanted`."""
    found = []
    for path, content in wanted.items():
        target = root / path
        if not target.is_file():
            found.append(Difference(path, "missing"))
        elif target.read_bytes() != content:
            found.append(Difference(path, "differs"))
    for folder in folders:
        for present in _files_below(root / folder):
            path = present.relative_to(root).as_posix()
            if path not in wanted:
                state = "stale" if _was_built(root, path) else "foreign"
                found.append(Difference(path, state))
    return sorted(set(found))


def apply(root: Path, wanted: Files, changes: Iterable[Difference]) -> None:
    """Make the files as wanted. Each is written whole or not at all, whenever this is stopped."""
    for change in changes:
        target = root / change.path
        if change.state == "foreign":
            continue
        if change.state == "stale":
            target.unlink()
            _remove_empty_folders(target.parent, root)
        else:
            write_atomically(target, wanted[change.path])


def extra_files(folder: Path, without: Iterable[str]) -> list[Path]:
    """The files of a unit's folder that go to students beside the notebook."""
    left_out = set(without)
    return [
        path
        for path in _files_below(folder)
        if path.relative_to(folder).as_posix() not in left_out and path.suffix != ".pyc"
    ]


def _was_built(root: Path, path: str) -> bool:
    """Whether an earlier build wrote this file, as far as the file itself can tell.

    All of release/ is output. In source_notebooks/ people work too: there a notebook counts as
    built if it has a unit's name and the build's own cell, any other file if release/ has the same.
    """
    folder, _, inside = path.partition("/")
    name = path.rpartition("/")[2]
    if folder == "release" or _HALF_WRITTEN.fullmatch(name):
        return True
    content = (root / path).read_bytes()
    if path.endswith(".ipynb"):
        unit_id = Path(path).stem
        own_cell = f'"id": "{BADGE_ID}"'.encode()
        return inside == f"{unit_id}/{unit_id}.ipynb" and own_cell in content
    twin = root / "release" / inside
    return twin.is_file() and twin.read_bytes() == content


def _files_below(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _LEFT_BY_TOOLS.intersection(path.relative_to(folder).parts)
    ]


def _remove_empty_folders(folder: Path, root: Path) -> None:
    """Remove `folder` and the folders above it, below the built ones, that now hold nothing."""
    while len(folder.relative_to(root).parts) > 1:
        if {path.name for path in folder.iterdir()} - _LEFT_BY_TOOLS:
            return
        shutil.rmtree(folder)
        folder = folder.parent
