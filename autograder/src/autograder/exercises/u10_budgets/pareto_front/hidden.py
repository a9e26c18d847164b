"""Hidden checks of `pareto_front`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u10_budgets.pareto_front import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


def draw_points(draw: Draw, front: int, beaten: int) -> tuple[list[float], list[float]]:
    """A front of points that rise in cost and score, and others that one of them beats."""
    costs = sorted(draw.sample(range(1, 40), front))
    scores = sorted(draw.sample(range(20, 90), front))
    points = list(zip(costs, scores, strict=True))
    for cost, score in [draw.choice(points) for _ in range(beaten)]:
        points.append((cost + draw.integer(1, 5), score - draw.integer(1, 15)))
    return _shuffled(draw, points)


def _shuffled(draw: Draw, points: list[tuple[int, int]]) -> tuple[list[float], list[float]]:
    """Costs and scores in an order that isn't that of the costs."""
    while True:
        mixed = draw.sample(points, len(points))
        if mixed != sorted(mixed) and mixed != sorted(mixed)[::-1]:
            costs, scores = zip(*mixed, strict=True)
            return [float(cost) for cost in costs], [score / 100 for score in scores]


@hidden.check("points that another beats are left out", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, *draw_points(draw, front=5, beaten=6))


@hidden.check("equal costs, and equal scores", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    low, high = sorted(draw.sample(range(10, 60), 2))
    points = [(2, low), (2, low - 5), (9, high), (12, high), (7, low), (4, low + 1)]
    agree(learner, exercise, *_shuffled(draw, points))


@hidden.check("equal points", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    low, high = sorted(draw.sample(range(10, 60), 2))
    points = [(3, low), (3, low), (8, high), (8, high), (5, low - 1)]
    agree(learner, exercise, *_shuffled(draw, points))


@hidden.check("a dip, and a single point", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    best = draw.integer(50, 60)
    points = [(1, best), (2, best - 30), (3, best - 20), (4, best - 10), (5, best + 5)]
    agree(learner, exercise, *_shuffled(draw, points))
    agree(learner, exercise, [float(draw.integer(1, 9))], [0.5])
