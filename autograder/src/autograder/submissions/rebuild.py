"""Rebuilding a submission: everything we own comes from the release, the learner's code from them.

So nothing that happened to ids, points, test cells or metadata gains or costs anybody a mark.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.cells import (
    grade_id,
    is_exercise,
    is_experiment,
    is_locked,
    is_solution,
    marks_differ,
)
from autograder.errors import AutograderError
from autograder.submissions.code import all_defined, defined_names
from autograder.submissions.experiments import needed_from_experiments
from autograder.submissions.match import Matches, match
from autograder.submissions.normal import make_cell
from autograder.submissions.quiet import NOT_INSTALLED, isolate, names_constants, without_installs

_ADDED = "added-"
_LONG = 20_000


class WrongUnitError(AutograderError):
    """The notebook belongs to another unit, or to none."""

    brief = "not a notebook of this unit"


@dataclass(frozen=True)
class Rebuilt:
    notebook: NotebookNode
    repaired: list[str]


def rebuild(release: NotebookNode, submitted: NotebookNode, unit_id: str) -> Rebuilt:
    """The release with the learner's sources in it, and a list of what had to be mended.

    The learner's own cells stay where they put them: after the cell that they followed.
    """
    _refuse_another_units(release, submitted, unit_id)
    matches = match(release, submitted)
    if not any(is_exercise(release.cells[i]) for i in [*matches.found, *matches.answered_in]):
        raise _wrong_unit(unit_id)
    return _Rebuilding(release, submitted, matches).rebuilt()


def is_learners_own(cell: NotebookNode) -> bool:
    """Whether a cell of a rebuilt notebook has no place in the release."""
    return bool(cell.id.startswith(_ADDED))


class _Rebuilding:
    """The release's cells in order, each filled with what was matched to it."""

    def __init__(self, release: NotebookNode, submitted: NotebookNode, matches: Matches) -> None:
        self._release = release
        self._submitted = submitted
        self._matches = matches
        self._repaired = _odd_kernel(submitted) + matches.notes
        self._cells: list[NotebookNode] = []
        self._ids = {cell.id for cell in release.cells}
        self._number = 0
        self._constants: NotebookNode | None = None  # a learner's cell that others may join

    def rebuilt(self) -> Rebuilt:
        before, after = _added(self._submitted, self._matches)
        self._add_all(after.get(-1, []))
        for index, trusted in enumerate(self._release.cells):
            self._add_all(before.get(index, []))
            self._fill(index, trusted)
            self._add_all(after.get(index, []))
        self._run_what_is_needed_of_experiments()
        notebook = copy.deepcopy(NotebookNode({**self._release, "cells": []}))
        notebook.cells = self._cells
        return Rebuilt(notebook, list(dict.fromkeys(self._repaired)))

    def _fill(self, index: int, trusted: NotebookNode) -> None:
        cell = copy.deepcopy(trusted)
        learners = self._learners(index)
        if learners is not None and marks_differ(learners, trusted):
            self._repaired.append("Points or locks of cells had been changed; they do not count.")
        if index in self._matches.answered_in:
            other = self._release.cells[self._matches.answered_in[index]]
            cell.source = f"# This answer stands in the cell of {grade_id(other)}."
        elif learners is None:
            if grade_id(trusted):
                self._repaired.append(f"The cell `{grade_id(trusted)}` was missing; it is back.")
        elif is_locked(trusted):
            if learners.source != trusted.source or learners.cell_type != trusted.cell_type:
                name = grade_id(trusted)
                self._repaired.append(f"The cell `{name}` had been changed; the original counts.")
        else:
            if learners.cell_type != trusted.cell_type:
                self._repaired.append(
                    f"The cell `{grade_id(trusted) or trusted.id}` was {learners.cell_type}; "
                    f"it is {trusted.cell_type} again."
                )
            self._fill_with(cell, self._matches.sources.get(index, learners.source))
            return
        self._cells.append(cell)

    def _fill_with(self, cell: NotebookNode, source: str) -> None:
        """Puts the learner's source into `cell`, and what could keep it from running around it."""
        if cell.cell_type != "code" or is_experiment(cell) or source == cell.source:
            cell.source = source
            self._cells.append(cell)
            return
        lost = defined_names(cell.source) - defined_names(source)
        if not is_solution(cell) and lost:
            # What the lesson defined and the learner's version does not, others may need.
            self._cells.append(copy.deepcopy(cell))
            self._add(make_cell("code", source))
            return
        pieces = self._pieces(source)
        asked = defined_names(cell.source)
        chosen = max(
            range(len(pieces)), key=lambda at: (len(defined_names(pieces[at]) & asked), at)
        )
        for at, piece in enumerate(pieces):
            if at == chosen:
                cell.source = piece
                self._cells.append(cell)
            else:
                self._append_new("code", piece)

    def _pieces(self, source: str) -> list[str]:
        quiet, installs = without_installs(source)
        if installs:
            self._repaired.append(NOT_INSTALLED)
        return isolate(quiet)

    def _add_all(self, positions: list[int]) -> None:
        for position in positions:
            self._add(self._submitted.cells[position])

    def _add(self, cell: NotebookNode) -> None:
        """A learner's own cell with its source and nothing else."""
        if cell.cell_type == "code":
            for piece in self._pieces(cell.source):
                self._append_new("code", piece)
        else:
            self._append_new("markdown", cell.source)

    def _append_new(self, kind: str, source: str) -> None:
        joins = kind == "code" and names_constants(source)
        last = self._cells[-1] if self._cells else None
        if joins and last is not None and last is self._constants and len(last.source) < _LONG:
            last.source += f"\n{source}"  # thousands of such cells take as long as one
            return
        self._number += 1
        while f"{_ADDED}{self._number}" in self._ids:
            self._number += 1
        self._cells.append(make_cell(kind, source, f"{_ADDED}{self._number}"))
        self._constants = self._cells[-1] if joins else None

    def _run_what_is_needed_of_experiments(self) -> None:
        needed = needed_from_experiments(self._cells)
        for index in sorted(needed, reverse=True):
            self._append_new("code", needed[index])
            self._cells.insert(index + 1, self._cells.pop())
            names = ", ".join(f"`{name}`" for name in sorted(all_defined([needed[index]])))
            self._repaired.append(f"Your code uses {names} from an experiment; that was run, too.")

    def _learners(self, index: int) -> NotebookNode | None:
        position = self._matches.found.get(index)
        return None if position is None else self._submitted.cells[position]


def _added(
    submitted: NotebookNode, matches: Matches
) -> tuple[Mapping[int, list[int]], Mapping[int, list[int]]]:
    """The learner's own cells, before and after the release cell they stay with (-1: the start).

    They stay with the cell above, or with the one below where that was carried upwards: helpers
    travel with the answer that needs them.
    """
    index_of = {position: index for index, position in matches.found.items()}
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    above, run = -1, list[int]()
    for position in range(len(submitted.cells)):
        if position in index_of:
            below = index_of[position]
            if below < above:
                before.setdefault(below, []).extend(run)
            else:
                after.setdefault(above, []).extend(run)
            above, run = below, []
        elif position not in matches.left_out:
            run.append(position)
    after.setdefault(above, []).extend(run)
    return before, after


def _refuse_another_units(release: NotebookNode, submitted: NotebookNode, unit_id: str) -> None:
    """A notebook whose exercises all have foreign names belongs elsewhere."""
    ours = {grade_id(cell) for cell in release.cells if is_exercise(cell)}
    theirs = {grade_id(cell) for cell in submitted.cells if is_exercise(cell)} - {""}
    if theirs and not theirs & ours:
        raise _wrong_unit(unit_id)


def _wrong_unit(unit_id: str) -> WrongUnitError:
    return WrongUnitError(
        f"None of the exercises of {unit_id} is in this notebook. Is it another unit's? "
        "Name its unit with --unit."
    )


def _odd_kernel(submitted: NotebookNode) -> list[str]:
    """A note where the notebook asks for another language."""
    spec = submitted.metadata.get("kernelspec")
    language = spec.get("language", "python") if isinstance(spec, Mapping) else "python"
    if isinstance(language, str) and language.lower() not in ("python", "python3", ""):
        return [f"The notebook asked for {language[:40]!r}; it was run with Python."]
    return []
