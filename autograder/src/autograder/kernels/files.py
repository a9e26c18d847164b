"""The files that lie beside a notebook, copied to where its kernel works."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from autograder.errors import InfrastructureError

MAX_BYTES = 256 * 2**20


def copy_files(source: Path, target: Path) -> None:
    """Copies what a unit brings along, such as pictures: no notebooks, nothing hidden, no links.

    A link could point at what no submission may read.
    """
    left = MAX_BYTES
    for place, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = target / Path(place).relative_to(source)
        here.mkdir(exist_ok=True)
        for name in names:
            path = Path(place, name)
            if path.suffix == ".ipynb" or name.startswith(".") or not _is_plain(path):
                continue
            left -= path.stat().st_size
            if left < 0:
                raise InfrastructureError(
                    f"{source} holds more than {MAX_BYTES >> 20} MiB beside its notebooks; every "
                    "kernel that works there gets a copy. Move what they do not need."
                )
            shutil.copyfile(path, here / name)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
