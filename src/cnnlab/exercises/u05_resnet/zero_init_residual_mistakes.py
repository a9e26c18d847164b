"""The mistakes known for `zero_init_residual`, as functions that make them on our own blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.models import ResidualBlock

Change = Callable[[nn.Module], None]

CANNOT_LEARN = (
    "cannot_learn",
    "The block computes the right thing at the start, but can never leave it: after a step there "
    "is still no gradient for its convolutions. Zeros in the wrong place, or in two places, let "
    "nothing through in either direction; and what is frozen never moves.",
)
BLOCKS_MISSED = (
    "blocks_missed",
    "Some blocks of the network are changed and others are not. Blocks may lie at any depth: walk "
    "through all of `model.modules()`.",
)


def _blocks(modules: Iterable[nn.Module]) -> Iterator[ResidualBlock]:
    return (module for module in modules if isinstance(module, ResidualBlock))


def _norms(module: nn.Module) -> list[nn.BatchNorm2d]:
    return [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)]


def _zero(modules: Iterable[nn.Module]) -> None:
    """Clears the last norm of the blocks among these modules, as is right."""
    for block in _blocks(modules):
        nn.init.zeros_(block.bn2.weight)


def add_mistakes(exercise: Exercise) -> None:
    """Registers functions that change too little, too much or the wrong thing."""

    @exercise.mistake(*CANNOT_LEARN)
    def _(model: nn.Module) -> None:
        for block in _blocks(model.modules()):
            nn.init.zeros_(block.bn1.weight)

    @exercise.mistake(*CANNOT_LEARN)
    def _(model: nn.Module) -> None:
        for block in _blocks(model.modules()):
            nn.init.zeros_(block.bn1.weight)
            nn.init.zeros_(block.bn2.weight)

    @exercise.mistake(*CANNOT_LEARN)
    def _(model: nn.Module) -> None:
        _zero(model.modules())
        for block in _blocks(model.modules()):
            block.requires_grad_(False)

    @exercise.mistake(
        "nothing_changed",
        "The blocks compute what they did before. Does your function find the blocks, and change "
        "them in place rather than a copy?",
    )
    def _(model: nn.Module) -> None:
        return None

    @exercise.mistake(
        "signal_killed",
        "The output is zero everywhere, so the shortcut is zero as well. Only the correction F(x) "
        "should vanish; the shortcut stays open.",
    )
    def _(model: nn.Module) -> None:
        for norm in _norms(model):
            nn.init.zeros_(norm.weight)

    @exercise.mistake(
        "shortcut_zeroed",
        "The shortcut is zero and the correction F(x) is left: the wrong way round. In a block "
        "with a projection, the last batch norm in the list of modules may be the shortcut's.",
    )
    def _(model: nn.Module) -> None:
        for block in _blocks(model.modules()):
            nn.init.zeros_(_norms(block)[-1].weight)

    @exercise.mistake(*BLOCKS_MISSED)
    def _(model: nn.Module) -> None:
        _zero(list(_blocks(model.modules()))[:1])

    @exercise.mistake(*BLOCKS_MISSED)
    def _(model: nn.Module) -> None:
        _zero(list(_blocks(model.modules()))[-1:])

    @exercise.mistake(*BLOCKS_MISSED)
    def _(model: nn.Module) -> None:
        _zero(inner for child in model.children() for inner in child.children())
