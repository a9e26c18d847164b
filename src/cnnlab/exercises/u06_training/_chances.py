"""Judging functions that draw: all that may come out, how often, and who decides.

Nothing is asked about the order in which numbers are drawn, only what every right answer shares.
What may come out is compared as everything else is: with so many images that each case occurs,
the set of results is the same for all who draw right. How often each case comes cannot be compared
like that, since everyone draws other cases: `expect_even` asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from cnnlab.check.compare import Difference, Wrong, difference, kind_of
from cnnlab.check.draw import Draw
from cnnlab.learner import LearnerCode, Ref

# How many images there are for each case that can happen: chance never leaves one out.
PER_CASE = 40

# An honest function exceeds this many standard deviations about once in a thousand million draws.
FAR = 6.0

LEVELS = 256
# Values are compared with this many digits after a level: learners may round in another way.
ROUNDED = 100


def draw_images(draw: Draw, *shape: int) -> torch.Tensor:
    """Images without a zero in them, so that zeros which come in are seen."""
    return draw.uniform(*shape, low=0.5, high=1.5, dtype=torch.float32)


@dataclass(frozen=True)
class Multiples:
    """Many images, (N, C, H, W), each of which is one image times 1, ½, ¼ or ⅛.

    So what became of each can be compared, and parts of another image of the batch are found.
    """

    x: torch.Tensor
    factors: torch.Tensor

    def results(self, outputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The different things that became of the one image, (K, C, H, W), and how often each."""
        same_scale = outputs.double() / self.factors * LEVELS * ROUNDED
        rows = same_scale.round().flatten(1)
        found, counts = rows.unique(dim=0, return_counts=True)
        return found.view(-1, *outputs.shape[1:]) / ROUNDED, counts


def draw_multiples(draw: Draw, count: int, *shape: int) -> Multiples:
    """`count` images of a shape (C, H, W), no two pixels of one image alike and none zero."""
    levels = draw.sample(range(1, LEVELS), int(torch.tensor(shape).prod()))
    image = torch.tensor(levels, dtype=torch.float32).view(1, *shape) / LEVELS
    factors = 0.5 ** draw.labels(count, 4).view(-1, 1, 1, 1)
    return Multiples(image * factors, factors)


def outputs_of(
    code: LearnerCode, name: str, x: torch.Tensor, setting: int, generator: Ref
) -> torch.Tensor:
    """What the function makes of the images; they must be as many and as large."""
    outcome = code.outcome(name, x, setting, generator)
    what = f"the result of `{name}`"
    if not isinstance(outcome.value, torch.Tensor):
        if found := difference(outcome.value, x, what):
            raise found.as_wrong()
        raise Wrong("wrong_type", f"{what} is {kind_of(outcome.value)}, expected a tensor.")
    if outcome.value.shape != x.shape:
        raise Wrong(
            "wrong_shape",
            f"{what} has shape {tuple(outcome.value.shape)}; it must keep the shape of what it was "
            f"given, {tuple(x.shape)}.",
        )
    if outcome.inputs_changed:
        raise Wrong(
            "changes_its_input",
            f"`{name}` changes the images it was given. They are needed again in the next epoch: "
            "return a new tensor.",
        )
    return outcome.value


def same_results(theirs: torch.Tensor, ours: torch.Tensor, what: str) -> Difference | None:
    """None if both are the same set of results."""
    if theirs.shape == ours.shape and torch.equal(theirs, ours):
        return None
    return Difference("impossible_result", f"{what} are not what they should be.")


def is_among(results: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """For each of the results whether it is one of the others."""
    return (results.flatten(1)[:, None] == others.flatten(1)).all(dim=2).any(dim=1)


def unexplained_results(
    theirs: torch.Tensor, ours: torch.Tensor, counts: torch.Tensor, what: str
) -> Wrong:
    """What to say of results, (K, C, H, W), that no known mistake gives."""
    if bool(is_among(theirs, ours).all()):
        return Wrong(
            "some_never_happen",
            f"Of {len(ours)} equally likely cases ({what}) some never occurred among "
            f"{int(counts.sum())} images. Look at the range of what you draw.",
        )
    channels = range(theirs.shape[1])
    if len(channels) > 1 and all(is_among(theirs[:, c], ours[:, c]).all() for c in channels):
        return Wrong(
            "channels_apart",
            "The channels of one image were not treated alike: red, green and blue no longer lie "
            "on each other. Draw once for each image, not once for each channel.",
        )
    return Wrong(
        "impossible_result",
        "At least one image came out as it never should. Compare the docstring, and look at some "
        "results with pictures.image_grid.",
    )


def expect_even(counts: torch.Tensor, what: str) -> None:
    """None of the cases comes far more often than the others."""
    if _far_from_even(counts.double()):
        raise Wrong(
            "not_uniform",
            f"Some cases ({what}) come far more often than others. All should be equally likely.",
        )


def _far_from_even(counts: torch.Tensor) -> bool:
    """Whether chance alone would hardly ever give counts as uneven as these."""
    expected = counts.sum() / len(counts)
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    freedom = len(counts) - 1
    # Wilson and Hilferty (1931): the cube root of chi-square/freedom is nearly normal.
    variance = 2 / (9 * freedom)
    deviations = ((chi_square / freedom) ** (1 / 3) - (1 - variance)) / variance**0.5
    return deviations > FAR


def expect_generator_decides(
    learner: LearnerCode, draw: Draw, name: str, x: torch.Tensor, setting: int
) -> None:
    """The same seed gives the same images, and torch's own random numbers are left alone."""
    seed, elsewhere = draw.integer(1, 10**6), draw.integer(1, 10**6)

    def run(global_seed: int, generator: Ref) -> torch.Tensor:
        learner.seed(global_seed)
        return outputs_of(learner, name, x, setting, generator)

    first = run(elsewhere, learner.generator(seed))
    if not torch.equal(first, run(elsewhere + 1, learner.generator(seed))):
        raise Wrong(
            "generator_ignored",
            "Twice the same seed of the generator gave two different results. Every random number "
            "has to come from the generator that you are given: pass it on to torch.randint, "
            "torch.rand and the like.",
        )
    untouched = _global_state(learner, elsewhere)
    learner.seed(elsewhere)
    outputs_of(learner, name, x, setting, learner.generator(seed))
    if not torch.equal(untouched, _global_state(learner)):
        raise Wrong(
            "global_state_touched",
            f"`{name}` changes torch's own random numbers, so whatever is drawn next elsewhere "
            "comes out differently. Use the generator that you are given, and seed nothing.",
        )
    if torch.equal(first, run(elsewhere, learner.generator(seed + 1))):
        raise Wrong(
            "always_the_same",
            "Generators with different seeds give the same result: the generator decides nothing.",
        )
    once = learner.generator(seed)
    if torch.equal(run(elsewhere, once), run(elsewhere, once)):
        raise Wrong(
            "generator_restarted",
            "Two batches in a row get the same random numbers: you start the generator anew, or "
            "make another one from its seed. Draw from the one you are given; it moves on by "
            "itself.",
        )


def _global_state(learner: LearnerCode, seed: int | None = None) -> torch.Tensor:
    """What torch's own random numbers give next: the start weights of a layer tell."""
    if seed is not None:
        learner.seed(seed)
    return learner.network(("Linear", 8, 1)).parameters()["0.weight"]
