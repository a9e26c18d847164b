"""What runs inside Gradescope's container: one submission in, results.json out, whatever happens.

Students see every check with its safe message. What is for instructors only (seed, mistakes,
timings) goes into one entry whose visibility is "hidden".
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.course import Course, Unit
from autograder.judging.graded import Graded
from autograder.judging.grading import grade_one
from autograder.submissions import Submission, find_submissions
from autograder.submissions.archive import NoSubmissionsError
from cnnlab.home import write_atomically

# Gradescope refuses results that are much larger.
LONGEST_OUTPUT = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run_autograder")
    parser.add_argument("--unit", required=True)
    parser.add_argument("--root", type=Path, default=Path("/autograder"))
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        unit = Course.load().unit(options.unit)
        results = as_results(_grade(unit, options.root), time.monotonic() - started)
    except Exception as problem:  # an instructor must see why, and a student that it is not them
        traceback.print_exc()
        results = failure(str(problem), time.monotonic() - started)
    content = json.dumps(results, indent=2, ensure_ascii=False)
    path = options.root / "results" / "results.json"
    write_atomically(path, content.encode("utf-8", "replace"))
    return 0


def as_results(graded: Graded, seconds: float) -> dict[str, Any]:
    """A result in Gradescope's form."""
    if not graded.is_finished:
        first = graded.failures[0]
        return failure(f"{first.message}\n{first.traceback}".strip(), seconds)
    tests = [
        {
            "name": f"{result.exercise}: {result.name}",
            "number": result.id,
            "score": result.points,
            "max_score": result.max_points,
            "status": "passed" if result.passed else "failed",
            "output": result.message[:LONGEST_OUTPUT],
            "output_format": "text",
            "visibility": "visible",
        }
        for result in graded.results
    ]
    return {
        "score": graded.score,
        "execution_time": round(seconds),
        "output": _told(graded)[:LONGEST_OUTPUT],
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [*tests, _for_instructors(graded)],
    }


def failure(why: str, seconds: float) -> dict[str, Any]:
    """No score at all, so that Gradescope shows the submission as one to run again."""
    return {
        "execution_time": round(seconds),
        "output": "This could not be graded; nobody's answer is at fault. Your instructor can run "
        "the autograder again.",
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_hidden("For instructors: what went wrong", why)],
    }


def _grade(unit: Unit, root: Path) -> Graded:
    """All notebooks in the folder are one student's; the one with most in it counts."""
    student = _student(root)
    try:
        with find_submissions(root / "submission", unit.id) as found:
            usable = [submission for submission in found if not submission.refused]
            paths = [path for one in usable for path in (one.path, *one.others)]
            paths.sort(key=lambda path: (path.stem != unit.id, path.name))
            if paths:
                return grade_one(unit, Submission(student, paths[0], tuple(paths[1:])))
    except NoSubmissionsError:
        pass
    return grade_one(unit, Submission(student, Path(), refused="No notebook was handed in."))


def _student(root: Path) -> str:
    """Who handed it in, as Gradescope's metadata say; nothing depends on it."""
    try:
        metadata = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))
        return str(metadata["users"][0]["email"])
    except (OSError, ValueError, LookupError, TypeError):
        return "submission"


def _told(graded: Graded) -> str:
    lines = [f"{graded.score:g} of {graded.max_score:g} points from tests."]
    if graded.problem:
        lines.append(str(graded.problem))
    return "\n".join([*lines, *graded.repaired])


def _for_instructors(graded: Graded) -> dict[str, Any]:
    lines = [f"seed {graded.seed}, sandbox {graded.sandbox}, {graded.seconds:.1f} s"]
    lines += [f"To be looked at: {note}" for note in graded.looked_at]
    lines += [
        f"{result.id}: {result.verdict}, {result.mistake}"
        for result in graded.results
        if not result.passed
    ]
    return _hidden("For instructors", "\n".join(lines))


def _hidden(name: str, output: str) -> dict[str, Any]:
    return {
        "name": name,
        "output": output[:LONGEST_OUTPUT],
        "output_format": "text",
        "visibility": "hidden",
    }


if __name__ == "__main__":
    sys.exit(main())
