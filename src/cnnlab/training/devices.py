"""Where a run computes, in which precision and in which memory layout."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cnnlab.as_found import modes_kept, randomness_kept
from cnnlab.training.diagnosis import SettingError

PRECISIONS = {
    "float32": None,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


@dataclass(frozen=True)
class Compute:
    """Device, autocast type (None is plain float32) and memory layout of a run."""

    device: torch.device
    dtype: torch.dtype | None
    channels_last: bool

    def autocast(self) -> AbstractContextManager[object]:
        if self.dtype is None:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.dtype)

    @property
    def memory_format(self) -> torch.memory_format:
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def place_model(self, model: nn.Module) -> None:
        model.to(device=self.device, memory_format=self.memory_format)  # type: ignore[call-overload]

    def place(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Move a batch; both moves cost nothing where it already lies right."""
        x = x.to(self.device, non_blocking=True)
        if x.ndim == 4:
            x = x.contiguous(memory_format=self.memory_format)
        return x, y.to(self.device, non_blocking=True)

    def suits(self, model: nn.Module, x: Tensor) -> bool:
        """Whether the model's own code can work in this layout.

        `x.view(len(x), -1)` after a convolution, for one, cannot read channels-last memory. Two
        images go through once, without gradients, and the model stays as it was.
        """
        with modes_kept(model), randomness_kept(), torch.no_grad():
            model.eval()
            try:
                model(x[:2])
            except Exception as error:  # any other failure will show itself in the step
                return "view size is not compatible" not in str(error)
        return True


def pick_device(device: str | torch.device | None = None) -> torch.device:
    """The device asked for, or the fastest one that works here."""
    if device is not None:
        return _checked(device)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def _checked(device: str | torch.device) -> torch.device:
    try:
        where = torch.device(device)
        torch.empty(1, device=where)
    except (RuntimeError, AssertionError) as error:
        raise SettingError(
            f"The device {str(device)!r} cannot be used here: {str(error).splitlines()[0]}. Leave "
            "`device` out to have the fastest one chosen, or use device='cpu'."
        ) from error
    return where


def pick_dtype(device: torch.device, precision: str | None) -> torch.dtype | None:
    """The autocast type: half precision only on CUDA, where it is faster.

    Cards before Ampere only emulate bfloat16, so they get float16 (with a gradient scaler).
    """
    if precision is not None:
        if precision not in PRECISIONS:
            raise SettingError(
                f"There is no precision called {precision!r}. Use one of "
                f"{', '.join(PRECISIONS)}, or None to have it chosen."
            )
        return PRECISIONS[precision]
    if device.type != "cuda":
        return None
    ampere_or_newer = torch.cuda.get_device_capability(device)[0] >= 8
    return torch.bfloat16 if ampere_or_newer else torch.float16


def pick_channels_last(model: nn.Module, device: torch.device, dtype: torch.dtype | None) -> bool:
    """Whether channels-last is faster: for convolutions on CPUs, and in half precision on CUDA.

    On CPUs it took 0.65 to 0.85 times the time for every network of the course, LeNet included.
    """
    if device.type == "mps" or (device.type == "cuda" and dtype is None):
        return False
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    return bool(convolutions) and not (device.type == "cpu" and any(map(_crashes, convolutions)))


def _crashes(layer: nn.Conv2d) -> bool:
    """Whether torch can write past its memory in this layer's backward pass, channels last.

    Seen with torch 2.13 on processors with AVX-512, in batches of odd size: "double free or
    corruption", and the kernel is gone. With AVX2, or with 16 channels or more, it was never seen.
    """
    one_by_one = max(layer.kernel_size) == 1
    return one_by_one and max(layer.stride) > 1 and layer.in_channels < 16


def choose(
    model: nn.Module,
    device: str | torch.device | None,
    precision: str | None,
    channels_last: bool | None,
) -> Compute:
    """Settle device, precision and layout, each as asked or else as measured best."""
    where = pick_device(device)
    dtype = pick_dtype(where, precision)
    layout = pick_channels_last(model, where, dtype) if channels_last is None else channels_last
    return Compute(where, dtype, layout)
