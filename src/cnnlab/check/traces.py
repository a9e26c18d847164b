"""Asking the learner's code, ours, and every known mistake the same questions.

For answers that are more than the result of one call: what a layer gives in a row of passes, or
what a network computes in both of its modes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnlab.check.compare import Wrong, agrees, difference
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.learner.problems import Raised

Trace = Mapping[str, Any]


def agree_trace(
    learner: LearnerCode, exercise: Exercise, ask: Callable[[LearnerCode], Trace], of: str = ""
) -> None:
    """Compares what `ask` finds out about the learner's code with what it finds out about ours.

    `ask` tells what it saw, part by part, under names that fit into a message. The mistake that
    leaves the same trace, or fails in the same way, names the mistake.
    """
    name = of or exercise.names[0]

    def trace_of(version: Callable[..., Any]) -> Trace:
        return ask(local_learner({**exercise.references, name: version}))

    mistakes = exercise.mistakes_of(name)
    try:
        actual = ask(learner)
    except Raised as failure:
        for mistake in mistakes:
            if _fails_like(failure, trace_of, mistake.wrong):
                raise Wrong(mistake.id, mistake.message) from None
        raise
    expected = trace_of(exercise.references[name])
    gaps = ((part, difference(actual[part], expected[part], part)) for part in expected)
    part, gap = next(((part, gap) for part, gap in gaps if gap), ("", None))
    if gap is None:
        return
    known = []
    for mistake in mistakes:
        try:
            known.append((mistake, trace_of(mistake.wrong)))
        except Exception:  # a mistake need not be possible on every input
            continue
    # An answer may make two mistakes: if none explains everything, one may explain this part.
    for explained in (tuple(expected), (part,)):
        for mistake, trace in known:
            if all(agrees(actual[each], trace[each]) for each in explained):
                raise Wrong(mistake.id, mistake.message)
    raise Wrong(gap.kind, gap.message, gap.detail)


def _fails_like(failure: Raised, trace_of: Callable[..., Trace], wrong: Callable[..., Any]) -> bool:
    try:
        trace_of(wrong)
    except Raised as other:
        return (other.error_type, other.detail) == (failure.error_type, failure.detail)
    except Exception:  # it fails, but otherwise
        return False
    return False
