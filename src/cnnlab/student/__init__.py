"""The handle through which checks speak to a learner's code, in this process or in another."""

from cnnlab.student.handle import Network, Outcome, Student, local_student
from cnnlab.student.problems import NoAnswer
from cnnlab.student.wire import Opaque, Ref
from cnnlab.student.workbench import Workbench

__all__ = [
    "Network",
    "NoAnswer",
    "Opaque",
    "Outcome",
    "Ref",
    "Student",
    "Workbench",
    "local_student",
]
