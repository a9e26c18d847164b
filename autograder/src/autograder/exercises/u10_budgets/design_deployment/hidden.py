"""Hidden checks of `design_deployment`: the limits, and what the plan reaches on other clothes."""

from __future__ import annotations

from autograder.design_checks import hidden_design
from autograder.exercises.clothes_exam import clothes_exam
from cnnlab.exercises.u10_budgets.design_deployment import TASK, TRAINING_IMAGES, exercise

hidden = hidden_design(exercise, TASK, clothes_exam(TRAINING_IMAGES))
