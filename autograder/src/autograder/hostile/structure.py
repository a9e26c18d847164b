"""Notebooks that were tampered with, or damaged by accident, without a line of hostile code."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.cells import grade_id, is_test
from autograder.hostile.case import WRONG, Case

FULL, WITHOUT_VICTIM = 60, 54
VICTIM = "conv_output_size"


def structural_cases(release: NotebookNode, solved: Mapping[str, str]) -> list[Case]:
    right = _composed(release, solved)
    wrong = _composed(release, {**solved, VICTIM: WRONG[VICTIM]})
    return [*_tampered(wrong), *_mistreated(right, release), *_encoded(right), *_unusual(right)]


def _composed(release: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    return notebook


def _tampered(wrong: NotebookNode) -> Iterator[Case]:
    """Marks that a learner set to be paid for a wrong answer."""

    def case(number: int, name: str, edit: Callable[[NotebookNode], None]) -> Case:
        return _case(number, name, _edited(wrong, edit), WITHOUT_VICTIM)

    def skip_tests(notebook: NotebookNode) -> None:
        for cell in _tests(notebook):
            cell.metadata["tags"] = ["skip-execution"]

    def more_points(notebook: NotebookNode) -> None:
        for cell in _tests(notebook):
            cell.metadata.nbgrader.points = 1000
        _solution(notebook, VICTIM).metadata.nbgrader.update(grade=True, points=60)

    def other_flags(notebook: NotebookNode) -> None:
        for cell in _tests(notebook):
            cell.metadata.nbgrader.update(grade=False, locked=False, solution=True)
            cell.source = "60.0"

    def forged_outputs(notebook: NotebookNode) -> None:
        for cell in _tests(notebook):
            cell.outputs = [new_output("execute_result", {"text/plain": "60.0"})]
            cell.execution_count = 1

    def other_ids(notebook: NotebookNode) -> None:
        _solution(notebook, VICTIM).metadata.nbgrader.grade_id = "conv2d"

    def rewritten_tests(notebook: NotebookNode) -> None:
        for cell in _tests(notebook):
            cell.source = "print('passed')"

    yield case(1, "test cells tagged to be skipped", skip_tests)
    yield case(12, "points raised", more_points)
    yield case(12, "flags and tests exchanged", other_flags)
    yield case(12, "grade ids exchanged", other_ids)
    yield case(12, "tests rewritten", rewritten_tests)
    yield case(13, "outputs forged", forged_outputs)


def _mistreated(right: NotebookNode, release: NotebookNode) -> Iterator[Case]:
    """What happens to honest notebooks on their way."""

    def case(
        number: int, name: str, edit: Callable[[NotebookNode], None], points: float = FULL
    ) -> Case:
        return _case(number, name, _edited(right, edit), points)

    def delete_tests(notebook: NotebookNode) -> None:
        notebook.cells = [cell for cell in notebook.cells if not is_test(cell)]

    def copy_tests(notebook: NotebookNode) -> None:
        notebook.cells += [copy.deepcopy(cell) for cell in _tests(notebook)]

    def tests_as_markdown(notebook: NotebookNode) -> None:
        _replace(notebook, is_test, lambda cell: [new_markdown_cell(cell.source)])

    def tests_first(notebook: NotebookNode) -> None:
        tests = _tests(notebook)
        notebook.cells = tests + [cell for cell in notebook.cells if cell not in tests]

    def stub_copied_behind(notebook: NotebookNode) -> None:
        notebook.cells.append(copy.deepcopy(_solution(release, VICTIM)))

    def stub_copied_before(notebook: NotebookNode) -> None:
        place = notebook.cells.index(_solution(notebook, VICTIM))
        notebook.cells.insert(place, copy.deepcopy(_solution(release, VICTIM)))

    def emptied(notebook: NotebookNode) -> None:
        _solution(notebook, VICTIM).source = ""

    def cannot_be_parsed(notebook: NotebookNode) -> None:
        _solution(notebook, VICTIM).source = "def conv_output_size(size\n    return"

    def solution_split(notebook: NotebookNode) -> None:
        whole = _solution(notebook, "param_counts")
        first, second = whole.source.split("def linear_params", 1)
        whole.source = first
        place = notebook.cells.index(whole) + 1
        notebook.cells.insert(place, new_code_cell("def linear_params" + second))

    def reversed_cells(notebook: NotebookNode) -> None:
        notebook.cells[3:] = reversed(notebook.cells[3:])

    yield case(27, "test cells deleted", delete_tests)
    yield case(27, "test cells copied", copy_tests)
    yield case(27, "test cells made Markdown", tests_as_markdown)
    yield case(27, "test cells moved to the front", tests_first)
    yield case(28, "a stub copied behind the answer", stub_copied_behind)
    yield case(28, "a stub copied before the answer", stub_copied_before)
    yield case(28, "an answer emptied", emptied, WITHOUT_VICTIM)
    yield case(28, "an answer that cannot be parsed", cannot_be_parsed, WITHOUT_VICTIM)
    yield case(27, "an answer split into two cells", solution_split)
    yield case(27, "all cells in reverse", reversed_cells)


def _encoded(right: NotebookNode) -> Iterator[Case]:
    """The same honest notebook as other programs save it, or as a bad line delivers it."""

    def colab(notebook: NotebookNode) -> None:
        notebook.metadata = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
        for cell in notebook.cells:
            cell.pop("id", None)
            cell.metadata = {"id": "Zk3xQ", "nbgrader": cell.metadata.get("nbgrader", {})}
            if not cell.metadata["nbgrader"]:
                del cell.metadata["nbgrader"]
        notebook.nbformat_minor = 0

    def bare(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            cell.pop("id", None)
            cell.metadata = {}
        notebook.metadata = {}
        notebook.nbformat_minor = 0

    text = nbformat.writes(right)
    yield Case(29, "saved by Colab", _text(_edited(right, colab)).encode(), FULL)
    yield Case(29, "all metadata and ids stripped", _text(_edited(right, bare)).encode(), FULL)
    yield Case(29, "a byte order mark", text.encode("utf-8-sig"), FULL)
    yield Case(29, "trailing NULs", text.encode() + b"\0" * 512, FULL)
    yield Case(29, "saved as UTF-16", text.encode("utf-16"), FULL)
    latin = json.dumps(json.loads(text), ensure_ascii=False).encode("latin-1", errors="replace")
    yield Case(29, "saved as Latin-1", latin, FULL)
    yield Case(29, "an empty file", b"", 0, readable=False)
    yield Case(29, "not a notebook", b"PK\x03\x04 a zip, renamed", 0, readable=False)
    yield Case(29, "a list instead of a notebook", b"[1, 2, 3]", 0, readable=False)
    yield Case(29, "nested without end", b"[" * 200_000, 0, readable=False)
    yield Case(
        30, "an empty notebook", _text(nbformat.v4.new_notebook()).encode(), 0, readable=False
    )


def _unusual(right: NotebookNode) -> Iterator[Case]:
    """Honest answers in company that slows or disturbs a careless grader."""

    def with_cell(source: str, place: int = 3) -> Callable[[NotebookNode], None]:
        return lambda notebook: notebook.cells.insert(place, new_code_cell(source))

    def ten_thousand_cells(notebook: NotebookNode) -> None:
        notebook.cells[3:3] = [new_code_cell(f"x{number} = {number}") for number in range(10_000)]

    def large_outputs(notebook: NotebookNode) -> None:
        notebook.cells[1].outputs = [new_output("stream", name="stdout", text="x" * 30_000_000)]

    def other_kernel(notebook: NotebookNode) -> None:
        notebook.metadata.kernelspec = {
            "name": "julia-1.9",
            "display_name": "J",
            "language": "julia",
        }
        notebook.metadata.language_info = {"name": "julia"}

    edits = {
        (31, "10,000 cells"): ten_thousand_cells,
        (31, "a notebook full of output"): large_outputs,
        (32, "pip install"): with_cell("!pip install nothing-of-this-name-exists"),
        (32, "input()"): with_cell("name = input('Your name? ')"),
        (32, "a bash cell"): with_cell("%%bash\necho hello\nexit 3"),
        (32, "an interactive backend"): with_cell(
            "%matplotlib widget\nimport matplotlib\nmatplotlib.use('TkAgg')"
        ),
        (32, "plt.show"): with_cell(
            "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
        ),
        (33, "warnings"): with_cell(
            "import warnings, sys\nwarnings.warn('old')\nprint('x', file=sys.stderr)"
        ),
        (34, "another language's kernel"): other_kernel,
        (35, "default dtype changed"): with_cell("torch.set_default_dtype(torch.float64)"),
        (35, "gradients off"): with_cell("torch.set_grad_enabled(False)"),
        (35, "default device changed"): with_cell("torch.set_default_device('meta')"),
        (35, "seeds fixed and folder changed"): with_cell(
            "import os, random\ntorch.manual_seed(0)\nrandom.seed(0)\nos.chdir('/')"
        ),
        (35, "imports deleted at the end"): with_cell("del nn, torch, F", 10**6),
        (35, "deterministic algorithms demanded"): with_cell(
            "torch.use_deterministic_algorithms(True)"
        ),
    }
    for (number, name), edit in edits.items():
        yield _case(number, name, _edited(right, edit), FULL)


def _case(number: int, name: str, notebook: NotebookNode, points: float) -> Case:
    return Case(number, name, _text(notebook).encode(), points)


def _edited(notebook: NotebookNode, edit: Callable[[NotebookNode], None]) -> NotebookNode:
    edited = copy.deepcopy(notebook)
    edit(edited)
    return edited


def _text(notebook: NotebookNode) -> str:
    """As JSON, without nbformat's opinion: damaged notebooks are the point here."""
    return json.dumps(notebook, ensure_ascii=False)


def _replace(
    notebook: NotebookNode,
    which: Callable[[NotebookNode], bool],
    by: Callable[[NotebookNode], list[NotebookNode]],
) -> None:
    notebook.cells = [
        new for cell in notebook.cells for new in (by(cell) if which(cell) else [cell])
    ]


def _tests(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if is_test(cell)]


def _solution(notebook: NotebookNode, exercise: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if grade_id(cell) == exercise)
