"""A class of submissions made from the answer bank: right, wrong, half-done and broken ones."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.answers import Answer, read_bank
from autograder.cells import grade_id, is_locked, is_written
from autograder.course import Unit
from autograder.solutions import compose, solutions
from autograder.submissions import read_built

Sources = dict[str, str]


def write_sample_class(unit: Unit, folder: Path) -> list[str]:
    """Writes the class in nbgrader's layout and returns its members' names."""
    release = read_built(unit, unit.release_notebook)
    members = {
        **_honest(unit, release),
        **_mistaken(unit, release),
        **_broken(unit, release),
    }
    for name, text in members.items():
        path = folder / name / unit.id / f"{unit.id}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(members)


def _honest(unit: Unit, release: NotebookNode) -> dict[str, str]:
    """Right answers in the bank's styles, and somebody who came half-way."""
    solved = solutions(unit)
    bank = read_bank(unit)
    styles = [_pick(bank, exercise, style) for style in range(2) for exercise in solved]
    half = list(solved)[: (len(solved) + 1) // 2]
    in_words = dict.fromkeys(_written(release), "Because the same weights serve everywhere.")
    return {
        "right-solution": _text(compose(release, {**solved, **in_words})),
        "right-style-1": _text(compose(release, _sources(styles[: len(solved)]))),
        "right-style-2": _text(compose(release, _sources(styles[len(solved) :]))),
        "half-done": _text(compose(release, {exercise: solved[exercise] for exercise in half})),
        "nothing-done": _text(release),
    }


def _mistaken(unit: Unit, release: NotebookNode) -> dict[str, str]:
    """One member for each exercise, who got that one wrong; and one who got everything wrong."""
    solved = solutions(unit)
    wrong: dict[str, Answer] = {}
    for answer in read_bank(unit):
        if not answer.right and answer.mistake != "refused_call":
            wrong.setdefault(answer.exercise, answer)
    members = {
        f"wrong-{exercise.replace('_', '-')}": _text(
            compose(release, {**solved, exercise: answer.source})
        )
        for exercise, answer in wrong.items()
    }
    members["wrong-everything"] = _text(compose(release, _sources(list(wrong.values()))))
    return members


def _broken(unit: Unit, release: NotebookNode) -> dict[str, str]:
    """Notebooks with good answers and something else the matter with them."""
    solved = solutions(unit)
    first = next(iter(solved))
    whole = compose(release, solved)
    without_tests = copy.deepcopy(whole)
    without_tests.cells = [cell for cell in whole.cells if not is_locked(cell)]
    return {
        "broken-cut-off-file": _text(whole)[:-200],
        "broken-deleted-tests": _text(without_tests),
        "broken-syntax-error": _text(compose(release, {**solved, first: "def oops(:\n    pass"})),
        "broken-kills-python": _text(compose(release, {**solved, first: "import os\nos._exit(1)"})),
    }


def _written(release: NotebookNode) -> list[str]:
    """The questions that are answered in words and graded by hand."""
    return [grade_id(cell) for cell in release.cells if is_written(cell)]


def _pick(bank: list[Answer], exercise: str, style: int) -> Answer:
    right = [answer for answer in bank if answer.exercise == exercise and answer.right]
    return right[style % len(right)]


def _sources(answers: list[Answer]) -> Sources:
    return {answer.exercise: answer.source for answer in answers}


def _text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook)
