"""Hidden checks of `design_recipe`: the settings, and what they reach on new shapes."""

from __future__ import annotations

from dataclasses import replace

from autograder.design_checks import hidden_design
from cnnlab import data
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset
from cnnlab.exercises.u06_training.design_recipe import TASK, exercise, public


def exam(draw: Draw) -> Dataset:
    """The public images to learn from, and 8,000 that are drawn anew to measure on."""
    seed = draw.integer(1_000, 2**31)
    new = data.load("shapes10", seed=seed, n_train=10, n_test=8_000, image_size=16)
    return replace(public(), test=new.test, validation=None)


hidden = hidden_design(exercise, TASK, exam)
