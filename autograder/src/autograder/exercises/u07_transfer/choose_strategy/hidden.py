"""Hidden checks of `choose_strategy`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer.choose_strategy import Field, agree_on_fields, exercise
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("the four fields of the table", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    table = [Field(draw.integer(5, 400)), Field(draw.integer(600, 5000))]
    agree_on_fields(learner, table, draw_limits(draw))


@hidden.check("another limit, and exactly at the limit", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_fields(learner, draw_limits(draw))


def draw_limits(draw: Draw) -> list[Field]:
    """Numbers about a limit that is given, and about the one that is not."""
    limit = draw.integer(40, 300)
    given = [Field(images, limit) for images in (limit + 20, limit, limit - 1)]
    return [*given, Field(500), Field(499)]
