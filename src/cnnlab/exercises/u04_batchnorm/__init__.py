"""Unit 04: batch norm, the block around it, how weights begin, and a norm folded away."""

from cnnlab.exercises.u04_batchnorm.block import CONV_BN_RELU
from cnnlab.exercises.u04_batchnorm.folding import FOLD_BATCHNORM
from cnnlab.exercises.u04_batchnorm.norm import BATCH_NORM
from cnnlab.exercises.u04_batchnorm.signals import ACTIVATION_STATS, KAIMING_STD

__all__ = ["ACTIVATION_STATS", "BATCH_NORM", "CONV_BN_RELU", "FOLD_BATCHNORM", "KAIMING_STD"]
