"""Every network of the course, by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from torch import nn

from cnnlab.errors import CnnlabError, UnknownNameError
from cnnlab.models import (
    alexnet,
    densenet,
    efficientnet,
    googlenet,
    lenet,
    mobilenet,
    mobilenet_v2,
    resnet,
    simple,
    small_resnet,
    vgg,
)

_CONSTRUCTORS: dict[str, Callable[..., nn.Module]] = {
    "simple_cnn": simple.SimpleCNN,
    "lenet5": lenet.LeNet5,
    "alexnet": alexnet.AlexNet,
    "vgg": vgg.make_vgg,
    "vgg11": vgg.vgg11,
    "vgg13": vgg.vgg13,
    "vgg16": vgg.vgg16,
    "vgg19": vgg.vgg19,
    "googlenet": googlenet.GoogLeNet,
    "small_googlenet": googlenet.small_googlenet,
    "small_plain": small_resnet.small_plain,
    "small_resnet": small_resnet.small_resnet,
    "resnet18": resnet.resnet18,
    "resnet34": resnet.resnet34,
    "resnet50": resnet.resnet50,
    "resnet101": resnet.resnet101,
    "resnet152": resnet.resnet152,
    "densenet121": densenet.densenet121,
    "small_densenet": densenet.small_densenet,
    "mobilenet": mobilenet.MobileNet,
    "small_mobilenet": mobilenet.small_mobilenet,
    "mobilenet_v2": mobilenet_v2.MobileNetV2,
    "efficientnet_lite0": efficientnet.efficientnet_lite0,
}


def names() -> list[str]:
    """Return the names that `create` knows, in the order of history.

    >>> names()[:3]
    ['simple_cnn', 'lenet5', 'alexnet']
    """
    return list(_CONSTRUCTORS)


def create(name: str, **settings: Any) -> nn.Module:
    """Build a network by name, untrained; `settings` go to its constructor.

    >>> type(create("lenet5", modern=True)).__name__
    'LeNet5'
    """
    if name not in _CONSTRUCTORS:
        raise UnknownNameError("model", name, names())
    constructor = _CONSTRUCTORS[name]
    try:
        signature = inspect.signature(constructor)
        signature.bind(**settings)
    except TypeError as error:
        raise CnnlabError(
            f"models.create({name!r}, …) cannot use these settings: {error}. It takes {signature}."
        ) from error
    return constructor(**settings)
