"""`zero_init_residual`: blocks that begin as "do nothing", judged by what the learner's own do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import Observe, explain
from cnnlab.check.networks import drawn_weights, shapes_of
from cnnlab.exercises.u05_resnet._blocks import agree_on_block, draw_maps
from cnnlab.exercises.u05_resnet.residual_block import exercise as residual_block
from cnnlab.exercises.u05_resnet.zero_init_residual_mistakes import CANNOT_LEARN, add_mistakes
from cnnlab.learner import LearnerCode, Network, NoAnswer
from cnnlab.models import ResidualBlock


def zero_init_residual(model: nn.Module) -> None:
    """Start every residual block in `model` as ReLU(shortcut(x)): its correction is nothing yet."""
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)


exercise = Exercise(
    "zero_init_residual",
    {"zero_init_residual": zero_init_residual},
    beside={"ResidualBlock": ResidualBlock},
)
add_mistakes(exercise)

BEFORE = "the output of your {} before the call"
AFTER = "the output of your {}, where every correction should be nothing yet,"
LEARNS = "whether the block can learn"
INSIDE = ("2.0.", "2.1.", "3.0.0.", "3.1.")  # the blocks of the network in which they are stages


def expect_start(learner: LearnerCode, draw: Draw, *args: int) -> None:
    """A block of the learner's is ReLU(shortcut(x)) after their `zero_init_residual`."""
    x, seed = draw_maps(draw, args[0], size=(5, 4)), draw.integer(0, 2**31)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        block = code.build("ResidualBlock", *args)
        _draw_convolutions(block, x, seed)
        yield from _before_and_after(code, block, x, "block")

    _explain(learner, draw, observe, "block")


def expect_start_of_a_network(learner: LearnerCode, draw: Draw) -> None:
    """Every block counts, also those that lie in the stages of a network, and nothing else."""
    classes, channels, width = draw.sample(range(3, 8), 3)
    x, seed = draw_maps(draw, channels, size=(6, 5)), draw.integer(0, 2**31)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        own = code.named("ResidualBlock")
        network = code.network(
            ("Conv2d", channels, width, 3),
            ("ReLU",),
            ("Sequential", (own, width, width), (own, width, width)),
            ("Sequential", ("Sequential", (own, width, width)), (own, width, width)),
            ("TwoNorms", width),
            ("Flatten",),
            ("Linear", width * 4 * 3, classes),
        )
        _draw_convolutions(network, x, seed, also=("0.bias", "6.bias"))
        before = network.parameters()
        yield from _before_and_after(code, network, x, "network of blocks")
        after = network.parameters()
        outside = [name for name in before if not name.startswith(INSIDE)]
        if not all(torch.equal(after[name], before[name]) for name in outside):
            raise Wrong(
                "other_layers_changed",
                "Your function also changes layers that aren't in a ResidualBlock. Other layers "
                "may have parts with the same names: ask isinstance(module, ResidualBlock).",
            )

    _explain(learner, draw, observe, "network of blocks")


def expect_it_can_learn(learner: LearnerCode, draw: Draw) -> None:
    """Convolutions keep their weights, and after one small step each receives a gradient."""
    channels, seed = draw.integer(3, 6), draw.integer(0, 2**31)
    x = draw_maps(draw, channels, size=(5, 4))
    targets = draw.labels(3 * 5 * 4, channels).view(3, 5, 4)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        block = code.build("ResidualBlock", channels, channels)
        _draw_convolutions(block, x, seed)
        yield from _before_and_after(code, block, x, "block")
        yield LEARNS, _learns(block, x, targets)

    _explain(learner, draw, observe, "block")
    _expect_kernels_kept(learner, channels)


def _expect_kernels_kept(learner: LearnerCode, channels: int) -> None:
    """The zeros are in a batch norm. For functions that are right otherwise."""
    block = learner.build("ResidualBlock", channels, channels)
    before = block.parameters()
    learner.call("zero_init_residual", block.ref)
    after = block.parameters()
    if not all(torch.equal(after[name], before[name]) for name in before if before[name].dim() > 1):
        raise Wrong(
            "convolutions_changed",
            "Your zeros are in a convolution. The batch norm after it then divides by almost "
            "nothing (by √ε), so the first gradients are huge. Leave the convolutions alone and "
            "set the scale of the last batch norm to zero.",
        )


def _draw_convolutions(
    network: Network, x: torch.Tensor, seed: int, also: tuple[str, ...] = ()
) -> None:
    """Gives the convolutions drawn weights; batch norms stay fresh, as the contract has them."""
    values = drawn_weights(shapes_of(network, x), seed, twins=True)
    network.load({n: value for n, value in values.items() if value.dim() > 1 or n in also})


def _before_and_after(
    code: LearnerCode, network: Network, x: torch.Tensor, what: str
) -> Iterator[tuple[str, Any]]:
    """What the network computes before and after the call, which all parameters must survive."""
    names = set(network.shapes())
    yield BEFORE.format(what), network.train().forward(x)
    code.call("zero_init_residual", network.ref)
    if set(network.shapes()) != names:
        raise Wrong(
            "parameters_removed",
            "The network has other parameters afterwards than before. Change their values, keep "
            "the parameters.",
        )
    yield AFTER.format(what), network.train().forward(x)


def _learns(block: Network, x: torch.Tensor, targets: torch.Tensor) -> bool:
    """Whether every convolution of the block has a gradient after one small step."""
    if not all(block.trainable().values()):
        return False
    values = block.parameters()
    steps = block.train().gradients(x, targets=targets)
    block.load({n: values[n] - 0.1 * step for n, step in steps.items() if step is not None})
    gradients = block.gradients(x, targets=targets)
    convolutions = [gradients[name] for name, value in values.items() if value.dim() > 1]
    return all(found is not None and bool(found.any()) for found in convolutions)


def _explain(learner: LearnerCode, draw: Draw, observe: Observe, what: str) -> None:
    """What the blocks do before the call is not judged here, unless it spoils what follows."""
    try:
        explain(
            learner,
            exercise,
            observe,
            unjudged=(BEFORE.format(what),),
            unexplained=lambda part, theirs, ours, gap: (
                Wrong(*CANNOT_LEARN) if part == LEARNS else gap.as_wrong()
            ),
        )
    except Wrong:
        _expect_right_blocks(learner, draw)
        raise


def _expect_right_blocks(learner: LearnerCode, draw: Draw) -> None:
    try:
        agree_on_block(learner, draw, residual_block, 3, 3)
        agree_on_block(learner, draw, residual_block, 3, 4, 2)
    except (Wrong, NoAnswer) as problem:
        raise Wrong(
            "block_is_wrong",
            "This exercise is judged by what your ResidualBlock does, and that does not pass its "
            f"own checks yet: {problem.message}",
        ) from None


@exercise.visible("a block with an identity shortcut becomes ReLU(x)")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start(learner, draw, 4, 4)


@exercise.visible("a block with a projection becomes ReLU(shortcut(x))")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start(learner, draw, 3, 5, 2)


@exercise.visible("every block of a network")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start_of_a_network(learner, draw)


@exercise.visible("the block can still learn")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_it_can_learn(learner, draw)
