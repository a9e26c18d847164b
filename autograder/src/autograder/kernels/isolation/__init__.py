"""What stands between a submission and this machine: bubblewrap, another user, or nothing."""

from autograder.kernels.isolation.choosing import AUTO, LEVELS, choose
from autograder.kernels.isolation.level import Level

__all__ = ["AUTO", "LEVELS", "Level", "choose"]
