"""What a class's results say about its exercises, its mistakes and its grading."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.grading import Graded
from autograder.judge.judge import Verdict
from autograder.results.store import has_failed

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
    todo: str
    max_points: float
    mean: float
    full: int
    none: int


@dataclass(frozen=True)
class Diagnosis:
    """A mistake that was recognised, and whom it cost how much."""

    todo: str
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
    diagnoses: list[Diagnosis]
    repairs: list[tuple[str, int]]

    @classmethod
    def of(cls, unit: str, results: Sequence[Graded]) -> Statistics:
        failed = [result for result in results if has_failed(result)]
        ungradable = [r for r in results if r.problem and not has_failed(r)]
        graded = [r for r in results if not r.problem and not has_failed(r)]
        return cls(
            unit=unit,
            results=list(results),
            graded=graded,
            ungradable=ungradable,
            failed=failed,
            exercises=_exercises(graded),
            checks=_checks(graded),
            diagnoses=_diagnoses(graded),
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


def _by_check(graded: Sequence[Graded]) -> dict[str, list[tuple[Graded, Verdict]]]:
    found: dict[str, list[tuple[Graded, Verdict]]] = defaultdict(list)
    for result in graded:
        for verdict in result.verdicts:
            found[verdict.id].append((result, verdict))
    return found


def _checks(graded: Sequence[Graded]) -> list[CheckStatistics]:
    made = []
    for check_id, pairs in _by_check(graded).items():
        passed = [float(verdict.result.passed) for _, verdict in pairs]
        rest = [round(result.score - verdict.result.points, 6) for result, verdict in pairs]
        first = pairs[0][1].result
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
    for result in graded:
        by_todo: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in result.verdicts:
            by_todo[verdict.todo].append(verdict)
        for todo, verdicts in by_todo.items():
            earned[todo].append(round(sum(v.result.points for v in verdicts), 2))
            possible[todo] = round(sum(v.result.max_points for v in verdicts), 2)
    return [
        ExerciseStatistics(
            todo=todo,
            max_points=possible[todo],
            mean=statistics.fmean(points),
            full=sum(point == possible[todo] for point in points),
            none=sum(point == 0 for point in points),
        )
        for todo, points in earned.items()
    ]


def _diagnoses(graded: Sequence[Graded]) -> list[Diagnosis]:
    """Mistakes by how many made them; each student counts once for each exercise and mistake."""
    students: dict[tuple[str, str], set[str]] = defaultdict(set)
    points: dict[tuple[str, str], float] = defaultdict(float)
    messages: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for result in graded:
        for verdict in result.verdicts:
            check = verdict.result
            if check.passed:
                continue
            mistake = (verdict.todo, check.mistake or check.verdict)
            students[mistake].add(result.student)
            points[mistake] += check.max_points - check.points
            messages[mistake][check.message] += 1
    found = [
        Diagnosis(
            todo, name, len(who), points[todo, name], messages[todo, name].most_common(1)[0][0]
        )
        for (todo, name), who in students.items()
    ]
    return sorted(found, key=lambda d: (-d.students, -d.points, d.todo, d.name))
