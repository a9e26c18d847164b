"""How weights begin, and what becomes of a signal on its way through a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from cnnlab.check.agree import agree
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.traces import agree_trace
from cnnlab.exercises.u04_batchnorm.wrong_stats import add_stats_mistakes
from cnnlab.learner import LearnerCode, Network, fixtures
from cnnlab.reference import batchnorm as ours

Layers = Sequence[tuple[Any, ...]]


# kaiming_std

KAIMING_STD = Exercise("kaiming_std", {"kaiming_std": ours.kaiming_std})


@KAIMING_STD.mistake(
    "variance_not_deviation",
    "That is the variance. Asked for is its square root, the standard deviation.",
)
def _(fan_in):
    return 2 / fan_in


@KAIMING_STD.mistake(
    "relu_not_counted",
    "That is right for a network without activations. A ReLU sets about half of its inputs to "
    "zero: the weights have to make up for it.",
)
def _(fan_in):
    return math.sqrt(1 / fan_in)


@KAIMING_STD.mistake(
    "two_outside_the_root",
    "The 2 belongs under the root: it is the variance that halves at a ReLU.",
)
def _(fan_in):
    return 2 / math.sqrt(fan_in)


@KAIMING_STD.mistake(
    "relu_halves_not_doubles",
    "Your weights become smaller for the ReLU. It halves the signal's square, so they must become "
    "larger.",
)
def _(fan_in):
    return math.sqrt(1 / (2 * fan_in))


@KAIMING_STD.mistake(
    "bound_of_a_uniform",
    "That is the bound of a uniform distribution. Its standard deviation is smaller, by √3.",
)
def _(fan_in):
    return math.sqrt(6 / fan_in)


@KAIMING_STD.mistake(
    "grows_with_the_fan",
    "Your deviation grows with fan_in. The more terms a sum has, the smaller each must be.",
)
def _(fan_in):
    return math.sqrt(2 * fan_in)


@KAIMING_STD.visible("a few values")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree(learner, KAIMING_STD, 50)
    agree(learner, KAIMING_STD, 3 * 3 * 16)


# activation_stats

ACTIVATION_STATS = Exercise("activation_stats", {"activation_stats": ours.activation_stats})
add_stats_mistakes(ACTIVATION_STATS)

PLAIN: Layers = (("Conv2d", 2, 4, 3), ("ReLU",), ("Flatten",), ("Linear", 48, 5), ("ReLU",))
NORMALISED: Layers = (
    ("Conv2d", 2, 4, 3),
    ("BatchNorm2d", 4),
    ("ReLU",),
    ("Dropout", 0.5),
    ("Conv2d", 4, 3, 2),
    ("ReLU",),
)
# A network inside a network, whose layers run in another order than they were made.
UNTIDY: Layers = (("Flatten",), ("Untidy", 12, 7), ("Linear", 7, 4), ("ReLU",), ("Tanh",))


def draw_values(draw: Draw, layers: Layers) -> dict[str, torch.Tensor]:
    """Values for the parameters and statistics of a network of these layers."""
    network = fixtures.network(layers)
    values = {
        name: draw.normal(*p.shape, dtype=torch.float32) for name, p in network.named_parameters()
    }
    for name, buffer in network.named_buffers():
        if buffer.is_floating_point():
            values[name] = draw.uniform(*buffer.shape, low=0.5, high=2.0, dtype=torch.float32)
    return values


def draw_input(draw: Draw, layers: Layers) -> torch.Tensor:
    size = (3, 2, 2) if layers is UNTIDY else (2, 5, 6)
    return draw.normal(draw.integer(3, 5), *size, dtype=torch.float32)


def make(
    learner: LearnerCode,
    layers: Layers,
    values: Mapping[str, torch.Tensor],
    modes: Mapping[str, bool],
) -> Network:
    network = learner.network(*layers)
    network.load(values)
    network.set_modes(modes)
    return network


def agree_stats(
    learner: LearnerCode, draw: Draw, layers: Layers, evaluating: Sequence[str] = ()
) -> None:
    """The learner's statistics of a network are ours, with the parts `evaluating` in that mode."""
    values, x = draw_values(draw, layers), draw_input(draw, layers)
    modes = dict.fromkeys(evaluating, False)

    def ask(someone: LearnerCode) -> dict[str, Any]:
        network = make(someone, layers, values, modes)
        someone.seed(draw.seed)  # dropout is the same for all
        outcome = someone.outcome("activation_stats", network.ref, x)
        if outcome.inputs_changed:
            raise Wrong("changes_its_input", "`activation_stats` changes the input it was given.")
        return {"the list of statistics": outcome.value}

    agree_trace(learner, ACTIVATION_STATS, ask)


def expect_left_alone(learner: LearnerCode, draw: Draw, layers: Layers) -> None:
    """Hooks, modes and layers of the network are afterwards what they were."""
    values, x = draw_values(draw, layers), draw_input(draw, layers)
    names = [name for name, _ in fixtures.network(layers).named_modules()]
    mixed = {name: index % 2 == 0 for index, name in enumerate(names)}
    network = make(learner, layers, values, mixed)
    before = network.hooks(), network.modes(), network.layers()
    outcome = learner.outcome("activation_stats", network.ref, x)
    hooks, modes, now = network.hooks(), network.modes(), network.layers()
    more = [name for name in hooks if hooks[name] > before[0].get(name, 0)]
    if more:
        raise Wrong(
            "hooks_left_behind",
            "Your hooks are still in the network: each later pass will call them again. Keep what "
            "`register_forward_hook` returns, and call its `remove()` at the end.",
        )
    if hooks != before[0]:
        raise Wrong(
            "hooks_of_others_removed",
            "A hook that was there before is gone. Remove your own, and no others.",
        )
    if modes != before[1]:
        raise Wrong(
            "modes_changed",
            "Some parts of the network are in another mode than before. Who looks at a network "
            "leaves it as it was.",
        )
    if now != before[2]:
        raise Wrong("network_changed", "The network has other layers or settings than before.")
    if outcome.autograd_off:
        raise Wrong(
            "autograd_left_off",
            "autograd is still off afterwards. `with torch.no_grad():` turns it on again.",
        )


@ACTIVATION_STATS.visible("one pair for each ReLU")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, PLAIN)


@ACTIVATION_STATS.visible("in the order in which they run")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, UNTIDY)


@ACTIVATION_STATS.visible("in the mode that is set")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_stats(learner, draw, NORMALISED)
    agree_stats(learner, draw, NORMALISED, evaluating=["1", "3"])


@ACTIVATION_STATS.visible("the network is left as it was")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_left_alone(learner, draw, UNTIDY)
