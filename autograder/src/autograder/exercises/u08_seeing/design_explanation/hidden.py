"""Hidden checks of `design_explanation`: maps of pictures that are drawn here, masks and all."""

from __future__ import annotations

from autograder.design_checks import hidden_design
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset
from cnnlab.exercises.u08_seeing._pointing import drawn_pictures
from cnnlab.exercises.u08_seeing.design_explanation import TASK, exercise

PICTURES = 300


def exam(draw: Draw) -> Dataset:
    """Fresh pictures. The learner's code is given image after image, and never a mask."""
    return drawn_pictures(draw.integer(1000, 2**31), PICTURES)


hidden = hidden_design(exercise, TASK, exam)
