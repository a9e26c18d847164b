"""The same network three times: PyTorch, ONNX Runtime in float32, ONNX Runtime in INT8."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from cnnlab.data import Dataset
from cnnlab.deploy.exporting import export
from cnnlab.deploy.packages import expect_packages
from cnnlab.deploy.quantizing import quantize
from cnnlab.deploy.running import Runtime
from cnnlab.deploy.timing import milliseconds

BATCH = 64


@dataclass(frozen=True)
class Row:
    """One way to run the network, measured."""

    bytes: int
    milliseconds_for_one: float
    milliseconds_for_64: float
    accuracy: float
    same_answers: float  # the share of images on which it says what PyTorch says
    largest_difference: float  # between its logits and PyTorch's


@dataclass(frozen=True)
class Comparison:
    """`rows` by name, and the table of them as text."""

    rows: dict[str, Row]
    images: int
    threads: int

    def __str__(self) -> str:
        head = ("", "bytes", "ms, 1 image", "ms, 64 images", "accuracy", "same answer")
        lines = [head] + [
            (
                name,
                f"{row.bytes:,}",
                f"{row.milliseconds_for_one:.2f}",
                f"{row.milliseconds_for_64:.1f}",
                f"{row.accuracy:.2%}",
                f"{row.same_answers:.1%}",
            )
            for name, row in self.rows.items()
        ]
        widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
        table = "\n".join(
            "  ".join(
                [line[0].ljust(widths[0])]
                + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
            )
            for line in lines
        )
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{table}\n({self.images:,} test images; medians, with {threads})"


def compare(
    model: nn.Module,
    data: Dataset,
    calibration: int = 500,
    threads: int = 1,
    folder: str | Path | None = None,
) -> Comparison:
    """Export `model`, quantise the file, and measure all three on the test images of `data`.

    Calibration takes the first training images. The files `net.onnx` and `net.int8.onnx` are kept
    if a `folder` is given.

    >>> import torch
    >>> from cnnlab import data
    >>> from cnnlab.deploy import available
    >>> digits = data.load("digits")
    >>> net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(28 * 28, 10))
    >>> if available():
    ...     rows = compare(net, digits).rows
    ...     assert rows["ONNX Runtime, float32"].largest_difference < 1e-4
    """
    expect_packages()
    images = torch.cat([batch for batch, _ in data.batches("test", 500)])
    some = data.batches("train", 500, shuffle=False)
    known = torch.cat([b for (b, _), _ in zip(some, range(-(-calibration // 500)), strict=False)])
    ours = copy.deepcopy(model).cpu().eval()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary if folder is None else folder)
        full = export(ours, place / "net.onnx", images[:2])
        small = quantize(full, place / "net.int8.onnx", known[:calibration])
        ways: dict[str, tuple[Callable[[Tensor], Tensor], int]] = {
            "PyTorch, float32": (ours, _state_bytes(ours)),
            "ONNX Runtime, float32": (Runtime(full, threads), full.stat().st_size),
            "ONNX Runtime, INT8": (Runtime(small, threads), small.stat().st_size),
        }
        with torch.no_grad():
            logits = {
                name: torch.cat([run(batch) for batch in images.split(500)])
                for name, (run, _) in ways.items()
            }
        reference = next(iter(logits.values()))
        rows = {
            name: Row(
                bytes=size,
                milliseconds_for_one=milliseconds(run, images[:1], threads),
                milliseconds_for_64=milliseconds(run, images[:BATCH], threads),
                accuracy=_share(logits[name].argmax(1) == data.test.labels),
                same_answers=_share(logits[name].argmax(1) == reference.argmax(1)),
                largest_difference=float((logits[name] - reference).abs().max()),
            )
            for name, (run, size) in ways.items()
        }
    return Comparison(rows, len(images), threads)


def _state_bytes(model: nn.Module) -> int:
    return sum(value.numel() * value.element_size() for value in model.state_dict().values())


def _share(right: Tensor) -> float:
    return right.float().mean().item()
