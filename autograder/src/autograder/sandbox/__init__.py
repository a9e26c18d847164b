"""What stands between a submission and this machine: bubblewrap, another user, or nothing."""

from autograder.sandbox.choosing import AUTO, LEVELS, choose
from autograder.sandbox.level import Level

__all__ = ["AUTO", "LEVELS", "Level", "choose"]
