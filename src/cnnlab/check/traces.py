"""Asking the learner's code, ours, and every known wrong turn the same questions.

For answers that are more than the result of one call: what a layer gives in a row of passes, or
what a network computes in both of its modes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnlab.check.compare import Wrong, agrees, difference
from cnnlab.check.todo import Todo
from cnnlab.student import Student, local_student
from cnnlab.student.problems import Raised

Trace = Mapping[str, Any]


def agree_trace(
    student: Student, todo: Todo, ask: Callable[[Student], Trace], of: str = ""
) -> None:
    """Compares what `ask` finds out about the learner's code with what it finds out about ours.

    `ask` tells what it saw, part by part, under names that fit into a message. The suspect that
    leaves the same trace, or fails in the same way, names the mistake.
    """
    name = of or todo.names[0]

    def trace_of(version: Callable[..., Any]) -> Trace:
        return ask(local_student({**todo.references, name: version}))

    suspects = todo.suspects_of(name)
    try:
        actual = ask(student)
    except Raised as failure:
        for suspect in suspects:
            if _fails_like(failure, trace_of, suspect.wrong):
                raise Wrong(suspect.diagnosis, suspect.message) from None
        raise
    expected = trace_of(todo.references[name])
    gaps = ((part, difference(actual[part], expected[part], part)) for part in expected)
    part, gap = next(((part, gap) for part, gap in gaps if gap), ("", None))
    if gap is None:
        return
    known = []
    for suspect in suspects:
        try:
            known.append((suspect, trace_of(suspect.wrong)))
        except Exception:  # a wrong turn need not be possible on every input
            continue
    # An answer may make two mistakes: if none explains everything, one may explain this part.
    for explained in (tuple(expected), (part,)):
        for suspect, trace in known:
            if all(agrees(actual[each], trace[each]) for each in explained):
                raise Wrong(suspect.diagnosis, suspect.message)
    raise Wrong(gap.kind, gap.message, gap.detail)


def _fails_like(failure: Raised, trace_of: Callable[..., Trace], wrong: Callable[..., Any]) -> bool:
    try:
        trace_of(wrong)
    except Raised as other:
        return (other.error_type, other.detail) == (failure.error_type, failure.detail)
    except Exception:  # it fails, but otherwise
        return False
    return False
