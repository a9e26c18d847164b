"""What course.toml says besides its units, and what counts where it is silent.

A course that does not name its exercises is the one about convolutional networks, as it was before
courses could name any; `[grading]` then has that course's values. A course of its own begins with
nothing that is imported beforehand, and hides its exercises alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

EXERCISES = "cnnlab.exercises"
HIDDEN = "autograder.exercises"

# What kernels of that course import in their first cells. What only cells to explore need, such as
# scikit-learn for digits, would cost each class a second of waiting.
_PRELOADS = (
    "cnnlab._torchvision:import_torchvision",  # puts right a torchvision that does not fit torch
    "numpy.random",
    "torch.nn.functional",
    "torch.optim",
    "torch.utils.data",
    "torch._dynamo",  # torch.optim asks for it when its first optimizer is made
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.backend_inline",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "safetensors.torch",
    "tqdm.auto",
    "cnnlab.anatomy",
    "cnnlab.check",
    "cnnlab.data.folder",
    "cnnlab.data.loading",
    "cnnlab.hints",
    "cnnlab.learner.dispatch",
    "cnnlab.learner.networks",
    "cnnlab.models",
    "cnnlab.pictures",
    "cnnlab.predict",
    "cnnlab.training",
    "cnnlab.check.registry:COURSE.names",
)
_HIDES = (
    "cnnlab.exercises",
    "cnnlab.models",
    "cnnlab.anatomy",
    "cnnlab.training",
    "cnnlab.quantization",
    "cnnlab.widgets",
    "cnnlab.overview",
    "cnnlab.seeing",
    "torchvision.models",
    "timm",
)


@dataclass(frozen=True)
class Packages:
    """The packages that hold a course's exercises and its hidden checks, by their Python names.

    `path` are folders of the course from which they are imported, besides what is installed.
    """

    manifest: Path
    exercises: str = EXERCISES
    hidden: str = HIDDEN
    path: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Grading:
    """What a kernel in which exercises are scored has at hand, and what learners may not call."""

    preloads: tuple[str, ...]  # imported once; `module:function` is called as well
    hides: tuple[str, ...]  # modules that are not there while exercises are scored
    refuses: tuple[str, ...]  # patterns of names, such as "cnnlab.*"

    @classmethod
    def of(cls, packages: Packages, table: Mapping[str, Sequence[str]]) -> Grading:
        """The `[grading]` table, filled up. The course's exercises are hidden in any case."""
        first = packages.exercises == EXERCISES
        preloads = table.get("preloads", _PRELOADS if first else ())
        hides = table.get("hides", _HIDES if first else ())
        refuses = table.get("refuses", (f"{top_package(packages.exercises)}.*",))
        hidden = dict.fromkeys([packages.exercises, *hides])
        return cls(tuple(preloads), tuple(hidden), tuple(refuses))


def top_package(name: str) -> str:
    """`cnnlab` for `cnnlab.exercises`: what is installed, and imported first."""
    return name.partition(".")[0]
