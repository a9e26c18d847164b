"""The built folders on disk: what differs from what should be there, and writing it whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.build.release import Files

BUILT_FOLDERS = ("source_notebooks", "release")

# What JupyterLab, Python and file managers leave in a folder that people look into.
_LEFT_BY_TOOLS = {".ipynb_checkpoints", "__pycache__", ".DS_Store", ".virtual_documents"}


@dataclass(frozen=True, order=True)
class Difference:
    """One built file that is not as the course says; `state` is missing, differs or stale."""

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
                found.append(Difference(path, "stale"))
    return sorted(set(found))


def apply(root: Path, wanted: Files, changes: Iterable[Difference]) -> None:
    """Make the files as wanted. Each is written whole or not at all, whenever this is stopped."""
    for change in changes:
        target = root / change.path
        if change.state == "stale":
            target.unlink()
            _remove_empty_folders(target.parent, root)
        else:
            write_whole(target, wanted[change.path])


def write_whole(target: Path, content: bytes) -> None:
    """Replace `target` by `content` in one step: readers see the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def extra_files(folder: Path, without: Iterable[str]) -> list[Path]:
    """The files of a unit's folder that go to students beside the notebook."""
    left_out = set(without)
    return [
        path
        for path in _files_below(folder)
        if path.relative_to(folder).as_posix() not in left_out and path.suffix != ".pyc"
    ]


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
