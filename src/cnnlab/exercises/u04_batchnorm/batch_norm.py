"""`batch_norm`: BatchNorm2d from scratch: what it starts with, computes, remembers, sends back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.exercises.u04_batchnorm._norm_state import draw_state
from cnnlab.exercises.u04_batchnorm.batch_norm_memory_mistakes import (
    add_mode_mistakes,
    add_remembering_mistakes,
)
from cnnlab.exercises.u04_batchnorm.batch_norm_mistakes import add_normalising_mistakes
from cnnlab.learner import LearnerCode, Network
from cnnlab.learner.handle import Backward
from cnnlab.learner.problems import Raised

# Everything that normalises, since any of them can be made to do the work of batch norm.
NORM_CALLS = (
    "torch.nn.BatchNorm*",
    "torch.nn.LazyBatchNorm*",
    "torch.nn.SyncBatchNorm",
    "torch.nn.InstanceNorm*",
    "torch.nn.LazyInstanceNorm*",
    "torch.nn.GroupNorm",
    "torch.nn.LayerNorm",
    "torch.nn.functional.batch_norm",
    "torch.nn.functional.instance_norm",
    "torch.nn.functional.group_norm",
    "torch.nn.functional.layer_norm",
    "torch.batch_norm*",
    "torch.instance_norm",
    "torch.group_norm",
    "torch.layer_norm",
    "torch.native_*",
    "torch.cudnn_*",
    "torch.miopen_*",
    "torch.nn.modules.batchnorm.*",
    "torch.nn.modules.normalization.*",
    "torch.nn.modules.instancenorm.*",
    "torch.ao.*",
    "torch.ops.*",
    "torchvision.*",
)
# What torch calls them when they run, whatever they are called in the source.
NORM_OPERATORS = ("*batch_norm*", "*instance_norm*", "*group_norm*", "*layer_norm*")
PARAMETERS = ("weight", "bias")
BUFFERS = ("running_mean", "running_var")


class BatchNorm2d(nn.BatchNorm2d):
    """Torch's own, with the settings that the exercise asks for."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(num_features, eps, momentum)


exercise = Exercise(
    "batch_norm",
    {"BatchNorm2d": BatchNorm2d},
    refuses=NORM_CALLS,
    refuses_operators=NORM_OPERATORS,
)
add_normalising_mistakes(exercise)
add_remembering_mistakes(exercise)
add_mode_mistakes(exercise)


def draw_images(draw: Draw, count: int, features: int) -> torch.Tensor:
    """(count, features, H, W) with H ≠ W, each channel with a mean and a spread of its own."""
    # No side is as long as there are channels: what is broadcast wrongly must not fit by chance.
    height, width = draw.sample([side for side in range(2, 8) if side != features], 2)
    means = 2 * draw.normal(1, features, 1, 1, dtype=torch.float32)
    spreads = draw.uniform(1, features, 1, 1, low=0.5, high=2.0, dtype=torch.float32)
    return means + spreads * draw.normal(count, features, height, width, dtype=torch.float32)


def _instead(names: Iterable[str]) -> str:
    """Says which names the learner chose, where they aren't torch's."""
    others = [f"`{name}`" for name in names if name not in PARAMETERS]
    return f", but it has {' and '.join(others)}" if others else ""


def expect_tensors(layer: Network, features: int, *names: str) -> None:
    """The layer has these parameters and buffers, of the kinds and shapes that torch's has."""
    parameters, buffers = layer.parameters(), layer.buffers()
    for name in names:
        if name in PARAMETERS and name not in parameters:
            raise Wrong(
                "not_a_parameter",
                f"Your layer has no parameter called `{name}`{_instead(parameters)}. What is "
                "learned must be an nn.Parameter and an attribute of self.",
            )
        if name in BUFFERS and name in parameters:
            raise Wrong(
                "statistics_are_parameters",
                f"`{name}` is a parameter, so an optimiser would change it. It's measured, "
                "not learned: make it a buffer with self.register_buffer.",
            )
        if name in BUFFERS and name not in buffers:
            raise Wrong(
                "not_a_buffer",
                f"Your layer has no buffer called `{name}`. A plain attribute isn't saved "
                "with the model and doesn't move to another device: use "
                "self.register_buffer.",
            )
        shape = tuple({**parameters, **buffers}[name].shape)
        if shape != (features,):
            raise Wrong(
                "wrong_shape",
                f"`{name}` has shape {shape}. It should be (C,): one number per channel.",
            )
    extra = set(parameters) - set(PARAMETERS)
    if extra:
        raise Wrong(
            "wrong_parameters",
            f"Your layer has a parameter too many: `{min(extra)}`. It learns `weight` and "
            "`bias` only.",
        )


def expect_start(learner: LearnerCode, features: int) -> None:
    """A new layer has the right tensors with the right values: it normalises and does no more."""
    layer = learner.build("BatchNorm2d", features)
    expect_tensors(layer, features, *PARAMETERS, *BUFFERS)
    found = {**layer.parameters(), **layer.buffers()}
    for name in (*PARAMETERS, *BUFFERS):
        value = 1.0 if name in ("weight", "running_var") else 0.0
        expect(found[name], torch.full((features,), value), f"`{name}` of a new layer")


def agree_norm(
    learner: LearnerCode,
    state: dict[str, torch.Tensor],
    passes: Sequence[tuple[bool, torch.Tensor]],
    output: bool = True,
    statistics: bool = True,
    **settings: float,
) -> None:
    """The learner's layer does what ours does in `passes`, each in training mode or not.

    Judged are the `output` of every pass, the running `statistics` after every pass, or both.
    """
    features = passes[0][1].shape[1]

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        layer = code.build("BatchNorm2d", features, **settings)
        expect_tensors(layer, features, *state)
        layer.load(state)
        for number, (training, x) in enumerate(passes, start=1):
            y = (layer.train() if training else layer.eval()).forward(x)
            mode = "training" if training else "eval"
            if output:
                yield f"the output in {mode} mode, batch {number}", y
            if statistics:
                for name in BUFFERS:
                    part = f"`{name}` after batch {number}, in {mode} mode,"
                    yield part, layer.buffers()[name]

    explain(learner, exercise, observe)


def agree_gradients(
    learner: LearnerCode, state: dict[str, torch.Tensor], x: torch.Tensor, training: bool
) -> None:
    """The learner's layer sends back the gradients that ours sends back."""
    weights = torch.linspace(-1, 1, x.numel()).view_as(x) ** 3

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        layer = code.build("BatchNorm2d", x.shape[1])
        expect_tensors(layer, x.shape[1], *state)
        layer.load(state)
        back = _backpropagated(layer.train() if training else layer.eval(), x, weights)
        gradients = {"the input": back.input, **back.parameters}
        for name in ("the input", *PARAMETERS):
            if gradients.get(name) is None:
                raise Wrong(
                    "no_gradient",
                    f"No gradient reaches {name.replace('weight', '`weight`')}. `.data`, "
                    "`.detach()`, `torch.no_grad()` or a new tensor built from numbers "
                    "cuts it off.",
                )
        for name, gradient in gradients.items():
            yield f"the gradient for {name}", gradient

    explain(learner, exercise, observe)


def _backpropagated(layer: Network, x: torch.Tensor, weights: torch.Tensor) -> Backward:
    changed = Wrong(
        "changes_its_input",
        "Your layer overwrites its input. Another layer may still need it: compute a new tensor.",
    )
    try:
        back = layer.backpropagate(x, weights)
    except Raised as problem:
        raise changed if "inplace operation" in problem.detail else problem from None
    if back.input_changed:
        raise changed
    return back


def expect_no_graph(learner: LearnerCode, x: torch.Tensor) -> None:
    """The running statistics are numbers, without a past."""
    layer = learner.build("BatchNorm2d", x.shape[1]).train()
    expect_tensors(layer, x.shape[1], *BUFFERS)
    if _backpropagated(layer, x, torch.ones_like(x)).graph_kept:
        raise Wrong(
            "graph_kept",
            "Your running statistics keep the graph of every batch they have seen, so "
            "memory fills up. Update them inside `with torch.no_grad():`, or detach what "
            "you add.",
        )


@exercise.visible("a new layer: two parameters, two buffers")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_start(learner, 3)


@exercise.visible("training mode: the output")
def _(learner: LearnerCode, draw: Draw) -> None:
    state, x = draw_state(draw, 3), draw_images(draw, 4, 3)
    learned = {name: state[name] for name in PARAMETERS}
    agree_norm(learner, learned, [(True, x)], statistics=False)
    agree_norm(learner, learned, [(True, x)], statistics=False, eps=0.5)


@exercise.visible("training mode: the running statistics")
def _(learner: LearnerCode, draw: Draw) -> None:
    batches = [(True, draw_images(draw, count, 3)) for count in (2, 3)]
    agree_norm(learner, draw_state(draw, 3), batches, output=False)
    agree_norm(learner, draw_state(draw, 3), batches, output=False, momentum=0.3)
    expect_no_graph(learner, batches[0][1])


@exercise.visible("eval mode")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_norm(learner, draw_state(draw, 3), [(False, draw_images(draw, 4, 3))])


@exercise.visible("the gradients")
def _(learner: LearnerCode, draw: Draw) -> None:
    state = draw_state(draw, 3)
    learned = {name: state[name] for name in PARAMETERS}
    agree_gradients(learner, learned, draw_images(draw, 4, 3), training=True)
