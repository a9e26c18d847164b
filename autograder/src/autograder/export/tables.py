"""Scores as CSV: for spreadsheets, for Canvas's gradebook and for Moodle's grading worksheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence

from autograder.course import Unit
from autograder.judging.graded import Graded

Row = Sequence[object]

# What Excel, LibreOffice and Google Sheets take for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_PLATFORM_ID = re.compile(r"(?P<name>.+)_(?P<number>\d+)")


def plain_csv(unit: Unit, results: Sequence[Graded]) -> str:
    """One line for each submission: score, points of each exercise, and what happened."""
    names = list(dict.fromkeys(r.exercise for graded in results for r in graded.results))
    header = ["student", "unit", "score", "max_score", "status", *names, "seconds", "repaired"]
    rows: list[Row] = [
        [
            result.student,
            result.unit,
            _score(result),
            result.max_score,
            _status(result),
            *(_points(result, name) for name in names),
            round(result.seconds, 2),
            " ".join(result.repaired),
        ]
        for result in results
    ]
    return _csv([header, *rows])


def canvas_csv(unit: Unit, results: Sequence[Graded]) -> str:
    """What Canvas imports under Grades → Import; its second line holds the points to earn.

    Students out of a Canvas download (`doejane_12345`) are named by Canvas's own number, others
    by their login.
    """
    most = max((result.max_score for result in results), default=0.0)
    header = [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        f"{unit.id} {unit.title}",
    ]
    rows: list[Row] = [["    Points Possible", "", "", "", "", most]]
    for result in results:
        found = _PLATFORM_ID.fullmatch(result.student)
        name, number = (found["name"], found["number"]) if found else (result.student, "")
        login = "" if found else result.student
        rows.append([name, number, "", login, "", _score(result)])
    return _csv([header, *rows])


def moodle_csv(unit: Unit, results: Sequence[Graded]) -> str:
    """What Moodle takes under "Upload grading worksheet", with what each student lost points for.

    Students out of a Moodle download (`Jane Doe_12345`) are named by Moodle's participant number.
    """
    header = ["Identifier", "Full name", "Grade", "Maximum grade", "Feedback comments"]
    rows: list[Row] = []
    for result in results:
        found = _PLATFORM_ID.fullmatch(result.student)
        name = found["name"] if found else result.student
        identifier = f"Participant {found['number']}" if found else result.student
        rows.append([identifier, name, _score(result), result.max_score, _comments(result)])
    return _csv([header, *rows])


FORMS: Mapping[str, Callable[[Unit, Sequence[Graded]], str]] = {
    "csv": plain_csv,
    "canvas": canvas_csv,
    "moodle": moodle_csv,
}


def _csv(rows: Sequence[Row]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(
        [_harmless(value) for value in row] for row in rows
    )
    return written.getvalue()


def _harmless(value: object) -> object:
    """A text that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def _score(result: Graded) -> object:
    """Nothing where the machine failed: a 0 would be a lie."""
    return result.score if result.is_finished else ""


def _points(result: Graded, exercise: str) -> object:
    if not result.is_finished:
        return ""
    return round(sum(check.points for check in result.of(exercise)), 2)


def _status(result: Graded) -> str:
    if not result.is_finished:
        return "infrastructure"
    return result.problem.brief if result.problem else "graded"


def _comments(result: Graded) -> str:
    if result.problem:
        return str(result.problem)
    lost = [check for check in result.results if not check.passed]
    return "\n".join(f"{check.exercise}, {check.name}: {check.message}" for check in lost)
