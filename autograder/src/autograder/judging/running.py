"""A notebook that is brought to life: a kernel in which its cells have run.

The kernel may end at any moment. `start` then gives a fresh one in which all cells have run again,
but for those that would end it, too: they cost themselves only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path

from nbformat import NotebookNode

from autograder.cells import runs_in_grading
from autograder.errors import InfrastructureError
from autograder.judging.budget import Budget
from autograder.judging.lesson_imports import bring_back_imports
from autograder.judging.tampering import may_run_on
from autograder.kernels.engine import Engine
from autograder.kernels.kernel import CellRun, Kernel, KernelLost
from cnnlab.learner import NoAnswer
from cnnlab.learner.problems import Crashed

# A kernel may go with its fork server this often before something must be wrong with the machine.
_LOST_AT_MOST = 5
_LEFT_BEHIND = "what it left running may have ended Python"


class End(Enum):
    """What a kernel's end is put down to."""

    LOST = "it went with its fork server"
    LEFT_RUNNING = "a cell may have left something running"
    OUTSIDE = "perhaps it was ended from outside"
    OWN_DOING = "what ran in it ends Python"


class RunningNotebook:
    """The graded cells of a notebook, run in a kernel. Use as a context manager."""

    def __init__(
        self, notebook: NotebookNode, files: Path, engine: Engine, budget: Budget, seed: int
    ) -> None:
        """`files` is the unit's folder: what lies there beside the notebook, cells may read."""
        self._cells: Mapping[int, NotebookNode] = {
            index: cell for index, cell in enumerate(notebook.cells) if runs_in_grading(cell)
        }
        self._files = files
        self._engine = engine
        self._budget = budget
        self._seed = seed
        self._kernel: Kernel | None = None
        self._ran: list[int] = []  # in the kernel that lives now
        self._crashed: set[int] = set()  # cells during which a kernel ended once
        self._left_out: set[int] = set()
        self._times_lost = 0
        self.runs: dict[int, CellRun] = {}
        """How each cell ended, by its place in the notebook."""

    def __enter__(self) -> RunningNotebook:
        try:
            self.start()
        except BaseException:  # Ctrl-C too: no `__exit__` follows, and no kernel may be left
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_alive(self) -> bool:
        return self._kernel is not None and self._kernel.alive

    def start(self) -> None:
        """A fresh kernel in which every cell has run but those that are left out."""
        while not self._all_cells_ran():
            pass

    def close(self) -> None:
        """Ends the kernel; safe to call twice."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    def ask(self, request: bytes) -> bytes:
        """The reply to one question; raises a NoAnswer if there is none.

        No question starts a kernel: what the one before it left behind would be missing there.
        """
        seconds = self._budget.for_a_question()
        if seconds <= 0:
            raise NoAnswer(
                "No time was left for this check: the cells of the notebook and the answers before "
                f"took {self._budget.limits.seconds_for_all:g} s.",
                mistake="too_slow",
                verdict="timeout",
            )
        if self._kernel is None or not self._kernel.alive:
            raise Crashed
        try:
            return self._kernel.ask(request, seconds)
        except KernelLost:
            raise Crashed from None

    def note_end(self, own_doing: bool = False) -> End:
        """What the end of the kernel is put down to; `own_doing` if nothing but what ran in it can
        be. A cell that may have ended it is left out from now on."""
        if self._kernel is not None and self._kernel.lost:
            self._count_a_loss()
            return End.LOST
        if self._leave_out_what_may_run_on():
            return End.LEFT_RUNNING
        if own_doing or not self._budget.may_try_again():
            return End.OWN_DOING
        return End.OUTSIDE

    def _all_cells_ran(self) -> bool:
        """Whether a fresh kernel lived through all cells."""
        self.close()
        self._ran = []
        self._kernel = self._engine.kernel(self._files, self._seed).__enter__()
        for index, cell in self._cells.items():
            if index not in self._left_out and not self._runs(index, cell, self._kernel):
                return False
        # A cell that filled the memory or deleted a module shall not cost what comes after it.
        self._kernel.run_cell(
            bring_back_imports(self._cells.values()), self._budget.limits.seconds_per_cell
        )
        return self._kernel.alive or self.note_end() is End.OWN_DOING

    def _runs(self, index: int, cell: NotebookNode, kernel: Kernel) -> bool:
        """Whether the kernel lives through one cell."""
        seconds = self._budget.for_a_cell()
        if seconds <= 0:
            self.runs[index] = CellRun("timeout", 0.0, error="no time was left for this cell")
            return True
        run = kernel.run_cell(cell.source, seconds)
        self._budget.spend_on_cells(run.seconds)
        self.runs[index] = run
        self._ran.append(index)
        if run.status == "timeout":
            self._left_out.add(index)
        if kernel.alive:
            return True
        end = self.note_end(run.status in ("timeout", "memory") or index in self._crashed)
        if end is End.OUTSIDE:
            self._crashed.add(index)
        elif end is End.OWN_DOING:
            self._left_out.add(index)
        return False

    def _count_a_loss(self) -> None:
        self._times_lost += 1
        if self._times_lost > _LOST_AT_MOST:
            raise InfrastructureError(
                f"Kernels were lost {self._times_lost} times, together with the process that forks "
                "them. Is there enough memory? Grade again, with fewer at a time."
            )

    def _leave_out_what_may_run_on(self) -> bool:
        """Leaves out the cells that have run and may have left something running; if any."""
        found = {i for i in self._ran if may_run_on(self._cells[i].source)} - self._left_out
        for index in found:
            if self.runs[index].status in ("ok", "error"):
                self.runs[index] = replace(self.runs[index], status="crash", error=_LEFT_BEHIND)
        self._left_out |= found
        return bool(found)
