"""Hidden checks of `pareto_front`."""

from __future__ import annotations

from collections.abc import Callable

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u10_budgets.pareto_front import exercise, pareto_front
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


Points = list[tuple[int, int]]


def draw_points(draw: Draw, front: int, beaten: int) -> Points:
    """A front of points that rise in cost and score, and others, no two alike in either."""
    costs, scores = (draw.sample(range(1, 90), front + beaten) for _ in range(2))
    points = [*zip(sorted(costs[:front]), sorted(scores[:front]), strict=True)]
    return [*points, *zip(costs[front:], scores[front:], strict=True)]


def shuffled(
    draw: Draw, make: Callable[[], Points], *shows: str
) -> tuple[list[float], list[float]]:
    """Costs and scores, drawn until these mistakes would be seen; the order of the list is one."""
    names = {"not_sorted", "dearest_first", *shows}
    mistakes = [mistake.wrong for mistake in exercise.mistakes if mistake.id in names]
    while True:
        costs, scores = zip(*draw.sample(points := make(), len(points)), strict=True)
        asked = [float(cost) for cost in costs], [score / 100 for score in scores]
        if all(wrong(*asked) != pareto_front(*asked) for wrong in mistakes):
            return asked


@hidden.check("points that another beats are left out", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    points = shuffled(draw, lambda: draw_points(draw, 5, 6), "neighbours_alone")
    agree(learner, exercise, *points)


@hidden.check("equal costs, and equal scores", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    low, high = sorted(draw.sample(range(10, 60), 2))
    points = [(2, low), (2, low - 5), (9, high), (12, high), (7, low), (4, low + 1)]
    agree(learner, exercise, *shuffled(draw, lambda: points))


@hidden.check("equal points", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    low, high = sorted(draw.sample(range(10, 60), 2))
    points = [(3, low), (3, low), (8, high), (8, high), (5, low - 1)]
    agree(learner, exercise, *shuffled(draw, lambda: points))


@hidden.check("a dip, and a single point", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    best = draw.integer(50, 60)
    points = [(1, best), (2, best - 30), (3, best - 20), (4, best - 10), (5, best + 5)]
    agree(learner, exercise, *shuffled(draw, lambda: points))
    agree(learner, exercise, [float(draw.integer(1, 9))], [0.5])
