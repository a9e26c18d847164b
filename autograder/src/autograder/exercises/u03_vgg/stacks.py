"""Hidden checks of the arithmetic of stacks."""

from __future__ import annotations

from autograder.exercises.telling import telling
from autograder.hidden_checks import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.draw import Draw
from cnnlab.exercises import u03_vgg as visible
from cnnlab.learner import LearnerCode

STACK_ARITHMETIC = HiddenChecks(visible.STACK_ARITHMETIC)


@STACK_ARITHMETIC.check("the view of 3×3 stacks", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, visible.STACK_ARITHMETIC, draw.integer(3, 12), of="stack_receptive_field")


@STACK_ARITHMETIC.check("the view of stacks of other kernels", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    n, kernel = draw.integer(3, 7), draw.choice([7, 9, 11])
    agree(learner, visible.STACK_ARITHMETIC, n, kernel, of="stack_receptive_field")
    agree(learner, visible.STACK_ARITHMETIC, n, draw.choice([2, 4]), of="stack_receptive_field")


@STACK_ARITHMETIC.check("no layers, and one", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for n in (1, 0):
        agree(learner, visible.STACK_ARITHMETIC, n, draw.choice([5, 7]), of="stack_receptive_field")


@STACK_ARITHMETIC.check("weights", points=3)
def _(learner: LearnerCode, draw: Draw) -> None:
    shows = {s.id for s in visible.STACK_ARITHMETIC.mistakes_of("stack_params")}
    given = telling(
        visible.STACK_ARITHMETIC,
        lambda: (draw.integer(2, 6), draw.choice([3, 5, 7]), draw.integer(10, 99)),
        shows=sorted(shows),
        of="stack_params",
    )
    agree(learner, visible.STACK_ARITHMETIC, *given, of="stack_params")
    agree(learner, visible.STACK_ARITHMETIC, 1, *given[1:], of="stack_params")


@STACK_ARITHMETIC.check("the stack that replaces a large filter", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    for kernel in draw.sample([15, 17, 21, 23, 27], 2):
        agree(learner, visible.STACK_ARITHMETIC, kernel, of="equivalent_stack")


@STACK_ARITHMETIC.check("filters as small as 3×3 and 1×1", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    for kernel in (3, 1):
        agree(learner, visible.STACK_ARITHMETIC, kernel, of="equivalent_stack")
