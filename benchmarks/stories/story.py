"""What an experiment is: what is run for a seed, and what a lesson says of the outcome."""

from __future__ import annotations

import inspect
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnlab.data.shapes import FAMILIES

# Accuracies and other shares are in percent; the loss of a run that exploded is infinite or NaN.
Figures = Mapping[str, float]
Found = Mapping[str, Figures]  # the rows of a table, measured with one seed
Run = Callable[..., Found]  # run(seed)


@dataclass(frozen=True)
class Statement:
    """What a lesson concludes, word for word, and when the runs of one seed agree with it."""

    text: str
    counted: str  # what is asked of the figures, in words
    holds: Callable[[Found], bool]
    on_average: bool = False  # asked of the means over all seeds, as the lesson does

    def verdict(self, seeds: Sequence[Found]) -> Verdict:
        """How often it holds."""
        asked = [mean_of(seeds)] if self.on_average else seeds
        return Verdict(self, sum(self.holds(found) for found in asked), len(asked), len(seeds))


@dataclass(frozen=True)
class Verdict:
    """In how many of the cases asked a statement holds."""

    statement: Statement
    held: int
    asked: int
    seeds: int

    @property
    def stands(self) -> bool:
        """A lesson may state what holds in nine of ten cases."""
        return self.held >= 0.9 * self.asked

    def words(self) -> str:
        if self.statement.on_average:
            return f"{'holds' if self.held else 'does not hold'} on average over {self.seeds} seeds"
        return f"holds in {self.held} of {self.asked} seeds"


@dataclass(frozen=True)
class Story:
    """An experiment of a lesson. `runs` are made and kept one by one; each gives some rows."""

    name: str
    unit: str
    title: str
    about: str
    columns: Mapping[str, str]  # the name of a figure → the head of its column
    runs: Mapping[str, Run]
    statements: tuple[Statement, ...]
    same: tuple[str, ...] = ()  # pieces of the lesson's code that hold the same settings
    data: tuple[str, ...] = ()  # generated pictures, whose version belongs to the settings
    known: Callable[[], Mapping[str, Sequence[Found]]] = field(default=dict)  # recorded elsewhere

    def settings(self, run: str) -> dict[str, Any]:
        """What the outcome depends on beside the seed, as JSON gives it back.

        The version of the data belongs to it: results on older pictures are not results.
        """
        versions = {name: FAMILIES[name].version for name in self.data}
        found = {**described(self.runs[run]), **({"data": versions} if versions else {})}
        return dict(json.loads(json.dumps(found)))


def described(run: Run) -> dict[str, Any]:
    """A function and the arguments that are fixed for it, as plain data."""
    function = inspect.unwrap(getattr(run, "func", run))
    arguments = {name: _plain(value) for name, value in getattr(run, "keywords", {}).items()}
    return {"run": function.__name__, **arguments}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return getattr(value, "__name__", value)


def mean_of(seeds: Sequence[Found]) -> Found:
    """The mean of every figure over the seeds."""
    return {
        row: {name: statistics.fmean(found[row][name] for found in seeds) for name in figures}
        for row, figures in seeds[0].items()
    }
