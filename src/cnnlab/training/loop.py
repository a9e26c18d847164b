"""The training loop: epochs, steps, and the sums kept along the way."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnlab.training.budget import Budget
from cnnlab.training.devices import Compute
from cnnlab.training.diagnosis import (
    EmptyDataError,
    FrozenModelError,
    check_batch,
    check_label_range,
    check_logits,
    explain_divergence,
    explain_failed_step,
)
from cnnlab.training.evaluation import measure
from cnnlab.training.history import Epoch, History
from cnnlab.training.schedules import Schedule
from cnnlab.training.seeding import seed_everything

PULSE_SECONDS = 0.25
"""How often the sums are read: reading waits for the device, so not at every step."""

EXPLODED = 100.0
"""A whole epoch's mean loss this many times that of guessing will not come back."""


class OutOfTime(Exception):
    """The time budget is used up."""


@dataclass
class Job:
    """Everything a run needs, settled by `fit`."""

    model: nn.Module
    train: Any
    validation: Any
    optimizer: torch.optim.Optimizer
    schedule: Schedule
    compute: Compute
    epochs: int
    seed: int
    label_smoothing: float
    mixup: float
    train_mode: Callable[[nn.Module], object]
    budget: Budget
    layout_is_free: bool  # whether the memory layout was ours to choose


@dataclass(frozen=True)
class Tally:
    """Sums over the samples of the open epoch.

    `steps` is where the loop appends (loss, right, count) as tensors still on the device, one
    append a step, so that an interruption never leaves half a step behind. The sums are added
    in the order of the steps, whenever they are read: the same run gives the same last bit.
    """

    loss: float = 0.0
    right: float = 0.0
    seen: int = 0
    done: int = 0
    steps: list[tuple[Tensor, Tensor, int]] = field(default_factory=list)

    def read(self) -> Tally:
        """A tally with the waiting steps added in. This waits for the device."""
        if not self.steps:
            return self
        steps = list(self.steps)
        values = torch.stack([torch.stack((loss, right.to(loss))) for loss, right, _ in steps])
        loss, right, seen = self.loss, self.right, self.seen
        for (step_loss, step_right), (_, _, count) in zip(values.tolist(), steps, strict=True):
            loss += step_loss * count
            right += step_right
            seen += count
        return Tally(loss, right, seen, self.done + len(steps))


class Loop:
    """Runs a `Job` epoch by epoch; `history` and the open epoch's sums survive any interruption."""

    def __init__(self, job: Job, history: History) -> None:
        self.job = job
        self.history = history
        self.steps_per_epoch = len(job.train)
        self.total_steps = job.epochs * self.steps_per_epoch
        self.base_lrs = [group["lr"] for group in job.optimizer.param_groups]
        half = job.compute.dtype == torch.float16 and job.compute.device.type == "cuda"
        self.scaler = torch.amp.GradScaler("cuda", enabled=half)
        self.on_pulse: Callable[[int, float, float], None] = lambda step, loss, accuracy: None
        self.reserve = 0.0  # seconds to keep free within the budget for saving and drawing
        self.epoch = 0
        self.started = time.perf_counter()
        self.tally = Tally()
        self._chance_loss = 0.0
        self._classes = 0
        self._sums_before: list[float] | None = None
        self._pulse_seconds = min(PULSE_SECONDS, max(0.001, job.budget.left() / 100))

    def run_epoch(self) -> None:
        """Train one epoch, validate, and append its row to the history."""
        job = self.job
        self.epoch, self.tally = len(self.history) + 1, Tally()
        self.started = pulse = time.perf_counter()
        job.budget.epoch_begins()
        seed_everything(job.seed, self.epoch - 1)
        if hasattr(job.train, "epoch"):
            job.train.epoch = self.epoch - 1
        job.train_mode(job.model)
        for step, (x, y) in enumerate(job.train):
            self._step(step, x, y)
            now = time.perf_counter()
            if now - pulse > self._pulse_seconds:
                self._pulse()
                pulse = time.perf_counter()
            job.budget.step_done(len(x))
            if not job.budget.suffices(self.reserve):
                raise OutOfTime
        if not self.tally.read().done:
            raise EmptyDataError(
                "The training data gave no batches. Either there are no samples, or it was "
                "used up before: pass a list of (x, y) pairs, a DataLoader, or "
                "`data.batches(...)`, which can be read again in every epoch."
            )
        self._pulse()
        mean_loss = self.tally.loss / self.tally.seen
        if mean_loss > EXPLODED * self._chance_loss:
            self._diverged(mean_loss)
        last = self.epoch == job.epochs
        self.close_epoch(complete=True, validate=last or not job.budget.validates_better_later())
        self._check_it_moves()

    def _step(self, step: int, raw_x: Tensor, raw_y: Tensor) -> None:
        job, first = self.job, step == 0
        if first:
            check_batch(raw_x, raw_y)
        elif job.compute.device.type != "cpu" and raw_y.device.type == "cpu":
            # An accelerator answers a label out of range with an error that names nothing.
            check_label_range(raw_y, self._classes)
        x, y = job.compute.place(raw_x, raw_y)
        if first and job.layout_is_free and job.compute.channels_last:
            job.layout_is_free = False  # decided now, for the whole run
            if not job.compute.suits(job.model, x):
                job.compute = replace(job.compute, channels_last=False)
                job.compute.place_model(job.model)
                x, y = job.compute.place(raw_x, raw_y)
        steps_before = (self.epoch - 1) * self.steps_per_epoch
        factor = job.schedule(steps_before + step, self.total_steps)
        for group, base in zip(job.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = base * factor
        job.optimizer.zero_grad(set_to_none=True)
        try:
            loss, right = self._forward(x, y, first)
            self.scaler.scale(loss).backward()
            self.scaler.step(job.optimizer)
            self.scaler.update()
        except (RuntimeError, ValueError, IndexError, MemoryError) as error:
            explained = explain_failed_step(error, job.model, x, y)
            if explained is None:
                raise
            raise explained from error
        self.tally.steps.append((loss.detach(), right, len(x)))

    def _forward(self, x: Tensor, y: Tensor, first: bool) -> tuple[Tensor, Tensor]:
        """Loss of a batch, and how many of it were right."""
        job = self.job
        if job.mixup > 0:
            return self._forward_mixed(x, y, first)
        with job.compute.autocast():
            logits = job.model(x)
            if first:
                self._check_outputs(logits, x, y)
            loss = F.cross_entropy(logits, y, label_smoothing=job.label_smoothing)
        return loss, (logits.detach().argmax(1) == y).sum()

    def _forward_mixed(self, x: Tensor, y: Tensor, first: bool) -> tuple[Tensor, Tensor]:
        """Mixup: each image blended with another one, the loss blended alike."""
        job = self.job
        share = torch.distributions.Beta(job.mixup, job.mixup).sample().item()
        other = torch.randperm(len(x), device=x.device)
        with job.compute.autocast():
            logits = job.model(share * x + (1 - share) * x[other])
            if first:
                self._check_outputs(logits, x, y)
            smoothing = job.label_smoothing
            loss = share * F.cross_entropy(logits, y, label_smoothing=smoothing)
            loss = loss + (1 - share) * F.cross_entropy(logits, y[other], label_smoothing=smoothing)
        guess = logits.detach().argmax(1)
        right = share * (guess == y).sum() + (1 - share) * (guess == y[other]).sum()
        return loss, right

    def _check_outputs(self, logits: Tensor, x: Tensor, y: Tensor) -> None:
        check_logits(logits, x)
        self._classes = logits.shape[1]
        self._chance_loss = math.log(max(2, self._classes))
        labels = getattr(self.job.train, "labels", None)  # all of them, where they are at hand
        check_label_range(labels if isinstance(labels, Tensor) else y, self._classes)

    def _pulse(self) -> None:
        """Read the sums, show them, and stop a run that has left the finite world."""
        self.tally = tally = self.tally.read()
        loss = tally.loss / tally.seen
        if not math.isfinite(loss):
            self._diverged(loss)
        step = (self.epoch - 1) * self.steps_per_epoch + tally.done
        self.on_pulse(step, loss, tally.right / tally.seen)

    def _diverged(self, loss: float) -> NoReturn:
        where = f"in epoch {self.epoch}, by step {self.tally.done} of {self.steps_per_epoch}"
        raise explain_divergence(loss, where, self._rate(), self.job.train)

    def _rate(self) -> float:
        return max(group["lr"] for group in self.job.optimizer.param_groups)

    def close_epoch(self, complete: bool, validate: bool = True) -> None:
        """Append the open epoch's row, then validate; an epoch without a step leaves no row."""
        rows, tally = self.history.rows, self.tally.read()
        if not tally.done or (rows and rows[-1].epoch == self.epoch):
            return
        trained = time.perf_counter()
        row = Epoch(
            epoch=self.epoch,
            train_loss=tally.loss / tally.seen,
            train_accuracy=tally.right / tally.seen,
            validation_loss=math.nan,
            validation_accuracy=math.nan,
            lr=self._rate(),
            seconds=trained - self.started,
            complete=complete,
        )
        rows.append(row)
        self._add_time("train", row.seconds)
        if validate and self.job.validation is not None:
            job = self.job
            latest = job.budget.latest
            found = measure(job.model, job.validation, job.compute, deadline=latest)
            if found is not None:
                row.validation_loss, row.validation_accuracy = found.loss, found.accuracy
            seconds = time.perf_counter() - trained
            job.budget.validation_done(seconds)
            self._add_time("validation", seconds)
            row.seconds += seconds

    def _check_it_moves(self) -> None:
        """Stop if the loss, or in the first two epochs the weights, stayed as they were."""
        weights = self._weight_sums() if self.epoch <= 2 else None
        weights_before, self._sums_before = self._sums_before, weights
        if self.epoch < 2:
            return
        before, now = self.history.rows[-2:]
        still = weights is not None and weights == weights_before
        stuck = still or before.train_loss == now.train_loss
        # A task solved to a loss of 0 stands still too, and rightly.
        if stuck and now.train_loss > 1e-3:
            raise FrozenModelError(
                f"Nothing changed between epochs {before.epoch} and {now.epoch}: the loss stands "
                f"at {now.train_loss:.6g} and the weights do not move. Likely causes: a learning "
                f"rate of 0 (it was {now.lr:.3g}), an optimizer of other parameters, units "
                "that are all dead (ReLU outputs all 0), or a `.detach()` inside `forward`."
            )

    def _weight_sums(self) -> list[float]:
        trainable = [p for p in self.job.model.parameters() if p.requires_grad]
        return torch.stack([p.detach().cpu().double().abs().sum() for p in trainable]).tolist()

    def _add_time(self, what: str, seconds: float) -> None:
        self.history.timings[what] = self.history.timings.get(what, 0.0) + seconds
