"""Hidden checks of unit 07."""

from autograder.exercises.u07_transfer.networks import (
    FREEZE_AND_REPLACE,
    FROZEN_BACKBONE_TRAIN,
    PARAMETER_GROUPS,
    UNFREEZE,
)
from autograder.exercises.u07_transfer.preparing import CHOOSE_STRATEGY, TRANSFORMS

__all__ = [
    "CHOOSE_STRATEGY",
    "FREEZE_AND_REPLACE",
    "FROZEN_BACKBONE_TRAIN",
    "PARAMETER_GROUPS",
    "TRANSFORMS",
    "UNFREEZE",
]
