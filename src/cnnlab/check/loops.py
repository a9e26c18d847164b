"""Watching a learner's training or evaluation loop at work on a network that we know.

The learner's loop runs on a network of torch's own layers, ours on a copy with the same parameters,
and what the two leave behind is compared. Loops that make a known mistake run on further copies:
the one that leaves the same behind names the mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

# The first optimiser imports it, see cnnlab.training.optimizers. Here, all copies of a process that
# grades have it at once.
import torch._dynamo

from cnnlab.check.compare import Wrong, agrees, difference, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode, Network, NoAnswer, fixtures

Batches = list[tuple[torch.Tensor, torch.Tensor]]
Loop = Callable[..., tuple[float, float]]

# What a loop leaves behind, in the words of a message.
LOSS = "the mean loss"
ACCURACY = "the accuracy"
STATE = "the state of the network afterwards"
# Not judged: `.grad` may be full or empty after a right loop. It tells mistakes apart.
GRADIENTS = "the gradients left in the network"
# Not compared either: right loops leave autograd on, and return numbers without a graph.
AUTOGRAD_OFF = "autograd left switched off"
GRAPH_KEPT = "a graph held by the numbers returned"

DENSE = (("Flatten",), ("Linear", 6, 5), ("ReLU",), ("Linear", 5, 3))
NORMALISED = (
    ("Flatten",),
    ("Linear", 6, 5),
    ("BatchNorm1d", 5),
    ("ReLU",),
    ("Dropout", 0.5),
    ("Witness",),
    ("Linear", 5, 3),
)


@dataclass(frozen=True)
class Scene:
    """A network with given parameters, batches for it, and settings of SGD if it is to learn."""

    layers: Sequence[tuple[Any, ...]]
    state: dict[str, torch.Tensor]
    batches: Batches
    sgd: dict[str, Any] = field(default_factory=dict)

    def described(self) -> str:
        """What was given, for a message."""
        *sizes, last = (str(len(labels)) for _, labels in self.batches)
        listed = f"{', '.join(sizes)} and {last}" if sizes else last
        return f"The batches held {listed} samples."

    def theirs(self, learner: LearnerCode) -> Network:
        """The network, in the learner's process and in training mode."""
        network = learner.network(*self.layers)
        network.load(self.state)
        return network.train()

    def run_theirs(
        self, learner: LearnerCode, name: str, on: Network | None = None, stream: bool = False
    ) -> dict[str, Any]:
        """What the learner's loop `name` leaves behind; a `stream` of batches comes only once."""
        network = on or self.theirs(learner)
        batches = learner.one_pass(list(self.batches)) if stream else self.batches
        optimizers = [learner.optimizer(network, **self.sgd)] if self.sgd else []
        outcome = learner.outcome(name, network.ref, batches, *optimizers)
        value = outcome.value
        if value is None:
            raise Wrong("returns_none", f"`{name}` returns None. Is a `return` missing?")
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise Wrong(
                "not_a_pair",
                f"`{name}` returns {kind_of(value)}. It must return two numbers: (loss, accuracy).",
            )
        return {
            LOSS: value[0],
            ACCURACY: value[1],
            STATE: {**network.parameters(), **network.buffers()},
            GRADIENTS: network.stored_gradients(),
            AUTOGRAD_OFF: outcome.autograd_off,
            GRAPH_KEPT: outcome.graph_kept,
        }

    def run_ours(self, loop: Loop) -> dict[str, Any]:
        """What `loop`, one of our own, leaves behind."""
        model = fixtures.network(self.layers)
        model.load_state_dict(self.state, strict=False)  # counters of batches are not drawn
        optimizers = [fixtures.optimizer(model, **self.sgd)] if self.sgd else []
        loss, accuracy = loop(model, self.batches, *optimizers)
        state = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        return {
            LOSS: loss,
            ACCURACY: accuracy,
            STATE: {name: value.detach() for name, value in state.items()},
            GRADIENTS: {name: p.grad for name, p in model.named_parameters()},
        }


def draw_scene(
    draw: Draw,
    sizes: Sequence[int],
    layers: Sequence[tuple[Any, ...]] = DENSE,
    **sgd: Any,
) -> Scene:
    """A network for images of 1×2×3 in three classes, and one batch for each of `sizes`."""
    model = fixtures.network(layers)
    state = {
        name: draw.normal(*p.shape, dtype=torch.float32) for name, p in model.named_parameters()
    }
    for name, buffer in model.named_buffers():
        if buffer.is_floating_point():
            state[name] = draw.uniform(*buffer.shape, low=0.5, high=2.0, dtype=torch.float32)
    batches = [
        (draw.normal(size, 1, 2, 3, dtype=torch.float32), draw.labels(size, 3)) for size in sizes
    ]
    return Scene(layers, state, batches, sgd)


def draw_telling_scene(
    draw: Draw,
    right: Loop,
    wrong: Sequence[Loop],
    parts: Sequence[str],
    sizes: Sequence[int],
    **sgd: Any,
) -> Scene:
    """A scene in which every `wrong` loop differs from the right one in all `parts`.

    Accuracies of a few samples are often equal by accident; then the next scene is drawn.
    """
    for _ in range(1000):
        scene = draw_scene(draw, sizes, **sgd)
        expected = scene.run_ours(right)
        traces = [scene.run_ours(loop) for loop in wrong]
        if not any(agrees(trace[part], expected[part]) for trace in traces for part in parts):
            return scene
    raise RuntimeError("no scene tells these loops apart: do they differ in these parts at all?")


def judge(exercise: Exercise, scene: Scene, actual: dict[str, Any], *parts: str) -> None:
    """Compares `parts` of what the learner's loop left behind with what ours leaves."""
    name = exercise.names[0]
    expected = scene.run_ours(exercise.references[name])
    found = [(part, difference(actual[part], expected[part], part)) for part in parts]
    first = next(((part, gap) for part, gap in found if gap), None)
    if first is None:
        return
    part, gap = first
    detail = f"{gap.detail} {scene.described()}".strip()
    known = [(mistake, scene.run_ours(mistake.wrong)) for mistake in exercise.mistakes_of(name)]
    # A loop may make two mistakes: if none explains everything, one may explain this part.
    for explained in ((LOSS, ACCURACY, STATE, GRADIENTS), (part,)):
        for mistake, trace in known:
            if all(agrees(actual[each], trace[each]) for each in explained):
                raise Wrong(mistake.id, mistake.message, "" if part == STATE else detail)
    if part == STATE:
        detail = f"{gap.message} {detail}"
        message = "Your steps lead elsewhere: the network is not afterwards what it should be."
        raise Wrong(gap.kind, message, detail)
    raise Wrong(gap.kind, gap.message, detail)


def judge_stream(learner: LearnerCode, exercise: Exercise, scene: Scene, *parts: str) -> None:
    """Judges the learner's loop on batches that can be walked through once and have no length."""
    name = exercise.names[0]
    try:
        judge(exercise, scene, scene.run_theirs(learner, name, stream=True), *parts)
    except (Wrong, NoAnswer):
        # A loop that is wrong on a list too has another problem, which is told instead.
        judge(exercise, scene, scene.run_theirs(learner, name), *parts)
        raise Wrong(
            "needs_a_list",
            f"`{name}` works on a list but not on batches that come one at a time, as a loader may "
            "give them. Walk through the batches once, and do not ask for their number.",
        ) from None
