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
    one. For functions whose results are plain numbers, which may agree by chance.
    """
    name = of or exercise.names[0]
    mistakes = exercise.mistakes_of(name)
    for _ in range(ATTEMPTS):
        arguments = make()
        truth = exercise.references[name](*arguments)
        answers = {s.id: s.wrong(*arguments) for s in mistakes}
        wrong = [answer for answer in answers.values() if answer != truth]
        if len(set(wrong)) == len(wrong) and all(answers[known] != truth for known in shows):
            return arguments
    raise RuntimeError(f"{ATTEMPTS} draws for {name} do not tell {', '.join(shows)} apart")
