"""Unit 06: augmentation, soft targets, optimisers, a schedule, and when to stop."""

from cnnlab.exercises.u06_training.adam import ADAM
from cnnlab.exercises.u06_training.augmentation import AUGMENT
from cnnlab.exercises.u06_training.momentum import SGD_MOMENTUM
from cnnlab.exercises.u06_training.schedule import WARMUP_COSINE
from cnnlab.exercises.u06_training.stopping import EARLY_STOPPING
from cnnlab.exercises.u06_training.targets import MIXUP, SMOOTH_LABELS

__all__ = [
    "ADAM",
    "AUGMENT",
    "EARLY_STOPPING",
    "MIXUP",
    "SGD_MOMENTUM",
    "SMOOTH_LABELS",
    "WARMUP_COSINE",
]
