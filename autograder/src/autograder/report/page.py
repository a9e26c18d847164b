"""The class report as one page: its words, tables and charts in the order they are read."""

from __future__ import annotations

import base64
import hashlib
import statistics as numbers
from pathlib import Path

from autograder.judging.graded import Graded
from autograder.report.charts import difficulty_map, histogram
from autograder.report.html import (
    Html,
    folded,
    nothing,
    number,
    paragraph,
    points,
    section,
    share,
    table,
    text,
)
from autograder.report.statistics import FEWEST_FOR_DISCRIMINATION, Statistics

_HERE = Path(__file__).parent
MOST_MISTAKES = 40


def report_page(found: Statistics, title: str) -> str:
    """The whole page. It loads nothing, and its policy lets nothing in it load anything."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "sort.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    sections = [
        _overview(found),
        _exercises(found),
        _checks(found),
        _mistakes(found),
        _repairs(found),
        _problems(found),
        _looked_at(found),
        _time(found),
        _students(found),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(found.unit)}: class report</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{text(title)}</h1>\n"
        f'<p class="soft">Class report of {text(found.unit)}</p>\n{_contents()}\n'
        + "\n".join(sections)
        + f"\n</main>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _contents() -> str:
    titles = {
        "exercises": "Exercises",
        "checks": "Checks",
        "mistakes": "Mistakes",
        "repairs": "Repairs",
        "problems": "Not graded",
        "look": "To look at",
        "time": "Time",
        "students": "Students",
    }
    links = "".join(f'<li><a href="#{anchor}">{name}</a></li>' for anchor, name in titles.items())
    return f'<nav aria-label="On this page"><ul>{links}</ul></nav>'


def _overview(found: Statistics) -> Html:
    scores = found.scores
    facts = {
        "submissions": f"{len(found.results)}",
        "median": f"{numbers.median(scores):g}" if scores else "–",
        "mean": f"{numbers.fmean(scores):.1f}" if scores else "–",
        "points to earn": f"{found.max_score:g}",
        "full marks": f"{sum(score == found.max_score for score in scores)}",
        "not graded": f"{len(found.ungradable) + len(found.failed)}",
    }
    cards = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    chart = histogram(scores, found.max_score or 1.0, "Distribution of scores", "points")
    return section("overview", "Overview", f'<dl class="facts">{cards}</dl>', chart)


def _exercises(found: Statistics) -> Html:
    rows = [
        [
            one.exercise,
            share(one.mean / one.max_points if one.max_points else 0.0, f"{one.mean:.1f}"),
            points(one.max_points),
            points(one.full),
            points(one.none),
        ]
        for one in found.exercises
    ]
    header = ["exercise", "mean points", "of", "full marks", "no points"]
    return section("exercises", "Exercises", table("How each exercise went", header, rows))


def _checks(found: Statistics) -> Html:
    rows = [
        [
            check.id,
            check.name,
            points(check.max_points),
            share(check.rate, f"{100 * check.rate:.0f} %"),
            nothing() if check.discrimination is None else number(check.discrimination, 2),
        ]
        for check in found.checks
    ]
    known = [(c.id, c.rate, c.discrimination) for c in found.checks if c.discrimination is not None]
    chart = difficulty_map(known, "Discrimination (upwards) and share that passed, by check")
    explained = paragraph(
        "Discrimination is the correlation of passing a check with the points in all other checks. "
        "Near 0 or below, a check tells strong submissions from weak ones badly: read its message "
        "and its wrong answers again. It is – where all passed, none did, or there are fewer than "
        f"{FEWEST_FOR_DISCRIMINATION} submissions."
    )
    header = ["check", "what it asks", "points", "passed", "discrimination"]
    listing = table("Every hidden check, by difficulty and discrimination", header, rows)
    return section("checks", "Checks", explained, chart if known else "", listing)


def _mistakes(found: Statistics) -> Html:
    if not found.mistakes:
        return section("mistakes", "Mistakes", paragraph("Nobody made any."))
    rows = [
        [
            one.exercise,
            one.name.replace("_", " "),
            points(one.students),
            points(round(one.points, 2)),
            one.message,
        ]
        for one in found.mistakes[:MOST_MISTAKES]
    ]
    header = ["exercise", "mistake", "students", "points lost", "what they were told"]
    return section("mistakes", "Mistakes", table("The most common mistakes", header, rows))


def _repairs(found: Statistics) -> Html:
    if not found.repairs:
        return section("repairs", "Repairs", paragraph("No notebook needed any."))
    rows = [[what, points(count)] for what, count in found.repairs]
    return section(
        "repairs",
        "Repairs",
        paragraph("Repairs cost nobody a point. One that is frequent has a cause worth finding."),
        table("What was mended before grading", ["repair", "submissions"], rows),
    )


def _problems(found: Statistics) -> Html:
    if not found.ungradable and not found.failed:
        return section("problems", "Not graded", paragraph("Everything could be graded."))
    rows = [[r.student, "submission", str(r.problem)] for r in found.ungradable]
    rows += [[r.student, "infrastructure", _failure(r)] for r in found.failed]
    note = paragraph(
        "Infrastructure means that the machine or a check of the course failed, and no answer is "
        "at fault. Such results are not kept: the same command grades these submissions again."
    )
    header = ["student", "kind", "what happened"]
    return section("problems", "Not graded", note, table("Without a score", header, rows))


def _failure(result: Graded) -> Html:
    first = result.failures[0]
    told = str(result.problem) if result.problem else f"{first.id}: {first.message}"
    where = folded("Traceback", first.traceback) if first.traceback else ""
    return Html(f"{text(told)}{where}")


def _looked_at(found: Statistics) -> Html:
    rows = [[result.student, note] for result in found.results for note in result.looked_at]
    if not rows:
        return section("look", "To look at", paragraph("Nothing asks for a second look."))
    listing = table("What a person should look at", ["student", "why"], rows)
    return section("look", "To look at", listing)


def _time(found: Statistics) -> Html:
    seconds = found.seconds
    if not seconds:
        return section("time", "Time", paragraph("Nothing was run."))
    told = paragraph(
        f"Grading took {sum(seconds):.0f} s of work, {numbers.median(seconds):.1f} s for half of "
        f"the submissions and {max(seconds):.1f} s for the slowest one."
    )
    chart = histogram(seconds, max(*seconds, 0.1), "Time to grade one submission", "seconds")
    return section("time", "Time", told, chart)


def _students(found: Statistics) -> Html:
    rows = [
        [
            result.student,
            share(_part(result), f"{result.score:g}"),
            number(result.seconds, 1, " s"),
            points(len(result.repaired)),
            result.sandbox,
            _lost(result),
        ]
        for result in found.results
    ]
    header = ["student", "score", "time", "repairs", "sandbox", "lost points in"]
    return section("students", "Students", table("Every submission", header, rows))


def _part(result: Graded) -> float:
    return result.score / result.max_score if result.max_score else 0.0


def _lost(result: Graded) -> str:
    if result.problem:
        return result.problem.brief
    lost = dict.fromkeys(check.exercise for check in result.results if not check.passed)
    return ", ".join(lost) or "–"
