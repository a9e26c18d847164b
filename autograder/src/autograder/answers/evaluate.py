"""Putting the bank before the checks: right answers must pass, wrong ones must be named.

Each answer stands in a whole notebook as learners hand it in: the release with its experiments, and
the course's solutions in the other exercises. The notebook is rebuilt as any submission is. Only
the kernel is left out: every answer is ours, and runs in a process of its own.
"""

from __future__ import annotations

import multiprocessing
import signal
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection

from nbformat import NotebookNode

from autograder.answers.bank_files import Answer, read_bank
from autograder.answers.row import Row
from autograder.cells import sources_in_grading
from autograder.course import Unit
from autograder.course_plan import plan_of
from autograder.errors import InfrastructureError
from autograder.hidden_checks import hidden_checks
from autograder.judging.one_core import use_one_core
from autograder.kernels.inside.preload import preload
from autograder.parallel import in_order
from autograder.solutions import compose, solutions
from autograder.submissions import read_built, rebuild
from cnnlab.check.cell_runner import run_cells
from cnnlab.check.notebook import VISIBLE_SEED
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

SECONDS_FOR_ONE_ANSWER = 300  # a design is trained twice, perhaps on a busy machine
# What an answer earns must not depend on the inputs that happen to be drawn.
SEEDS = 3


@dataclass(frozen=True)
class _Task:
    unit: Unit
    answer: Answer
    seed: int
    seconds: int


def evaluate_units(
    units: Sequence[Unit], seed: int, jobs: int = 2, exercise: str | None = None
) -> Iterator[Row]:
    """One row for each answer of the bank, or for each to `exercise`, in order."""
    for unit in units:
        answers = [one for one in read_bank(unit) if exercise in (None, one.exercise)]
        yield from evaluate_answers(unit, answers, seed, jobs)


def evaluate_answers(
    unit: Unit,
    answers: Sequence[Answer],
    seed: int,
    jobs: int = 2,
    seconds: int = SECONDS_FOR_ONE_ANSWER,
) -> Iterator[Row]:
    """One row for each answer, in order. Every answer has a process and so many `seconds`."""
    use_one_core()  # as grading is; and a process with running threads could not be forked safely
    hidden_checks(unit)
    _notebook_and_solutions(unit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in plan_of(unit.grading).preloads:
            preload(name)  # once, for all the processes that are forked from this one
    tasks = [_Task(unit, answer, seed, seconds) for answer in answers]
    yield from in_order(_in_its_own_process, tasks, jobs)


@cache
def _notebook_and_solutions(unit: Unit) -> tuple[NotebookNode, dict[str, str]]:
    return read_built(unit, unit.release_notebook), solutions(unit)


def handed_in(unit: Unit, answer: Answer) -> list[str]:
    """The code that grading runs of a notebook with this answer in its place."""
    release, solved = _notebook_and_solutions(unit)
    submitted = compose(release, {**solved, answer.exercise: answer.source})
    return sources_in_grading(rebuild(release, submitted, unit.id).notebook)


def _in_its_own_process(task: _Task) -> Row:
    """What an answer does to modules and settings ends with its process."""
    sources = handed_in(task.unit, task.answer)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_send, args=(task, sources, sender)
    )
    process.start()
    sender.close()
    try:
        found = receiver.recv()
    except EOFError as problem:
        raise InfrastructureError(
            f"“{task.answer.name}” of {task.answer.exercise} ended the process that evaluated it."
        ) from problem
    finally:
        process.kill()
        process.join()
    if isinstance(found, Exception):
        raise found
    return found


def _send(task: _Task, sources: Sequence[str], sender: Connection) -> None:
    try:
        sender.send(_evaluate(task, sources))
    except TooLong:
        name = f"“{task.answer.name}” of {task.answer.exercise}"
        late = (
            f"{name} gave no answer within {task.seconds} s. A loop that never ends? Or is this "
            f"machine busy? To try it alone: autograder answers {task.unit.id} "
            f"--exercise {task.answer.exercise}"
        )
        sender.send(InfrastructureError(late))
    except Exception as problem:
        sender.send(problem)


def _evaluate(task: _Task, sources: Sequence[str]) -> Row:
    warnings.simplefilter("ignore")  # wrong answers earn many, and nobody reads them here
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(task.seconds)
    hidden = hidden_checks(task.unit)[task.answer.exercise]
    learner = local_learner(run_cells(sources), sources)
    visible = run_checks(hidden.exercise, hidden.exercise.checks, learner, VISIBLE_SEED)
    learner.watched = bool(hidden.exercise.refuses_operators)  # as in grading
    # Training takes long: designs under many seeds are measured by benchmarks/design_stability.py.
    seeds = 1 if hidden.exercise.brief else SEEDS
    graded = [
        run_checks(hidden.exercise, hidden.checks, learner, seed)
        for seed in range(task.seed, task.seed + seeds)
    ]
    return Row.of(task.answer, visible, graded)


class TooLong(BaseException):
    """An answer takes longer than it may. No check may take this for an error of its own."""


def _too_long(*_: object) -> None:
    raise TooLong
