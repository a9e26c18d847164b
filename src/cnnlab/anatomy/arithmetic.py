"""The arithmetic of shapes and receptive fields, on plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cnnlab.errors import CnnlabError


def conv_output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Return how many positions a window has along one side: the output size.

    >>> conv_output_size(224, kernel=7, stride=2, padding=3)
    112
    """
    reach = dilation * (kernel - 1) + 1
    room = size + 2 * padding - reach
    if room < 0:
        raise CnnlabError(
            f"A window of {reach} pixels does not fit into {size} pixels padded by {padding} on "
            "each side. Use a larger input, more padding, or a smaller kernel or dilation."
        )
    return room // stride + 1


def receptive_field(layers: Iterable[Sequence[int]]) -> int:
    """Return how many input pixels, along one side, one output of a chain of layers sees.

    A layer is (kernel, stride) or (kernel, stride, dilation). Every layer widens the view by its
    kernel's reach, measured in steps of the layers *before* it: its own stride counts only later.

    >>> receptive_field([(3, 1), (3, 1), (3, 2)])
    7
    >>> receptive_field([(3, 1), (2, 2), (3, 1)])
    8
    """
    field, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field += (kernel - 1) * dilation * jump
        jump *= stride
    return field


def conv_params(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    """Count the parameters of a square convolution: one kernel per pair of channels.

    >>> conv_params(3, 64, 3)
    1792
    """
    return c_out * (c_in * kernel * kernel + int(bias))


def linear_params(n_in: int, n_out: int, bias: bool = True) -> int:
    """Count the parameters of a dense layer.

    >>> linear_params(224 * 224 * 3, 1024)
    154141696
    """
    return n_out * (n_in + int(bias))
