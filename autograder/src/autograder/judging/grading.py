"""Grading: from a submission to a result, whatever the submission is."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from nbformat import NotebookNode

from autograder.cells import in_lesson_order
from autograder.course import Unit
from autograder.errors import AutograderError, InfrastructureError
from autograder.hidden_checks import hidden_checks
from autograder.judging.graded import Graded
from autograder.judging.judge import furnished, judge
from autograder.judging.looking import looked_over
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


def grade_notebook(
    unit: Unit,
    submitted: NotebookNode,
    seed: int | None = None,
    engine: Engine | None = None,
    limits: Limits | None = None,
) -> Graded:
    """The results of a submitted notebook, and what a person should look at."""
    graded = judge_submitted(unit, submitted, seed, engine, limits)
    return looked_over(graded, read_built(unit, unit.release_notebook))


def judge_submitted(
    unit: Unit,
    submitted: NotebookNode,
    seed: int | None = None,
    engine: Engine | None = None,
    limits: Limits | None = None,
) -> Graded:
    """The results of a submitted notebook, which is rebuilt from the release before it runs."""
    rebuilt = rebuild(read_built(unit, unit.release_notebook), submitted, unit.id)
    seed = secrets.randbits(32) if seed is None else seed
    graded = judge(unit, rebuilt.notebook, seed, limits, engine)
    return replace(graded, repaired=rebuilt.repaired)


def grade_one(
    unit: Unit,
    submission: Submission,
    seed: int | None = None,
    engine: Engine | None = None,
    limits: Limits | None = None,
) -> Graded:
    """The results of one submission. A file that cannot be graded gets some, too."""
    engine = (engine or Engine()).chosen()
    try:
        read = _read(unit, submission)
        graded = grade_notebook(unit, read.notebook, seed, engine, limits)
    except InfrastructureError as problem:
        return _not_judged(unit, submission, "infrastructure", problem, engine)
    except (UnreadableError, WrongUnitError) as problem:
        return _not_judged(unit, submission, "missing", problem, engine)
    except AutograderError:
        raise
    except Exception as problem:  # a fault of ours in one submission shall not stop a class
        why = InfrastructureError(
            f"The grader itself failed ({type(problem).__name__}: {problem})."
        )
        where = "".join(traceback.format_exception(problem))
        return _not_judged(unit, submission, "infrastructure", why, engine, where)
    return replace(
        graded,
        student=submission.student,
        repaired=[*read.repaired, *graded.repaired],
        sandbox=engine.sandbox,
    )


def prepared(engine: Engine | None, *units: Unit) -> Engine:
    """The engine with its fork server up. Meanwhile, what the checks of `units` need is imported,
    once for all processes that will grade."""
    ready = furnished(engine, units[0]).ready()
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


def _not_judged(
    unit: Unit,
    submission: Submission,
    verdict: str,
    why: AutograderError,
    engine: Engine,
    where: str = "",
) -> Graded:
    """What becomes of a submission that no check could be put to."""
    checks = in_lesson_order(read_built(unit, unit.release_notebook), hidden_checks(unit))
    results = [
        Result(
            check.name,
            verdict,
            0.0,
            check.points,
            verdict,
            str(why),
            traceback=where,
            exercise=exercise,
            number=number,
        )
        for exercise, hidden in checks.items()
        for number, check in enumerate(hidden.checks, start=1)
    ]
    return Graded(submission.student, unit.id, results, 0.0, 0, problem=why, sandbox=engine.sandbox)
