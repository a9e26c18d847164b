"""How good a model is: loss, accuracy, confusion matrix, accuracy of each class."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnlab.as_found import modes_kept
from cnnlab.training.devices import Compute
from cnnlab.training.diagnosis import (
    EmptyDataError,
    SettingError,
    check_batch,
    check_label_range,
    check_logits,
    explain_failed_step,
)

if TYPE_CHECKING:
    from cnnlab.pictures import Picture


@dataclass
class Evaluation:
    """Loss and accuracy over samples, and the confusion matrix they come from.

    `confusion[t, p]` counts the samples of true class t that were predicted as p.
    """

    loss: float
    confusion: Tensor
    class_names: list[str]

    @property
    def count(self) -> int:
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        return int(self.confusion.diagonal().sum()) / self.count

    @property
    def per_class(self) -> dict[str, float]:
        """Accuracy of each class by name; NaN for a class without samples."""
        right, total = self.confusion.diagonal().double(), self.confusion.sum(1)
        return dict(zip(self.class_names, (right / total).tolist(), strict=True))

    def plot(self, title: str | None = None) -> Picture:
        """The confusion matrix as a picture."""
        from cnnlab.pictures import confusion

        return confusion(self.confusion, self.class_names, title=title)

    def __repr__(self) -> str:
        lines = [f"loss {self.loss:.4f}, accuracy {self.accuracy:.1%} on {self.count} samples"]
        width = max(len(name) for name in self.class_names)
        for name, value in self.per_class.items():
            lines.append(f"  {name:<{width}}  {value:6.1%}")
        return "\n".join(lines)


def evaluate(
    model: nn.Module, data: Any, *, split: str = "test", batch_size: int = 256
) -> Evaluation:
    """Measure `model` on `data`, without gradients and in eval mode.

    `data` is a `cnnlab.data.Dataset`, of which `split` ("train", "validation" or "test") is used,
    or batches of (x, y). Every sample counts the same, also those of a short last batch. The model
    stays on its device, and the train/eval mode of every submodule is as before.

    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    >>> batches = [(torch.zeros(5, 1, 2, 2), torch.tensor([0, 1, 2, 0, 1]))]
    >>> result = evaluate(model, batches)
    >>> result.count, tuple(result.confusion.shape)
    (5, (3, 3))
    """
    first = next((t for t in model.parameters()), None)
    device = torch.device("cpu") if first is None else first.device
    names: list[str] | None = None
    if hasattr(data, "batches"):
        names = list(data.class_names)
        data = data.batches(split, batch_size, device=device)
    elif isinstance(data, tuple) and data and isinstance(data[0], Tensor):
        raise SettingError(
            "evaluate cannot read two bare tensors. Make a list of one batch: "
            "evaluate(model, [(x, y)])."
        )
    found = measure(model, data, Compute(device, None, False), class_names=names)
    assert found is not None  # only a deadline gives None
    return found


def measure(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    compute: Compute,
    class_names: list[str] | None = None,
    deadline: float = float("inf"),
) -> Evaluation | None:
    """The work of `evaluate`; None when the next batch would end after `deadline`.

    The deadline is one of time.perf_counter; a batch is expected to take as long as the last.
    """
    loss = torch.zeros(())
    table: Tensor | None = None
    began: float | None = None
    with modes_kept(model), torch.no_grad():
        model.eval()
        for raw_x, raw_y in batches:
            now = time.perf_counter()
            if now + (0.0 if began is None else now - began) > deadline:
                return None
            began = now
            check_batch(raw_x, raw_y)
            x, y = compute.place(raw_x, raw_y)
            try:
                with compute.autocast():
                    logits = model(x)
            except (RuntimeError, ValueError) as error:
                raise explain_failed_step(error, model, x, y) or error from error
            check_logits(logits, x)
            classes = logits.shape[1]
            first = table is None
            if table is None:
                table = torch.zeros(classes * classes, dtype=torch.int64, device=x.device)
                wide = torch.float32 if x.device.type == "mps" else torch.float64
                loss = torch.zeros((), dtype=wide, device=x.device)
            if first or raw_y.device.type == "cpu":  # elsewhere, looking costs a wait each time
                check_label_range(raw_y, classes)
            loss += F.cross_entropy(logits.float(), y, reduction="sum")
            table += torch.bincount(y * classes + logits.argmax(1), minlength=classes * classes)
    if table is None:
        raise EmptyDataError(
            "There are no batches to evaluate. A generator can be read only once: pass a list "
            "of (x, y) pairs, or `data.batches(...)`."
        )
    confusion = table.reshape(classes, classes).cpu()
    names = class_names or [str(index) for index in range(classes)]
    names += [str(index) for index in range(len(names), classes)]
    return Evaluation(float(loss) / int(confusion.sum()), confusion, names[:classes])
