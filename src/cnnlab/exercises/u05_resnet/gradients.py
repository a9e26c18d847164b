"""Measuring gradients without leaving a trace."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.compare import Wrong, agrees, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode, Network, fixtures
from cnnlab.reference import resnet as ours

GRADIENT_NORMS = Exercise("gradient_norms", {"gradient_norms": ours.gradient_norms})
Norms = dict[str, float]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def _measured(
    model: nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    *,
    loss: Loss = F.cross_entropy,
    size: Callable[[torch.Tensor], torch.Tensor] = torch.Tensor.norm,
    counts: Callable[[nn.Parameter], bool] = lambda p: p.dim() >= 2,
    with_old: bool = False,
    of_weights: bool = False,
    name_of: Callable[[str], str] = lambda name: name,
) -> Norms:
    named = {name: p for name, p in model.named_parameters() if counts(p)}
    gradients = torch.autograd.grad(loss(model(x), y), list(named.values()))
    norms = {}
    for (name, parameter), gradient in zip(named.items(), gradients, strict=True):
        old = parameter.grad if with_old and parameter.grad is not None else 0
        norms[name_of(name)] = size(parameter if of_weights else gradient + old).item()
    return norms


_SUSPECTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "old_gradients_added",
        "The gradients that were there before are in your norms: backward() adds to them. Measure "
        "the new ones alone.",
        {"with_old": True},
    ),
    (
        "one_dimensional_too",
        "Your dictionary also holds biases or the scales of batch norms. Asked for are weights of "
        "two or more dimensions.",
        {"counts": lambda p: True},
    ),
    (
        "convolutions_only",
        "The dense layer is missing. Its weight has two dimensions.",
        {"counts": lambda p: p.dim() == 4},
    ),
    (
        "squared",
        "These are squares of norms. The norm is the square root of the sum of squares.",
        {"size": lambda g: g.square().sum()},
    ),
    (
        "sum_of_magnitudes",
        "You add up magnitudes. The norm is the square root of the sum of squares.",
        {"size": lambda g: g.abs().sum()},
    ),
    (
        "mean_of_magnitudes",
        "You average magnitudes. The norm is the square root of the sum of squares.",
        {"size": lambda g: g.abs().mean()},
    ),
    (
        "root_of_the_mean",
        "You take the root of the mean square. The norm is the root of the sum of squares.",
        {"size": lambda g: g.square().mean().sqrt()},
    ),
    (
        "largest_entry",
        "You take the largest entry of the gradient. The norm takes them all.",
        {"size": lambda g: g.abs().max()},
    ),
    (
        "weights_not_gradients",
        "These are the norms of the weights themselves. Asked for are those of their gradients.",
        {"of_weights": True},
    ),
    (
        "sum_not_mean",
        "Your loss is the sum over the batch, so the gradients grow with it. Take the mean "
        "cross-entropy.",
        {"loss": partial(F.cross_entropy, reduction="sum")},
    ),
    (
        "softmax_before_loss",
        "You apply softmax before the cross-entropy, which applies it again.",
        {"loss": lambda logits, y: F.cross_entropy(logits.softmax(1), y)},
    ),
    (
        "named_by_layer",
        "Your keys name layers. Asked for are the names of the parameters, as named_parameters() "
        "gives them.",
        {"name_of": lambda name: name.rpartition(".")[0]},
    ),
)
for _diagnosis, _message, _choices in _SUSPECTS:
    GRADIENT_NORMS.mistake(_diagnosis, _message)(partial(_measured, **_choices))


@dataclass(frozen=True)
class Scene:
    """A network with given parameters and old gradients, in a given mode, and a batch for it."""

    layers: Sequence[tuple[Any, ...]]
    state: dict[str, torch.Tensor]
    old: dict[str, torch.Tensor]
    training: bool
    x: torch.Tensor
    y: torch.Tensor

    def theirs(self, learner: LearnerCode) -> Network:
        network = learner.network(*self.layers)
        network.load(self.state)
        network.load_gradients(self.old)
        return network.train() if self.training else network.eval()

    def ours(self, measure: Callable[..., Norms], **changed: Any) -> Norms:
        """What `measure`, one of our functions, finds on a copy of the network."""
        model = fixtures.network(self.layers)
        model.load_state_dict(copy.deepcopy(self.state), strict=False)
        for name, parameter in model.named_parameters():
            parameter.grad = self.old.get(name)
        model.train(changed.get("training", self.training))
        return measure(model, self.x, self.y)


def draw_scene(
    draw: Draw, normalised: bool = False, training: bool = False, old: Sequence[str] = ()
) -> Scene:
    """A network for small images; `old` names parameters that have gradients already.

    Without batch norm the mode makes no difference.
    """
    channels, width, classes = draw.sample(range(2, 7), 3)
    height, side = draw.sample(range(3, 6), 2)
    layers = (
        ("Conv2d", channels, width, 3),
        ("BatchNorm2d", width) if normalised else ("Dropout", 0.0),
        ("ReLU",),
        ("Witness",),
        ("Flatten",),
        ("Linear", width * (height - 2) * (side - 2), 5),
        ("ReLU",),
        ("Linear", 5, classes),
    )
    model = fixtures.network(layers)
    state = {
        name: draw.normal(*p.shape, dtype=torch.float32) for name, p in model.named_parameters()
    }
    for name, buffer in model.named_buffers():
        if buffer.is_floating_point():
            state[name] = draw.uniform(*buffer.shape, low=0.5, high=2.0, dtype=torch.float32)
    shapes = {name: p.shape for name, p in model.named_parameters()}
    gradients = {name: draw.normal(*shapes[name], dtype=torch.float32) for name in old}
    x = draw.normal(6, channels, height, side, dtype=torch.float32)
    return Scene(layers, state, gradients, training, x, draw.labels(6, classes))


def judge(learner: LearnerCode, scene: Scene, on: Network | None = None) -> Norms:
    """The learner's norms are ours; returns them."""
    network = on or scene.theirs(learner)
    found = learner.call("gradient_norms", network.ref, scene.x, scene.y)
    expected = scene.ours(ours.gradient_norms)
    known = [(s.id, s.message, partial(scene.ours, s.wrong)) for s in GRADIENT_NORMS.mistakes]
    other_mode = partial(scene.ours, ours.gradient_norms, training=not scene.training)
    known.append(
        (
            "mode_changed",
            "You measure in another mode than the one the network came in. Batch norm works "
            "differently there, and so do its gradients: leave the mode alone.",
            other_mode,
        )
    )
    expect(found, expected, "the dictionary of norms", known)
    return found


def expect_order(learner: LearnerCode, scene: Scene) -> None:
    """The learner's norms are ours, and in the order of the parameters."""
    if list(judge(learner, scene)) != list(scene.ours(ours.gradient_norms)):
        raise Wrong(
            "order_changed",
            "The norms are right, but in another order. Keep that of named_parameters().",
        )


def expect_gradients_as_found(learner: LearnerCode, scene: Scene) -> None:
    """What lies in `.grad` is afterwards what it was before, here and where there was nothing."""
    network = scene.theirs(learner)
    before = network.stored_gradients()
    learner.call("gradient_norms", network.ref, scene.x, scene.y)
    after = network.stored_gradients()
    if agrees(after, before):
        return
    still_there = [after[name] for name in scene.old]
    if any(gradient is None or not gradient.any() for gradient in still_there):
        raise Wrong(
            "gradients_cleared",
            "The gradients that were there are gone. They belong to the training around you: put "
            "them back, or do not touch `.grad` at all.",
        )
    raise Wrong(
        "gradients_left_behind",
        "Your measurement leaves gradients behind: the next step would use them. "
        "`torch.autograd.grad` gives gradients without storing them.",
    )


def expect_mode_kept(learner: LearnerCode, scene: Scene) -> None:
    """The network runs in the mode it comes in, and keeps it."""
    network = scene.theirs(learner)
    before = network.modes()
    judge(learner, scene, network)
    if network.modes() != before:
        raise Wrong(
            "mode_left_changed",
            "The network goes in another mode than it came in. Leave the mode alone.",
        )


@GRADIENT_NORMS.visible("the norm for every weight of two or more dimensions")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_order(learner, draw_scene(draw))


@GRADIENT_NORMS.visible("gradients that were there before do not count")
def _(learner: LearnerCode, draw: Draw) -> None:
    judge(learner, draw_scene(draw, old=("0.weight", "7.weight")))


@GRADIENT_NORMS.visible("gradients are left as they were found")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_gradients_as_found(learner, draw_scene(draw, old=("0.weight", "5.bias")))


@GRADIENT_NORMS.visible("the mode is the network's own")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_mode_kept(learner, draw_scene(draw, normalised=True, training=True))
