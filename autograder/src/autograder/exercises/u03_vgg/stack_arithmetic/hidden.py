"""Hidden checks of `stack_arithmetic`."""

from __future__ import annotations

from autograder.exercises.telling import telling
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.explain import agree
from cnnlab.exercises.u03_vgg.stack_arithmetic import exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)

VIEW, COST, STACK = "stack_receptive_field", "stack_params", "equivalent_stack"


@hidden.check("the receptive field of 3×3 stacks", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, exercise, draw.integer(3, 12), of=VIEW)


@hidden.check("the receptive field of other stacks", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    n, kernel = draw.integer(3, 7), draw.choice([7, 9, 11])
    agree(learner, exercise, n, kernel, of=VIEW)
    agree(learner, exercise, n, draw.choice([2, 4]), of=VIEW)


@hidden.check("no layers, and one", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    for n in (1, 0):
        agree(learner, exercise, n, draw.choice([5, 7]), of=VIEW)


@hidden.check("weights", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    known = sorted({mistake.id for mistake in exercise.mistakes_of(COST)})
    given = telling(
        exercise,
        lambda: (draw.integer(2, 6), draw.choice([3, 5, 7]), draw.integer(10, 99)),
        shows=known,
        of=COST,
    )
    agree(learner, exercise, *given, of=COST)
    agree(learner, exercise, 1, *given[1:], of=COST)


@hidden.check("the stack that replaces a large filter", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for kernel in draw.sample([15, 17, 21, 23, 27], 2):
        agree(learner, exercise, kernel, of=STACK)


@hidden.check("filters as small as 3×3 and 1×1", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    for kernel in (3, 1):
        agree(learner, exercise, kernel, of=STACK)
