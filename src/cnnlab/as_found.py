"""Leaving things as they were found: training modes, memory layout, random number generators."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn


@contextmanager
def modes_kept(model: nn.Module) -> Iterator[None]:
    """Give every submodule back the train/eval mode it had."""
    found = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in found:
            module.training = training


@contextmanager
def layout_kept(model: nn.Module) -> Iterator[None]:
    """Give a model with plain, contiguous parameters these back after a run in another layout.

    A convolution with channels-last weights gives channels-last outputs, and code that the
    caller runs later, such as `features.view(...)`, could stumble over them.
    """
    plain = all(parameter.is_contiguous() for parameter in model.parameters())
    try:
        yield
    finally:
        if plain:
            model.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]


@contextmanager
def randomness_kept() -> Iterator[None]:
    """Give the caller's random number generators back the state they had."""
    python, numpy = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng():
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
