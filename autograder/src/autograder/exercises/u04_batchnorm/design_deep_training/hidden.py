"""Hidden checks of `design_deep_training`: the settings, and each step of the published curve."""

from __future__ import annotations

from autograder.design_checks import hidden_design
from autograder.exercises.clothes_exam import clothes_exam
from cnnlab.exercises.u04_batchnorm.design_deep_training import TASK, TRAINING_IMAGES, exercise

hidden = hidden_design(exercise, TASK, clothes_exam(TRAINING_IMAGES))
