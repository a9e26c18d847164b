"""How notebooks are run for grading: at which level of isolation, in warm kernels or cold ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.kernels.forking.pool import server_for
from autograder.kernels.forking.server import ServerGone
from autograder.kernels.inside.import_plan import ImportPlan
from autograder.kernels.isolation import AUTO, choose
from autograder.kernels.isolation.level import Level
from autograder.kernels.kernel import Kernel
from autograder.kernels.process import ColdProcess, Process, WarmProcess


@dataclass(frozen=True)
class Engine:
    """A choice that travels to other processes. A score never depends on it.

    `server` is the folder of a fork server that the process which made this engine keeps; `plan`
    says what warm kernels have imported, and what they must not have.
    """

    sandbox: str = AUTO
    warm: bool = True
    server: Path | None = None
    plan: ImportPlan = field(default_factory=ImportPlan)

    @property
    def level(self) -> Level:
        """The level in force; raises a NoSandboxError where there is none."""
        return choose(self.sandbox)

    def chosen(self) -> Engine:
        """This engine with the level in force by its name."""
        return replace(self, sandbox=self.level.name)

    def hiding_nothing(self) -> Engine:
        """This engine for kernels that are not scored: there every module can be used."""
        if not self.plan.hides:
            return self
        return replace(self, plan=replace(self.plan, hides=()), server=None)

    def ready(self) -> Engine:
        """This engine with its level chosen and its fork server on its way, for others to use."""
        level = self.level
        server = server_for(level, self.plan).folder if self.warm else None
        return replace(self, sandbox=level.name, server=server)

    def wait(self) -> None:
        """Returns once kernels can be forked. Other processes must find the server ready."""
        if self.warm:
            with suppress(ServerGone):  # the first who asks for a kernel then starts another one
                server_for(self.level, self.plan).wait()

    def kernel(self, files: Path | None = None, seed: int | None = None) -> Kernel:
        """A kernel in a folder of its own, with what lies in `files` beside any notebooks."""
        return Kernel(lambda: self._start(files, seed))

    def _start(self, files: Path | None, seed: int | None) -> Process:
        if not self.warm:
            return ColdProcess(files)
        return WarmProcess(self.level, self.plan, files, seed, self.server)
