"""Lessons into notebooks and back: `build` and `pull`."""

from autograder.build.builder import BuildReport, build
from autograder.build.files import Difference
from autograder.build.problem import Problem
from autograder.build.pull import PullReport, pull

__all__ = ["BuildReport", "Difference", "Problem", "PullReport", "build", "pull"]
