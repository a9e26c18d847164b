"""The training monitor: loss, accuracy, rate and gradient of a run, and a stop button."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

from cnnlab.pictures.picture import MUTED, PALETTE
from cnnlab.training import History, fit
from cnnlab.widgets.controls import Button, Layout, Widget
from cnnlab.widgets.drawing import Drawing
from cnnlab.widgets.shell import LivePicture, show_controls

SECONDS_BETWEEN = 0.25  # two readings of the gradient, or two pictures
PANEL, TALL = 220.0, 120.0
NO_BUTTON = (
    "No button here? The notebook's own stop button does the same: what was learned is kept."
)


@dataclass
class Readings:
    """What was seen so far, one number of each kind at every reading."""

    steps: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    gradient: list[float] = field(default_factory=list)


class TrainingMonitor:
    """Watches one run of `fit`. `stop` ends it; what was learned until then is kept."""

    def __init__(self) -> None:
        self.readings = Readings()
        self.button = Button(
            description="Stop and keep what was learned",
            tooltip="Ends the training after the step under way",
            layout=Layout(width="auto"),
        )
        self.button.on_click(lambda _: self.stop())
        self._stopped = threading.Event()
        self._shown: LivePicture | None = None
        self._rate = self._gradient = float("nan")
        self._measured = self._drawn = 0.0

    def stop(self) -> None:
        """Ask the run to end. May be called from another thread, as the button's click is."""
        self._stopped.set()

    def fit(self, model: nn.Module, data: Any, **settings: Any) -> History:
        """`cnnlab.fit`, watched."""
        self._shown = LivePicture(self.picture())
        show_controls(self.button, NO_BUTTON)
        _hear_while_busy(self.button)
        hook = register_optimizer_step_pre_hook(self._read_optimizer)
        try:
            history = fit(
                model, data, progress=False, live_plot=False, watch=self._watch, **settings
            )
        finally:
            hook.remove()
            self.button.disabled = True
        self.button.description = f"Ended: {history.stop_reason}"
        self._show()
        return history

    def picture(self) -> Drawing:
        return render(self.readings)

    def _show(self) -> None:
        if self._shown is not None:
            self._shown.update(self.picture())

    def _read_optimizer(self, optimizer: torch.optim.Optimizer, *_: object) -> None:
        if self._stopped.is_set():
            raise KeyboardInterrupt
        now = time.perf_counter()
        if now - self._measured < SECONDS_BETWEEN:
            return
        self._measured = now
        gradients = [
            p.grad
            for group in optimizer.param_groups
            for p in group["params"]
            if p.grad is not None
        ]
        norms = torch._foreach_norm(gradients)
        self._gradient = float(torch.stack(list(norms)).norm())
        self._rate = max(group["lr"] for group in optimizer.param_groups)

    def _watch(self, step: int, loss: float, accuracy: float) -> None:
        readings = self.readings
        readings.steps.append(step)
        readings.loss.append(loss)
        readings.accuracy.append(accuracy)
        readings.rate.append(self._rate)
        readings.gradient.append(self._gradient)
        now = time.perf_counter()
        if now - self._drawn > SECONDS_BETWEEN:
            self._drawn = now
            self._show()


def render(readings: Readings) -> Drawing:
    """Four small curves over the steps, each with its latest number."""
    panels = (
        ("loss", readings.loss, PALETTE[0], "{:.3f}"),
        ("accuracy", readings.accuracy, PALETTE[2], "{:.1%}"),
        ("learning rate", readings.rate, PALETTE[4], "{:.3g}"),
        ("gradient norm", readings.gradient, PALETTE[1], "{:.3g}"),
    )
    drawing = Drawing(4 * PANEL + 10, TALL + 66)
    told = []
    for number, (name, values, colour, form) in enumerate(panels):
        left = 10 + number * PANEL
        latest = form.format(values[-1]) if values else "–"
        drawing.text(left, 20, f"{name} {latest}", size=12, bold=True)
        drawing.rect(left, 30, PANEL - 20, TALL, fill="#fafafa", stroke="#dddddd")
        _curve(drawing, readings.steps, values, left, colour)
        told.append(f"{name} {latest}")
    steps = readings.steps[-1] if readings.steps else 0
    drawing.text(10, TALL + 52, f"after {steps:,} steps", size=11, fill=MUTED)
    drawing.alt = f"After {steps:,} steps: {', '.join(told)}."
    return drawing


def training_monitor(model: nn.Module, data: Any, **settings: Any) -> History:
    """Train `model` as `cnnlab.fit` does, with the same settings, and watch it learn.

    Where the notebook cannot hear a button while a cell runs, its own stop button does the same.
    """
    return TrainingMonitor().fit(model, data, **settings)


def _hear_while_busy(button: Widget) -> None:
    """Lets a click reach us while the cell that trains is still running.

    JupyterLab sends it to a second shell of the kernel. ipykernel would hand it back to the shell
    that spoke to the button last, which is the busy one; it forgets which one that was.
    """
    if button.comm is not None:
        vars(button.comm).pop("_reply_subshell_id", None)


def _curve(
    drawing: Drawing, steps: list[int], values: list[float], left: float, colour: str
) -> None:
    known = [
        (s, v) for s, v in zip(steps, values, strict=True) if v == v and abs(v) != float("inf")
    ]
    if len(known) < 2:
        return
    low, high = min(v for _, v in known), max(v for _, v in known)
    span, last = (high - low) or 1.0, known[-1][0]
    points = [
        (left + 4 + (PANEL - 28) * step / last, 26 + TALL - (TALL - 12) * (value - low) / span)
        for step, value in known
    ]
    drawing.line(points, stroke=colour, stroke_width=2)
