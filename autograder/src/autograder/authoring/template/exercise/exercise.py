"""`an_exercise`: UNFINISHED: say in a few words what learners write."""

from __future__ import annotations

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode


def an_exercise(number: float) -> float:
    """UNFINISHED: the contract, as in the lesson."""
    return 2 * number  # UNFINISHED: your own right answer, by which learners' answers are judged


exercise = Exercise("an_exercise", {"an_exercise": an_exercise})


# UNFINISHED: a mistake that learners make: its id, what to tell them, and code that makes it
@exercise.mistake("a_mistake", "A sentence that helps and does not give the answer away.")
def _(number: float) -> float:
    return number + 2


# UNFINISHED: what learners may ask at once; a mistake shows in it, and no answer is right by chance
@exercise.visible("some numbers")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.integer(3, 99) + 0.5)
