"""Hidden checks of `design_blocks`: the budget, and what the network reaches on unseen clothes."""

from __future__ import annotations

from autograder.design_checks import hidden_design
from autograder.exercises.clothes_exam import clothes_exam
from cnnlab.exercises.u09_blocks.design_blocks import TASK, TRAINING_IMAGES, exercise

hidden = hidden_design(exercise, TASK, clothes_exam(TRAINING_IMAGES))
