"""Reading a file that claims to be a notebook."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course import Unit
from autograder.errors import AutograderError, CourseError
from autograder.submissions.normal import is_notebook, normal_notebook
from autograder.submissions.salvage import whole_cells
from autograder.submissions.text import decode

MAX_BYTES = 100 * 2**20


class UnreadableError(AutograderError):
    """The submitted file is not a notebook that can be read."""

    brief = "cannot be read as a notebook"


@dataclass(frozen=True)
class ReadNotebook:
    """A submitted notebook without its outputs, and what had to be mended to read it."""

    notebook: NotebookNode
    repaired: list[str] = field(default_factory=list)


def read_notebook(path: Path) -> NotebookNode:
    """The notebook at `path` as a learner wrote it, without its outputs."""
    return read_submitted(path).notebook


def read_submitted(path: Path) -> ReadNotebook:
    """The notebook at `path`, in any encoding and format, even if the file was cut off."""
    return parse_submitted(read_bytes(path), path.name)


def parse_submitted(data: bytes, name: str) -> ReadNotebook:
    """The notebook in `data`; `name` is what an error calls it."""
    text, repaired = decode(data)
    content, problem = _json(text)
    if not is_notebook(content):
        cells = whole_cells(text) if problem else []
        if not cells:
            raise UnreadableError(
                f"{name} is not a Jupyter notebook ({problem or 'it has no list of cells'}). It "
                "may be cut off or of another kind; ask for the .ipynb file again."
            )
        content = {"nbformat": 4, "cells": cells}
        repaired.append(
            f"The file is cut off or damaged: its first {len(cells)} cells could be read, the "
            "rest is missing. Hand the whole file in again."
        )
    notebook, converted = normal_notebook(content)
    return ReadNotebook(notebook, repaired + converted)


def read_bytes(path: Path) -> bytes:
    """The bytes of a submitted file. What is no plain file is refused and never waited for."""
    try:
        # No link is followed, and no pipe waited for: both could be put there in bad faith.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _no_links())
        with os.fdopen(opened, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError(
                    f"{path.name} is no plain file. Ask for the .ipynb file itself."
                )
            if status.st_size > MAX_BYTES:
                raise UnreadableError(
                    f"{path.name} is {status.st_size >> 20} MiB large. Ask for it again with its "
                    "outputs cleared."
                )
            return file.read(MAX_BYTES)
    except OSError as problem:
        raise UnreadableError(
            f"{path.name} cannot be read: {problem.strerror}. Check the path and its permissions."
        ) from problem


def read_built(unit: Unit, path: Path) -> NotebookNode:
    """One of the course's own notebooks of `unit`, which `autograder build` makes."""
    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except Exception as problem:  # nbformat raises what it meets in a damaged file
        raise CourseError(
            f"{path} cannot be read, and nothing can be graded without it. Build it: "
            f"autograder build {unit.id}"
        ) from problem


def _json(text: str) -> tuple[Any, str]:
    """The value of a JSON text, or why there is none."""
    try:
        return json.loads(text), ""
    except RecursionError:
        return None, "it is nested too deeply"
    except ValueError as problem:
        return None, str(problem).strip().splitlines()[0][:120] or "it is no JSON"


def _no_links() -> int:
    return getattr(os, "O_NOFOLLOW", 0)
