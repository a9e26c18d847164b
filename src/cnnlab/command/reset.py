"""`cnnlab reset UNIT`: start a unit afresh; what you had is kept beside it."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path
from typing import Any

from cnnlab import progress
from cnnlab.catalogue import find_unit
from cnnlab.command.find import learners_notebook
from cnnlab.home import write_atomically


def add(commands: Any) -> None:
    parser = commands.add_parser("reset", help="start a unit afresh (your work is kept beside it)")
    parser.add_argument("unit", metavar="UNIT", help="such as 02_lenet, or just 02")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    unit = find_unit(options.unit)
    notebook = learners_notebook(unit)
    kept = _free_name(notebook)
    shutil.copy2(notebook, kept)
    write_atomically(notebook, unit.notebook.read_bytes())
    progress.forget([exercise.id for exercise in unit.exercises], _predictions(unit.notebook))
    print(f"{notebook} is as on the first day. What you had is in {kept}.")
    return 0


def _predictions(notebook: Path) -> list[str]:
    """The names under which a notebook asks for predictions."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return re.findall(r"\b(?:prediction|reveal)\(\s*[\"'](\w+)[\"']", code)


def _free_name(notebook: Path) -> Path:
    number = 1
    while (kept := notebook.with_name(f"{notebook.stem}.before-reset-{number}.ipynb")).exists():
        number += 1
    return kept
