"""Unit 03: stacks of small filters, the VGG block, whole VGGs, and where their numbers live."""

from cnnlab.exercises.u03_vgg.blocks import VGG_BLOCK
from cnnlab.exercises.u03_vgg.networks import MAKE_VGG
from cnnlab.exercises.u03_vgg.shapes import FEATURE_SHAPES
from cnnlab.exercises.u03_vgg.shares import PARAMETER_SHARE
from cnnlab.exercises.u03_vgg.stacks import STACK_ARITHMETIC

__all__ = ["FEATURE_SHAPES", "MAKE_VGG", "PARAMETER_SHARE", "STACK_ARITHMETIC", "VGG_BLOCK"]
