"""Reading a file that claims to be a notebook."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import Unit
from autograder.errors import AutograderError, CourseError

MAX_BYTES = 100 * 2**20


class UnreadableError(AutograderError):
    """The submitted file is not a notebook that can be read."""

    brief = "cannot be read as a notebook"


def read_notebook(path: Path) -> NotebookNode:
    """The notebook at `path`, in nbformat's current version."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableError(
                f"{path} is {size >> 20} MiB large. Ask for it again with its outputs cleared."
            )
        data = path.read_bytes()
    except OSError as problem:
        raise UnreadableError(
            f"{path} cannot be read: {problem.strerror}. Check the path and its permissions."
        ) from problem
    try:
        text = data.decode("utf-8-sig").rstrip("\0")
        content = json.loads(text)
        if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
            raise ValueError("it has no `nbformat` entry")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about missing cell ids, which are put back later
            return nbformat.reads(text, as_version=nbformat.current_nbformat)
    except Exception as problem:  # nbformat raises what it meets in a damaged file
        raise UnreadableError(
            f"{path} is not a Jupyter notebook ({_brief(problem)}). It may be cut off or of "
            "another kind; ask for the .ipynb file again."
        ) from problem


def read_built(unit: Unit, path: Path) -> NotebookNode:
    """One of the course's own notebooks of `unit`, which `autograder build` makes."""
    try:
        return read_notebook(path)
    except UnreadableError as problem:
        raise CourseError(
            f"{path} cannot be read, and nothing can be graded without it. Build it: "
            f"autograder build {unit.id}"
        ) from problem


def _brief(problem: Exception) -> str:
    text = str(problem).strip()
    return text.splitlines()[0][:120] if text else type(problem).__name__
