"""Hidden checks of unit 02."""

from autograder.exercises.u02_lenet.losses import CROSS_ENTROPY, SOFTMAX
from autograder.exercises.u02_lenet.networks import LENET5, MATCHED_MLP
from autograder.exercises.u02_lenet.training import EVALUATE, TRAIN_EPOCH

__all__ = ["CROSS_ENTROPY", "EVALUATE", "LENET5", "MATCHED_MLP", "SOFTMAX", "TRAIN_EPOCH"]
