"""How a process that judges uses the machine: one core, and memory kept for the next tensor."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache

import torch

# Numbers of glibc's malloc.h, and the largest threshold that it takes.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_LARGEST_KEPT = 32 * 2**20
_KEPT_BYTES = 256 * 2**20


@cache
def use_one_core() -> None:
    """For the rest of this process.

    As many submissions are judged at a time as there are cores, so more threads only get in each
    other's way. And tensors of some megabytes come and go with each question: given back and asked
    for again, their pages would be zeroed every time.
    """
    torch.set_num_threads(1)
    with suppress(AttributeError, OSError):  # a C library without this setting is only slower
        libc = ctypes.CDLL(None)
        libc.mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT)
        libc.mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
