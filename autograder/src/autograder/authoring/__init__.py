"""Lessons into notebooks and back: `build` and `pull`.

A lesson is py:percent text. What a cell is for stands after its marker:

    # %% todo="conv2d"                               code that students write
    # %% test="conv2d" points=8                      its visible check, graded
    # %% [markdown] written="transfer" points=6      an answer in words, graded by a person
    # %% locked="data"                               not to be edited
    # %% tags=["explore"]                            not needed for grading
    # %% tags=["hide"]                               collapsed until a learner opens it

In todo and written cells, the lines from `### BEGIN SOLUTION` to `### END SOLUTION` are what
students do not see. Every other cell is an ordinary one.
"""

from autograder.authoring.builder import BuildReport, build
from autograder.authoring.files import Difference
from autograder.authoring.problem import Problem
from autograder.authoring.pull import PullReport, pull

__all__ = ["BuildReport", "Difference", "Problem", "PullReport", "build", "pull"]
