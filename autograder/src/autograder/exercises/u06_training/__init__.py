"""Hidden checks of unit 06."""

from autograder.exercises.u06_training.augmentation import AUGMENT
from autograder.exercises.u06_training.optimizers import ADAM, SGD_MOMENTUM
from autograder.exercises.u06_training.targets import MIXUP, SMOOTH_LABELS
from autograder.exercises.u06_training.timing import EARLY_STOPPING, WARMUP_COSINE

__all__ = [
    "ADAM",
    "AUGMENT",
    "EARLY_STOPPING",
    "MIXUP",
    "SGD_MOMENTUM",
    "SMOOTH_LABELS",
    "WARMUP_COSINE",
]
