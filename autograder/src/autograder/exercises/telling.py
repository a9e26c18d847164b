"""Drawing inputs on which every known mistake shows, and shows as itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cnnlab.check.exercise import Exercise

ATTEMPTS = 1000


def telling(
    exercise: Exercise, make: Callable[[], tuple[Any, ...]], shows: Sequence[str], of: str = ""
) -> tuple[Any, ...]:
    """Arguments drawn by `make`, again and again until they tell mistakes from the right answer.

    The mistakes named in `shows` must all give wrong answers, and no two mistakes the same wrong
    one, unless they bear the same name. For functions whose results are plain numbers, which may
    agree by chance.
    """
    name = of or exercise.names[0]
    mistakes = exercise.mistakes_of(name)
    for _ in range(ATTEMPTS):
        arguments = make()
        truth = exercise.references[name](*arguments)
        answers = {(mistake.id, mistake.wrong(*arguments)) for mistake in mistakes}
        wrong = {(known, answer) for known, answer in answers if answer != truth}
        unseen = {known for known, _ in answers - wrong}
        if unseen.isdisjoint(shows) and len({answer for _, answer in wrong}) == len(wrong):
            return arguments
    raise RuntimeError(f"{ATTEMPTS} draws for {name} do not tell {', '.join(shows)} apart")
