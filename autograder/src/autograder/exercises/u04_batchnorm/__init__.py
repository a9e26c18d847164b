"""Hidden checks of unit 04."""

from autograder.exercises.u04_batchnorm.block import CONV_BN_RELU
from autograder.exercises.u04_batchnorm.folding import FOLD_BATCHNORM
from autograder.exercises.u04_batchnorm.norm import BATCH_NORM
from autograder.exercises.u04_batchnorm.signals import ACTIVATION_STATS, KAIMING_STD

__all__ = ["ACTIVATION_STATS", "BATCH_NORM", "CONV_BN_RELU", "FOLD_BATCHNORM", "KAIMING_STD"]
