"""Valid submissions, damaged at random where notebooks have structure: a fuzzer for repair.

`python tests/autograder/submissions/mutants.py 1000` reads and rebuilds that many mutants. Each
must end as a whole notebook or as one of the two errors that lead to a verdict.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode

from autograder.course import Course
from autograder.solutions import compose, solutions
from autograder.submissions import UnreadableError, WrongUnitError, read_built, rebuild
from autograder.submissions.read import parse_submitted

# Values that a JSON file may hold anywhere, and that some program will have written there.
ODD_VALUES = [
    None,
    True,
    -1,
    1e308,
    float("nan"),
    10**40,
    "",
    "\0",
    "\ud800",
    "🙂" * 50,
    "x" * 10_000,
    [],
    {},
    [[[]]],
    {"a": {"b": []}},
    ["x", 1, None],
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252"]
SOURCES = [
    "def oops(:",
    "    indented",
    "%%bash\nls",
    "!pip install x",
    "x = input()",
    "\t\tif 1:\n  2",
    "(" * 300,
    "-" * 2000 + "1",
    "if 1: pass\n" + "elif 1: pass\n" * 1500,
    "'''" + "a" * 5000,
    "%timeit f()\n?print\nprint??",
    "\\\n" * 50,
    "await x",
    "# coding: utf-7\n+AGE-",
    "f'{f\"{1}\"}'",
    "lambda: (yield)",
    "def conv2d(*a): return 0",
    "\ufeffimport torch",
    "import torch\r\nx=1\r",
    "\x0c",
    "1\u2028 2",
]

Content = dict
Mutation = Callable[[random.Random, Content], None]


def base_submission() -> Content:
    """A whole and right submission, as JSON values."""
    unit = Course.load().unit("01_convolutions")
    release = read_built(unit, unit.release_notebook)
    return json.loads(nbformat.writes(compose(release, solutions(unit))))


def mutant(seed: int, base: Content) -> bytes:
    """The bytes of one damaged submission; the same for the same seed."""
    draw = random.Random(seed)
    content = copy.deepcopy(base)
    for _ in range(draw.choice([1, 1, 2, 3, 6, 12])):
        draw.choice(MUTATIONS)(draw, content)
    text = json.dumps(content, ensure_ascii=draw.random() < 0.5, indent=draw.choice([None, 1]))
    data = text.encode(draw.choice(["utf-8", *ENCODINGS]), errors="replace")
    if draw.random() < 0.3:
        data = draw.choice(DAMAGES)(draw, data)
    return data


def outcome(data: bytes, release: NotebookNode) -> str:
    """How repair ends: "rebuilt" or the name of an error that leads to a verdict."""
    try:
        rebuilt = rebuild(release, parse_submitted(data, "mutant").notebook, "01_convolutions")
    except (UnreadableError, WrongUnitError) as problem:
        assert str(problem)
        return type(problem).__name__
    check_rebuilt(rebuilt.notebook, release)
    assert all(isinstance(note, str) for note in rebuilt.repaired)
    return "rebuilt"


def check_rebuilt(notebook: NotebookNode, release: NotebookNode) -> None:
    """Every cell of the release is there once, in order, with its marks; ours unchanged."""
    ids = {cell.id for cell in release.cells}
    ours: dict[str, NotebookNode] = {}
    for cell in notebook.cells:
        if cell.id in ids:
            assert cell.id not in ours
            ours[cell.id] = cell
    assert list(ours) == [cell.id for cell in release.cells]
    for trusted in release.cells:
        cell = ours[trusted.id]
        assert (cell.metadata, cell.cell_type) == (trusted.metadata, trusted.cell_type)
        if trusted.metadata.get("nbgrader", {}).get("locked"):
            assert cell.source == trusted.source
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode("utf-8")


def _cells(content: Content) -> list:
    cells = content.get("cells")
    return cells if isinstance(cells, list) else []


def _some_cell(draw: random.Random, content: Content) -> Content:
    cells = [cell for cell in _cells(content) if isinstance(cell, dict)]
    return draw.choice(cells) if cells else {}


def delete_cells(draw: random.Random, content: Content) -> None:
    for _ in range(draw.choice([1, 5, 40])):
        if _cells(content):
            content["cells"].pop(draw.randrange(len(content["cells"])))


def copy_cells(draw: random.Random, content: Content) -> None:
    for _ in range(draw.choice([1, 3, 20])):
        if _cells(content):
            place = draw.randrange(len(content["cells"]))
            content["cells"].insert(place, copy.deepcopy(draw.choice(content["cells"])))


def shuffle_cells(draw: random.Random, content: Content) -> None:
    draw.shuffle(_cells(content))


def split_cell(draw: random.Random, content: Content) -> None:
    cell = _some_cell(draw, content)
    source = cell.get("source")
    if isinstance(source, list) and len(source) > 1:
        place, cut = content["cells"].index(cell), draw.randrange(1, len(source))
        content["cells"].insert(place + 1, {**copy.deepcopy(cell), "source": source[cut:]})
        cell["source"] = source[:cut]


def merge_cells(draw: random.Random, content: Content) -> None:
    cells = _cells(content)
    if len(cells) > 2:
        place = draw.randrange(len(cells) - 1)
        first, second = cells[place], cells[place + 1]
        if isinstance(first, dict) and isinstance(second, dict):
            sources = [cell.get("source") for cell in (first, second)]
            if all(isinstance(source, list) for source in sources):
                first["source"] = [*sources[0], "\n\n", *sources[1]]
                del cells[place + 1]


def change_type(draw: random.Random, content: Content) -> None:
    kinds = ["code", "markdown", "raw", "heading", "sql", None, 3]
    _some_cell(draw, content)["cell_type"] = draw.choice(kinds)


def change_source(draw: random.Random, content: Content) -> None:
    _some_cell(draw, content)["source"] = draw.choice([*SOURCES, *ODD_VALUES])


def add_cell(draw: random.Random, content: Content) -> None:
    made = {"cell_type": "code", "metadata": {}, "outputs": [], "source": draw.choice(SOURCES)}
    _cells(content).insert(draw.randrange(len(_cells(content)) + 1), made)


def change_any_key(draw: random.Random, content: Content) -> None:
    cell = _some_cell(draw, content)
    if cell:
        cell[draw.choice([*cell, "extra"])] = draw.choice(ODD_VALUES)


def change_marks(draw: random.Random, content: Content) -> None:
    metadata = _some_cell(draw, content).get("metadata")
    if isinstance(metadata, dict):
        marks = metadata.setdefault("nbgrader", {})
        if isinstance(marks, dict):
            key = draw.choice(["grade_id", "points", "locked", "solution", "grade", "task"])
            marks[key] = draw.choice([*ODD_VALUES, "conv2d", "test_conv2d", 1000])
        if draw.random() < 0.2:
            metadata["nbgrader"] = draw.choice(ODD_VALUES)
        metadata["tags"] = draw.choice([["skip-execution"], ["explore"], *ODD_VALUES])


def strip_marks(draw: random.Random, content: Content) -> None:
    for cell in _cells(content):
        if isinstance(cell, dict):
            cell.pop("id", None)
            if draw.random() < 0.5:
                cell["metadata"] = {"id": "Colab123"}


def change_top(draw: random.Random, content: Content) -> None:
    key = draw.choice(["nbformat", "nbformat_minor", "metadata", "kernelspec", "cells"])
    content[key] = draw.choice(ODD_VALUES) if draw.random() < 0.3 else content.get(key, {})


def change_kernel(draw: random.Random, content: Content) -> None:
    kernel = {"name": "ir", "language": draw.choice(["R", *ODD_VALUES])}
    content["metadata"] = {"kernelspec": draw.choice([kernel, *ODD_VALUES])}


def not_a_cell(draw: random.Random, content: Content) -> None:
    _cells(content).insert(0, draw.choice(ODD_VALUES))


def old_format(draw: random.Random, content: Content) -> None:
    cells = [
        {**cell, "input": cell.get("source")} for cell in _cells(content) if isinstance(cell, dict)
    ]
    for cell in cells:
        cell.pop("source", None)
    content.pop("cells", None)
    content.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": cells}])


MUTATIONS: list[Mutation] = [
    delete_cells,
    copy_cells,
    shuffle_cells,
    split_cell,
    merge_cells,
    change_type,
    change_source,
    add_cell,
    change_any_key,
    change_marks,
    strip_marks,
    change_top,
    change_kernel,
    not_a_cell,
    old_format,
]

DAMAGES: list[Callable[[random.Random, bytes], bytes]] = [
    lambda draw, data: data[: draw.randrange(len(data) + 1)],
    lambda draw, data: data[draw.randrange(len(data) + 1) :],
    lambda draw, data: data + b"\0" * draw.randrange(9),
    lambda draw, data: data + data,
    lambda draw, data: data.replace(b"\n", b"\r\n"),
    lambda draw, data: bytes(b ^ (draw.random() < 0.0005) for b in data),
    lambda draw, data: b"\xef\xbb\xbf" + data,
    lambda draw, data: b"<<<<<<< HEAD\n" + data,
]


def main(number: int) -> int:
    unit = Course.load().unit("01_convolutions")
    release = read_built(unit, unit.release_notebook)
    base = base_submission()
    ends: Counter[str] = Counter()
    for seed in range(number):
        try:
            ends[outcome(mutant(seed, base), release)] += 1
        except Exception as problem:  # that is what we are looking for
            ends["uncaught"] += 1
            print(f"mutant {seed}: {type(problem).__name__}: {problem}", file=sys.stderr)
    print(", ".join(f"{count} {end}" for end, count in ends.most_common()))
    return 1 if ends["uncaught"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
