"""Trying an explanation of the learner's own: does its maximum fall on the object asked about?

Each picture holds two objects of different classes, and the learner's map is asked about both. A
map that only finds objects points at the same one twice, so the class has to matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnlab import data
from cnnlab.check.compare import Wrong, kind_of
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset, Split
from cnnlab.exercises.u08_seeing._looked_into import DATA, LAYERS, random_state, trained_state
from cnnlab.learner import LearnerCode, Network

SECONDS_A_PICTURE = 1.0  # of the processor's time: a busy machine is no mistake of the learner's
SANITY_PICTURES = 15  # each asked about twice
SOME_PICTURES = 4  # after which a mean time says something
NEAR = 2  # pixels: a maximum that moves no further has stayed where it was
MAY_STAY = 0.5  # of the pictures
DRAWN_FOR_ONE = 4  # pictures with one object, for one with two
APART = 1  # pixels between the two


@dataclass(frozen=True)
class PointingTrial:
    """The share of pictures of `material` in which both maps have their maximum on their object.

    The test part holds each picture twice in a row, with the label and the mask of either object.
    """

    name: str = "design"

    def inspect(self, learner: LearnerCode, draw: Draw) -> str:
        """A map for each picture, in time, that isn't the same for a network that knows nothing."""
        pictures = drawn_pairs(draw.integer(1000, 2**31), SANITY_PICTURES)
        before = learner.seconds
        trained = list(self._maxima(learner, pictures, trained_state()))
        seconds = (learner.seconds - before) / len(trained)
        nonsense = random_state(draw.integer(0, 2**31))
        untrained = list(self._maxima(learner, pictures, nonsense))
        stayed = sum(_near(a, b) for a, b in zip(trained, untrained, strict=True)) / len(trained)
        if stayed > MAY_STAY:
            raise Wrong(
                "ignores_the_network",
                f"Sanity check: with random weights in the network, your map has its maximum at "
                f"the same place in {stayed:.0%} of the pictures. So it explains the picture, not "
                "the network: whatever the network knows has to change your map.",
            )
        return (
            f"{1000 * seconds:.0f} ms a picture; with random weights the maximum stays in "
            f"{stayed:.0%} of the pictures"
        )

    def score(self, learner: LearnerCode, draw: Draw, material: Dataset) -> float:
        masks = material.test.masks
        assert masks is not None
        found = list(self._maxima(learner, material, trained_state()))
        hits = [p is not None and bool(m[p]) for p, m in zip(found, masks, strict=True)]
        both = [one and other for one, other in zip(hits[::2], hits[1::2], strict=True)]
        return sum(both) / len(both)

    def _maxima(
        self, learner: LearnerCode, pictures: Dataset, state: dict[str, Tensor]
    ) -> Iterator[tuple[int, int] | None]:
        """Row and column of each map's maximum; None where a map says nothing."""
        network = the_network(learner, state)
        mean, std = (torch.tensor(each).view(3, 1, 1) for each in (pictures.mean, pictures.std))
        images = (pictures.test.images.float() / 255 - mean) / std
        before = learner.seconds
        for number, (image, label) in enumerate(
            zip(images, pictures.test.labels.tolist(), strict=True), start=1
        ):
            yield _maximum(learner.call(self.name, network.ref, image, label), image)
            seconds = (learner.seconds - before) / number
            if number >= SOME_PICTURES and seconds > SECONDS_A_PICTURE:
                raise Wrong(
                    "too_slow",
                    f"Your map takes {seconds:.1f} s a picture; {SECONDS_A_PICTURE:g} s is the "
                    "limit. Use fewer passes, or put the passes for one picture into one batch.",
                )


def the_network(learner: LearnerCode, state: dict[str, Tensor]) -> Network:
    """The network beside the learner's code, in evaluation mode."""
    network = learner.network(*LAYERS)
    network.load(state)
    return network.eval()


def drawn_pictures(seed: int, count: int) -> Dataset:
    """Fresh pictures: the test part of a data set drawn from that seed."""
    return data.load(DATA, seed=seed, n_train=1, n_test=count)


def drawn_pairs(seed: int, count: int) -> Dataset:
    """Up to `count` pictures with two objects each, twice in a row: once for either object."""
    drawn = drawn_pictures(seed, DRAWN_FOR_ONE * count)
    images, labels, masks = drawn.test.images, drawn.test.labels, drawn.test.masks
    assert masks is not None
    near = F.max_pool2d(masks[:, None].float(), 2 * APART + 1, stride=1, padding=APART)[:, 0] > 0
    left = list(range(len(images)))
    pairs: list[tuple[int, int]] = []
    while left and len(pairs) < count:
        first = left.pop(0)
        for second in left:
            if labels[first] != labels[second] and not (near[first] & (masks[second] > 0)).any():
                pairs.append((first, second))
                left.remove(second)
                break
    both = torch.tensor(pairs)
    stamp = (masks[both[:, 1]] > 0)[:, None]
    pictures = torch.where(stamp, images[both[:, 1]], images[both[:, 0]])
    asked = both.flatten()
    twice = Split(pictures.repeat_interleave(2, dim=0), labels[asked], masks=masks[asked])
    return replace(drawn, test=twice)


def _maximum(heat: object, image: Tensor) -> tuple[int, int] | None:
    height, width = image.shape[1:]
    if not isinstance(heat, Tensor):
        raise Wrong(
            "not_a_map",
            f"`design(model, x, target)` returns {kind_of(heat)}, not a tensor ({height}, {width})."
            f"{' Is a `return` missing?' if heat is None else ''}",
        )
    if tuple(heat.shape) != (height, width):
        raise Wrong(
            "wrong_shape",
            f"Your map has shape {tuple(heat.shape)}. A picture of {height} × {width} pixels needs "
            f"a map ({height}, {width}): F.interpolate enlarges a smaller one.",
        )
    if not bool(torch.isfinite(heat).all()):
        raise Wrong("not_finite", "Your map holds nan or inf. Is there a division by 0?")
    if not bool((heat != heat.flatten()[0]).any()):
        return None
    row, column = divmod(int(heat.argmax()), width)
    return row, column


def _near(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    if one is None or other is None:
        return one is other
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= NEAR
