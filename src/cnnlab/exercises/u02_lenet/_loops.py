"""Watching a training or an evaluation loop at work on a network that we know.

The learner's loop, ours, and loops that make a known mistake each run on a copy of the same network
of torch's own layers. What they leave behind is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from cnnlab.check.compare import Difference, Wrong, agrees, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import Observe, Parts, explain
from cnnlab.learner import LearnerCode, Network, NoAnswer, Outcome, local_learner

Batches = list[tuple[torch.Tensor, torch.Tensor]]
Loop = Callable[..., tuple[float, float]]

# What a loop leaves behind, in the words of a message.
STATE = "the state of the network afterwards"
LOSS = "the mean loss"
ACCURACY = "the accuracy"
PASSES = "the number of passes through the network"
GRADIENTS = "the gradients left in the network"
ALL_PARTS = {STATE, LOSS, ACCURACY, PASSES, GRADIENTS}

DENSE = (("Flatten",), ("Linear", 6, 5), ("ReLU",), ("Witness",), ("Linear", 5, 3))
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

    def network(self, code: LearnerCode) -> Network:
        """A copy of the network beside the code that is asked, in training mode."""
        network = code.network(*self.layers)
        network.load(self.state)
        return network.train()

    def run(self, code: LearnerCode, name: str, on: Network, stream: bool = False) -> Outcome:
        """Runs the loop `name` on a network; a `stream` of batches comes only once."""
        batches = code.one_pass(list(self.batches)) if stream else self.batches
        optimizers = [code.optimizer(on, **self.sgd)] if self.sgd else []
        outcome = code.outcome(name, on.ref, batches, *optimizers)
        value = outcome.value
        if value is None:
            raise Wrong("returns_none", f"`{name}` returns None. Is a `return` missing?")
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise Wrong(
                "not_a_pair",
                f"`{name}` returns {kind_of(value)}. It must return two numbers: (loss, accuracy).",
            )
        return outcome

    def observe(self, name: str, stream: bool = False) -> Observe:
        """What the loop `name` leaves behind."""

        def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
            network = self.network(code)
            loss, accuracy = self.run(code, name, network, stream).value
            yield STATE, {**network.parameters(), **network.buffers()}
            yield LOSS, loss
            yield ACCURACY, accuracy
            yield PASSES, len(network.witnessed())
            yield GRADIENTS, network.stored_gradients()

        return observe

    def left_by(self, loop: Loop) -> Parts:
        """What `loop`, one of our own, leaves behind."""
        return dict(self.observe("loop")(local_learner({"loop": loop})))


def draw_scene(
    draw: Draw,
    sizes: Sequence[int],
    layers: Sequence[tuple[Any, ...]] = DENSE,
    **sgd: Any,
) -> Scene:
    """A network for images of 1×2×3 in three classes, and one batch for each of `sizes`."""
    network = local_learner({}).network(*layers)
    state = {
        name: draw.normal(*shape, dtype=torch.float32) for name, shape in network.shapes().items()
    }
    for name, buffer in network.buffers().items():
        if buffer.is_floating_point():
            state[name] = draw.uniform(*buffer.shape, low=0.5, high=2.0, dtype=torch.float32)
    batches = [
        (draw.normal(size, 1, 2, 3, dtype=torch.float32), draw.labels(size, 3)) for size in sizes
    ]
    return Scene(layers, state, batches, sgd)


def with_right_answers(draw: Draw, scene: Scene, counts: Sequence[int]) -> Scene:
    """The scene with labels of which the network, as it is, gets `counts` right in each batch.

    Where it is wrong, the label is its second choice, so that the least likely class is never it.
    """
    network = scene.network(local_learner({}))
    batches = []
    for (x, _), count in zip(scene.batches, counts, strict=True):
        ranked = network.forward(x).argsort(dim=1)  # (N, 3): the best class comes last
        labels = ranked[:, 1].clone()
        right = draw.sample(range(len(x)), count)
        labels[right] = ranked[right, 2]
        batches.append((x, labels))
    return replace(scene, batches=batches)


def draw_telling_scene(
    make: Callable[[], Scene], right: Loop, wrong: Sequence[Loop], parts: Sequence[str]
) -> Scene:
    """A scene of those that `make` draws in which every `wrong` loop shows in all `parts`.

    Accuracies of a few samples are often equal by accident; then the next scene is drawn.
    """
    for _ in range(1000):
        scene = make()
        expected = scene.left_by(right)
        left = (scene.left_by(loop) for loop in wrong)
        if not any(agrees(seen[part], expected[part]) for seen in left for part in parts):
            return scene
    raise RuntimeError("no scene tells these loops apart: do they differ in these parts at all?")


def agree_on_loop(
    learner: LearnerCode, exercise: Exercise, scene: Scene, *parts: str, stream: bool = False
) -> None:
    """`parts` of what the learner's loop leaves behind are as ours."""
    explain(
        learner,
        exercise,
        scene.observe(exercise.names[0], stream),
        unjudged=ALL_PARTS - set(parts),
        unexplained=lambda part, _, __, gap: _unexplained(part, gap, scene),
        given=scene.described(),
    )


def _unexplained(part: str, gap: Difference, scene: Scene) -> Wrong:
    if part != STATE:
        return gap.as_wrong(scene.described())
    message = "Your steps lead elsewhere: the network isn't what it should be afterwards."
    return Wrong(gap.kind, message, f"{gap.message} {gap.detail} {scene.described()}")


def agree_on_stream(learner: LearnerCode, exercise: Exercise, scene: Scene, *parts: str) -> None:
    """The same for batches that can be walked through once and have no length."""
    try:
        agree_on_loop(learner, exercise, scene, *parts, stream=True)
    except (Wrong, NoAnswer):
        # A loop that is wrong on a list too has another problem, which is told instead.
        agree_on_loop(learner, exercise, scene, *parts)
        raise Wrong(
            "needs_a_list",
            f"`{exercise.names[0]}` works on a list, but not on a generator that yields each batch "
            "once. Loop over the batches a single time, and don't ask for their number.",
        ) from None
