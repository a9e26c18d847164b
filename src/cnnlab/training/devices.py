"""Where a run computes, in which precision and in which memory layout."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn

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

    def place_model(self, model: nn.Module) -> None:
        if self.channels_last:
            model.to(device=self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        else:
            model.to(device=self.device)

    def place(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Move a batch; both moves cost nothing where it already lies right."""
        if self.channels_last and x.ndim == 4:
            x = x.to(self.device, memory_format=torch.channels_last, non_blocking=True)
        else:
            x = x.to(self.device, non_blocking=True)
        return x, y.to(self.device, non_blocking=True)


def pick_device(device: str | torch.device | None = None) -> torch.device:
    """The device asked for, or the fastest one that works here."""
    if device is not None:
        return torch.device(device)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


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


def pick_channels_last(model: nn.Module, device: torch.device) -> bool:
    """Channels-last pays where convolutions carry many channels and the backend knows it."""
    if device.type == "mps":
        return False
    return any(isinstance(m, nn.Conv2d) and m.in_channels >= 16 for m in model.modules())


def choose(
    model: nn.Module,
    device: str | torch.device | None,
    precision: str | None,
    channels_last: bool | None,
) -> Compute:
    """Settle device, precision and layout, each as asked or else as measured best."""
    where = pick_device(device)
    layout = pick_channels_last(model, where) if channels_last is None else channels_last
    return Compute(where, pick_dtype(where, precision), layout)
