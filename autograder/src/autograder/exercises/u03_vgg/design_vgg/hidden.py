"""Hidden checks of `design_vgg`: the limits, and each step of the published curve."""

from __future__ import annotations

from autograder.design_checks import hidden_design
from autograder.exercises.clothes_exam import clothes_exam
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset
from cnnlab.exercises._clothes import clothes_anywhere
from cnnlab.exercises.u03_vgg.design_vgg import TASK, TRAINING_IMAGES, exercise


def exam(draw: Draw) -> Dataset:
    """Clothes that no learner was given, anywhere in the picture."""
    return clothes_anywhere(clothes_exam(TRAINING_IMAGES)(draw), draw)


hidden = hidden_design(exercise, TASK, exam)
