"""Training runs that took too long for a notebook, recorded once with the command that makes them.

runs = recorded.load("long_runs")
print(runs.command)                 # how to repeat them
print(runs.table())                 # means over the seeds
pictures.curves(runs.histories())   # their learning curves
"""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from cnnlab.errors import UnknownNameError
from cnnlab.training import Epoch, History


@dataclass(frozen=True)
class Recorded:
    """Several rows (networks, recipes), each trained with the same seeds.

    `rows[name]` is a list with one dict for each seed: "train" and "test", accuracies in percent;
    "train_loss"; and, where learning curves were kept, "curve": for each epoch the loss and the
    accuracy in training, then the loss and the accuracy on validation images.
    """

    about: str
    command: str
    machine: str
    rows: dict[str, list[dict[str, Any]]]

    def values(self, what: str) -> dict[str, list[float]]:
        """For each row, one number a seed: its "train", its "test" or its "train_loss"."""
        return {name: [run[what] for run in runs] for name, runs in self.rows.items()}

    def differences(self, name: str, other: str, what: str = "test") -> list[float]:
        """How far one row is ahead of another, seed by seed."""
        values = self.values(what)
        return [a - b for a, b in zip(values[name], values[other], strict=True)]

    def histories(self) -> dict[str, list[History]]:
        """The learning curves, as `fit` records them: one history for each seed."""
        return {name: [_history(run["curve"]) for run in runs] for name, runs in self.rows.items()}

    def table(self) -> str:
        """The rows as text: means over the seeds, and the spread of the test accuracy."""
        width = max(map(len, self.rows))
        lines = [f"{'':<{width}}  training loss  training %   test %"]
        for name, runs in self.rows.items():
            tests = [run["test"] for run in runs]
            spread = f" ± {statistics.stdev(tests):.1f}" if len(tests) > 1 else ""
            loss, learned = _mean(runs, "train_loss"), _mean(runs, "train")
            tested = f"{statistics.mean(tests):.1f}{spread}"
            lines.append(f"{name:<{width}}  {loss:>13.2f}  {learned:>10.1f}   {tested}")
        seeds = len(next(iter(self.rows.values())))
        return "\n".join([*lines, f"({seeds} seeds; {self.about})"])


def load(name: str) -> Recorded:
    """The recorded runs of this name."""
    there = {f.name.removesuffix(".json"): f for f in files(__name__).iterdir()}
    names = sorted(n for n, file in there.items() if file.name.endswith(".json"))
    if name not in names:
        raise UnknownNameError("recorded experiment", name, names)
    return Recorded(**json.loads(there[name].read_text(encoding="utf-8")))


def _mean(runs: list[dict[str, Any]], what: str) -> float:
    return statistics.mean(run[what] for run in runs)


def _history(curve: list[list[float]]) -> History:
    rows = [
        Epoch(number, learned, right, loss, accuracy, lr=0.0, seconds=0.0)
        for number, (learned, right, loss, accuracy) in enumerate(curve, start=1)
    ]
    return History(rows=rows, stop_reason="recorded")
