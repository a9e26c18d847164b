"""Save a run so that a killed one continues as if nothing had happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from cnnlab.home import open_atomically
from cnnlab.training.diagnosis import TrainingError

FORMAT = 1


class CheckpointError(TrainingError):
    """A checkpoint that cannot be read or belongs to another run."""


def save(path: Path, state: dict[str, Any]) -> None:
    """Write `state` whole or not at all."""
    try:
        with open_atomically(path) as file:
            torch.save({"format": FORMAT, **state}, file)
    except OSError as error:
        raise CheckpointError(
            f"The checkpoint {path} cannot be written ({error.strerror or error}); an older one "
            "there is still whole. Free some space, or choose a folder that is yours: "
            "checkpoint='run.pt'."
        ) from error


def load(path: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Read a checkpoint and make sure that it was written by a run with the same `settings`."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # any damage: truncated, not a checkpoint, pickled objects
        raise CheckpointError(
            f"The checkpoint {path} cannot be read ({type(error).__name__}). It may be damaged "
            "or no checkpoint at all. Delete it, or pass resume=False to start anew over it."
        ) from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} is not a checkpoint of this version of cnnlab. Choose another path, or "
            "pass resume=False to start anew over it."
        )
    saved = state["settings"]
    changed = [name for name in settings if saved.get(name) != settings[name]]
    if changed:
        listing = ", ".join(f"{n}: {saved.get(n)!r} → {settings[n]!r}" for n in changed)
        raise CheckpointError(
            f"The checkpoint {path} belongs to a run with other settings ({listing}). Use the "
            "same settings to continue it, another path, or resume=False to start anew over it."
        )
    return state
