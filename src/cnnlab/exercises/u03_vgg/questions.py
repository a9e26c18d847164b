"""How a learner's function is asked about a network that we made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cnnlab.check.compare import expect
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode, Network, fixtures

Rows = Sequence[tuple[Any, ...]]


def agree_about(learner: LearnerCode, exercise: Exercise, rows: Rows, *args: Any) -> Network:
    """Asks the learner's function about a network of these rows, in training mode."""
    (name,) = exercise.names
    network = learner.network(*rows).train()
    outcome = learner.outcome(name, network.ref, *args)

    def answer_of(function: Callable[..., Any]) -> Any:
        return function(fixtures.network(rows).train(), *args)

    expect(
        outcome.value,
        answer_of(exercise.references[name]),
        f"the result of `{name}`",
        [(s.id, s.message, partial(answer_of, s.wrong)) for s in exercise.mistakes_of(name)],
        given=f"The network was {_words(rows)}.",
    )
    return network


def _words(rows: Rows) -> str:
    """The network as a learner would type it."""
    layers = [
        f"{kind}({_words(settings) if kind == 'Sequential' else ', '.join(map(str, settings))})"
        for kind, *settings in rows
    ]
    return ", ".join(layers)
