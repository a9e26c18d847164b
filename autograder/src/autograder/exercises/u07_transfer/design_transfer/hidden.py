"""Hidden checks of `design_transfer`: the settings, and what the plan reaches on unseen clothes."""

from __future__ import annotations

from dataclasses import replace

from autograder.design_checks import hidden_design
from autograder.unseen import fashion
from cnnlab import data
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset
from cnnlab.exercises.u07_transfer.design_transfer import IMAGES_PER_CLASS, TASK, exercise


def exam(draw: Draw) -> Dataset:
    """Public images to learn from, drawn anew, and 4,000 that no learner has to measure on."""
    public = data.load("fashion-mnist-small")
    drawn = public.train.per_class(IMAGES_PER_CLASS, seed=draw.integer(0, 2**31))
    return replace(public, train=drawn, test=fashion())


hidden = hidden_design(exercise, TASK, exam)
