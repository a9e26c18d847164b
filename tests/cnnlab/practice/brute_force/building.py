"""Layers without numbers: shapes and parameters cost next to nothing."""

import torch

META = {"device": "meta"}


def side(layer, *shape):
    """The last side of what a layer makes of an input."""
    return layer(torch.empty(1, *shape, **META)).shape[-1]


def size(*layers):
    """How many parameters the layers have."""
    return sum(p.numel() for layer in layers for p in layer.parameters())


def positions(length, window, step=1):
    """How many places a window has, found by moving it."""
    start, found = 0, 0
    while start + window <= length:
        found += 1
        start += step
    return found


def reach(layers):
    """The receptive field: which inputs an output's chain of windows touches."""
    touched = {0}
    for kernel, stride, *dilation in reversed(layers):
        gap = dilation[0] if dilation else 1
        touched = {place * stride + gap * tap for place in touched for tap in range(kernel)}
    return max(touched) - min(touched) + 1
