"""The networks of the course, in the order in which history met them.

>>> from cnnlab import models
>>> models.count_parameters(models.create("lenet5"))
61706
"""

from __future__ import annotations

from cnnlab.models.alexnet import AlexNet
from cnnlab.models.blocks import Bottleneck, PlainBlock, ResidualBlock, global_average_pool
from cnnlab.models.cards import Card, PretrainedError
from cnnlab.models.counting import count_parameters
from cnnlab.models.densenet import DenseBlock, DenseNet, densenet121, small_densenet
from cnnlab.models.efficientnet import EfficientNetLite, MBConv, efficientnet_lite0
from cnnlab.models.googlenet import GoogLeNet, InceptionBlock, small_googlenet
from cnnlab.models.lenet import LeNet5
from cnnlab.models.mobilenet import DepthwiseSeparable, MobileNet, small_mobilenet
from cnnlab.models.mobilenet_v2 import InvertedResidual, MobileNetV2
from cnnlab.models.own_lite0 import lite0_of
from cnnlab.models.registry import create, names
from cnnlab.models.resnet import ResNet, resnet18, resnet34, resnet50, resnet101, resnet152
from cnnlab.models.scaled_cnn import ScaledCNN
from cnnlab.models.simple import SimpleCNN, matched_mlp
from cnnlab.models.small_resnet import SmallResNet, small_plain, small_resnet
from cnnlab.models.squeeze_excite import SqueezeExcite
from cnnlab.models.trained import card, pretrained, pretrained_names
from cnnlab.models.vgg import VGG_CONFIGS, make_vgg, vgg11, vgg13, vgg16, vgg19, vgg_block

__all__ = [
    "VGG_CONFIGS",
    "AlexNet",
    "Bottleneck",
    "Card",
    "DenseBlock",
    "DenseNet",
    "DepthwiseSeparable",
    "EfficientNetLite",
    "GoogLeNet",
    "InceptionBlock",
    "InvertedResidual",
    "LeNet5",
    "MBConv",
    "MobileNet",
    "MobileNetV2",
    "PlainBlock",
    "PretrainedError",
    "ResNet",
    "ResidualBlock",
    "ScaledCNN",
    "SimpleCNN",
    "SmallResNet",
    "SqueezeExcite",
    "card",
    "count_parameters",
    "create",
    "densenet121",
    "efficientnet_lite0",
    "global_average_pool",
    "lite0_of",
    "make_vgg",
    "matched_mlp",
    "names",
    "pretrained",
    "pretrained_names",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "small_densenet",
    "small_googlenet",
    "small_mobilenet",
    "small_plain",
    "small_resnet",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
    "vgg_block",
]
