"""Results made up without running anything, for tests of all that comes after grading."""

import random
import time
from dataclasses import replace
from pathlib import Path

from autograder.course import Course
from autograder.hidden_checks import hidden_checks
from autograder.judging.graded import Graded
from autograder.submissions import Submission, UnreadableError
from cnnlab.check.run import Result

UNIT = "01_convolutions"


def fake_results(passes, unit=UNIT, verdict="fail", mistake="kernel_flipped", message="Turned."):
    """Results of all hidden checks; `passes(check_id)` says how each ended."""
    made = []
    for exercise, hidden in hidden_checks(Course.load().unit(unit)).items():
        for number, check in enumerate(hidden.checks, start=1):
            if passes(f"{exercise}.{number}"):
                result = Result(check.name, "pass", check.points, check.points)
            else:
                result = Result(check.name, verdict, 0.0, check.points, mistake, message)
            made.append(replace(result, exercise=exercise, number=number))
    return made


def fake_graded(student, passes=lambda _: True, **changes):
    fields = {
        "student": student,
        "unit": UNIT,
        "results": fake_results(passes),
        "seconds": 2.5,
        "seed": 7,
        **changes,
    }
    return Graded(**fields)


def unreadable(student):
    return fake_graded(
        student,
        results=fake_results(lambda _: False, verdict="missing", mistake="missing"),
        problem=UnreadableError("work.ipynb is not a Jupyter notebook."),
    )


def broken_machine(student):
    results = fake_results(
        lambda _: False, verdict="infrastructure", mistake="infrastructure", message="Disk full."
    )
    return fake_graded(student, results=results)


def fake_class(size=40):
    """A class in which ability decides, with one student each of the other kinds."""
    draw = random.Random(1)
    hardness = {v.id: draw.uniform(-1.5, 1.5) for v in fake_results(lambda _: True)}
    made = []
    for number in range(size):
        able = draw.gauss(0.6, 1)
        seconds = draw.uniform(1, 6)
        passed = {check: able + draw.gauss(0, 0.7) > hard for check, hard in hardness.items()}
        made.append(
            fake_graded(
                f"student{number:02}",
                passed.__getitem__,
                seconds=seconds,
                repaired=["The cell `test_conv2d` was missing; it is back."]
                if number % 9 == 0
                else [],
            )
        )
    return [*made, unreadable("cut-off"), broken_machine("unlucky")]


class SlowGrade:
    """Stands for grading: takes a moment, notes down whom it graded, and knows the score."""

    def __init__(self, log: Path, seconds: float = 0.0) -> None:
        self.log = log
        self.seconds = seconds

    def __call__(self, submission: Submission) -> Graded:
        time.sleep(self.seconds)
        score = len(submission.path.read_bytes())
        with self.log.open("a") as log:
            log.write(f"{submission.student}\n")
        return fake_graded(
            submission.student,
            results=[Result("a check", "pass", score, 100.0, exercise="todo", number=1)],
        )


def as_graded(graded: Graded):
    """Stands for the making of feedback: the notebook as it is."""
    return graded.notebook
