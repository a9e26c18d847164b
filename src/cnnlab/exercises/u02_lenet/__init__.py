"""Unit 02: from logits to a loss, LeNet-5, and the loop that trains and measures it."""

from cnnlab.exercises.u02_lenet.losses import CROSS_ENTROPY, SOFTMAX
from cnnlab.exercises.u02_lenet.networks import LENET5, MATCHED_MLP
from cnnlab.exercises.u02_lenet.training import EVALUATE, TRAIN_EPOCH

__all__ = ["CROSS_ENTROPY", "EVALUATE", "LENET5", "MATCHED_MLP", "SOFTMAX", "TRAIN_EPOCH"]
