"""Hidden checks of `evaluate`."""

from __future__ import annotations

import torch

from autograder.hidden_checks import HiddenChecks
from cnnlab.check.draw import Draw
from cnnlab.check.manners import as_it_is, expect_as_found, expect_autograd_on, passes
from cnnlab.exercises.u02_lenet._loops import (
    ACCURACY,
    LOSS,
    NORMALISED,
    agree_on_loop,
    agree_on_stream,
    draw_scene,
)
from cnnlab.exercises.u02_lenet._wrong_loops import draw_measured_scene
from cnnlab.exercises.u02_lenet.evaluate import (
    exercise,
    expect_evaluation_mode,
    expect_modes_kept,
    expect_no_gradients,
)
from cnnlab.learner import LearnerCode

hidden = HiddenChecks(exercise)


@hidden.check("the mean loss, with a short last batch", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)])
    agree_on_loop(learner, exercise, scene, LOSS)


@hidden.check("the accuracy, with a short last batch", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)])
    agree_on_loop(learner, exercise, scene, ACCURACY)


@hidden.check("evaluation mode while it measures", points=1.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_evaluation_mode(learner, draw_scene(draw, [5, 5, 2], NORMALISED))


@hidden.check("no gradients are recorded while it measures", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_no_gradients(learner, draw_scene(draw, [5, 5, 2], NORMALISED))


@hidden.check("the model is back in the mode it was in", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 2], NORMALISED)
    for training in (True, False):
        expect_modes_kept(learner, scene, training, {})


@hidden.check("every part is back in the mode it was in", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 2], NORMALISED)
    # Whichever mode the network itself is in, one part of it is in the other.
    part = draw.choice(["2", "4"])
    for training in (True, False):
        expect_modes_kept(learner, scene, training, {part: not training})


@hidden.check("parameters, buffers, gradients and autograd are unchanged", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 5, 2], NORMALISED)
    network = scene.network(learner)
    # Some gradients are there and some are not: neither may be cleared, added to, or filled.
    shapes = {"1.weight": (5, 6), "6.bias": (3,)}
    network.load_gradients(
        {name: draw.normal(*shape, dtype=torch.float32) for name, shape in shapes.items()}
    )
    before = as_it_is(network)
    outcome = scene.run(learner, "evaluate", on=network)
    passes(network)  # a loop that never calls the network leaves it as it was, too
    expect_as_found(before, network)
    expect_autograd_on(outcome)


@hidden.check("batches from a generator, without a length", points=0.5)
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_stream(learner, exercise, draw_scene(draw, [4, 4, 4]), LOSS, ACCURACY)
