"""`fit`: train a classifier, and come back with a record whatever happens."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnnlab.as_found import layout_kept, modes_kept, randomness_kept
from cnnlab.training import checkpoints, devices
from cnnlab.training.budget import Budget
from cnnlab.training.diagnosis import (
    DivergedError,
    EmptyDataError,
    FrozenModelError,
    SettingError,
    TrainingError,
)
from cnnlab.training.display import Line, LivePlot
from cnnlab.training.history import History
from cnnlab.training.loop import Job, Loop, OutOfTime
from cnnlab.training.optimizers import make_optimizer
from cnnlab.training.schedules import Schedule, resolve

Watch = Callable[[int, float, float], None]
RECORDABLE = (DivergedError, FrozenModelError)
"""Troubles that are results in themselves; `strict=False` records them."""


def fit(
    model: nn.Module,
    data: Any,
    *,
    epochs: int,
    lr: float | None = None,
    optimizer: str | torch.optim.Optimizer = "sgd",
    schedule: str | Schedule = "warmup_cosine",
    batch_size: int = 64,
    augment: Any = None,
    label_smoothing: float = 0.0,
    mixup: float = 0.0,
    weight_decay: float | None = None,
    seed: int = 0,
    device: str | torch.device | None = None,
    precision: str | None = None,
    channels_last: bool | None = None,
    time_budget: float | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = True,
    progress: bool = True,
    live_plot: bool | None = None,
    train_mode: Callable[[nn.Module], object] = nn.Module.train,
    strict: bool = True,
    watch: Watch | None = None,
) -> History:
    """Train `model` with cross-entropy on `data` and return the `History`.

    `data` is a `cnnlab.data.Dataset` or a pair (training batches, validation batches or None);
    batches are anything with a length that can be read again in every epoch and yields
    (x, y): float images and int64 labels. `batch_size` and `augment` belong to a `Dataset`; each
    epoch is validated on its `validation` part, or on `test` where none was held out.

    The default recipe is SGD with Nesterov momentum 0.9, weight decay on the weights only, and a
    learning rate that warms up over a tenth of the steps and then falls along a cosine.
    `optimizer` is "sgd", "adamw" or an optimizer of your own (its rates are given back after the
    run); `schedule` is "warmup_cosine", "constant" or a function (step, total) → factor.
    `mixup` is the α of mixup's Beta distribution, 0 for none.

    The run depends on `seed` alone, and leaves the caller's random state and the model's
    train/eval modes as they were; the model stays on the device it was trained on.
    `train_mode` puts the model into training mode before each epoch: replace it to keep frozen
    batch norms in eval mode.

    With `checkpoint`, the run is saved after every epoch; called again with the same
    arguments, it continues there and gives the losses that an uninterrupted run gives.
    `time_budget` (seconds) ends the run, last validation included, when it is used up; where a
    validation would leave too little time for training and another one, the training goes on
    and only the last row is validated. Ctrl-C, or the notebook's stop button, ends a run too
    and returns what was learned so far.

    `watch` is called a few times a second with the number of steps done and the epoch's mean loss
    and accuracy so far; a KeyboardInterrupt that it raises ends the run as Ctrl-C does.

    A run that cannot go on raises a `TrainingError` that says what to change and carries the
    record so far in `.history`; with `strict=False`, a loss that explodes or stands still ends
    the run and is told in `History.stop_reason` instead.

    >>> x, y = torch.randn(32, 1, 6, 6), torch.arange(32) % 2
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(36, 2))
    >>> history = fit(model, ([(x, y)], None), epochs=3)
    >>> len(history), history.stop_reason
    (3, 'all 3 epochs done')
    """
    started = time.perf_counter()
    history = History()
    _check_settings(model, epochs, lr, label_smoothing, mixup, time_budget)
    updates = make_optimizer(model, optimizer, lr, weight_decay)
    compute = devices.choose(model, device, precision, channels_last)
    train, validation = _batches(data, batch_size, seed, augment, compute)
    job = Job(
        model=model,
        train=train,
        validation=validation,
        optimizer=updates,
        schedule=resolve(schedule),
        compute=compute,
        epochs=epochs,
        seed=seed,
        label_smoothing=label_smoothing,
        mixup=mixup,
        train_mode=train_mode,
        budget=Budget(time_budget, started, train, validation),
        layout_is_free=channels_last is None,
    )
    rates = [group["lr"] for group in updates.param_groups]
    history.settings = {
        "epochs": epochs,
        "optimizer": type(updates).__name__,
        "lr": rates,
        "schedule": schedule if isinstance(schedule, str) else "own",
        "steps_per_epoch": len(train),
        "batch_size": batch_size,
        "label_smoothing": label_smoothing,
        "mixup": mixup,
        "seed": seed,
        "precision": str(compute.dtype or torch.float32).removeprefix("torch."),
        "channels_last": "auto" if channels_last is None else channels_last,
    }
    try:
        with modes_kept(model), layout_kept(model), randomness_kept():
            compute.place_model(model)
            run = _Run(job, history, None if checkpoint is None else Path(checkpoint), resume)
            run.go(progress, live_plot, watch)
    except KeyboardInterrupt:
        _stop(history, "interrupted")
    except TrainingError as error:
        _stop(history, str(error))
        error.history = history
        if strict or not isinstance(error, RECORDABLE):
            raise
    finally:
        for group, rate in zip(updates.param_groups, rates, strict=True):
            group["lr"] = rate
        updates.zero_grad(set_to_none=True)
        history.timings["total"] = time.perf_counter() - started
    return history


class _Run:
    """One call of `fit`: the loop between its displays and its checkpoints."""

    def __init__(self, job: Job, history: History, path: Path | None, resume: bool) -> None:
        self.job = job
        self.history = history
        self.path = path
        self.loop = Loop(job, history)
        if path is not None and resume and path.exists():
            self._restore(path)

    def go(self, progress: bool, live_plot: bool | None, watch: Watch | None) -> None:
        """Train epoch by epoch until the end, the budget, or an interruption."""
        history, loop, epochs = self.history, self.loop, self.job.epochs
        line = Line(loop.total_steps, len(history) * loop.steps_per_epoch, progress)
        live = LivePlot(live_plot, progress)

        def show(step: int, loss: float, accuracy: float) -> None:
            line.update(step, f"epoch {loop.epoch}/{epochs}  loss {loss:.3f}  acc. {accuracy:.1%}")
            if watch is not None:
                watch(step, loss, accuracy)

        loop.on_pulse = show
        try:
            while len(history) < epochs:
                loop.run_epoch()
                saving = self._save()
                drawing = live.update(history)
                loop.reserve = saving + drawing
            _stop(history, f"all {epochs} epochs done", early=False)
        except OutOfTime:
            _stop(history, "the time budget was used up")
            loop.close_epoch(complete=False)
        except KeyboardInterrupt:
            _stop(history, "interrupted")
            loop.close_epoch(complete=False, validate=False)
        except TrainingError:
            loop.close_epoch(complete=False, validate=False)
            raise
        finally:
            line.close()
        live.update(history, final=True)

    def _save(self) -> float:
        """Write the checkpoint, if one is wanted; the seconds it took."""
        if self.path is None:
            return 0.0
        started = time.perf_counter()
        generator = getattr(self.job.train, "generator", None)
        state = {
            "settings": self._identity(),
            "history": self.history.to_dict(),
            "model": self.job.model.state_dict(),
            "optimizer": self.job.optimizer.state_dict(),
            "scaler": self.loop.scaler.state_dict(),
            "generator": None if generator is None else generator.get_state(),
        }
        checkpoints.save(self.path, state)
        seconds = time.perf_counter() - started
        timings = self.history.timings
        timings["checkpoint"] = timings.get("checkpoint", 0.0) + seconds
        return seconds

    def _restore(self, path: Path) -> None:
        state = checkpoints.load(path, self._identity())
        try:
            self.job.model.load_state_dict(state["model"])
            self.job.optimizer.load_state_dict(state["optimizer"])
        except (RuntimeError, ValueError) as error:
            raise checkpoints.CheckpointError(
                f"The checkpoint {path} was written for another model or optimizer. Build the "
                "same ones to continue it, choose another path, or pass resume=False."
            ) from error
        self.loop.scaler.load_state_dict(state["scaler"])
        if state["generator"] is not None:
            self.job.train.generator.set_state(state["generator"])
        saved = History.from_dict(state["history"])
        self.history.rows[:] = saved.rows
        self.history.timings.update(saved.timings)

    def _identity(self) -> dict[str, Any]:
        """The settings that two runs must share for one to continue the other.

        At a constant rate the number of epochs does not touch the epochs before it, so a run
        may be continued for longer; along a cosine it may not.
        """
        settings = dict(self.history.settings)
        if settings["schedule"] == "constant":
            del settings["epochs"]
        return settings


def _stop(history: History, reason: str, early: bool = True) -> None:
    history.stop_reason, history.stopped_early = reason, early


def _check_settings(
    model: nn.Module,
    epochs: int,
    lr: float | None,
    label_smoothing: float,
    mixup: float,
    time_budget: float | None,
) -> None:
    if isinstance(model, type):
        raise SettingError(
            f"fit trains a model, but {model.__name__} is its class. Build one with parentheses: "
            f"fit({model.__name__}(), ...)."
        )
    if not isinstance(epochs, int) or epochs < 1:
        raise SettingError(f"epochs must be a whole number and at least 1, not {epochs!r}.")
    if lr is not None and not 0 <= lr < math.inf:
        raise SettingError(f"lr must be a positive number, not {lr}. Try 0.01.")
    if not 0 <= label_smoothing < 1:
        raise SettingError(f"label_smoothing must lie in [0, 1), not {label_smoothing}. Try 0.1.")
    if mixup < 0:
        raise SettingError(f"mixup must be 0 (none) or positive, not {mixup}. Try 0.2.")
    if time_budget is not None and time_budget <= 0:
        raise SettingError(f"time_budget must be a positive number of seconds, not {time_budget}.")


def _batches(
    data: Any, batch_size: int, seed: int, augment: Any, compute: devices.Compute
) -> tuple[Any, Any]:
    """Training and validation batches from a `Dataset` or from a pair."""
    if hasattr(data, "batches"):
        layout = {"device": compute.device, "channels_last": compute.channels_last}
        train = data.batches("train", batch_size, seed=seed, augment=augment, **layout)
        held_out = "test" if getattr(data, "validation", None) is None else "validation"
        return _readable(train), _readable(data.batches(held_out, 256, **layout))
    if not isinstance(data, tuple | list) or len(data) != 2 or isinstance(data[0], Tensor):
        raise SettingError(
            f"fit cannot read data from {type(data).__name__}. Give it what cnnlab.data.load(...) "
            "returns, or a pair (training batches, validation batches or None), where batches "
            "are a list of (x, y) pairs or a DataLoader. For two tensors x and y: "
            "data=([(x, y)], None)."
        )
    if augment is not None:
        raise SettingError(
            "augment works with cnnlab data only. Apply it inside your own batches instead."
        )
    return _readable(data[0]), None if data[1] is None else _readable(data[1])


def _readable(batches: Any) -> Any:
    """Refuse what is empty or can be read only once."""
    if not hasattr(batches, "__len__") or not hasattr(batches, "__iter__"):
        raise EmptyDataError(
            f"A {type(batches).__name__} can be read only once, but every epoch reads the data "
            "anew. Make a list of it, list(batches), or pass a DataLoader."
        )
    if len(batches) == 0:
        raise EmptyDataError(
            "There is not a single batch. Is the data set empty, or smaller than one batch "
            "with drop_last=True?"
        )
    return batches
