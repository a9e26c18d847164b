"""Unit 12: rapid questions about a project from end to end."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question


@kind(unit=12, topic="rapid")
def where_statistics_come_from(draw: Draw) -> Question:
    train, test = draw.whole(2, 9) * 1000, draw.whole(1, 2) * 1000
    return choice(
        draw,
        f"{train:,} training and {test:,} test images are to be normalised. From which images do "
        "mean and standard deviation come?",
        (
            "From the training images, for both",
            "What is measured on the test images must not flow into the network, and both have to "
            "be scaled alike.",
        ),
        [
            (
                "From all images together, for the best estimate",
                "Then the test images have helped to prepare the training.",
            ),
            (
                "From each set for itself",
                "Then the same picture would look different to the network in training and in "
                "test.",
            ),
            (
                "From the test images, since those are what counts",
                "They're looked at once, at the end, and prepare nothing.",
            ),
        ],
        train=train,
        test=test,
    )


@kind(unit=12, topic="rapid")
def small_difference(draw: Draw) -> Question:
    accuracy, spread = draw.whole(820, 880) / 10, draw.one_of([0.6, 0.8, 1.0])
    better = round(accuracy + 0.3, 1)
    return choice(
        draw,
        f"Design A reached {accuracy} % with one seed, design B {better} %. Runs of A with other "
        f"seeds spread by ±{spread}. What may you claim?",
        (
            "Nothing yet",
            "The difference is smaller than the spread of seeds. Train both with several seeds "
            "and compare means. One run each can't tell luck from design.",
        ),
        [
            (
                "B is better",
                f"Another seed could turn it around: 0.3 is less than {spread}.",
            ),
            (
                "They're equally good",
                "That isn't shown either. It's just not known.",
            ),
            (
                "B is better if the test set is the same",
                "The same test set takes away one source of luck; the seed remains.",
            ),
        ],
        accuracy=accuracy,
        spread=spread,
    )


@kind(unit=12, topic="rapid")
def same_seed(draw: Draw) -> Question:
    seed = draw.whole(0, 99)
    return choice(
        draw,
        f"train_model(…, seed={seed}) is run twice on the same machine and gives two different "
        "networks. What's the likeliest cause?",
        (
            "The seed doesn't reach every random draw",
            "Initial weights, shuffling, augmentation, dropout, workers: each needs its generator "
            "seeded from the argument, inside the function.",
        ),
        [
            (
                "That's normal: training is random",
                "Its random numbers come from a generator. The same seed gives the same ones.",
            ),
            (
                "The seed is too small",
                "Any seed will do, 0 as well.",
            ),
            (
                "The learning rate is too high",
                "Then both runs would be poor in exactly the same way.",
            ),
        ],
        seed=seed,
    )
