"""What a class's results say about its exercises, its mistakes and its grading."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.judging.graded import Graded
from cnnlab.check.run import Result

# Below this, a correlation says more about chance than about the check.
FEWEST_FOR_DISCRIMINATION = 5


@dataclass(frozen=True)
class CheckStatistics:
    """One check: how many passed it, and how well it tells strong submissions from weak ones."""

    id: str
    name: str
    max_points: float
    passed: int
    of: int
    discrimination: float | None
    """Correlation of passing it with the points in all other checks; None where it has none."""

    @property
    def rate(self) -> float:
        return self.passed / self.of if self.of else 0.0


@dataclass(frozen=True)
class ExerciseStatistics:
    exercise: str
    max_points: float
    mean: float
    full: int
    none: int


@dataclass(frozen=True)
class MadeMistake:
    """A mistake that was recognised, and whom it cost how much."""

    exercise: str
    name: str
    students: int
    points: float
    message: str


@dataclass(frozen=True)
class Statistics:
    """Everything that the report shows. `graded` are the submissions that could be judged."""

    unit: str
    results: list[Graded]
    graded: list[Graded]
    ungradable: list[Graded]
    failed: list[Graded]
    exercises: list[ExerciseStatistics]
    checks: list[CheckStatistics]
    mistakes: list[MadeMistake]
    repairs: list[tuple[str, int]]

    @classmethod
    def of(cls, unit: str, results: Sequence[Graded]) -> Statistics:
        failed = [result for result in results if not result.is_finished]
        ungradable = [result for result in results if result.problem and result.is_finished]
        graded = [result for result in results if not result.problem and result.is_finished]
        return cls(
            unit=unit,
            results=list(results),
            graded=graded,
            ungradable=ungradable,
            failed=failed,
            exercises=_exercises(graded),
            checks=_checks(graded),
            mistakes=_mistakes(graded),
            repairs=Counter(repair for r in results for repair in set(r.repaired)).most_common(),
        )

    @property
    def scores(self) -> list[float]:
        return [result.score for result in self.graded]

    @property
    def max_score(self) -> float:
        return max((result.max_score for result in self.results), default=0.0)

    @property
    def seconds(self) -> list[float]:
        return [result.seconds for result in self.graded]


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's r; None where one of the two does not vary, or there is too little to say."""
    if len(xs) < FEWEST_FOR_DISCRIMINATION or len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    return statistics.correlation(xs, ys)


def _by_check(graded: Sequence[Graded]) -> dict[str, list[tuple[Graded, Result]]]:
    found: dict[str, list[tuple[Graded, Result]]] = defaultdict(list)
    for submission in graded:
        for result in submission.results:
            found[result.id].append((submission, result))
    return found


def _checks(graded: Sequence[Graded]) -> list[CheckStatistics]:
    made = []
    for check_id, pairs in _by_check(graded).items():
        passed = [float(result.passed) for _, result in pairs]
        rest = [round(submission.score - result.points, 6) for submission, result in pairs]
        first = pairs[0][1]
        made.append(
            CheckStatistics(
                id=check_id,
                name=first.name,
                max_points=first.max_points,
                passed=int(sum(passed)),
                of=len(pairs),
                discrimination=correlation(passed, rest),
            )
        )
    return made


def _exercises(graded: Sequence[Graded]) -> list[ExerciseStatistics]:
    earned: dict[str, list[float]] = defaultdict(list)
    possible: dict[str, float] = {}
    for submission in graded:
        for exercise in dict.fromkeys(result.exercise for result in submission.results):
            results = submission.of(exercise)
            earned[exercise].append(round(sum(result.points for result in results), 2))
            possible[exercise] = round(sum(result.max_points for result in results), 2)
    return [
        ExerciseStatistics(
            exercise=exercise,
            max_points=possible[exercise],
            mean=statistics.fmean(points),
            full=sum(point == possible[exercise] for point in points),
            none=sum(point == 0 for point in points),
        )
        for exercise, points in earned.items()
    ]


def _mistakes(graded: Sequence[Graded]) -> list[MadeMistake]:
    """Mistakes by how many made them; each student counts once for each exercise and mistake."""
    students: dict[tuple[str, str], set[str]] = defaultdict(set)
    points: dict[tuple[str, str], float] = defaultdict(float)
    messages: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for submission in graded:
        for check in submission.results:
            if check.passed:
                continue
            mistake = (check.exercise, check.mistake or check.verdict)
            students[mistake].add(submission.student)
            points[mistake] += check.max_points - check.points
            messages[mistake][check.message] += 1
    found = [
        MadeMistake(
            exercise,
            name,
            len(who),
            points[exercise, name],
            messages[exercise, name].most_common(1)[0][0],
        )
        for (exercise, name), who in students.items()
    ]
    return sorted(found, key=lambda m: (-m.students, -m.points, m.exercise, m.name))
