"""Networks for a search: drawn at random within a budget, each with a learning rate of its own.

candidates = draw_candidates(8, seed=0)
clothes = pictures()
score(candidates[0], 2, clothes)      # validation accuracy after 2 epochs
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from cnnlab import data
from cnnlab.data import Dataset
from cnnlab.deployment_plans import at_resolution, multiply_adds, train
from cnnlab.training import Evaluation, evaluate

Candidate = dict[str, Any]

MULTIPLY_ADDS = 400_000
TRAINING_IMAGES, VALIDATION_IMAGES = 3_000, 1_000
EFFORTS = (1, 2, 4, 8)  # epochs


def draw_candidates(count: int, seed: int) -> list[Candidate]:
    """Different candidates, none dearer than `MULTIPLY_ADDS`.

    >>> len(draw_candidates(4, seed=1)), sorted(draw_candidates(1, seed=1)[0])
    (4, ['depth', 'growth', 'lr', 'resolution', 'width'])
    """
    rng = random.Random(seed)
    found: list[Candidate] = []
    while len(found) < count:
        drawn = {
            "depth": rng.choice([1, 2, 3]),
            "width": rng.randint(4, 24),
            "growth": rng.choice([1.0, 1.4, 2.0]),
            "resolution": rng.choice([14, 20, 28]),
            "lr": round(10 ** rng.uniform(-4, -1), 5),
        }
        if multiply_adds(drawn) <= MULTIPLY_ADDS:
            found.append(drawn)
    return found


def pictures() -> Dataset:
    """Fashion-MNIST: 3,000 images to learn from, 1,000 to choose by, 2,000 for the end."""
    clothes = data.load("fashion-mnist-small").with_validation(VALIDATION_IMAGES)
    return replace(clothes, train=clothes.train[:TRAINING_IMAGES])


def score(candidate: Candidate, epochs: int, clothes: Dataset, seed: int = 0) -> float:
    """The validation accuracy after so many epochs, from scratch."""
    return tried(candidate, epochs, clothes, seed, "validation")["validation"].accuracy


def tried(
    candidate: Candidate, epochs: int, clothes: Dataset, seed: int = 0, *parts: str
) -> dict[str, Evaluation]:
    """What the candidate reaches on these parts of the data after so many epochs, from scratch."""
    scaled = at_resolution(clothes, candidate["resolution"])
    net = train(candidate, scaled, seed=seed, epochs=epochs, lr=candidate["lr"])
    return {part: evaluate(net, scaled.batches(part, 500, shuffle=False)) for part in parts}
