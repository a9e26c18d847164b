"""Judging functions that draw: what may come out of one image, how often, and who decides.

Nothing is asked about the order in which numbers are drawn, only what every right answer shares.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from cnnlab.check.compare import Wrong, difference, kind_of
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode, Ref

Possible = Callable[[torch.Tensor, int], torch.Tensor]
"""Images (N, C, H, W) and a setting → everything each may become, (K, N, C, H, W)."""

# An honest function exceeds this many standard deviations about once in a thousand million draws.
FAR = 6.0


def outputs_of(
    learner: LearnerCode, name: str, x: torch.Tensor, setting: int, generator: Ref
) -> torch.Tensor:
    """What the learner's function makes of the images; they must be as many and as large."""
    outcome = learner.outcome(name, x, setting, generator)
    what = f"the result of `{name}`"
    if not isinstance(outcome.value, torch.Tensor):
        if found := difference(outcome.value, x, what):
            raise Wrong(found.kind, found.message, found.detail)
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


def which(outputs: torch.Tensor, possible: torch.Tensor) -> torch.Tensor:
    """For each image the number of the possibility that it became, −1 if it is none of them."""
    same = torch.isclose(possible, outputs.to(possible.dtype), rtol=1e-5, atol=1e-6)
    found = same.flatten(2).all(dim=2)  # (K, N)
    return torch.where(found.any(dim=0), found.int().argmax(dim=0), -1)


def expect_possible(
    exercise: Exercise,
    name: str,
    right: Possible,
    x: torch.Tensor,
    setting: int,
    outputs: torch.Tensor,
) -> torch.Tensor:
    """Which possibility each image became. The mistakes of `name` give the results of mistakes."""
    found = which(outputs, right(x, setting))
    if bool((found >= 0).all()):
        return found
    for mistake in exercise.mistakes_of(name):
        if bool((which(outputs, mistake.wrong(x, setting)) >= 0).all()):
            raise Wrong(mistake.id, mistake.message)
    if x.shape[1] > 1 and _each_channel_is_possible(right, x, setting, outputs):
        raise Wrong(
            "channels_apart",
            "The channels of one image were not treated alike: red, green and blue no longer lie "
            "on each other. Draw once for each image, not once for each channel.",
        )
    raise Wrong(
        "impossible_result",
        "At least one image came out as it never should. Compare the docstring, and look at some "
        "results with pictures.image_grid.",
    )


def _each_channel_is_possible(
    right: Possible, x: torch.Tensor, setting: int, outputs: torch.Tensor
) -> bool:
    channels = range(x.shape[1])
    return all(
        bool((which(outputs[:, [c]], right(x[:, [c]], setting)) >= 0).all()) for c in channels
    )


def expect_even(found: torch.Tensor, cases: int, what: str) -> None:
    """Every case occurs, and none far more often than the others."""
    counts = torch.bincount(found, minlength=cases).double()
    if bool((counts == 0).any()):
        raise Wrong(
            "some_never_happen",
            f"Of {cases} equally likely cases ({what}) some never occurred among {len(found)} "
            "images. Look at the range of what you draw.",
        )
    if _far_from_even(counts):
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
