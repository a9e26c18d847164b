"""Results of a class as a terminal shows them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from autograder.grading import Graded
from cnnlab.terminal import CROSS, TICK, bad, good, table, wrap

STORY_WIDTH = 72
NAMES_SHOWN = 5


def class_table(results: Sequence[Graded]) -> str:
    """One line for each submission: its score and what went wrong, most costly first."""
    rows = [
        [
            result.student,
            f"{result.score:g}",
            f"{result.max_score:g}",
            f"{result.seconds:.1f} s",
            _story(result),
        ]
        for result in results
    ]
    return table(["student", "score", "of", "time", "what went wrong"], rows, right=(1, 2, 3))


def details(results: Sequence[Graded]) -> str:
    return "\n\n".join(_report(result) for result in results)


def summary(results: Sequence[Graded]) -> str:
    scores = [result.score for result in results]
    seconds = sum(result.seconds for result in results)
    return (
        f"{len(results)} graded, median {statistics.median(scores):g} of "
        f"{max(result.max_score for result in results):g} points, "
        f"{seconds:.0f} s of grading, sandbox: {results[0].as_dict()['sandbox']}."
    )


def failures(results: Sequence[Graded]) -> str:
    """What kept us from grading, and whom it concerns; empty where nothing did."""
    concerned: dict[str, list[str]] = {}
    for result in results:
        for check in (verdict.result for verdict in result.verdicts):
            students = concerned.setdefault(check.message, [])
            if check.verdict == "infrastructure" and result.student not in students:
                students.append(result.student)
    return "\n".join(
        wrap(f"{bad(CROSS)} Not graded: {_few(students)}. {message}")
        for message, students in concerned.items()
        if students
    )


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _report(result: Graded) -> str:
    lines = [f"{result.student}: {result.score:g} of {result.max_score:g} points"]
    lines += [f"  mended: {repair}" for repair in result.repaired]
    if result.problem:
        return "\n".join([*lines, wrap(str(result.problem), indent="  ")])
    for verdict in result.verdicts:
        check = verdict.result
        mark = good(TICK) if check.passed else bad(CROSS)
        lines.append(f"  {mark} {verdict.id}  {check.name} ({check.points:g}/{check.max_points:g})")
        if not check.passed:
            lines.append(wrap(f"{check.verdict}: {check.message}", indent="      "))
    return "\n".join(lines)


def _story(result: Graded) -> str:
    """The exercises that lost points, each with the diagnosis that cost most."""
    if result.problem:
        return result.problem.brief
    lost: dict[str, dict[str, float]] = {}
    for verdict in result.verdicts:
        check = verdict.result
        if not check.passed:
            costs = lost.setdefault(verdict.todo, {})
            costs[check.mistake] = costs.get(check.mistake, 0) + check.max_points
    stories = {
        todo: max(costs.items(), key=lambda item: item[1])[0].replace("_", " ")
        for todo, costs in lost.items()
    }
    if not stories:
        return "–"
    by_diagnosis: dict[str, list[str]] = {}
    for todo, diagnosis in stories.items():
        by_diagnosis.setdefault(diagnosis, []).append(todo)
    return _cut("; ".join(f"{', '.join(todos)}: {why}" for why, todos in by_diagnosis.items()))


def _cut(story: str) -> str:
    """A story that fits into a terminal; `--details` tells the rest."""
    return story if len(story) <= STORY_WIDTH else story[: STORY_WIDTH - 1] + "…"
