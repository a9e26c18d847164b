"""The same questions to the learner's code, ours and the mistakes we know."""

from __future__ import annotations

from typing import Any

import pytest

from cnnlab.check.compare import Wrong
from cnnlab.check.exercise import Exercise
from cnnlab.check.traces import agree_trace
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.learner.problems import Raised

SQUARE = Exercise("square", {"square": lambda x: x**2})


@SQUARE.mistake("doubled", "You double.")
def _(x):
    return 2 * x


@SQUARE.mistake("divided", "You divide by zero.")
def _(x):
    return x / 0


def ask(someone: LearnerCode) -> dict[str, Any]:
    return {"the square of 2": someone.call("square", 2), "that of 3": someone.call("square", 3)}


def diagnosis_of(answer: object) -> str:
    with pytest.raises(Wrong) as caught:
        agree_trace(local_learner({"square": answer}), SQUARE, ask)
    return caught.value.mistake


def test_a_right_answer_passes() -> None:
    agree_trace(local_learner({"square": lambda x: x * x}), SQUARE, ask)


def test_a_known_wrong_turn_is_named() -> None:
    assert diagnosis_of(lambda x: x + x) == "doubled"


def test_a_known_failure_is_named() -> None:
    assert diagnosis_of(lambda x: x // 0 if False else x / 0) == "divided"


def test_a_part_may_be_explained_alone() -> None:
    assert diagnosis_of(lambda x: 6 if x == 3 else x**2) == "doubled"


def test_an_unknown_mistake_is_told_as_it_is() -> None:
    assert diagnosis_of(lambda x: x**3) == "wrong_value"


def test_an_unknown_failure_stays_what_it_is() -> None:
    with pytest.raises(Raised):
        agree_trace(local_learner({"square": lambda x: [][x]}), SQUARE, ask)
