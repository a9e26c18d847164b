"""How a learner's function is asked about a network that we made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.learner import LearnerCode

Rows = Sequence[tuple[Any, ...]]


def agree_about(
    learner: LearnerCode, exercise: Exercise, rows: Rows, *args: Any, frozen: Sequence[str] = ()
) -> None:
    """The learner's function says what ours says of a network of these rows, in training mode.

    `frozen` names parameters of the network that are not trained.
    """
    (name,) = exercise.names

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        network = code.network(*rows).train()
        network.set_trainable(dict.fromkeys(frozen, False))
        yield f"the result of `{name}`", code.call(name, network.ref, *args)

    explain(learner, exercise, observe, given=f"The network was {_words(rows)}.")


def _words(rows: Rows) -> str:
    """The network as a learner would type it."""
    layers = [
        f"{kind}({_words(settings) if kind == 'Sequential' else ', '.join(map(str, settings))})"
        for kind, *settings in rows
    ]
    return ", ".join(layers)
