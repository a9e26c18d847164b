"""Hidden checks of `design_resnet`: the budget, and what the network reaches on unseen clothes."""

from __future__ import annotations

from autograder.design_checks import hidden_design
from autograder.exercises.clothes_exam import clothes_exam
from cnnlab.exercises.u05_resnet.design_resnet import TASK, TRAINING_IMAGES, exercise

hidden = hidden_design(exercise, TASK, clothes_exam(TRAINING_IMAGES))
