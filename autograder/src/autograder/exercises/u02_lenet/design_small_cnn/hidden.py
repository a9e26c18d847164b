"""Hidden checks of `design_small_cnn`: the limits, and each step of the published curve."""

from __future__ import annotations

from autograder import unseen
from autograder.design_checks import hidden_design
from cnnlab import data
from cnnlab.check.draw import Draw
from cnnlab.exercises.u02_lenet.design_small_cnn import TASK, drawn_training_part, exercise


def exam(draw: Draw) -> data.Dataset:
    """Trained on images that learners have, measured on images that none of them has."""
    clothes = data.load("fashion-mnist-small")
    train = drawn_training_part(draw, clothes.train)
    return data.Dataset("exam", "1", clothes.class_names, train, test=unseen.fashion())


hidden = hidden_design(exercise, TASK, exam)
