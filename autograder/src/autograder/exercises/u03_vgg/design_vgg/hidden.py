"""Hidden checks of `design_vgg`: the limits, and each step of the published curve."""

from __future__ import annotations

from autograder.design_checks import hidden_design
from autograder.exercises.clothes_exam import clothes_exam
from cnnlab.exercises.u03_vgg.design_vgg import TASK, TRAINING_IMAGES, exercise

hidden = hidden_design(exercise, TASK, clothes_exam(TRAINING_IMAGES))
