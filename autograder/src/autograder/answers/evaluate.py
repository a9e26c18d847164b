"""Putting the bank before the checks: right answers must pass, wrong ones must be named."""

from __future__ import annotations

import multiprocessing
import signal
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Any

from autograder.answers.bank_files import Answer, read_bank
from autograder.build.lesson import LessonCell, read_lesson
from autograder.build.roles import TEST, TODO, name_of, role_of
from autograder.course import Unit
from autograder.errors import InfrastructureError
from autograder.hidden_checks import hidden_checks
from autograder.parallel import in_order
from autograder.programs import run_program
from cnnlab.check.notebook import VISIBLE_SEED
from cnnlab.check.run import Result, run_checks
from cnnlab.learner import local_learner

SECONDS_FOR_ONE_ANSWER = 60


@dataclass(frozen=True)
class Row:
    """What became of one answer; the fields are those of `autograder answers --json`."""

    unit: str
    todo: str
    answer: str
    kind: str
    misconception: str
    visible_points: float
    points: float
    max_points: float
    diagnosis: str
    expected_diagnosis: str
    ok: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class _Task:
    answer: Answer
    cells: tuple[str, ...]
    seed: int


def evaluate_units(units: Sequence[Unit], seed: int, jobs: int = 2) -> Iterator[Row]:
    """One row for each answer, in order. Every answer has a process of its own."""
    import torch

    torch.set_num_threads(1)  # a process with running threads could not be forked safely
    tasks = []
    for unit in units:
        hidden_checks(unit.id)
        lesson = read_lesson(unit.lesson)
        tasks += [_Task(a, _program(lesson, a), seed) for a in read_bank(unit)]
    yield from in_order(_in_its_own_process, tasks, jobs)


def _program(lesson: Sequence[LessonCell], answer: Answer) -> tuple[str, ...]:
    """The graded code of the lesson with this answer in its place and solutions in the others."""
    cells = []
    for cell in lesson:
        role = role_of(cell)
        if cell.kind != "code" or role is TEST or "explore" in cell.tags:
            continue
        mine = role is TODO and name_of(cell) == answer.todo
        cells.append(answer.source if mine else cell.source)
    return tuple(cells)


def _in_its_own_process(task: _Task) -> Row:
    """What an answer does to modules and settings ends with its process."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_send, args=(task, sender))
    process.start()
    sender.close()
    try:
        found = receiver.recv()
    except EOFError as problem:
        raise InfrastructureError(
            f"“{task.answer.name}” of {task.answer.todo} ended the process that evaluated it."
        ) from problem
    finally:
        process.kill()
        process.join()
    if isinstance(found, Exception):
        raise found
    return found


def _send(task: _Task, sender: Connection) -> None:
    try:
        sender.send(_evaluate(task))
    except Exception as problem:
        sender.send(problem)


def _evaluate(task: _Task) -> Row:
    answer = task.answer
    warnings.simplefilter("ignore")  # wrong answers earn many, and nobody reads them here
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS_FOR_ONE_ANSWER)
    hidden = hidden_checks(answer.unit)[answer.todo]
    student = local_learner(run_program(task.cells), task.cells)
    visible = run_checks(hidden.exercise, hidden.exercise.checks, student, VISIBLE_SEED)
    student.watched = bool(hidden.exercise.refuses_operators)  # as in grading
    graded = run_checks(hidden.exercise, hidden.checks, student, task.seed)
    maximum = sum(result.max_points for result in graded)
    points = sum(result.points for result in graded)
    passed = sum(result.passed for result in visible) / len(visible)
    return Row(
        unit=answer.unit,
        todo=answer.todo,
        answer=answer.name,
        kind=answer.kind,
        misconception="" if answer.right else answer.name,
        visible_points=round(passed * maximum, 2),
        points=round(points, 2),
        max_points=maximum,
        diagnosis=_first_diagnosis(visible) or _first_diagnosis(graded),
        expected_diagnosis=answer.diagnosis,
        ok=_as_expected(answer, visible, graded),
    )


def _as_expected(answer: Answer, visible: list[Result], graded: list[Result]) -> bool:
    if answer.right:
        return all(result.passed for result in [*visible, *graded])
    seen = not all(result.passed for result in visible)
    return (
        seen == answer.seen_by_visible
        and _first_diagnosis(visible) in ("", answer.diagnosis)
        and answer.diagnosis in {result.mistake for result in graded if not result.passed}
        and sum(result.points for result in graded) == answer.points
    )


def _too_long(*_: object) -> None:
    raise TimeoutError(f"no answer within {SECONDS_FOR_ONE_ANSWER} s")


def _first_diagnosis(results: list[Result]) -> str:
    return next((result.mistake for result in results if not result.passed), "")
