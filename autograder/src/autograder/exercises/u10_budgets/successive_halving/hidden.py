"""Hidden checks of `successive_halving`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u10_budgets.successive_halving import (
    Table,
    agree_on_a_search,
    exercise,
    tabled,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)

NAMES = ("ash", "birch", "cedar", "elm", "fir", "larch", "maple", "oak", "pine")


def draw_table(draw: Draw, count: int, efforts: list[int]) -> Table:
    """Different scores everywhere; the last to win isn't the one that leads at first."""
    names = draw.sample(NAMES, count)
    values = draw.sample(range(1, 64), count * len(efforts))
    rows = {name: [value / 64 for value in values[k::count]] for k, name in enumerate(names)}
    leader = max(names, key=lambda name: rows[name][0])
    rows[leader][0] = 1.0  # the highest score of all, and of the shortest run
    rows[leader][-1] = 1 / 128
    return tabled(efforts, rows)


@hidden.check("the better half goes on, rounded up", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for count in (5, 7):
        efforts = [1, draw.integer(2, 3), draw.integer(4, 6), 9][: 3 + count // 7]
        agree_on_a_search(learner, draw_table(draw, count, efforts), efforts)


@hidden.check("an even number of candidates, two efforts", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    efforts = [draw.integer(1, 3), draw.integer(4, 9)]
    agree_on_a_search(learner, draw_table(draw, draw.choice([4, 6, 8]), efforts), efforts)


@hidden.check("equal scores: the earlier one stays", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    efforts = [1, 2]
    a, b, c, d = draw.sample(NAMES, 4)
    tie, low, last = 0.5, draw.integer(1, 10) / 32, draw.integer(26, 31) / 32
    rows = {a: [tie, last], b: [low, 1.0], c: [0.75, last], d: [tie, 1.0]}
    agree_on_a_search(learner, tabled(efforts, rows), efforts)


@hidden.check("a single candidate, and a single effort", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_a_search(learner, tabled([1, 2], {draw.choice(NAMES): [0.25, 0.5]}), [1, 2])
    effort = draw.integer(1, 9)
    agree_on_a_search(learner, draw_table(draw, 3, [effort]), [effort])
