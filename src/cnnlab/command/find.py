"""Where a learner keeps the notebook of a unit."""

from __future__ import annotations

from pathlib import Path

from cnnlab.catalogue import Unit
from cnnlab.errors import CnnlabError


class NotebookMissingError(CnnlabError):
    """The learner's notebook is not where it was looked for."""


def learners_notebook(unit: Unit) -> Path:
    """The notebook below the current folder, in it, or the current folder's own unit."""
    name = f"{unit.id}.ipynb"
    places = [Path(unit.id) / name, Path(name)]
    for place in places:
        if place.is_file():
            return place
    raise NotebookMissingError(
        f"Your notebook was not found: neither {places[0]} nor {places[1]} is in {Path.cwd()}. "
        f"Change to the folder where you work, or copy the unit here with: cnnlab get {unit.id}"
    )
