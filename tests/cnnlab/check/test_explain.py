"""The same questions to the learner's code, ours and the mistakes we know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cnnlab.check.compare import Wrong
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import CourseFault, explain
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.learner.problems import Raised

SQUARE = Exercise("square", {"square": lambda x: x**2})


@SQUARE.mistake("breaks", "A mistake that is not possible here.")
def _(x: Any) -> Any:
    raise RuntimeError("not on this input")


@SQUARE.mistake("doubled", "You double.")
def _(x: Any) -> Any:
    return 2 * x


@SQUARE.mistake("divided", "You divide by zero.")
def _(x: Any) -> Any:
    return x / 0


@SQUARE.mistake("not_plain", "A mistake whose result cannot cross the border.")
def _(x: Any) -> Any:
    return object()


def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
    yield "the square of 5", code.call("square", 5)
    yield "that of 3", code.call("square", 3)


def ask(answer: object, **options: Any) -> dict[str, Any]:
    return explain(local_learner({"square": answer}), SQUARE, observe, **options)


def mistake_of(answer: object, **options: Any) -> str:
    with pytest.raises(Wrong) as caught:
        ask(answer, **options)
    return caught.value.mistake


def test_a_right_answer_passes_and_what_was_seen_comes_back() -> None:
    assert ask(lambda x: x * x) == {"the square of 5": 25, "that of 3": 9}


def test_a_known_mistake_is_named() -> None:
    assert mistake_of(lambda x: x + x) == "doubled"


def test_a_known_error_is_named() -> None:
    assert mistake_of(lambda x: x / 0) == "divided"


def test_a_part_may_be_explained_alone() -> None:
    assert mistake_of(lambda x: 6 if x == 3 else x**2) == "doubled"


def test_what_explains_everything_comes_before_what_explains_a_part() -> None:
    exercise = Exercise("square", {"square": lambda x: x**2})
    exercise.mistake("in_part", "Only at 5.")(lambda x: 11 if x == 5 else 9)
    exercise.mistake("wholly", "Everywhere.")(lambda x: 2 * x + 1)
    with pytest.raises(Wrong) as caught:
        explain(local_learner({"square": lambda x: 2 * x + 1}), exercise, observe)
    assert caught.value.mistake == "wholly"


def test_an_unknown_mistake_is_told_as_it_is() -> None:
    assert mistake_of(lambda x: x**3) == "wrong_value"


def test_an_unknown_error_stays_what_it_is() -> None:
    with pytest.raises(Raised):
        ask(lambda x: [][x])


def test_another_version_may_be_as_good() -> None:
    assert ask(lambda x: x + 10, also_right=[lambda x: x + 10])["that of 3"] == 13
    assert mistake_of(lambda x: x + 11, also_right=[lambda x: x + 10]) == "wrong_value"


def test_an_unjudged_part_may_differ_but_tells_mistakes_apart() -> None:
    assert ask(lambda x: 0 if x == 3 else x * x, unjudged=["that of 3"])["that of 3"] == 0
    assert mistake_of(lambda x: x + x, unjudged=["that of 3"]) == "doubled"


def test_an_error_of_our_own_version_is_our_fault() -> None:
    broken = Exercise("square", {"square": lambda x: [][x]})
    with pytest.raises(CourseFault, match="our own `square` failed"):
        explain(local_learner({"square": lambda x: x * x}), broken, observe)


def test_ours_may_use_what_another_exercise_defines() -> None:
    def observe_twice(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        yield "the square of the double", code.call("square", code.call("double", 3))

    exercise = Exercise("square", SQUARE.references, beside={"double": lambda x: 2 * x})
    learner = local_learner({"square": lambda x: x * x, "double": lambda x: x + x})
    assert explain(learner, exercise, observe_twice) == {"the square of the double": 36}


def test_a_mistake_that_explained_one_answer_is_the_first_to_explain_another() -> None:
    same = Exercise("same", {"same": lambda x: x})
    same.mistake("without_sign", "You drop the sign.")(abs)
    same.mistake("other_sign", "You turn the sign around.")(lambda x: -x)
    learner = local_learner({"same": lambda x: 0 - x})

    def named(number: int) -> str:
        with pytest.raises(Wrong) as caught:
            explain(learner, same, lambda code: [("the result", code.call("same", number))])
        return caught.value.mistake

    assert named(-1) == "without_sign"  # of that one answer both are an explanation
    assert named(1) == "other_sign"
    assert named(-1) == "other_sign"
