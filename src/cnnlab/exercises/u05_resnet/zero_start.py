"""Residual blocks that begin as "do nothing", judged by what the learner's own blocks then do."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional as F

from cnnlab.check.compare import Wrong, agrees, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u05_resnet.blocks import RESIDUAL_BLOCK, agree_block, draw_maps
from cnnlab.learner import LearnerCode, Network, NoAnswer
from cnnlab.reference import resnet as ours

ZERO_INIT_RESIDUAL = Exercise("zero_init_residual", {"zero_init_residual": ours.zero_init_residual})

CANNOT_LEARN = (
    "cannot_learn",
    "The block computes the right thing at the start, but can never leave it: after a step there "
    "is still no gradient for its convolutions. Zeros in the wrong place, or in two places, let "
    "nothing through in either direction; and what is frozen never moves.",
)
OUTSIDE = ("0.weight", "0.bias", "5.weight", "5.bias")  # of the network with blocks in its stages


def after_zero_start(learner: LearnerCode, network: Network) -> None:
    """Calls the learner's function on `network`, whose parameters must survive it."""
    names = set(network.parameters())
    learner.call("zero_init_residual", network.ref)
    if set(network.parameters()) != names:
        raise Wrong(
            "parameters_removed",
            "The network has other parameters afterwards than before. Change their values, keep "
            "the parameters.",
        )


def expect_start(
    learner: LearnerCode, draw: Draw, in_channels: int, out_channels: int, stride: int
) -> None:
    """A block of the learner's is ReLU(shortcut(x)) after their `zero_init_residual`."""
    block = learner.build("ResidualBlock", in_channels, out_channels, stride)
    x = draw_maps(draw, in_channels, size=(5, 4))
    before = block.parameters()
    untouched = block.train().forward(x)
    after_zero_start(learner, block)
    shortcut = x
    projections = [p for p in before.values() if p.shape[2:] == (1, 1)]
    if projections:
        shortcut = normalised(F.conv2d(x, projections[0], stride=stride))
    _expect_output(
        learner,
        draw,
        block.train().forward(x),
        shortcut.relu(),
        untouched,
        "block",
        correction=lambda: _correction(x, before, stride),
    )


def expect_start_of_a_network(learner: LearnerCode, draw: Draw) -> None:
    """Every block counts, also those that lie in the stages of a network."""
    own = learner.named("ResidualBlock")
    classes, channels, width = draw.sample(range(3, 8), 3)
    network = learner.network(
        ("Conv2d", channels, width, 3),
        ("ReLU",),
        ("Sequential", (own, width, width), (own, width, width)),
        ("Sequential", ("Sequential", (own, width, width)), (own, width, width)),
        ("Flatten",),
        ("Linear", width * 4 * 3, classes),
    )
    x = draw_maps(draw, channels, size=(6, 5))
    before = network.parameters()
    untouched = network.train().forward(x)
    after_zero_start(learner, network)
    after = network.parameters()
    if not all(torch.equal(after[name], before[name]) for name in OUTSIDE):
        raise Wrong(
            "other_layers_changed",
            "Your function also changes layers outside the blocks. Only blocks begin as nothing.",
        )
    maps = F.conv2d(x, before["0.weight"], before["0.bias"]).relu()
    expected = F.linear(maps.flatten(1), before["5.weight"], before["5.bias"])
    _expect_output(
        learner, draw, network.train().forward(x), expected, untouched, "network of blocks"
    )


def expect_it_can_learn(learner: LearnerCode, draw: Draw) -> None:
    """After one small step every convolution of a zeroed block receives a gradient."""
    channels = draw.integer(3, 6)
    block = learner.build("ResidualBlock", channels, channels)
    x = draw_maps(draw, channels, size=(5, 4))
    targets = draw.labels(3 * 5 * 4, channels).view(3, 5, 4)
    untouched = block.train().forward(x)
    after_zero_start(learner, block)
    _expect_output(learner, draw, block.train().forward(x), x.relu(), untouched, "block")
    first = _gradients(block.train(), x, targets)
    values = block.parameters()
    block.load({name: values[name] - 0.1 * gradient for name, gradient in first.items()})
    second = _gradients(block, x, targets)
    if not all(second[name].any() for name, value in values.items() if value.dim() > 1):
        raise Wrong(*CANNOT_LEARN)


def normalised(maps: torch.Tensor) -> torch.Tensor:
    """What a batch norm that has just been made gives in training mode."""
    return F.batch_norm(maps, None, None, training=True)


def _correction(x: torch.Tensor, before: dict[str, torch.Tensor], stride: int) -> torch.Tensor:
    """ReLU(F(x)) of a fresh block whose two convolutions differ in shape."""
    first, second = sorted(
        (p for p in before.values() if p.shape[2:] == (3, 3)),
        key=lambda p: p.shape[0] == p.shape[1],
    )
    inside = normalised(F.conv2d(x, first, stride=stride, padding=1)).relu()
    return normalised(F.conv2d(inside, second, padding=1)).relu()


def _gradients(block: Network, x: torch.Tensor, targets: torch.Tensor) -> dict[str, torch.Tensor]:
    if not all(block.trainable().values()):
        raise Wrong(*CANNOT_LEARN)
    found = block.gradients(x, targets=targets)
    values = block.parameters()
    return {
        name: torch.zeros_like(values[name]) if gradient is None else gradient
        for name, gradient in found.items()
    }


def _expect_output(
    learner: LearnerCode,
    draw: Draw,
    actual: torch.Tensor,
    expected: torch.Tensor,
    untouched: torch.Tensor,
    what: str,
    correction: Callable[[], torch.Tensor] | None = None,
) -> None:
    if agrees(actual, expected):
        return
    try:
        agree_block(learner, draw, RESIDUAL_BLOCK, 3, 3)
        agree_block(learner, draw, RESIDUAL_BLOCK, 3, 4, stride=2)
    except (Wrong, NoAnswer) as problem:
        raise Wrong(
            "block_is_wrong",
            "This exercise is judged by what your ResidualBlock does, and that does not pass its "
            f"own checks yet: {problem.message}",
        ) from None
    mistakes: list[tuple[str, str, Callable[[], torch.Tensor]]] = [
        (
            "nothing_changed",
            f"Your {what} computes what it did before. Does your function find the blocks, and "
            "change them in place rather than a copy?",
            lambda: untouched,
        ),
        (
            "signal_killed",
            f"Your {what} gives zeros only, so the shortcut is zero as well. Only the correction "
            "F(x) shall vanish; the road beside it stays open.",
            lambda: torch.zeros_like(expected),
        ),
    ]
    if correction:
        message = (
            "The shortcut is zero and the correction F(x) is left: the wrong way round. In a block "
            "with a projection, the last batch norm in the list of modules may be the shortcut's."
        )
        mistakes.append(("shortcut_zeroed", message, correction))
    told = f"the output of your {what}, where every correction should be nothing yet,"
    expect(actual, expected, told, mistakes)


@ZERO_INIT_RESIDUAL.visible("a block with an identity shortcut becomes ReLU(x)")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start(learner, draw, 4, 4, 1)


@ZERO_INIT_RESIDUAL.visible("a block with a projection becomes ReLU(shortcut(x))")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start(learner, draw, 3, 5, 2)


@ZERO_INIT_RESIDUAL.visible("every block of a network")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start_of_a_network(learner, draw)


@ZERO_INIT_RESIDUAL.visible("the block can still learn")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_it_can_learn(learner, draw)
