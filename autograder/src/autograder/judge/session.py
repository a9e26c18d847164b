"""A learner's notebook brought to life: its cells run once, and again if the kernel is lost."""

from __future__ import annotations

import time
from pathlib import Path

from nbformat import NotebookNode

from autograder.engine import Engine
from autograder.errors import InfrastructureError
from autograder.judge.kernel import CellRun, Kernel, KernelLost
from autograder.judge.limits import Limits
from cnnlab.student import NoAnswer, Student

# A kernel may go with its warm parent this often before something must be wrong with the machine.
_LOST_AT_MOST = 5


class Session:
    """Runs the graded cells of `notebook`, then carries questions to what they defined.

    A cell that hangs or kills Python is left out when the others run again: it costs itself only.
    """

    def __init__(
        self, notebook: NotebookNode, files: Path, limits: Limits, engine: Engine, seed: int
    ) -> None:
        self._notebook = notebook
        self._files = files
        self._limits = limits
        self._engine = engine
        self._seed = seed
        self._lost = 0
        self._kernel: Kernel | None = None
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

    @property
    def student(self) -> Student:
        """The handle through which checks question the notebook."""
        sources = [c.source for c in self._notebook.cells if c.cell_type == "code"]
        return Student(self._ask, sources)

    def _ask(self, request: bytes) -> bytes:
        try:
            while True:
                if self._kernel is None or not self._kernel.alive:
                    self._revive()
                assert self._kernel is not None
                try:
                    return self._kernel.ask(request, self._limits.seconds_per_question)
                except KernelLost:
                    self._count_a_loss()
        except InfrastructureError as problem:  # a check may not take it for a wrong answer
            raise NoAnswer(
                str(problem), diagnosis="infrastructure", verdict="infrastructure"
            ) from problem

    def _revive(self) -> None:
        """A fresh kernel in which every cell but the deadly ones has run."""
        while True:
            self._close()
            self._kernel = Kernel(self._files, self._engine, self._seed).__enter__()
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
        for index, cell in enumerate(self._notebook.cells):
            if cell.cell_type != "code" or index in self._deadly or not runs_in_grading(cell):
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
            if run.status in ("timeout", "crash", "memory"):
                self._deadly.add(index)
            if not kernel.alive:
                return False
        return True

    def _close(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None


def runs_in_grading(cell: NotebookNode) -> bool:
    """Experiments are for the learner, and a test cell's visible check decides nothing."""
    if "explore" in cell.metadata.get("tags", []):
        return False
    return not cell.metadata.get("nbgrader", {}).get("grade", False)
