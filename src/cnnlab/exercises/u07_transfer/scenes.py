"""A small backbone in a known state, worked on by the learner's function and by ours.

The learner's function works on a network in their process, ours on a copy in the same state, and
what the two leave behind is compared. Functions that take a known mistake work on further
copies: the one that leaves the same behind names the mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode, Network, fixtures

# What a function leaves behind, in the words of a message.
TRAINABLE = "what may learn in the network that you were given"
RETURNED = "what may learn in the network that you return"
MODES = "the modes of the network's parts"
SHAPES = "the shapes of the network's parameters"
VALUES = "the values of the network's parameters"
LAYERS = "the layers of the network that you return"

# Parts without batch norm or dropout do the same in both modes, so theirs are not judged.
_MODES_MATTER = ("BatchNorm2d", "Dropout")

Trace = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Scene:
    """A backbone of given widths. Parameters whose names begin with one of `frozen` are frozen."""

    widths: list[int]
    num_classes: int
    state: dict[str, torch.Tensor]
    frozen: tuple[str, ...] = ()
    modes: Mapping[str, bool] = field(default_factory=dict)  # all others are in training mode

    def theirs(self, learner: LearnerCode) -> Network:
        """The network, in the learner's process."""
        network = learner.backbone(self.widths, self.num_classes)
        network.load(self.state)
        network.set_trainable(self._trainable(network.trainable()))
        network.train().set_modes(self.modes)
        return network

    def ours(self) -> nn.Module:
        """The same network, here."""
        model = fixtures.Backbone(self.widths, self.num_classes)
        model.load_state_dict(self.state, strict=False)
        for name, trainable in self._trainable(dict(model.named_parameters())).items():
            model.get_parameter(name).requires_grad_(trainable)
        for name, training in self.modes.items():
            model.get_submodule(name).training = training
        return model

    def _old_values(self, parameters: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Those of the backbone alone: a new head starts anywhere."""
        return {
            name: value.detach()
            for name, value in parameters.items()
            if name in self.state and not name.startswith("fc.")
        }

    def _trainable(self, names: Mapping[str, Any]) -> dict[str, bool]:
        return {name: not name.startswith(self.frozen or ("\n",)) for name in names}

    def run_theirs(self, learner: LearnerCode, name: str, *args: Any) -> tuple[Network, Trace]:
        """The network after the learner's function `name`, and what that left behind."""
        network = self.theirs(learner)
        returned = learner.build(name, network.ref, *args)
        modes = network.modes()
        kinds = {layer["name"]: layer["type"] for layer in network.layers()}
        parameters = network.parameters()
        return network, {
            TRAINABLE: network.trainable(),
            RETURNED: returned.trainable(),
            LAYERS: {layer["name"]: layer["type"] for layer in returned.layers()},
            MODES: {n: modes[n] for n, kind in kinds.items() if not n or kind in _MODES_MATTER},
            SHAPES: {n: tuple(value.shape) for n, value in parameters.items()},
            VALUES: self._old_values(parameters),
        }

    def run_ours(self, function: Callable[..., Any], *args: Any) -> Trace:
        """What one of our own functions leaves behind."""
        model = self.ours()
        returned = function(model, *args)
        kinds = {name: type(module).__name__ for name, module in model.named_modules()}
        parameters = dict(model.named_parameters())
        return {
            TRAINABLE: {n: p.requires_grad for n, p in parameters.items()},
            RETURNED: {n: p.requires_grad for n, p in returned.named_parameters()},
            LAYERS: {n: type(module).__name__ for n, module in returned.named_modules()},
            MODES: {
                n: model.get_submodule(n).training
                for n, kind in kinds.items()
                if not n or kind in _MODES_MATTER
            },
            SHAPES: {n: tuple(p.shape) for n, p in parameters.items()},
            VALUES: self._old_values(parameters),
        }


def draw_scene(
    draw: Draw,
    stages: int = 3,
    frozen: tuple[str, ...] = (),
    modes: Mapping[str, bool] | None = None,
) -> Scene:
    """A backbone of so many stages, with widths and a number of classes of its own."""
    *widths, num_classes = draw.sample(range(2, 9), stages + 1)
    model = fixtures.Backbone(widths, num_classes)
    state = {
        name: draw.normal(*p.shape, dtype=torch.float32) for name, p in model.named_parameters()
    }
    return Scene(widths, num_classes, state, frozen, modes or {})


def judge(
    exercise: Exercise, name: str, scene: Scene, actual: Trace, *args: Any, parts: tuple
) -> None:
    """Compares `parts` of what the learner's function left behind with what ours leaves."""
    expected = scene.run_ours(exercise.references[name], *args)
    part = next((part for part in parts if not _same(actual[part], expected[part])), None)
    if part is None:
        return
    for mistake in exercise.mistakes_of(name):
        try:
            trace = scene.run_ours(mistake.wrong, *args)
        except Exception:  # not every mistake is possible on every network
            continue
        if all(_same(actual[each], trace[each]) for each in actual):
            raise Wrong(mistake.id, mistake.message)
    raise Wrong(*_told(part, actual[part], expected[part]))


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one.keys() != other.keys():
        return False
    return all(
        torch.equal(one[key], other[key])
        if isinstance(one[key], torch.Tensor)
        else one[key] == other[key]
        for key in one
    )


_DIAGNOSES = {
    TRAINABLE: "wrong_parts_trainable",
    RETURNED: "another_network_returned",
    LAYERS: "another_network_returned",
    MODES: "wrong_modes",
    SHAPES: "wrong_parameters",
    VALUES: "weights_changed",
}


def _told(part: str, actual: dict[str, Any], expected: dict[str, Any]) -> tuple[str, str, str]:
    """The mistake of an unknown mistake, a message and, for visible checks, the first place."""
    message = f"Not as it should be: {part}."
    for key in [*expected, *actual]:
        found, wanted = actual.get(key), expected.get(key)
        if isinstance(found, torch.Tensor) or isinstance(wanted, torch.Tensor):
            continue
        if found != wanted:
            where = f"`{key}`" if key else "the whole network"
            return _DIAGNOSES[part], message, f"{where}: {_word(part, found, wanted)}."
    return _DIAGNOSES[part], message, ""


def _word(part: str, found: Any, wanted: Any) -> str:
    words = {
        TRAINABLE: {True: "trainable", False: "frozen"},
        RETURNED: {True: "trainable", False: "frozen"},
        MODES: {True: "in training mode", False: "in evaluation mode"},
    }.get(part, {})
    found, wanted = (
        "not there" if value is None else words.get(value, value) for value in (found, wanted)
    )
    return f"it is {found}, expected {wanted}"
