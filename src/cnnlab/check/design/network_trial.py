"""A network of the learner's own design: counted, trained by a fixed plan, and measured.

The network stays in the learner's process; images, labels and plan stay here. Its weights are
shuffled before training: every weight tensor keeps its numbers, so a chosen start such as zeros
keeps its scale, but nothing that was learned elsewhere survives.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from tqdm import tqdm

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.networks import MOST_NUMBERS, numbers_in, shapes_of
from cnnlab.data import Dataset
from cnnlab.learner import LearnerCode, Network

STEPS_A_QUESTION = 8  # a few hundred kilobytes of images, and far from the time limit of a question
STEPS_BEFORE_PACE = 3 * STEPS_A_QUESTION  # the first ones may have to import what torch puts off
IMAGES_A_QUESTION = 250
SECONDS = 60.0  # of the processor's time, many times what a design within the limits needs
# An untrained network may favour a class or two by chance; more than this it cannot know.
KNOWN_BY_CHANCE = 0.35


@dataclass(frozen=True)
class Plan:
    """How every design of a task is trained.

    `schedule(step, total)` is what the learning rate is multiplied by at each step.
    """

    epochs: int
    lr: float
    schedule: Callable[[int, int], float]
    optimizer: str = "AdamW"
    weight_decay: float = 0.0
    momentum: float = 0.0
    batch_size: int = 64
    augment: Any = None


@dataclass(frozen=True)
class Depth:
    """How many convolutions have to lie one after another, and which of them count.

    Those that look beyond one pixel, have `channels` channels or more on both sides and do at least
    `work` multiply-adds for an image. A convolution that reads the image itself has too few.
    """

    at_least: int
    channels: int
    work: int


@dataclass(frozen=True)
class NetworkTrial:
    """Trials of the networks that the learner's `name()` makes, for images of `shape`."""

    limits: Mapping[str, int]
    plan: Plan
    shape: tuple[int, int, int]
    classes: int = 10
    name: str = "design"
    depth: Depth | None = None

    def inspect(self, learner: LearnerCode, draw: Draw) -> str:
        """Parameters and multiply-adds, each within its limit, and the depth that is asked for."""
        images = draw.normal(2, *self.shape, dtype=torch.float32)
        network = self._built(learner, images)
        counts = {
            "parameters": numbers_in(shapes_of(network, images)) + self._kept_apart(network),
            "multiply-adds": round(network.multiply_adds(images)),
        }
        told = []
        for name, limit in self.limits.items():
            if counts[name] > limit:
                raise Wrong(
                    f"too_many_{name.replace('-', '_')}",
                    f"The network has {counts[name]:,} {name}; the limit is {limit:,}.",
                )
            told.append(f"{counts[name]:,} of {limit:,} {name}")
        if self.depth:
            told.append(f"a depth of {self._deep_enough(network, images, self.depth)}")
        return ", ".join(told)

    def score(self, learner: LearnerCode, draw: Draw, material: Dataset) -> float:
        """The accuracy on the test part of `material` after training on the rest."""
        learner.seed(draw.integer(0, 2**31))
        network = self._built(learner, draw.normal(2, *self.shape, dtype=torch.float32))
        self._shuffle(network, draw)
        if self._accuracy(network, material) > KNOWN_BY_CHANCE:
            raise Wrong(
                "knows_before_training",
                "The network recognises images before it has been trained. `design` returns an "
                "untrained network; what it knows has to come from the training that follows.",
            )
        self._train(learner, network, draw, material)
        return self._accuracy(network, material)

    def _built(self, learner: LearnerCode, images: torch.Tensor) -> Network:
        network = learner.build(self.name)
        output = network.eval().forward(images)
        wanted = (len(images), self.classes)
        if not isinstance(output, torch.Tensor) or tuple(output.shape) != wanted:
            found = tuple(output.shape) if isinstance(output, torch.Tensor) else type(output)
            raise Wrong(
                "wrong_output",
                f"For {len(images)} images of {'×'.join(map(str, self.shape))} the network gives "
                f"{found}; it should give logits of shape {wanted}.",
            )
        return network

    def _deep_enough(self, network: Network, images: torch.Tensor, asked: Depth) -> int:
        found = network.depth(images[:1], asked.channels, asked.work)
        if found < asked.at_least:
            raise Wrong(
                "too_shallow",
                f"The longest path through the network has {found} convolutions that count; at "
                f"least {asked.at_least} are asked for. Those count that are larger than 1×1, have "
                f"{asked.channels} or more channels on both sides, and do at least "
                f"{asked.work:,} multiply-adds.",
            )
        return found

    def _kept_apart(self, network: Network) -> int:
        """Numbers in buffers, but for the running statistics of norms: they count like weights."""
        return sum(b.numel() for b in network.buffers().values() if b.dim() > 1)

    def _shuffle(self, network: Network, draw: Draw) -> None:
        if numbers_in(network.shapes()) > MOST_NUMBERS:
            return  # no task allows as many, and they would not cross the line
        values = {**network.parameters(), **network.buffers()}
        network.load({n: _shuffled(v, draw) for n, v in values.items() if v.dim() > 1})

    def _train(self, learner: LearnerCode, network: Network, draw: Draw, material: Dataset) -> None:
        plan = self.plan
        optimizer = learner.optimizer(network, plan.optimizer, **self._settings())
        batches = material.batches(
            "train", plan.batch_size, seed=draw.integer(0, 2**31), augment=plan.augment
        )
        total = plan.epochs * len(batches)
        steps = (batch for _ in range(plan.epochs) for batch in batches)
        rates = (plan.lr * plan.schedule(step, total) for step in range(total))
        before, done = learner.seconds, 0
        bar = tqdm(
            total=total,
            desc="training your network",
            file=sys.stdout,
            leave=False,
            disable=_is_unwatched(),
        )
        with bar:
            for group in _grouped(zip(steps, rates, strict=True), STEPS_A_QUESTION):
                loss = network.descend(
                    optimizer, [batch for batch, _ in group], [rate for _, rate in group]
                )
                if not isinstance(loss, float) or not math.isfinite(loss):
                    raise Wrong(
                        "diverged",
                        "The loss of the network became infinite, or no number, while it was "
                        f"trained with a learning rate of {plan.lr:g}.",
                    )
                bar.update(len(group))
                done += len(group)
                if done >= STEPS_BEFORE_PACE:
                    _expect_pace((learner.seconds - before) / done * total)

    def _settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"lr": self.plan.lr, "weight_decay": self.plan.weight_decay}
        if self.plan.optimizer == "SGD":
            settings |= {"momentum": self.plan.momentum, "nesterov": self.plan.momentum > 0}
        return settings

    def _accuracy(self, network: Network, material: Dataset) -> float:
        network.eval()
        right = 0
        for images, labels in material.batches("test", IMAGES_A_QUESTION):
            logits = network.forward(images)
            if not isinstance(logits, torch.Tensor) or logits.shape != (len(images), self.classes):
                raise Wrong(
                    "wrong_output", f"For {len(images)} images the logits have no row each."
                )
            right += int((logits.argmax(dim=1) == labels).sum())
        return right / len(material.test)


def _is_unwatched() -> bool:
    """Whether no notebook shows what is printed, as in grading."""
    shell = sys.modules.get("IPython")
    return shell is None or shell.get_ipython() is None


def _expect_pace(seconds: float) -> None:
    if seconds > SECONDS:
        raise Wrong(
            "too_slow",
            f"At this pace, training would take {seconds:.0f} s of the processor's time; a design "
            f"may take {SECONDS:g} s. Is there a loop in `forward` that a few tensor operations "
            "could replace?",
        )


def _shuffled(values: torch.Tensor, draw: Draw) -> torch.Tensor:
    order = torch.randperm(
        values.numel(), generator=torch.Generator().manual_seed(draw.integer(0, 2**31))
    )
    return values.flatten()[order].reshape(values.shape)


def _grouped(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    group: list[Any] = []
    for item in items:
        group.append(item)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
