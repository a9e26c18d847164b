"""Drawing inputs on which no two answers agree by chance."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import combinations
from typing import Any

from cnnlab.check.compare import agrees
from cnnlab.check.exercise import Exercise

_DRAWS = 1000


def telling(
    exercise: Exercise, make: Callable[[], tuple[Any, ...]], hides: Collection[str] = ()
) -> tuple[Any, ...]:
    """Arguments drawn by `make` until every known mistake gives an answer of its own.

    The mistakes in `hides` may give the right answer: not every input shows every mistake.
    """
    reference = exercise.references[exercise.names[0]]
    for _ in range(_DRAWS):
        arguments = make()
        right = reference(*arguments)
        wrong = {mistake.id: mistake.wrong(*arguments) for mistake in exercise.mistakes}
        shown = [answer for answer in wrong.values() if not agrees(answer, right)]
        hidden = [mistake for mistake, answer in wrong.items() if agrees(answer, right)]
        if set(hidden) <= set(hides) and not any(agrees(a, b) for a, b in combinations(shown, 2)):
            return arguments
    raise RuntimeError(f"{_DRAWS} draws do not tell the mistakes of {exercise.id} apart")
