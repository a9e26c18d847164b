"""Which level this machine allows: each is really tried, the best one first."""

from __future__ import annotations

from functools import cache

from autograder.errors import InfrastructureError
from autograder.kernels.isolation.bubblewrap import Bubblewrap
from autograder.kernels.isolation.level import Level
from autograder.kernels.isolation.none import NoSandbox
from autograder.kernels.isolation.uid import OtherUserLevel

AUTO = "auto"
LEVELS: dict[str, type[Level]] = {
    level.name: level for level in (Bubblewrap, OtherUserLevel, NoSandbox)
}


class NoSandboxError(InfrastructureError):
    """No level that was asked for works on this machine."""


def choose(name: str = AUTO) -> Level:
    """The level called `name`, or the best that works. Never `none`, unless it was asked for."""
    candidates = [name] if name != AUTO else [n for n in LEVELS if n != NoSandbox.name]
    problems = {}
    for candidate in candidates:
        problem = problem_with(candidate)
        if problem is None:
            return LEVELS[candidate]()
        problems[candidate] = problem
    said = "\n".join(f"  {level}: {problem}." for level, problem in problems.items())
    raise NoSandboxError(
        f"This machine allows no sandbox:\n{said}\n"
        "Mend one of these, or grade submissions that you trust with --sandbox none."
    )


@cache
def problem_with(name: str) -> str | None:
    """Why this machine does not allow a level; it is tried once in a process."""
    return LEVELS[name]().problem()
