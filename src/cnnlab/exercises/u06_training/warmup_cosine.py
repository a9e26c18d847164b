"""`warmup_cosine`: a learning rate that rises in a line and falls along half a cosine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from cnnlab.check.compare import Difference, Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.learner import LearnerCode


def warmup_cosine(step: int, total: int, warmup: int, base_lr: float) -> float:
    """The learning rate of a step: up a straight line, down half a cosine, 0 at step = total."""
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


exercise = Exercise("warmup_cosine", {"warmup_cosine": warmup_cosine})


def _rising(step: int, warmup: int, base_lr: float) -> float:
    return base_lr * (step + 1) / warmup


def _half_cosine(part: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * part))


@exercise.mistake(
    "first_step_does_nothing",
    "The rate of the first step is 0, so that step is wasted. The warm-up starts at base_lr/warmup "
    "and reaches base_lr in its last step.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return base_lr * step / warmup
    return warmup_cosine(step, total, warmup, base_lr)


@exercise.mistake(
    "cosine_from_the_start",
    "Your cosine counts from step 0, so after the warm-up the rate jumps down. It begins where the "
    "warm-up ends.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * _half_cosine(step / total)


@exercise.mistake(
    "cosine_too_slow",
    "Your cosine starts where the warm-up ends, but it is stretched over all steps, so it does not "
    "reach 0. It has total − warmup steps.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * _half_cosine((step - warmup) / total)


@exercise.mistake(
    "cosine_too_fast",
    "Your cosine counts from step 0, over the steps after the warm-up: it begins below base_lr and "
    "is 0 too early. Its part of the way is (step − warmup)/(total − warmup).",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * _half_cosine(step / (total - warmup))


@exercise.mistake(
    "not_halved",
    "Your rates are twice too high after the warm-up: 1 + cos lies between 0 and 2.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    factor = 1 if step < warmup else 2
    return factor * warmup_cosine(step, total, warmup, base_lr)


@exercise.mistake(
    "straight_line_down",
    "Your rate falls along a straight line. It should be half a cosine: flat at first, steep in "
    "the middle, flat at the end.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * (total - step) / (total - warmup)


@exercise.mistake(
    "quarter_wave",
    "You go a quarter of the wave, from cos 0 to cos π/2. Half a wave, from 1 to −1, is lifted by "
    "1 and halved.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * math.cos(math.pi / 2 * (step - warmup) / (total - warmup))


@exercise.mistake(
    "below_zero",
    "Your rate falls below 0: then steps lead uphill. A cosine goes from 1 to −1; lift it by 1 and "
    "halve it.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * math.cos(math.pi * (step - warmup) / (total - warmup))


@exercise.mistake(
    "degrees",
    "You give the cosine an angle in degrees. math.cos and torch.cos take radians: half a wave is "
    "π, not 180.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * 0.5 * (1 + math.cos(180 * (step - warmup) / (total - warmup)))


@exercise.mistake(
    "warmup_one_too_long",
    "Your warm-up has one step too many, in which the rate is above base_lr. Its steps are 0 to "
    "warmup − 1.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if warmup and step <= warmup:
        return _rising(step, warmup, base_lr)
    return warmup_cosine(step, total, warmup, base_lr)


@exercise.mistake(
    "zero_one_step_early",
    "Your rate is 0 one step early, at total − 1, so the last step does nothing. It is 0 at step = "
    "total, after the last one.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    if step < warmup:
        return _rising(step, warmup, base_lr)
    return base_lr * _half_cosine((step - warmup) / (total - 1 - warmup))


@exercise.mistake("no_warmup", "There is no warm-up: the cosine begins at once.")
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    return warmup_cosine(step, total, 0, base_lr)


@exercise.mistake(
    "base_rate_ignored",
    "You return the factor alone. Multiply it by base_lr.",
)
def _(step: int, total: int, warmup: int, base_lr: float) -> float:
    return warmup_cosine(step, total, warmup, 1.0)


WARMUP, AFTERWARDS = "the rates of the warm-up", "the rates after the warm-up"


def agree_on_schedule(learner: LearnerCode, total: int, warmup: int, base_lr: float) -> None:
    """All rates of a run, from step 0 to step = total, are ours."""

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        rates = [code.call("warmup_cosine", k, total, warmup, base_lr) for k in range(total + 1)]
        yield WARMUP, rates[:warmup]
        yield AFTERWARDS, rates[warmup:]

    given = f"The rates were those of total={total}, warmup={warmup}, base_lr={base_lr:g}."

    def unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
        first = next(k for k in range(len(ours)) if not agrees(theirs[k], ours[k]))
        step = first if part == WARMUP else first + warmup
        if gap.kind not in ("wrong_value", "not_finite"):
            return gap.as_wrong(given)
        return Wrong(
            gap.kind,
            "The rate is wrong in the warm-up."
            if part == WARMUP
            else "The warm-up is right, and the rate after it is wrong.",
            f"In step {step} it is {theirs[first]}, expected {ours[first]:.6g}. {given}",
        )

    explain(learner, exercise, observe, unexplained=unexplained, given=given)


@exercise.visible("up a straight line, down half a cosine")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_schedule(learner, total=10, warmup=4, base_lr=0.4)


@exercise.visible("no warm-up at all")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_schedule(learner, total=6, warmup=0, base_lr=0.1)
