"""Hidden checks of `batch_norm`."""

from __future__ import annotations

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.exercises.u04_batchnorm._norm_state import draw_state
from cnnlab.exercises.u04_batchnorm.batch_norm import (
    PARAMETERS,
    agree_gradients,
    agree_norm,
    draw_images,
    exercise,
    expect_no_graph,
    expect_start,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("a new layer: two parameters, two buffers", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start(learner, draw.integer(4, 9))


@hidden.check("training mode: the output", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    for count in (draw.integer(2, 5), 1):
        features = draw.integer(2, 6)
        state = {name: draw_state(draw, features)[name] for name in PARAMETERS}
        x = draw_images(draw, count, features)
        agree_norm(learner, state, [(True, x)], statistics=False)


@hidden.check("training mode: the running statistics", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    features = draw.integer(2, 6)
    batches = [(True, draw_images(draw, count, features)) for count in (3, 2, 1)]
    agree_norm(learner, draw_state(draw, features), batches, output=False)


@hidden.check("eval mode", points=4)
def _(learner: LearnerCode, draw: Draw) -> None:
    features = draw.integer(2, 6)
    passes = [(False, draw_images(draw, count, features)) for count in (3, 1)]
    agree_norm(learner, draw_state(draw, features), passes)


@hidden.check("other settings of eps and momentum", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    features = draw.integer(2, 6)
    eps, momentum = draw.choice([0.3, 0.7]), draw.choice([0.25, 0.4])
    passes = [(training, draw_images(draw, 3, features)) for training in (True, True, False)]
    agree_norm(learner, draw_state(draw, features), passes, eps=eps, momentum=momentum)


@hidden.check("the gradients in training mode", points=2)
def _(learner: LearnerCode, draw: Draw) -> None:
    features = draw.integer(2, 5)
    state = {name: draw_state(draw, features)[name] for name in PARAMETERS}
    agree_gradients(learner, state, draw_images(draw, 3, features), training=True)


@hidden.check("the gradients in eval mode", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    features = draw.integer(2, 5)
    x = draw_images(draw, 3, features)
    agree_gradients(learner, draw_state(draw, features), x, training=False)


@hidden.check("the running statistics keep no graph", points=1)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_graph(learner, draw_images(draw, 3, draw.integer(2, 5)))
