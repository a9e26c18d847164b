"""Unit 07: reuse a trained network, and train the part that the new task needs."""

from cnnlab.exercises.u07_transfer.groups import PARAMETER_GROUPS
from cnnlab.exercises.u07_transfer.modes import FROZEN_BACKBONE_TRAIN
from cnnlab.exercises.u07_transfer.stages import UNFREEZE
from cnnlab.exercises.u07_transfer.strategy import CHOOSE_STRATEGY
from cnnlab.exercises.u07_transfer.surgery import FREEZE_AND_REPLACE
from cnnlab.exercises.u07_transfer.transforms import TRANSFORMS

__all__ = [
    "CHOOSE_STRATEGY",
    "FREEZE_AND_REPLACE",
    "FROZEN_BACKBONE_TRAIN",
    "PARAMETER_GROUPS",
    "TRANSFORMS",
    "UNFREEZE",
]
