"""The cases in refused/: what learners did, in cells, and which library call answers for them.

`shortcuts` are found by the lint, `honest` work is accused of nothing. `detours` hide their call
from the lint, which does not try to follow them; they are stopped by the watch while they run.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

CONV = (
    "torch.nn.functional.conv*",
    "torch.conv*",
    "torch.nn.Conv*",
    "torch.ops.*",
    "torch.nn.functional.unfold",
    "cnnlab.*",
)
SOFTMAX = (
    "torch.softmax",
    "torch.log_softmax",
    "torch.nn.functional.softmax",
    "torch.nn.functional.log_softmax",
    "torch.nn.functional.cross_entropy",
    "torch.nn.functional.nll_loss",
    "torch.nn.Softmax",
    "torch.nn.CrossEntropyLoss",
    ".softmax",
    ".log_softmax",
)
BATCHNORM = ("torch.nn.BatchNorm*", "torch.nn.functional.batch_norm", "torch.batch_norm")
OPTIM = ("torch.optim.*",)
REFUSED = {
    "conv2d": CONV,
    "softmax": SOFTMAX,
    "cross_entropy": SOFTMAX,
    "BatchNorm2d": BATCHNORM,
    "fold": BATCHNORM,
    "adam_step": OPTIM,
    "sgd_step": OPTIM,
}
IMPORTS = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
"""
FOLDER = Path(__file__).parent / "refused"


@dataclass(frozen=True)
class Case:
    """`cells` in which `exercise` is written; `called` is the call that the lint must find."""

    name: str
    exercise: str
    called: str
    cells: list[str]

    @property
    def refused(self) -> tuple[str, ...]:
        return REFUSED[self.exercise]


def cases(kind: str) -> list[Case]:
    """All cases of "shortcuts", "detours" or "honest", in the order of their files."""
    return [case for path in sorted((FOLDER / kind).glob("*.py")) for case in _read(path)]


def _read(path: Path) -> list[Case]:
    """A case begins at `# %% case="..."`; a bare `# %%` begins its next cell."""
    found: list[Case] = []
    for part in re.split(r"(?m)^# %%", path.read_text(encoding="utf-8"))[1:]:
        head, _, source = part.partition("\n")
        if head:
            given = dict(word.split("=", 1) for word in shlex.split(head))
            found.append(Case(given["case"], given["exercise"], given.get("called", ""), []))
        found[-1].cells.append(source.strip("\n"))
    return found
