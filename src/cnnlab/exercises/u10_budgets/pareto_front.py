"""`pareto_front`: the points that no other beats in cost and score together."""

from __future__ import annotations

from collections.abc import Sequence

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode

Numbers = Sequence[float]


def pareto_front(costs: Numbers, scores: Numbers) -> list[int]:
    """Indices of the points on the front, by rising cost."""
    best = float("-inf")
    front = []
    for index in sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i], i)):
        if scores[index] > best:
            best = scores[index]
            front.append(index)
    return front


exercise = Exercise("pareto_front", {"pareto_front": pareto_front})


def _by_cost(indices: list[int], costs: Numbers) -> list[int]:
    return sorted(indices, key=lambda i: (costs[i], i))


def _beats(j: int, i: int, costs: Numbers, scores: Numbers) -> bool:
    """Whether point j is as good as i in both and better in one."""
    as_good = costs[j] <= costs[i] and scores[j] >= scores[i]
    return as_good and (costs[j] < costs[i] or scores[j] > scores[i])


@exercise.mistake(
    "must_be_better_in_both",
    "You drop a point only if another is cheaper *and* better. A point that costs the same and "
    "scores less is beaten, too, and so is one that costs more and scores the same.",
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    everything = range(len(costs))
    front = [
        i
        for i in everything
        if not any(costs[j] < costs[i] and scores[j] > scores[i] for j in everything)
        and not any(j < i and (costs[j], scores[j]) == (costs[i], scores[i]) for j in everything)
    ]
    return _by_cost(front, costs)


@exercise.mistake(
    "equal_points_all_kept",
    "Two equal points don't beat each other, and you keep both. Keep the first of them.",
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    everything = range(len(costs))
    front = [i for i in everything if not any(_beats(j, i, costs, scores) for j in everything)]
    return _by_cost(front, costs)


@exercise.mistake(
    "must_be_better_in_both",
    "A point is beaten as soon as another is as good in both and better in one; you ask for both. "
    "And of equal points only the first stays.",
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    everything = range(len(costs))
    front = [
        i
        for i in everything
        if not any(costs[j] < costs[i] and scores[j] > scores[i] for j in everything)
    ]
    return _by_cost(front, costs)


@exercise.mistake(
    "equal_points_all_dropped",
    "Two equal points throw each other out, and none is left. Keep the first of them.",
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    everything = range(len(costs))
    front = [
        i
        for i in everything
        if not any(j != i and costs[j] <= costs[i] and scores[j] >= scores[i] for j in everything)
    ]
    return _by_cost(front, costs)


@exercise.mistake(
    "last_of_equal_points",
    "Of equal points you keep the last; the first was asked for.",
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    def last(index: int) -> int:
        equal = (costs[index], scores[index])
        return max(i for i in range(len(costs)) if (costs[i], scores[i]) == equal)

    return [last(index) for index in pareto_front(costs, scores)]


@exercise.mistake(
    "not_sorted", "The right points, in another order: the cheapest comes first, the dearest last."
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    return sorted(pareto_front(costs, scores))


@exercise.mistake(
    "dearest_first", "The right points, the wrong way round: the cheapest comes first."
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    return pareto_front(costs, scores)[::-1]


@exercise.mistake(
    "lower_scores_wanted",
    "You keep points with *low* scores. A high cost is bad and a high score is good.",
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    return pareto_front(costs, [-score for score in scores])


@exercise.mistake(
    "points_not_indices",
    "You return the points themselves. Return their indices in the lists that you were given.",
)
def _(costs: Numbers, scores: Numbers) -> list[tuple[float, float]]:
    return [(costs[i], scores[i]) for i in pareto_front(costs, scores)]


@exercise.mistake(
    "neighbours_alone",
    "You compare each point with the next cheaper one alone. Compare with the best score of *all* "
    "cheaper points.",
)
def _(costs: Numbers, scores: Numbers) -> list[int]:
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i], i))
    return [
        index
        for place, index in enumerate(order)
        if place == 0 or scores[index] > scores[order[place - 1]]
    ]


@exercise.visible("points that another beats are left out")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, [4.0, 1.0, 3.0, 2.0, 5.0], [0.9, 0.5, 0.6, 0.7, 0.8])


@exercise.visible("equal costs, and equal scores")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, [3.0, 3.0, 1.0, 5.0], [0.7, 0.9, 0.4, 0.9])


@exercise.visible("equal points")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, [2.0, 1.0, 2.0, 1.0], [0.8, 0.3, 0.8, 0.3])


@exercise.visible("a dip among the dearer points")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, [1.0, 2.0, 3.0, 4.0], [0.6, 0.3, 0.5, 0.7])
