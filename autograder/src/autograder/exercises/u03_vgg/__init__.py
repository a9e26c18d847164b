"""Hidden checks of unit 03."""

from autograder.exercises.u03_vgg.blocks import VGG_BLOCK
from autograder.exercises.u03_vgg.networks import MAKE_VGG
from autograder.exercises.u03_vgg.shapes import FEATURE_SHAPES
from autograder.exercises.u03_vgg.shares import PARAMETER_SHARE
from autograder.exercises.u03_vgg.stacks import STACK_ARITHMETIC

__all__ = ["FEATURE_SHAPES", "MAKE_VGG", "PARAMETER_SHARE", "STACK_ARITHMETIC", "VGG_BLOCK"]
