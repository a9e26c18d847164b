"""Grading: from a submission to a result, whatever the submission is."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nbformat import NotebookNode

from autograder.course import Unit
from autograder.errors import AutograderError, InfrastructureError
from autograder.hidden_checks import hidden_checks
from autograder.judge.judge import Judgement, Verdict, judge
from autograder.kernels.engine import Engine
from autograder.kernels.limits import Limits
from autograder.parallel import in_order
from autograder.submissions import (
    Submission,
    UnreadableError,
    WrongUnitError,
    choose,
    read_built,
    rebuild,
)
from autograder.submissions.read import ReadNotebook
from cnnlab.check.run import Result


@dataclass(frozen=True)
class Graded:
    """The result of one submission; `as_dict` has the fields of `autograder grade --json`."""

    student: str
    unit: str
    verdicts: list[Verdict]
    seconds: float
    seed: int
    repaired: list[str] = field(default_factory=list)
    notebook: NotebookNode | None = None
    problem: AutograderError | None = None
    sandbox: str = ""

    @property
    def score(self) -> float:
        return round(sum(verdict.result.points for verdict in self.verdicts), 2)

    @property
    def max_score(self) -> float:
        return round(sum(verdict.result.max_points for verdict in self.verdicts), 2)

    def as_dict(self) -> dict[str, Any]:
        return {
            "student": self.student,
            "unit": self.unit,
            "score": self.score,
            "max_score": self.max_score,
            "seconds": round(self.seconds, 2),
            "sandbox": self.sandbox,
            "seed": self.seed,
            "repaired": self.repaired,
            "checks": [
                {
                    "id": verdict.id,
                    "name": verdict.result.name,
                    "verdict": verdict.result.verdict,
                    "points": verdict.result.points,
                    "max_points": verdict.result.max_points,
                    "message": verdict.result.message,
                    "diagnosis": verdict.result.mistake,
                }
                for verdict in self.verdicts
            ],
        }


def grade_notebook(
    unit: Unit,
    submitted: NotebookNode,
    seed: int | None = None,
    engine: Engine | None = None,
    limits: Limits | None = None,
) -> tuple[Judgement, list[str]]:
    """The judgement on a submitted notebook, and what had to be repaired before."""
    rebuilt = rebuild(read_built(unit, unit.release_notebook), submitted, unit.id)
    seed = secrets.randbits(32) if seed is None else seed
    return judge(unit, rebuilt.notebook, seed, limits, engine), rebuilt.repaired


def grade_one(
    unit: Unit,
    submission: Submission,
    seed: int | None = None,
    engine: Engine | None = None,
    limits: Limits | None = None,
) -> Graded:
    """The result of one submission. A file that cannot be graded gets a result, too."""
    engine = (engine or Engine()).chosen()
    try:
        read = _read(unit, submission)
        judgement, repaired = grade_notebook(unit, read.notebook, seed, engine, limits)
    except InfrastructureError as problem:
        return _without_judgement(unit, submission, "infrastructure", problem, engine)
    except (UnreadableError, WrongUnitError) as problem:
        return _without_judgement(unit, submission, "missing", problem, engine)
    except AutograderError:
        raise
    except Exception as problem:  # a fault of ours in one submission shall not stop a class
        why = InfrastructureError(
            f"The grader itself failed ({type(problem).__name__}: {problem})."
        )
        return _without_judgement(unit, submission, "infrastructure", why, engine)
    return Graded(
        submission.student,
        unit.id,
        judgement.verdicts,
        judgement.seconds,
        judgement.seed,
        [*read.repaired, *repaired],
        judgement.notebook,
        sandbox=engine.sandbox,
    )


def prepared(engine: Engine | None, *units: Unit) -> Engine:
    """The engine with its fork server up. Meanwhile, what the checks of `units` need is imported,
    once for all processes that will grade."""
    ready = (engine or Engine()).ready()
    for unit in units:
        hidden_checks(unit)
    ready.wait()
    return ready


def grade_all(
    unit: Unit,
    submissions: Sequence[Submission],
    seed: int | None = None,
    jobs: int = 1,
    engine: Engine | None = None,
    limits: Limits | None = None,
) -> Iterator[Graded]:
    """One result for each submission, in order. Each runs in a kernel of its own."""
    grade = partial(grade_one, unit, seed=seed, engine=prepared(engine, unit), limits=limits)
    yield from in_order(grade, submissions, jobs)


def _read(unit: Unit, submission: Submission) -> ReadNotebook:
    if submission.refused:
        raise UnreadableError(submission.refused)
    release = read_built(unit, unit.release_notebook)
    return choose([submission.path, *submission.others], release, unit.id)


def _without_judgement(
    unit: Unit, submission: Submission, verdict: str, why: AutograderError, engine: Engine
) -> Graded:
    verdicts = [
        Verdict(todo, number, Result(check.name, verdict, 0.0, check.points, verdict, str(why)))
        for todo, hidden in hidden_checks(unit).items()
        for number, check in enumerate(hidden.checks, start=1)
    ]
    return Graded(
        submission.student, unit.id, verdicts, 0.0, 0, problem=why, sandbox=engine.sandbox
    )
