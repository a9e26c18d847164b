"""Hidden checks of `design_transfer`: the settings, and what the plan reaches on unseen clothes."""

from __future__ import annotations

from dataclasses import replace

from autograder.design_checks import hidden_design
from autograder.unseen import fashion
from cnnlab import data
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset
from cnnlab.data.anywhere import put_anywhere
from cnnlab.exercises.u07_transfer.design_transfer import IMAGES_PER_CLASS, TASK, exercise

UNSEEN_A_CLASS = 200


def exam(draw: Draw) -> Dataset:
    """Public images to learn from, drawn anew, and 2,000 that no learner has to measure on."""
    public = data.load("fashion-mnist-small")
    seed = draw.integer(0, 2**31)
    drawn = put_anywhere(public.train.per_class(IMAGES_PER_CLASS, seed=seed), seed)
    unseen = put_anywhere(fashion().per_class(UNSEEN_A_CLASS, seed=seed), seed + 1)
    return replace(public, train=drawn, test=unseen)


hidden = hidden_design(exercise, TASK, exam)
