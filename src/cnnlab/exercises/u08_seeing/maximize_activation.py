"""`maximize_activation`: an image made for one channel."""

from __future__ import annotations

from itertools import pairwise

import torch

from cnnlab.check.compare import Wrong, agrees, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u08_seeing._looks import (
    FIRST_CONVOLUTION,
    SECOND_CONVOLUTION,
    Look,
    Part,
    draw_look,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_model_kept,
    expect_modes_back,
)
from cnnlab.learner import LearnerCode
from cnnlab.seeing import capture, maximize_activation

exercise = Exercise("maximize_activation", {"maximize_activation": maximize_activation})

CHANNELS = 2  # of the images
WEIGHT, BIAS = f"{FIRST_CONVOLUTION}.weight", f"{FIRST_CONVOLUTION}.bias"


def draw_goal(draw: Draw, height: int, width: int) -> tuple[Look, int]:
    """A network with nothing to look at yet, and a channel of its first convolution, not 0."""
    return draw_look(draw, height, width, CHANNELS), draw.integer(1, 3)


def others_like(look: Look, channel: int, factor: float) -> Look:
    """All other channels of the first convolution are `factor` times this one."""
    weight, bias = look.state[WEIGHT].clone(), look.state[BIAS].clone()
    for other in set(range(len(weight))) - {channel}:
        weight[other], bias[other] = factor * weight[channel], factor * bias[channel]
    return Look(look.layers, {**look.state, WEIGHT: weight, BIAS: bias})


def image_of(
    learner: LearnerCode,
    look: Look,
    channel: int,
    size: tuple[int, int],
    steps: int,
    lr: float = 0.5,
    layer: str = FIRST_CONVOLUTION,
    seed: int = 3,
    other_seed: int = 0,
) -> torch.Tensor:
    """The image that the learner's function makes; `other_seed` starts torch's own numbers."""
    shape = (CHANNELS, *size)
    network = look.network(learner).eval()
    learner.seed(other_seed)
    asked = look.at(Part(layer), channel, shape, steps, lr, learner.generator(seed))
    image = asked.run(learner, "maximize_activation", network).value
    if isinstance(image, torch.Tensor) and tuple(image.shape) == (1, *shape):
        raise Wrong(
            "batch_kept",
            "Your image still has a batch dimension. Return one image, (C, H, W).",
        )
    # Of the image only the shape can be foretold: its values are compared with themselves.
    expect(image, image if _fits(image, shape) else torch.zeros(shape), "the image")
    if not bool(torch.isfinite(image).all()):
        raise Wrong("not_finite", "The image contains nan or inf.")
    return image.float()


def _fits(image: object, shape: tuple[int, ...]) -> bool:
    return isinstance(image, torch.Tensor) and tuple(image.shape) == shape


def mean_activation(look: Look, layer: str, channel: int, image: torch.Tensor) -> float:
    found = capture(look.model(), [layer], image[None])[layer]
    return float(found[0, channel].mean())


def rise(
    learner: LearnerCode,
    look: Look,
    channel: int,
    size: tuple[int, int],
    layer: str,
    steps: int = 12,
) -> float:
    """How much more the channel answers to the image after some steps than to the start."""
    first, last = (
        image_of(learner, look, channel, size, steps=count, layer=layer) for count in (0, steps)
    )
    if agrees(last, first):
        raise Wrong(
            "image_stays",
            "After many steps the image is still the one after no steps. Does the gradient "
            "reach it, and does every step change it?",
        )
    before, after = (mean_activation(look, layer, channel, image) for image in (first, last))
    return (after - before) / (abs(before) + 1)


def expect_rise(
    learner: LearnerCode, look: Look, channel: int, size: tuple[int, int], layer: str
) -> None:
    """The channel answers more strongly after the steps than before."""
    if rise(learner, look, channel, size, layer) < 1e-3:
        raise Wrong(
            "goes_down",
            "The mean activation is lower after the steps than at the start. A loss is "
            "minimised, against the gradient; an activation is maximised, along it.",
        )


def expect_own_channel(
    learner: LearnerCode, look: Look, channel: int, size: tuple[int, int]
) -> None:
    """The channel asked for rises, where every other one falls when it does."""
    # Where all channels are alike only the direction counts: that's a mistake of another kind.
    expect_rise(learner, others_like(look, channel, 1.0), channel, size, FIRST_CONVOLUTION)
    opposed = others_like(look, channel, factor=-2.0)
    if rise(learner, opposed, channel, size, FIRST_CONVOLUTION) < 1e-3:
        raise Wrong(
            "other_channels",
            "The mean of the channel you were given falls, and others rise. From the layer's "
            "output (1, K, h, w), take channel number `channel` alone, and its mean over all "
            "positions.",
        )


def expect_start_from_generator(
    learner: LearnerCode, look: Look, channel: int, size: tuple[int, int]
) -> None:
    """The start, and with it all of the image, is drawn from the generator alone."""
    first, again, other = (
        image_of(learner, look, channel, size, steps=2, seed=seed, other_seed=other_seed)
        for seed, other_seed in ((3, 0), (3, 1), (4, 0))
    )
    if not agrees(again, first):
        raise Wrong(
            "generator_ignored",
            "Two generators with the same seed give different images, so something is drawn "
            "from elsewhere. `torch.randn(…, generator=generator)` draws from the one you were "
            "given.",
        )
    if agrees(other, first):
        raise Wrong(
            "generator_ignored",
            "Generators with different seeds give the same image. The start should be random: "
            "`torch.randn(…, generator=generator)`.",
        )


def expect_lr_counts(learner: LearnerCode, look: Look, channel: int, size: tuple[int, int]) -> None:
    """A step's length grows with lr; without any, nothing moves."""
    start = image_of(learner, look, channel, size, steps=0)
    still, short, long = (
        image_of(learner, look, channel, size, steps=3, lr=lr) for lr in (0.0, 0.1, 0.5)
    )
    if not agrees(still, start) or (long - start).norm() < 1.2 * (short - start).norm():
        raise Wrong(
            "lr_ignored",
            "Your steps have the same length at any `lr`, or the image changes even at lr = 0. "
            "A step's length should grow with `lr`, and nothing else should change the image.",
        )


def expect_every_step_counts(
    learner: LearnerCode, look: Look, channel: int, size: tuple[int, int]
) -> None:
    """One step more gives another image: each goes on from where the one before has led."""
    images = [image_of(learner, look, channel, size, steps=count) for count in range(1, 5)]
    if any(agrees(later, image) for image, later in pairwise(images)):
        raise Wrong(
            "steps_not_counted",
            "One more step doesn't change your image. Take `steps` steps, each from where the "
            "one before ended, not from the start again.",
        )


def expect_along_gradient(
    learner: LearnerCode, look: Look, channel: int, size: tuple[int, int]
) -> None:
    """A step moves no pixel against its gradient, and further where the gradient is larger.

    Or as far: Adam's first step, and a step by the sign, are as long everywhere.
    """
    start, after = (
        image_of(learner, look, channel, size, steps=count, layer=SECOND_CONVOLUTION)
        for count in (0, 1)
    )
    image = start.clone().requires_grad_()
    kept: list[torch.Tensor] = []
    model = look.model()
    layer = model.get_submodule(SECOND_CONVOLUTION)
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        model(image[None])
    (gradient,) = torch.autograd.grad(kept[0][0, channel].mean(), image)
    move, gradient = (after - start).flatten(), gradient.flatten()
    lengths = move.abs()[gradient.abs().argsort()]
    longest = float(lengths.max())
    shrinks = float((lengths.cummax(dim=0).values - lengths).max()) > 0.05 * longest
    if shrinks or float((move * gradient.sign()).min()) < -0.05 * longest:
        raise Wrong(
            "not_along_the_gradient",
            "Your step doesn't follow the gradient of the channel's mean: some pixels move the "
            "wrong way, or further where the gradient is smaller.",
        )


def draw_manners(learner: LearnerCode, draw: Draw, height: int, width: int) -> Look:
    """A call of few steps, to ask what it leaves behind."""
    look, channel = draw_goal(draw, height, width)
    size = (CHANNELS, height, width)
    return look.at(Part(SECOND_CONVOLUTION), channel, size, 3, 0.5, learner.generator(draw.seed))


@exercise.visible("the channel answers more strongly than at the start")
def _(learner: LearnerCode, draw: Draw) -> None:
    look, channel = draw_goal(draw, 5, 6)
    expect_rise(learner, others_like(look, channel, 1.0), channel, (5, 6), FIRST_CONVOLUTION)


@exercise.visible("the channel asked for, and no other")
def _(learner: LearnerCode, draw: Draw) -> None:
    look, channel = draw_goal(draw, 5, 6)
    expect_own_channel(learner, look, channel, (5, 6))
    expect_along_gradient(learner, look, channel, (5, 6))


@exercise.visible("the generator decides the start, lr and steps how far it goes")
def _(learner: LearnerCode, draw: Draw) -> None:
    look, channel = draw_goal(draw, 5, 6)
    expect_every_step_counts(learner, look, channel, (5, 6))
    expect_start_from_generator(learner, look, channel, (5, 6))
    expect_lr_counts(learner, look, channel, (5, 6))


@exercise.visible("the network is as it was: modes, hooks, gradients")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_manners(learner, draw, 5, 6)
    expect_evaluation_mode(learner, exercise, look)
    expect_modes_back(learner, exercise, look)
    expect_hooks_gone(learner, exercise, look)
    expect_model_kept(learner, exercise, look, draw)
