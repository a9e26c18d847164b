"""A learning rate that rises in a straight line and falls along half a cosine."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from cnnlab.check.compare import expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode
from cnnlab.reference import training as ours

WARMUP_COSINE = Exercise("warmup_cosine", {"warmup_cosine": ours.warmup_cosine})


def _half_cosine(part: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * part))


@WARMUP_COSINE.mistake(
    "first_step_does_nothing",
    "The rate of the first step is 0, so that step is wasted. The warm-up starts at base_lr/warmup "
    "and reaches base_lr in its last step.",
)
def _(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * step / warmup
    return ours.warmup_cosine(step, total, warmup, base_lr)


@WARMUP_COSINE.mistake(
    "cosine_from_the_start",
    "Your cosine counts from step 0, so after the warm-up the rate jumps down. It begins where the "
    "warm-up ends.",
)
def _(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * _half_cosine(step / total)


@WARMUP_COSINE.mistake(
    "cosine_too_slow",
    "Your cosine starts where the warm-up ends, but it is stretched over all steps, so it does not "
    "reach 0. It has total − warmup steps.",
)
def _(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * _half_cosine((step - warmup) / total)


@WARMUP_COSINE.mistake(
    "not_halved",
    "Your rates are twice too high after the warm-up: 1 + cos lies between 0 and 2.",
)
def _(step, total, warmup, base_lr):
    factor = 1 if step < warmup else 2
    return factor * ours.warmup_cosine(step, total, warmup, base_lr)


@WARMUP_COSINE.mistake(
    "straight_line_down",
    "Your rate falls along a straight line. Asked for is half a cosine: flat at first, steep in "
    "the middle, flat at the end.",
)
def _(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * (total - step) / (total - warmup)


@WARMUP_COSINE.mistake(
    "quarter_wave",
    "You go a quarter of the wave, from cos 0 to cos π/2. Half a wave, from 1 to −1, is lifted by "
    "1 and halved.",
)
def _(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * math.cos(math.pi / 2 * (step - warmup) / (total - warmup))


@WARMUP_COSINE.mistake(
    "below_zero",
    "Your rate falls below 0: then steps lead uphill. A cosine goes from 1 to −1; lift it by 1 and "
    "halve it.",
)
def _(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * math.cos(math.pi * (step - warmup) / (total - warmup))


@WARMUP_COSINE.mistake(
    "warmup_one_too_long",
    "Your warm-up has one step too many, in which the rate is above base_lr. Its steps are 0 to "
    "warmup − 1.",
)
def _(step, total, warmup, base_lr):
    if warmup and step <= warmup:
        return base_lr * (step + 1) / warmup
    return ours.warmup_cosine(step, total, warmup, base_lr)


@WARMUP_COSINE.mistake(
    "zero_one_step_early",
    "Your rate is 0 one step early, at total − 1, so the last step does nothing. It is 0 at step = "
    "total, after the last one.",
)
def _(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    return base_lr * _half_cosine((step - warmup) / (total - 1 - warmup))


@WARMUP_COSINE.mistake("no_warmup", "There is no warm-up: the cosine begins at once.")
def _(step, total, warmup, base_lr):
    return ours.warmup_cosine(step, total, 0, base_lr)


@WARMUP_COSINE.mistake(
    "base_rate_ignored",
    "You return the factor alone. Multiply it by base_lr.",
)
def _(step, total, warmup, base_lr):
    return ours.warmup_cosine(step, total, warmup, 1.0)


@WARMUP_COSINE.visible("up a straight line, down half a cosine")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_schedule(learner, total=10, warmup=4, base_lr=0.4)


@WARMUP_COSINE.visible("no warm-up at all")
def _(learner: LearnerCode, draw: Draw) -> None:
    ask_schedule(learner, total=6, warmup=0, base_lr=0.1)


def ask_schedule(learner: LearnerCode, total: int, warmup: int, base_lr: float) -> None:
    """All rates of a run, from step 0 to step = total."""

    def rates_of(schedule: Callable[..., float]) -> list[float]:
        return [float(schedule(step, total, warmup, base_lr)) for step in range(total + 1)]

    expect(
        [learner.call("warmup_cosine", step, total, warmup, base_lr) for step in range(total + 1)],
        rates_of(ours.warmup_cosine),
        f"the list of rates of steps 0 to total, the warm-up being {_how_long(warmup)}",
        [
            (s.id, s.message, partial(rates_of, s.wrong))
            for s in WARMUP_COSINE.mistakes_of("warmup_cosine")
        ],
        given=f"The rates were those of total={total}, warmup={warmup}, base_lr={base_lr:g}.",
    )


def _how_long(warmup: int) -> str:
    return "several steps" if warmup > 1 else "one step" if warmup else "none"
