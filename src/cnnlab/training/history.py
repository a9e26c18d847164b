"""What a training run recorded: one row for each epoch, timings, and why it stopped."""

from __future__ import annotations

import html
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from cnnlab.errors import CnnlabError

if TYPE_CHECKING:
    from cnnlab.pictures import Picture

COLUMNS = (
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "lr",
    "seconds",
)


@dataclass
class Epoch:
    """One row. Losses are means over samples, accuracies fractions; lr is that of the last step.

    A run without validation data has NaN in the two validation columns. `complete` is False for
    an epoch that was cut short; its training figures are those of the batches it saw.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    lr: float
    seconds: float
    complete: bool = True


@dataclass
class History:
    """The record of a run, as `fit` returns it.

    `stop_reason` says in words why the run ended; `stopped_early` is True when it did not
    reach its last epoch. `timings` holds seconds for "train", "validation", "checkpoint"
    and "total".
    """

    rows: list[Epoch] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    stop_reason: str = "not started"
    stopped_early: bool = False
    settings: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[float]:
        """One column as a list, one value for each epoch."""
        if name not in COLUMNS:
            raise CnnlabError(f"A history has no column {name!r}. It has {', '.join(COLUMNS)}.")
        return [getattr(row, name) for row in self.rows]

    @property
    def train_loss(self) -> list[float]:
        return self.column("train_loss")

    @property
    def train_accuracy(self) -> list[float]:
        return self.column("train_accuracy")

    @property
    def validation_loss(self) -> list[float]:
        return self.column("validation_loss")

    @property
    def validation_accuracy(self) -> list[float]:
        return self.column("validation_accuracy")

    @property
    def final(self) -> Epoch:
        """The last row."""
        if not self.rows:
            raise CnnlabError(
                "This history is empty: no step was finished before the run stopped "
                f"({self.stop_reason}). Call fit again."
            )
        return self.rows[-1]

    @property
    def best(self) -> Epoch:
        """The row with the highest validation accuracy (ties: lowest validation loss).

        Without validation data, the row with the lowest training loss.
        """
        if math.isnan(self.final.validation_accuracy) and all(
            math.isnan(row.validation_accuracy) for row in self.rows
        ):
            return min(self.rows, key=lambda row: row.train_loss)
        validated = [row for row in self.rows if not math.isnan(row.validation_accuracy)]
        return max(validated, key=lambda row: (row.validation_accuracy, -row.validation_loss))

    def table(self) -> str:
        """The rows as aligned text, one line for each epoch; the best epoch carries a star."""
        lines = ["epoch  train loss  train acc.  val. loss  val. acc.        lr  seconds"]
        best = self.best if self.rows else None
        for row in self.rows:
            mark = ("*" if row is best else "") + ("" if row.complete else " cut short")
            lines.append(
                f"{row.epoch:5d}  {row.train_loss:10.4f}  {row.train_accuracy:10.1%}  "
                f"{_number(row.validation_loss, '.4f'):>9}  "
                f"{_number(row.validation_accuracy, '.1%'):>9}  {row.lr:8.2g}  "
                f"{row.seconds:7.2f} {mark}".rstrip()
            )
        return "\n".join(lines)

    def plot(self, title: str | None = None) -> Picture:
        """Loss and accuracy over the epochs, training and validation, as a picture."""
        from cnnlab.pictures import curves

        return curves(self, title=title)

    def summary(self) -> str:
        """One sentence: how far it came, and why it stopped."""
        if not self.rows:
            return f"No epochs; {self.stop_reason}."
        best, count = self.best, len(self.rows)
        text = f"{count} epoch{'s' if count > 1 else ''} in {self.timings.get('total', 0):.1f} s, "
        text += f"train accuracy {self.final.train_accuracy:.1%}"
        if not math.isnan(best.validation_accuracy):
            text += f", best validation accuracy {best.validation_accuracy:.1%}"
            text += f" in epoch {best.epoch}"
        return f"{text}; {self.stop_reason}."

    def __repr__(self) -> str:
        return f"{self.table()}\n{self.summary()}"

    def _repr_html_(self) -> str:
        header = "".join(f'<th scope="col">{name.replace("_", " ")}</th>' for name in COLUMNS)
        best = self.best if self.rows else None
        body = ""
        for row in self.rows:
            cells = [
                f"{row.epoch}{' ★' if row is best else ''}{'' if row.complete else ' (cut short)'}",
                f"{row.train_loss:.4f}",
                f"{row.train_accuracy:.1%}",
                _number(row.validation_loss, ".4f"),
                _number(row.validation_accuracy, ".1%"),
                f"{row.lr:.2g}",
                f"{row.seconds:.2f}",
            ]
            body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        return (
            f"<table><caption>{html.escape(self.summary())}</caption>"
            f"<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON; `from_dict` reads it back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> History:
        rows = [Epoch(**row) for row in plain["rows"]]
        return cls(**{**plain, "rows": rows})


def _number(value: float, form: str) -> str:
    return "–" if math.isnan(value) else format(value, form)
