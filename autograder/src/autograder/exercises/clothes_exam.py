"""What designs for Fashion-MNIST are graded on: clothes that no learner was given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from autograder import unseen
from cnnlab import data
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset
from cnnlab.exercises._clothes import drawn_for_training


def clothes_exam(count: int) -> Callable[[Draw], Dataset]:
    """Draws `count` training images, which learners have; the test images none of them has."""

    def exam(draw: Draw) -> Dataset:
        clothes = data.load("fashion-mnist-small")
        train = drawn_for_training(draw, clothes.train, count)
        return replace(clothes, train=train, test=unseen.fashion())

    return exam
