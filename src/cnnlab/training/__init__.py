"""Train a model and measure it: `fit`, `evaluate`, and the records they return."""

from cnnlab.training.checkpoints import CheckpointError
from cnnlab.training.diagnosis import (
    DivergedError,
    EmptyDataError,
    FrozenModelError,
    LabelError,
    OutOfMemoryError,
    SettingError,
    ShapeError,
    TrainingError,
)
from cnnlab.training.evaluation import Evaluation, evaluate
from cnnlab.training.fitting import fit
from cnnlab.training.history import Epoch, History
from cnnlab.training.optimizers import decay_groups
from cnnlab.training.schedules import constant, warmup_cosine

__all__ = [
    "CheckpointError",
    "DivergedError",
    "EmptyDataError",
    "Epoch",
    "Evaluation",
    "FrozenModelError",
    "History",
    "LabelError",
    "OutOfMemoryError",
    "SettingError",
    "ShapeError",
    "TrainingError",
    "constant",
    "decay_groups",
    "evaluate",
    "fit",
    "warmup_cosine",
]
