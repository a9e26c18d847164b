"""Torch's global settings, put back to what every check expects."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def neutral_torch() -> Iterator[None]:
    """A learner may have changed torch's global settings; inside, no check notices.

    Outside they are as the learner set them. Where torch is not imported, there are none.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    try:
        with _on_the_processor(torch):
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)


def _on_the_processor(torch: Any) -> contextlib.AbstractContextManager[object]:
    """Nothing where new tensors lie there anyway: the context makes every call of torch slower."""
    processor = torch.device("cpu")
    already = torch.get_default_device() == processor
    return contextlib.nullcontext() if already else processor
