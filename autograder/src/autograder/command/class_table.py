"""Results of a class as a terminal shows them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from textwrap import indent

from autograder.judging.graded import Graded
from cnnlab.check.run import Result
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
        f"{seconds:.0f} s of grading, sandbox: {results[0].sandbox}."
    )


def failures(results: Sequence[Graded]) -> str:
    """What kept us from grading, and whom it concerns; empty where nothing did."""
    concerned: dict[str, list[str]] = {}
    for result in results:
        for check in result.failures:
            students = concerned.setdefault(_failure(result, check), [])
            if result.student not in students:
                students.append(result.student)
    lines = [
        wrap(f"{bad(CROSS)} Not graded: {_few(students)}. {_harmless(message)}")
        for message, students in concerned.items()
    ]
    if any(check.traceback for result in results for check in result.failures):
        lines.append("What Python said of it: autograder report, or the same command --details")
    return "\n".join(lines)


def _failure(result: Graded, check: Result) -> str:
    """What failed: the machine, with all checks of a submission, or one check of the course."""
    if result.problem:
        return str(result.problem)
    return f"{check.id}: {check.message}" if check.traceback else check.message


def to_look_at(results: Sequence[Graded]) -> str:
    """Whose results a person should look at; empty where there are none."""
    names = [result.student for result in results if result.looked_at]
    if not names:
        return ""
    return wrap(f"To be looked at: {_few(names)}. Why: autograder report, or --details")


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _report(result: Graded) -> str:
    lines = [f"{result.student}: {result.score:g} of {result.max_score:g} points"]
    lines += [f"  mended: {_harmless(repair)}" for repair in result.repaired]
    lines += [wrap(f"to be looked at: {_harmless(note)}", "  ") for note in result.looked_at]
    if result.problem:
        lines.append(wrap(_harmless(str(result.problem)), indent="  "))
        return "\n".join([*lines, *(_traceback(check) for check in result.failures[:1])])
    for check in result.results:
        mark = good(TICK) if check.passed else bad(CROSS)
        lines.append(f"  {mark} {check.id}  {check.name} ({check.points:g}/{check.max_points:g})")
        if not check.passed:
            lines.append(wrap(f"{check.verdict}: {_harmless(check.message)}", indent="      "))
        if check.verdict == "infrastructure":
            lines.append(_traceback(check))
    return "\n".join(lines)


def _traceback(check: Result) -> str:
    lines = check.traceback.rstrip().splitlines()
    return indent("\n".join(_harmless(line) for line in lines), "      ")


def _harmless(text: str) -> str:
    """Text that came from a submission, with no sign that commands a terminal."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _story(result: Graded) -> str:
    """The exercises that lost points, each with the mistake that cost most."""
    if result.problem:
        return result.problem.brief
    lost: dict[str, dict[str, float]] = {}
    for check in result.results:
        if not check.passed:
            costs = lost.setdefault(check.exercise, {})
            costs[check.mistake] = costs.get(check.mistake, 0) + check.max_points
    stories = {
        exercise: max(costs.items(), key=lambda item: item[1])[0].replace("_", " ")
        for exercise, costs in lost.items()
    }
    if not stories:
        return "–"
    by_mistake: dict[str, list[str]] = {}
    for exercise, mistake in stories.items():
        by_mistake.setdefault(mistake, []).append(exercise)
    return _cut("; ".join(f"{', '.join(names)}: {why}" for why, names in by_mistake.items()))


def _cut(story: str) -> str:
    """A story that fits into a terminal; `--details` tells the rest."""
    return story if len(story) <= STORY_WIDTH else story[: STORY_WIDTH - 1] + "…"
