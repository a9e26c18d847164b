"""A small backbone in a known state, handed to a function that works on it, and what that leaves.

Every version of a function, the learner's, ours and each mistake, gets a network of its own in the
same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Difference, Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.learner import LearnerCode, Network, local_learner

# What a function leaves behind, in the words of a message.
TRAINABLE = "what may learn in the network that you were given"
RETURNED = "what may learn in the network that you return"
SAME = "whether you return the network itself"
MODES = "the modes of the network's parts"
SHAPES = "the shapes of the network's parameters"
VALUES = "the values of the network's parameters"
LAYERS = "the layers of the network that you return"
ATTRIBUTES = "the attribute `requires_grad` of the network's parts"
PARTS = (TRAINABLE, RETURNED, SAME, LAYERS, MODES, SHAPES, VALUES, ATTRIBUTES)

Look = Callable[[], Any]

STEM = ("conv1", "bn1")
BACKBONE = (*STEM, "layer")
EVERYTHING = (*BACKBONE, "fc")

# Parts without batch norm or dropout do the same in both modes, so theirs are not judged.
_MODES_MATTER = ("BatchNorm2d", "Dropout")


@dataclass(frozen=True)
class Scene:
    """A backbone of given widths. Parameters whose names begin with one of `frozen` are frozen."""

    widths: list[int]
    num_classes: int
    state: dict[str, torch.Tensor]
    frozen: tuple[str, ...] = ()
    modes: Mapping[str, bool] = field(default_factory=dict)  # all others are in training mode

    def network(self, code: LearnerCode) -> Network:
        """The network, where the code is that will work on it."""
        network = code.backbone(self.widths, self.num_classes)
        network.load(self.state)
        if self.frozen:
            network.set_trainable({n: not n.startswith(self.frozen) for n in self.state})
        if self.modes:
            network.set_modes(self.modes)
        return network

    def in_evaluation_mode(self) -> Scene:
        """The same scene, every part of the network in evaluation mode."""
        names = self.network(local_learner({})).modes()
        return replace(self, modes=dict.fromkeys(names, False))


def draw_scene(
    draw: Draw,
    stages: int = 3,
    frozen: tuple[str, ...] = (),
    modes: Mapping[str, bool] | None = None,
) -> Scene:
    """A backbone of so many stages, with widths and a number of classes of its own."""
    *widths, num_classes = draw.sample(range(2, 9), stages + 1)
    shapes = local_learner({}).backbone(widths, num_classes).shapes()
    state = {name: draw.normal(*shape, dtype=torch.float32) for name, shape in shapes.items()}
    return Scene(widths, num_classes, state, frozen, modes or {})


def stages_of(model: nn.Module) -> list[nn.Module]:
    """layer1, layer2, … of a network of our own, in order."""
    return [part for name, part in model.named_children() if name.startswith("layer")]


# Further parts, asked of a network after the work.
AndThen = Callable[[LearnerCode, Network], Iterable[tuple[str, Any]]]


def agree_on_work(
    learner: LearnerCode,
    exercise: Exercise,
    scene: Scene,
    *args: Any,
    judged: Sequence[str],
    of: str = "",
    and_then: AndThen | None = None,
) -> None:
    """The learner's function leaves the network as ours leaves it.

    It is called with the scene's network and `args`. Of the parts above, those in `judged` are
    judged, in that order, and then what `and_then` tells; the others only tell mistakes apart.
    """
    name = of or exercise.names[0]

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        network = scene.network(code)
        look_at = _left_behind(scene, network, code.build(name, network.ref, *args))
        for part in judged:
            yield part, look_at[part]()
        if and_then:
            yield from and_then(code, network)
        for part in unjudged:
            yield part, look_at[part]()

    unjudged = [part for part in PARTS if part not in judged]
    explain(learner, exercise, observe, of=name, unjudged=unjudged, unexplained=told_of_a_part)


def _left_behind(scene: Scene, network: Network, returned: Network) -> dict[str, Look]:
    """How to look at each part."""
    layers = cache(network.layers)
    return {
        TRAINABLE: network.trainable,
        RETURNED: returned.trainable,
        SAME: lambda: _is_the_same(network, returned),
        LAYERS: lambda: {each["name"]: each["type"] for each in returned.layers()},
        MODES: lambda: _modes_that_matter(network.modes(), layers()),
        SHAPES: network.shapes,
        VALUES: lambda: {
            name: value
            for name, value in network.parameters().items()
            if name in scene.state and not name.startswith("fc.")  # a new head starts anywhere
        },
        ATTRIBUTES: lambda: {
            each["name"]: each["settings"]["requires_grad"]
            for each in layers()
            if "requires_grad" in each["settings"]
        },
    }


def _modes_that_matter(
    modes: Mapping[str, bool], layers: Iterable[Mapping[str, Any]]
) -> dict[str, bool]:
    kinds = {each["name"]: each["type"] for each in layers}
    return {n: modes[n] for n, kind in kinds.items() if not n or kind in _MODES_MATTER}


def _is_the_same(network: Network, returned: Network) -> bool:
    """Whether what happens to one happens to the other."""
    name, was_trainable = next(iter(network.trainable().items()))
    network.set_trainable({name: not was_trainable})
    same = returned.trainable().get(name) is (not was_trainable)
    network.set_trainable({name: was_trainable})
    return same


_IDS = {
    TRAINABLE: "wrong_parts_trainable",
    RETURNED: "another_network_returned",
    SAME: "another_network_returned",
    LAYERS: "another_network_returned",
    MODES: "wrong_modes",
    SHAPES: "wrong_parameters",
    VALUES: "weights_changed",
}
_WORDS = {
    TRAINABLE: {True: "trainable", False: "frozen"},
    RETURNED: {True: "trainable", False: "frozen"},
    MODES: {True: "in training mode", False: "in evaluation mode"},
}


def told_of_a_part(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
    """What to say of a part that no known mistake explains; the first place is a detail."""
    if part == SAME:
        return Wrong(
            _IDS[part],
            "You return another network than the one that you were given. Return the network "
            "itself.",
        )
    if part not in _IDS:
        return gap.as_wrong()
    detail = ""
    if part != VALUES:
        key = next(k for k in [*ours, *theirs] if theirs.get(k) != ours.get(k))
        words = _WORDS.get(part, {})
        found, wanted = (
            words.get(each[key], each[key]) if key in each else "not there"
            for each in (theirs, ours)
        )
        where = f"`{key}`" if key else "the whole network"
        detail = f"{where}: it is {found}, expected {wanted}."
    return Wrong(_IDS[part], f"Not as it should be: {part}.", detail)
