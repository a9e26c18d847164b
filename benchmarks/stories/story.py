"""What an experiment is: rows to train, and the order in which they are expected to come out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from cnnlab.data.shapes import FAMILIES

Size = Literal["lesson", "full"]
Measure = str  # one of MEASURES, or the name of an extra one that a story's outcomes carry

SIZES: tuple[Size, ...] = ("lesson", "full")
MEASURES: dict[Measure, str] = {
    "test_accuracy": "test accuracy",
    "train_accuracy": "training accuracy",
    "train_loss": "training loss",
    "gap": "training minus test accuracy",
}


@dataclass(frozen=True)
class Setting:
    """Everything but the seed that the result of a run depends on."""

    network: str
    images: int
    side: int
    epochs: int
    batch_size: int
    lr: float
    options: Mapping[str, Any] = field(default_factory=dict)  # for the network's constructor
    augment: bool = False
    schedule: str = "warmup_cosine"
    test_images: int = 3_000
    data: str = "shapes10"

    def plain(self) -> dict[str, Any]:
        """As JSON gives it back, so that what was recorded can be compared with what is asked.

        The version of the data belongs to it: results on older pictures are not results.
        """
        version = FAMILIES[self.data].version
        return json.loads(json.dumps({**asdict(self), "data_version": version}))


@dataclass(frozen=True)
class Outcome:
    """What came of one run. A loss that is not finite is None, as JSON has no such number."""

    parameters: int
    train_loss: float | None
    train_accuracy: float
    test_accuracy: float
    seconds: float  # of processor time, for training alone
    stop_reason: str
    finished: bool
    extra: Mapping[str, float] = field(default_factory=dict)  # shares that only this story measures

    @property
    def gap(self) -> float:
        return self.train_accuracy - self.test_accuracy


@dataclass(frozen=True)
class Claim:
    """One row is expected to come out above another by more than the spread.

    With a `worse_measure`, the better row's measure is compared with another one of the worse row,
    which may be the same row: a method against a baseline on the same pictures.
    """

    better: str
    worse: str
    measure: Measure = "test_accuracy"
    worse_measure: Measure | None = None


@dataclass(frozen=True)
class Story:
    """An experiment: its rows for each size, and what a lesson says about them."""

    name: str
    title: str
    about: str
    rows: Mapping[Size, Mapping[str, Setting]]
    claims: tuple[Claim, ...]
    train: Callable[[Setting, int], Outcome]

    def claims_for(self, size: Size) -> list[Claim]:
        """The claims between rows that this size has."""
        rows = self.rows[size]
        return [claim for claim in self.claims if claim.better in rows and claim.worse in rows]
