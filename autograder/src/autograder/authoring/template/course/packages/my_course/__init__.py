"""My course: what learners install. `check.NAME(answer)` says what is right and what is not."""

from functools import partial

from cnnlab.check import Checks
from cnnlab.show_hint import hint as _hint

check = Checks("my_course.exercises")
hint = partial(_hint, package="my_course")
