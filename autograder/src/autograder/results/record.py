"""A result as it is kept: the fields of `autograder grade --json`, and what it depends on."""

from __future__ import annotations

from typing import Any

from autograder.errors import AutograderError
from autograder.judging.graded import Graded
from autograder.results.digests import Digests
from cnnlab.check.run import Result

# Written into every record; a record of another version is not read.
VERSION = 2


def to_record(graded: Graded, digests: Digests) -> dict[str, Any]:
    problem = graded.problem
    return {
        **graded.as_dict(),
        "problem": None if problem is None else {"brief": problem.brief, "text": str(problem)},
        "tracebacks": {r.id: r.traceback for r in graded.results if r.traceback},
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
        results=[_result(check, record["tracebacks"]) for check in record["checks"]],
        seconds=record["seconds"],
        seed=record["seed"],
        repaired=record["repaired"],
        looked_at=record["looked_at"],
        problem=problem,
        sandbox=record["sandbox"],
    )


def _result(check: dict[str, Any], tracebacks: dict[str, str]) -> Result:
    exercise, _, number = check["id"].rpartition(".")
    return Result(
        name=check["name"],
        verdict=check["verdict"],
        points=check["points"],
        max_points=check["max_points"],
        mistake=check["diagnosis"],
        message=check["message"],
        traceback=tracebacks.get(check["id"], ""),
        exercise=exercise,
        number=int(number),
    )
