"""Hidden checks of `design_deep_training`: the settings, and each step of the published curve."""

from __future__ import annotations

from dataclasses import replace

from autograder import unseen
from autograder.design_checks import hidden_design
from cnnlab import data
from cnnlab.check.draw import Draw
from cnnlab.exercises.u04_batchnorm.design_deep_training import TASK, TRAINING_IMAGES, exercise


def exam(draw: Draw) -> data.Dataset:
    """Trained on images that learners have, measured on images that none of them has."""
    clothes = data.load("fashion-mnist-small")
    train = clothes.train.per_class(TRAINING_IMAGES // 10, seed=draw.integer(0, 2**31))
    return replace(clothes, train=train, test=unseen.fashion())


hidden = hidden_design(exercise, TASK, exam)
