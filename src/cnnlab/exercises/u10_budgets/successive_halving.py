"""`successive_halving`: try many candidates briefly, and the better half for longer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cnnlab.check.compare import Difference, Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.learner import LearnerCode

Score = Callable[[Any, int], float]
Found = tuple[Any, list[dict[int, float]]]
Table = Mapping[str, Mapping[int, float]]


def successive_halving(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    """The winner, and for each effort the scores of those that were still in the race."""
    return _halved(candidates, score, efforts)


def _halved(
    candidates: Sequence[Any],
    score: Score,
    efforts: Sequence[int],
    keep: Callable[[int], int] = lambda count: -(-count // 2),
    order: Callable[[int, float], Any] = lambda index, value: (-value, index),
) -> Found:
    """`keep` says how many stay, and `order` which come first."""
    alive = list(range(len(candidates)))
    record: list[dict[int, float]] = []
    for effort in efforts:
        scores = {index: score(candidates[index], effort) for index in alive}
        record.append(scores)
        ranking = sorted(alive, key=lambda index: order(index, scores[index]))
        alive = sorted(ranking[: max(1, keep(len(alive)))])
    return candidates[ranking[0]], record


exercise = Exercise("successive_halving", {"successive_halving": successive_halving})


@exercise.mistake(
    "half_rounded_down",
    "Of an odd number you keep the smaller half. Round up: of five, three stay.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    return _halved(candidates, score, efforts, keep=lambda count: count // 2)


@exercise.mistake(
    "worse_half_kept", "You keep the worse half: a high score is good. Is your sorting reversed?"
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    return _halved(candidates, score, efforts, order=lambda index, value: (value, index))


@exercise.mistake(
    "ties_to_the_later",
    "Of candidates with the same score, the one that comes first in the list has to stay.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    return _halved(candidates, score, efforts, order=lambda index, value: (-value, -index))


@exercise.mistake(
    "nobody_drops_out",
    "Every candidate is scored at every effort. That's what this search is meant to save: only "
    "those still in the race are scored again.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    return _halved(candidates, score, efforts, keep=lambda count: count)


@exercise.mistake(
    "one_survivor",
    "After the first effort only the best is left. Half of them stay each time.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    return _halved(candidates, score, efforts, keep=lambda count: 1)


@exercise.mistake(
    "best_at_any_effort",
    "Your winner has the highest score of the whole record. Scores at small efforts don't count in "
    "the end: the best after the *last* effort wins.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    _, record = successive_halving(candidates, score, efforts)
    best: dict[int, float] = {}
    for scores in record:
        for index, value in scores.items():
            best[index] = max(value, best.get(index, value))
    return candidates[max(best, key=lambda index: best[index])], record


@exercise.mistake(
    "index_of_the_winner", "You return the index of the winner. Return the candidate itself."
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Any:
    winner, record = successive_halving(candidates, score, efforts)
    return list(candidates).index(winner), record


@exercise.mistake(
    "numbered_anew",
    "In your record the survivors are numbered anew at each effort. Keep the index that each has "
    "in `candidates`, so that one can be followed through the rounds.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    winner, record = successive_halving(candidates, score, efforts)
    return winner, [dict(enumerate(scores.values())) for scores in record]


@exercise.mistake(
    "record_of_survivors",
    "Your record holds those that stay. It should hold all that were scored at an effort.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    winner, record = successive_halving(candidates, score, efforts)
    kept = []
    for scores in record:
        ranking = sorted(scores, key=lambda index: (-scores[index], index))
        stay = sorted(ranking[: -(-len(scores) // 2)])
        kept.append({index: scores[index] for index in stay})
    return winner, kept


@exercise.mistake(
    "record_by_candidate",
    "The keys of your record are candidates. Use their indices: candidates are often dicts, and a "
    "dict can't be a key.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Any:
    winner, record = successive_halving(candidates, score, efforts)
    return winner, [{candidates[i]: value for i, value in scores.items()} for scores in record]


@exercise.mistake(
    "scores_asked_for_twice",
    "You call score more than once for the same candidate and effort. Each call is a training run: "
    "keep what it returns.",
)
def _(candidates: Sequence[Any], score: Score, efforts: Sequence[int]) -> Found:
    winner, record = successive_halving(candidates, score, efforts)
    for effort, scores in zip(efforts, record, strict=True):
        for index in scores:
            score(candidates[index], effort)
    return winner, record


WINNER, RECORD, CALLS = "the winner", "the record", "the calls of `score`"


def agree_on_a_search(learner: LearnerCode, table: Table, efforts: Sequence[int]) -> None:
    """Winner and record are ours, and each survivor was scored once at each effort."""
    candidates = list(table)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        score = code.table(table)
        found = code.call("successive_halving", candidates, score, list(efforts))
        if isinstance(found, (list, tuple)) and len(found) == 2:
            yield WINNER, found[0]
            yield RECORD, _sorted(found[1])
        else:
            yield WINNER, found
        yield CALLS, dict(sorted(Counter(code.looked_up(score)).items()))

    scores = "; ".join(f"{name}: {list(row.values())}" for name, row in table.items())
    given = f"Scores at efforts {list(efforts)} were {scores}."

    def unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
        if part != CALLS:
            return gap.as_wrong(given)
        return Wrong(
            "other_calls_of_score",
            "Winner and record are right, but `score` wasn't called once for each candidate in the "
            "race at each effort. Each call is a training run.",
            f"{gap.detail} {given}",
        )

    explain(learner, exercise, observe, unexplained=unexplained, given=given)


def _sorted(record: Any) -> Any:
    """Entries of a dict may stand in any order."""
    if not isinstance(record, (list, tuple)):
        return record
    return [
        dict(sorted(each.items(), key=lambda item: str(item[0])))
        if isinstance(each, dict)
        else each
        for each in record
    ]


def tabled(efforts: Sequence[int], rows: Mapping[str, Sequence[float]]) -> Table:
    return {name: dict(zip(efforts, row, strict=True)) for name, row in rows.items()}


@exercise.visible("the better half goes on")
def _(learner: LearnerCode, draw: Draw) -> None:
    efforts = [1, 2, 4]
    rows = {
        "a": [0.25, 0.5, 0.625],
        "b": [0.5, 0.375, 0.5],
        "c": [0.375, 0.625, 0.75],
        "d": [0.875, 0.75, 0.6875],
        "e": [0.125, 0.25, 0.875],
    }
    agree_on_a_search(learner, tabled(efforts, rows), efforts)


@exercise.visible("equal scores: the earlier one stays")
def _(learner: LearnerCode, draw: Draw) -> None:
    efforts = [1, 3]
    rows = {"a": [0.5, 0.5], "b": [0.75, 0.625], "c": [0.5, 0.75], "d": [0.25, 0.875]}
    agree_on_a_search(learner, tabled(efforts, rows), efforts)
    agree_on_a_search(learner, tabled([2], {"a": [0.5], "b": [0.5]}), [2])


@exercise.visible("a single candidate")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_a_search(learner, tabled([1, 2], {"alone": [0.25, 0.5]}), [1, 2])
