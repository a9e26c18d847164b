"""NumPy by its neighbours: what learners install. `check.NAME(answer)` says what is right."""

from functools import partial

from cnnlab.check import Checks
from cnnlab.show_hint import hint as _hint

check = Checks("numpy_course.exercises")
hint = partial(_hint, package="numpy_course")
