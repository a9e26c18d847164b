"""`gradient_norms`: measuring gradients without leaving a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.as_found import modes_kept
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.check.manners import (
    as_it_is,
    expect_gradients_kept,
    expect_hooks_gone,
    expect_inputs_kept,
    expect_inputs_untracked,
    expect_same_mode,
    expect_state_kept,
    expect_trainable_kept,
)
from cnnlab.learner import LearnerCode, Network, fixtures, local_learner

Norms = dict[str, float]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def gradient_norms(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Norms:
    """Norm of the mean cross-entropy's gradient for every weight of two or more dimensions.

    In the order of `named_parameters()`, in the mode that the model is in; `.grad` is not touched.
    """
    weights = {name: p for name, p in model.named_parameters() if p.dim() >= 2}
    loss = F.cross_entropy(model(x), y)
    gradients = torch.autograd.grad(loss, list(weights.values()))
    return {name: g.norm().item() for name, g in zip(weights, gradients, strict=True)}


exercise = Exercise("gradient_norms", {"gradient_norms": gradient_norms})


def _measured(
    model: nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    *,
    loss: Loss = F.cross_entropy,
    size: Callable[[torch.Tensor], torch.Tensor] = torch.Tensor.norm,
    counts: Callable[[str, nn.Parameter], bool] = lambda name, p: p.dim() >= 2,
    with_old: bool = False,
    of_weights: bool = False,
    name_of: Callable[[str], str] = lambda name: name,
) -> Norms:
    """The norms, with every choice open."""
    named = {name: p for name, p in model.named_parameters() if counts(name, p)}
    gradients = torch.autograd.grad(loss(model(x), y), list(named.values()))
    norms = {}
    for (name, parameter), gradient in zip(named.items(), gradients, strict=True):
        old = parameter.grad if with_old and parameter.grad is not None else 0
        norms[name_of(name)] = size(parameter if of_weights else gradient + old).item()
    return norms


_WRONG: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "old_gradients_added",
        "The gradients that were there before are in your norms: backward() adds to them. Measure "
        "the new ones alone.",
        {"with_old": True},
    ),
    (
        "one_dimensional_too",
        "Your dictionary also holds biases or the scales of batch norms. Only weights with "
        "two or more dimensions belong in it.",
        {"counts": lambda name, p: True},
    ),
    (
        "convolutions_only",
        "The dense layer is missing. Its weight has two dimensions.",
        {"counts": lambda name, p: p.dim() == 4},
    ),
    (
        "dense_layers_only",
        "The convolutions are missing. Their weights have four dimensions, and four is more than "
        "two.",
        {"counts": lambda name, p: p.dim() == 2},
    ),
    (
        "scales_of_norms_too",
        "Your dictionary also holds the scales of batch norms, which are called `weight` as well. "
        "Only parameters with two or more dimensions belong in it.",
        {"counts": lambda name, p: name.endswith("weight")},
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
        "These are the norms of the weights themselves. Return those of their gradients.",
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
        "Your keys name layers. They should be the names of the parameters, as named_parameters() "
        "gives them.",
        {"name_of": lambda name: name.rpartition(".")[0]},
    ),
)
for _id, _message, _choices in _WRONG:
    exercise.mistake(_id, _message)(partial(_measured, **_choices))


@exercise.mistake(
    "mode_changed",
    "You measure in training mode, whatever mode the network came in. Batch norm works differently "
    "there, and so do its gradients: leave the mode alone.",
)
def _(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Norms:
    with modes_kept(model):
        return gradient_norms(model.train(), x, y)


@exercise.mistake(
    "mode_changed",
    "You measure in evaluation mode, whatever mode the network came in. Batch norm works "
    "differently there, and so do its gradients: leave the mode alone.",
)
def _(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Norms:
    with modes_kept(model):
        return gradient_norms(model.eval(), x, y)


@exercise.mistake(
    "order_changed",
    "The norms are right, but in another order. Keep that of named_parameters().",
)
def _(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Norms:
    norms = gradient_norms(model, x, y)
    return dict(sorted(norms.items(), key=lambda item: item[1]))


@dataclass(frozen=True)
class Scene:
    """A network with given parameters and old gradients, in a given mode, and a batch for it."""

    layers: Sequence[tuple[Any, ...]]
    state: dict[str, torch.Tensor]
    old: dict[str, torch.Tensor]
    training: bool
    x: torch.Tensor
    y: torch.Tensor

    def network(self, code: LearnerCode) -> Network:
        network = code.network(*self.layers)
        network.load(self.state)
        network.load_gradients(self.old)
        return network.train() if self.training else network.eval()

    def norms(self, code: LearnerCode) -> Any:
        """What somebody's `gradient_norms` says of this scene."""
        return code.call("gradient_norms", self.network(code).ref, self.x, self.y)


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


def agree_on_norms(learner: LearnerCode, scene: Scene) -> None:
    """The learner's norms are ours."""

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        yield "the result", scene.norms(code)

    explain(learner, exercise, observe)


def agree_on_their_order(learner: LearnerCode, draw: Draw) -> None:
    """The learner's norms are ours, plain numbers, and in an order that is not one of sizes."""
    ours = local_learner(exercise.ours())
    scene = draw_scene(draw)
    while (sizes := list(scene.norms(ours).values())) in (sorted(sizes), sorted(sizes)[::-1]):
        scene = draw_scene(draw)

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        norms = scene.norms(code)
        yield "the result", norms
        yield "the order of the names", list(norms) if isinstance(norms, dict) else None

    found = explain(learner, exercise, observe)["the result"]
    if not all(isinstance(norm, float) for norm in found.values()):
        raise Wrong(
            "norms_are_tensors",
            "The norms are right, but they are tensors. Return plain numbers: `.item()` or float() "
            "makes one of a tensor that holds a single number.",
        )


def expect_mode_kept(learner: LearnerCode, scene: Scene) -> None:
    """The norms are those of the mode in which the network comes, and it keeps that mode."""
    agree_on_norms(learner, scene)
    network = scene.network(learner)
    before = network.modes()
    learner.call("gradient_norms", network.ref, scene.x, scene.y)
    expect_same_mode(before, network.modes())


def expect_gradients_as_found(learner: LearnerCode, scene: Scene) -> None:
    """What lies in `.grad` is afterwards what it was before, here and where there was nothing.

    Weights, hooks, what is trainable and the batch are as they were, too.
    """
    network = scene.network(learner)
    before, parameters = as_it_is(network), network.parameters()
    outcome = learner.outcome("gradient_norms", network.ref, scene.x, scene.y)
    now = as_it_is(network)
    expect_gradients_kept(before.gradients, now.gradients)
    expect_state_kept(parameters, network.parameters())
    expect_trainable_kept(before.trainable, now.trainable)
    expect_hooks_gone(before.hooks, now.hooks)
    expect_inputs_kept("gradient_norms", outcome)
    expect_inputs_untracked(outcome)


@exercise.visible("the norm for every weight of two or more dimensions")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_their_order(learner, draw)


@exercise.visible("gradients that were there before do not count")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_norms(learner, draw_scene(draw, old=("0.weight", "7.weight")))


@exercise.visible("gradients are left as they were found")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_gradients_as_found(learner, draw_scene(draw, old=("0.weight", "5.bias")))


@exercise.visible("the mode is the network's own")
def _(learner: LearnerCode, draw: Draw) -> None:
    for training in (True, False):
        expect_mode_kept(learner, draw_scene(draw, normalised=True, training=training))
