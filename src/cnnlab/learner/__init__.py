"""The handle through which checks speak to a learner's code, in this process or in another."""

from cnnlab.learner.handle import LearnerCode, Network, local_learner
from cnnlab.learner.outcomes import Outcome
from cnnlab.learner.problems import NoAnswer
from cnnlab.learner.wire import Opaque, Ref
from cnnlab.learner.workbench import Workbench

__all__ = [
    "LearnerCode",
    "Network",
    "NoAnswer",
    "Opaque",
    "Outcome",
    "Ref",
    "Workbench",
    "local_learner",
]
