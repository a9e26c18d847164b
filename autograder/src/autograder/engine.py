"""How notebooks are run for grading: at which level of isolation, in warm kernels or cold ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.judge.process import ColdProcess, Process, WarmProcess
from autograder.sandbox import AUTO, choose
from autograder.sandbox.level import Level
from autograder.warm.parent_process import ParentGone
from autograder.warm.parents import warm_up


@dataclass(frozen=True)
class Engine:
    """A choice that travels to other processes. A score never depends on it.

    `parent` is the folder of a warm parent that the process which made this engine keeps.
    """

    sandbox: str = AUTO
    warm: bool = True
    parent: Path | None = None

    @property
    def level(self) -> Level:
        """The level in force; raises a NoSandboxError where there is none."""
        return choose(self.sandbox)

    def chosen(self) -> Engine:
        """This engine with the level in force by its name."""
        return replace(self, sandbox=self.level.name)

    def ready(self) -> Engine:
        """This engine with its level chosen and its warm parent on its way, for others to use."""
        level = self.level
        parent = warm_up(level).folder if self.warm else None
        return replace(self, sandbox=level.name, parent=parent)

    def wait(self) -> None:
        """Returns once kernels can be forked. Whoever is lent a parent has to find it warm."""
        if self.warm:
            with suppress(ParentGone):  # the first who asks for a kernel then starts another one
                warm_up(self.level).wait()

    def start(self, files: Path | None = None, seed: int | None = None) -> Process:
        """A kernel of its own, in a folder with what lies in `files`."""
        if not self.warm:
            return ColdProcess(files)
        return WarmProcess(self.level, files, seed, self.parent)
