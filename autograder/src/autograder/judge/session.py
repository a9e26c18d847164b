"""A learner's notebook brought to life: its cells run once, and again if the kernel is lost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import InfrastructureError
from autograder.hidden_checks import HiddenChecks
from autograder.judge.lesson_imports import bring_back_imports
from autograder.judge.suspects import lingers
from autograder.kernels.engine import Engine
from autograder.kernels.kernel import CellRun, Kernel, KernelLost
from autograder.kernels.limits import Limits
from cnnlab.check.run import Result, run_checks
from cnnlab.learner import LearnerCode, NoAnswer

# A kernel may go with its fork server this often before something must be wrong with the machine.
_LOST_AT_MOST = 5
_AGAIN = "The kernel was lost; all will be asked again."
_LEFT_BEHIND = "what it left running may have ended Python"


class Session:
    """Runs the graded cells of `notebook`, then carries questions to what they defined.

    A cell that hangs or kills Python is left out when the others run again: it costs itself only.
    So is one that may have left something running which killed Python later.
    """

    def __init__(
        self, notebook: NotebookNode, files: Path, limits: Limits, engine: Engine, seed: int
    ) -> None:
        self._notebook = notebook
        self._graded = {
            index: cell
            for index, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and runs_in_grading(cell)
        }
        self._files = files
        self._limits = limits
        self._engine = engine
        self._seed = seed
        self._lost = 0
        self._broken_off = False
        self._kernel: Kernel | None = None
        self._ran: list[int] = []  # in the kernel that lives now
        self._deadly: set[int] = set()
        self._spent = 0.0
        self.runs: dict[int, CellRun] = {}

    def __enter__(self) -> Session:
        try:
            self._revive()
        except BaseException:  # Ctrl-C too: no `__exit__` follows, and no kernel may be left
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def put(
        self, hidden: HiddenChecks, sources: Sequence[str] = (), lent: Sequence[str] = ()
    ) -> list[Result]:
        """The result of each check of an exercise.

        `sources` stands for the notebook's own where shortcuts are looked for; the course's
        versions of the functions in `lent` take the places of the learner's meanwhile. Where the
        kernel was lost through nobody's fault, all is asked again from the start.
        """
        student = LearnerCode(self._ask, sources or self.sources)
        while True:
            self._broken_off = False
            try:
                if lent:
                    student.lend(lent)
                results = run_checks(
                    hidden.exercise, hidden.checks, student, self._seed, self._limits.late_checks
                )
                if lent:
                    student.take_back()
            except NoAnswer:
                if not self._broken_off:
                    raise
            if not self._broken_off:
                return results

    @property
    def sources(self) -> list[str]:
        return [cell.source for cell in self._notebook.cells if cell.cell_type == "code"]

    def _ask(self, request: bytes) -> bytes:
        try:
            if self._kernel is not None and not self._kernel.alive:  # it ended between two
                self._broken_off = self._bury() or self._broken_off
            if not self._broken_off:
                return self._ask_the_kernel(request)
        except InfrastructureError as problem:  # a check may not take it for a wrong answer
            raise NoAnswer(
                str(problem), mistake="infrastructure", verdict="infrastructure"
            ) from problem
        raise NoAnswer(_AGAIN)

    def _ask_the_kernel(self, request: bytes) -> bytes:
        if self._kernel is None:
            self._revive()
        assert self._kernel is not None
        try:
            return self._kernel.ask(request, self._limits.seconds_per_question)
        except (NoAnswer, KernelLost) as problem:
            if not self._kernel.alive:
                self._broken_off = self._bury()
            if isinstance(problem, NoAnswer):
                raise
        raise NoAnswer(_AGAIN)

    def _bury(self) -> bool:
        """Closes a kernel that has ended; whether what it was asked is not at fault."""
        assert self._kernel is not None
        lost = self._kernel.lost
        self._close()
        if lost:
            self._count_a_loss()
        return lost or self._blame_what_lingers()

    def _revive(self) -> None:
        """A fresh kernel in which every cell but the deadly ones has run."""
        while True:
            self._close()
            self._kernel = self._engine.kernel(self._files, self._seed).__enter__()
            if self._run_cells(self._kernel):
                return

    def _count_a_loss(self) -> None:
        self._lost += 1
        if self._lost > _LOST_AT_MOST:
            raise InfrastructureError(
                f"Kernels were lost {self._lost} times, together with the process that forks them. "
                "Is there enough memory? Grade again, with fewer at a time."
            )

    def _run_cells(self, kernel: Kernel) -> bool:
        """Whether the kernel lived through all cells."""
        self._ran.clear()
        for index, cell in self._graded.items():
            if index in self._deadly:
                continue
            left = self._limits.seconds_for_cells - self._spent
            if left <= 0:
                self.runs[index] = CellRun("timeout", 0.0, error="no time was left for this cell")
                continue
            started = time.monotonic()
            run = kernel.run_cell(cell.source, min(self._limits.seconds_per_cell, left))
            if run.status == "lost":
                self._count_a_loss()
                return False
            self._spent += time.monotonic() - started
            self.runs[index] = run
            self._ran.append(index)
            if run.status == "timeout" or (
                run.status in ("crash", "memory") and not self._blame_what_lingers()
            ):
                self._deadly.add(index)
            if not kernel.alive:
                return False
        return self._bring_back_imports(kernel)

    def _bring_back_imports(self, kernel: Kernel) -> bool:
        """Whether the kernel did not end meanwhile for what cells left running."""
        code = bring_back_imports(self._graded.values())
        run = kernel.run_cell(code, self._limits.seconds_per_cell)
        if run.status == "lost":
            self._count_a_loss()
            return False
        return run.status not in ("crash", "memory") or not self._blame_what_lingers()

    def _blame_what_lingers(self) -> bool:
        """Whether cells that have run may have left behind what ended the kernel."""
        found = {at for at in self._ran if lingers(self._graded[at].source)}
        for at in found - self._deadly:
            if self.runs[at].status in ("ok", "error"):
                self.runs[at] = replace(self.runs[at], status="crash", error=_LEFT_BEHIND)
        self._deadly |= found
        return bool(found)

    def _close(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None


def runs_in_grading(cell: NotebookNode) -> bool:
    """Experiments are for the learner, and a test cell's visible check decides nothing."""
    if "explore" in cell.metadata.get("tags", []):
        return False
    return not cell.metadata.get("nbgrader", {}).get("grade", False)
