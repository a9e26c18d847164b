"""A result as it is kept: the fields of `autograder grade --json`, and what it depends on."""

from __future__ import annotations

from typing import Any

from autograder.errors import AutograderError
from autograder.grading import Graded
from autograder.judge.judge import Verdict
from autograder.results.digests import Digests
from cnnlab.check.run import Result

# Written into every record; a record of another version is not read.
VERSION = 1


def to_record(graded: Graded, digests: Digests) -> dict[str, Any]:
    problem = graded.problem
    return {
        **graded.as_dict(),
        "problem": None if problem is None else {"brief": problem.brief, "text": str(problem)},
        "digests": digests.as_dict(),
        "version": VERSION,
    }


def from_record(record: dict[str, Any]) -> Graded:
    """The result in a record; raises KeyError, TypeError or ValueError if it is none."""
    if record["version"] != VERSION:
        raise ValueError("this record was written by another version")
    problem = None
    if record["problem"] is not None:
        problem = AutograderError(record["problem"]["text"])
        problem.brief = record["problem"]["brief"]
    return Graded(
        student=record["student"],
        unit=record["unit"],
        verdicts=[_verdict(check) for check in record["checks"]],
        seconds=record["seconds"],
        seed=record["seed"],
        repaired=record["repaired"],
        problem=problem,
        sandbox=record["sandbox"],
    )


def _verdict(check: dict[str, Any]) -> Verdict:
    todo, _, number = check["id"].rpartition(".")
    result = Result(
        name=check["name"],
        verdict=check["verdict"],
        points=check["points"],
        max_points=check["max_points"],
        mistake=check["diagnosis"],
        message=check["message"],
    )
    return Verdict(todo, int(number), result)
