"""Torch's global settings, put back to what every check expects."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def neutral_torch() -> Iterator[None]:
    """A learner may have changed torch's global settings; inside, no check notices.

    Outside they are as the learner set them.
    """
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    try:
        with _on_the_processor():
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)


def _on_the_processor() -> contextlib.AbstractContextManager[object]:
    """Nothing where new tensors lie there anyway: the context makes every call of torch slower."""
    processor = torch.device("cpu")
    return contextlib.nullcontext() if torch.get_default_device() == processor else processor
