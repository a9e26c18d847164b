"""Hidden checks of `design_explanation`: maps of pictures that only the grader has.

They are the same in every grading: with others each time, two hundred pictures alone would move the
score of one design by seven points up or down.
"""

from __future__ import annotations

from autograder.design_checks import hidden_design
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset
from cnnlab.exercises.u08_seeing._pointing import drawn_pairs
from cnnlab.exercises.u08_seeing.design_explanation import TASK, exercise

SEED, PICTURES = 20_817, 200


def exam(draw: Draw) -> Dataset:
    """The learner's code is given image after image, and never a mask."""
    return drawn_pairs(SEED, PICTURES)


hidden = hidden_design(exercise, TASK, exam)
