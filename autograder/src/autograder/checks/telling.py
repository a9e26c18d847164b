"""Drawing inputs on which every known mistake shows, and shows as itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cnnlab.check.todo import Todo

ATTEMPTS = 1000


def telling(
    todo: Todo, make: Callable[[], tuple[Any, ...]], shows: Sequence[str], of: str = ""
) -> tuple[Any, ...]:
    """Arguments drawn by `make`, again and again until they tell mistakes from the right answer.

    The suspects named in `shows` must all give wrong answers, and no two suspects the same wrong
    one. For functions whose results are plain numbers, which may agree by chance.
    """
    name = of or todo.names[0]
    suspects = todo.suspects_of(name)
    for _ in range(ATTEMPTS):
        arguments = make()
        truth = todo.references[name](*arguments)
        answers = {s.diagnosis: s.wrong(*arguments) for s in suspects}
        wrong = [answer for answer in answers.values() if answer != truth]
        if len(set(wrong)) == len(wrong) and all(answers[known] != truth for known in shows):
            return arguments
    raise RuntimeError(f"{ATTEMPTS} draws for {name} do not tell {', '.join(shows)} apart")
