"""The one way in which an answer is judged: observe the learner's code, observe ours, and let a
known mistake explain the difference.

An observation is a generator: it questions some learner code through its handle and yields one
part after another, each with a name that fits into a message. The same generator observes the
learner's code, the reference and every mistake, each behind a handle of its own:

    def observe(code):
        yield "the result of `double`", code.call("double", 2)

    explain(learner, exercise, observe)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cnnlab.check.compare import Difference, Wrong, difference, is_array
from cnnlab.check.exercise import Exercise, Mistake
from cnnlab.check.manners import expect_inputs_kept
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.learner.problems import Raised

Parts = dict[str, Any]
Observe = Callable[[LearnerCode], Iterable[tuple[str, Any]]]
Compare = Callable[[Any, Any, str], Difference | None]
# What to say of a part that no mistake explains: its name, theirs, ours, how they differ.
Unexplained = Callable[[str, Any, Any, Difference], Wrong]

# The part that stands where code raised an error, and hides all that would have come after it.
FAILURE = "an error"


class CourseFault(Exception):
    """The course's own code failed where it must not. No learner loses a point for it."""


def explain(
    learner: LearnerCode,
    exercise: Exercise,
    observe: Observe,
    *,
    of: str = "",
    also_right: Sequence[Callable[..., Any]] = (),
    unjudged: Collection[str] = (),
    compare: Compare = difference,
    unexplained: Unexplained | None = None,
    given: str = "",
) -> Parts:
    """Raises `Wrong` unless the learner's code is observed to be as ours; returns what was seen.

    `of` is the name that is judged, where an exercise has several. `also_right` are other versions
    that are as good as the reference. Parts in `unjudged` may differ: they only tell mistakes
    apart. `given` describes the input, for visible checks.

    A mistake explains an answer if everything that was observed is the same, errors included. If
    none explains everything, one may explain the first part that is wrong: an answer may hold two
    mistakes.
    """
    name = of or exercise.names[0]
    actual = _observed(observe, learner)
    expected = _expected(observe, exercise, name)
    wrong = _first_difference(actual, expected, compare, unjudged)
    if wrong is None:
        return actual
    part, gap = wrong
    for version in also_right:
        other = _observed(observe, _in_place_of(exercise, name, version))
        if _first_difference(actual, other, compare, unjudged) is None:
            return actual
    partly = None
    for mistake in _likely_first(exercise.mistakes_of(name), learner.recognised.get(name)):
        code = _in_place_of(exercise, name, mistake.wrong)
        same = _parts_in_common(observe, code, actual, part, compare)
        if len(same) == len(actual):
            learner.recognised[name] = mistake
            raise Wrong(mistake.id, mistake.message, given)
        partly = partly or (mistake if part in same else None)
    if partly:
        raise Wrong(partly.id, partly.message, given)
    failure = actual.get(FAILURE)
    if part == FAILURE and isinstance(failure, Raised):
        raise failure
    if unexplained is not None:
        raise unexplained(part, actual.get(part), expected.get(part), gap)
    raise gap.as_wrong(given)


def _observed(observe: Observe, code: LearnerCode) -> Parts:
    """All parts up to the end, or to an error that the code raised."""
    parts: Parts = {}
    try:
        for name, value in observe(code):
            parts[name] = value
    except Raised as failure:
        parts[FAILURE] = failure
    return parts


def _expected(observe: Observe, exercise: Exercise, name: str) -> Parts:
    parts = _observed(observe, _in_place_of(exercise, name, exercise.references[name]))
    if FAILURE in parts:
        raise CourseFault(f"our own `{name}` failed: {parts[FAILURE]}")
    return parts


def _parts_in_common(
    observe: Observe, mistake: LearnerCode, actual: Parts, decisive: str, compare: Compare
) -> set[str]:
    """The parts of `actual` in which a mistake is the same.

    They are not all looked at where a difference decides: many mistakes differ in the first part.
    """
    same: set[str] = set()
    try:
        for name, value in observe(mistake):
            if name not in actual:  # theirs failed before it came so far
                return same
            if _same(actual[name], value, name, compare):
                same.add(name)
            elif name == decisive or decisive in same:
                return same
    except Raised as failure:
        if FAILURE in actual and _fail_alike(actual[FAILURE], failure):
            same.add(FAILURE)
    except Exception:  # not every mistake is possible on every input
        return set()
    return same


def _likely_first(mistakes: Sequence[Mistake], recognised: Mistake | None) -> list[Mistake]:
    """A mistake that has explained another answer of the same code will explain this one, too."""
    return sorted(mistakes, key=lambda mistake: mistake is not recognised)


def _in_place_of(exercise: Exercise, name: str, version: Callable[..., Any]) -> LearnerCode:
    return local_learner(exercise.ours(**{name: version}))


def _first_difference(
    actual: Parts, expected: Parts, compare: Compare, unjudged: Collection[str]
) -> tuple[str, Difference] | None:
    for part in expected:
        if part not in actual:
            problem = actual.get(FAILURE)
            return FAILURE, Difference("raises", str(problem or f"{part} is missing."))
        if part not in unjudged and (gap := compare(actual[part], expected[part], part)):
            return part, gap
    return None


def _same(actual: Any, seen: Any, part: str, compare: Compare) -> bool:
    try:
        return compare(actual, seen, part) is None
    except TypeError:  # a mistake may give what no right answer is compared with
        return False


def _fail_alike(one: Raised, other: Raised) -> bool:
    """Whether two errors are the same. One without a text says too little to be recognised."""
    return bool(one.detail) and (one.error_type, one.detail) == (other.error_type, other.detail)


def agree(
    learner: LearnerCode, exercise: Exercise, *args: Any, of: str = "", **kwargs: Any
) -> None:
    """The learner's function gives what ours gives for the same arguments, and changes none."""
    name = of or exercise.names[0]
    outcomes = []

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        outcomes.append(code.outcome(name, *args, **kwargs))
        yield f"the result of `{name}`", outcomes[-1].value

    given = f"The call was {describe_call(name, args, kwargs)}."
    explain(learner, exercise, observe, of=name, given=given)
    expect_inputs_kept(name, outcomes[0])


def describe_call(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The call as a learner would type it; an array or a tensor by its shape unless it is tiny."""
    given = [_short(value) for value in args]
    given += [f"{key}={_short(value)}" for key, value in kwargs.items()]
    return f"`{name}({', '.join(given)})`"


def _short(value: Any) -> str:
    if is_array(value):
        if math.prod(value.shape) <= 4 and value.ndim <= 1:
            return str([round(number, 3) for number in value.reshape(-1).tolist()])
        return f"<{type(value).__name__.lower()} {'×'.join(map(str, value.shape))}>"
    if isinstance(value, (list, tuple)) and any(is_array(item) for item in value):
        return f"<{len(value)} items>"
    return repr(value)
