"""`cnnlab get UNIT`: the unit's notebook and files, copied out of the package."""

from __future__ import annotations

import argparse
import shutil
from errno import EIO
from pathlib import Path
from typing import Any

from cnnlab.catalogue import Unit, find_unit
from cnnlab.errors import CnnlabError


class AlreadyThereError(CnnlabError):
    """A copy would overwrite somebody's work."""


def add(commands: Any) -> None:
    parser = commands.add_parser("get", help="copy a unit's notebook here")
    parser.add_argument("unit", metavar="UNIT", help="such as 02_lenet, or just 02")
    parser.add_argument("--to", type=Path, default=Path(), metavar="FOLDER", help="where to put it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    unit = find_unit(options.unit)
    target = copy_unit(unit, options.to)
    print(f"{target} is ready. Open it with: jupyter lab {target}")
    return 0


def copy_unit(unit: Unit, folder: Path) -> Path:
    """Copies the whole unit to `folder`/<unit> and returns the notebook's path."""
    target = folder / unit.id
    if target.exists():
        raise AlreadyThereError(
            f"{target} is there already and may hold your work, so nothing was copied. Go on with "
            f"it, or start it afresh with: cnnlab reset {unit.id}"
        )
    # A copy that is cut off must not look like a unit, so the folder gets its name at the end.
    unfinished = folder / f".{unit.id}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        shutil.copytree(unit.folder, unfinished)
        unfinished.rename(target)
    except shutil.Error as problem:  # one row for each file; the first tells enough
        _, _, why = problem.args[0][0]
        raise OSError(EIO, str(why).partition(": ")[0], str(folder.resolve())) from problem
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target / f"{unit.id}.ipynb"
