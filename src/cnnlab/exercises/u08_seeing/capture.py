"""`capture`: catching what a layer gives: the hook, its copy, and how it is taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import nn

import cnnlab.check.manners as manners
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u08_seeing._looks import (
    BEFORE_IN_PLACE,
    FIRST_CONVOLUTION,
    FIRST_STAGE,
    SECOND_CONVOLUTION,
    Look,
    agree_on_looks,
    draw_look,
    expect_evaluation_mode,
    expect_hooks_gone,
    expect_modes_back,
)
from cnnlab.learner import LearnerCode
from cnnlab.learner.problems import Raised
from cnnlab.seeing import capture

exercise = Exercise(
    "capture",
    {"capture": capture},
    refuses=("torchvision.models.feature_extraction.*", "torch.fx.*"),
)


def draw_capture(draw: Draw, names: Sequence[str], height: int = 6, width: int = 5) -> Look:
    """Three images, and the names of modules whose outputs are asked for."""
    images = draw.normal(3, 2, height, width, dtype=torch.float32)
    return draw_look(draw, height, width).at(list(names), images)


def _caught(
    model: nn.Module, names: Sequence[str], x: torch.Tensor, before: bool, copy: bool
) -> dict[str, torch.Tensor]:
    """What comes in (`before`) or goes out of the modules, copied or not."""
    caught = {}
    handles = []
    for name in names:

        def keep(
            module: nn.Module,
            inputs: tuple[torch.Tensor, ...],
            output: torch.Tensor,
            name: str = name,
        ) -> None:
            value = inputs[0] if before else output
            caught[name] = value.clone() if copy else value

        handles.append(model.get_submodule(name).register_forward_hook(keep))
    with torch.no_grad():
        model(x)
    for handle in handles:
        handle.remove()
    return {name: caught[name] for name in names}


@exercise.mistake(
    "overwritten_in_place",
    "The next layer works in place, as nn.ReLU(inplace=True) does, and it has written over what "
    "you kept. Either you kept the output itself (`.detach()` alone shares its memory: clone it), "
    "or your hook *returns* its copy. What a hook returns replaces the output, so then it is your "
    "copy that gets written over. Clone, and return nothing.",
)
def _(model: nn.Module, names: Sequence[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    return _caught(model, names, x, before=False, copy=False)


_INPUTS = (
    "captured_the_input",
    "You return what goes *into* the modules. A forward hook is called with (module, inputs, "
    "output), and you want the output.",
)


@exercise.mistake(*_INPUTS)
def _(model: nn.Module, names: Sequence[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    return _caught(model, names, x, before=True, copy=True)


@exercise.mistake(*_INPUTS)
def _(model: nn.Module, names: Sequence[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    return _caught(model, names, x, before=True, copy=False)


def _last_to_run(model: nn.Module, names: Sequence[str]) -> str:
    order = [name for name, _ in model.named_modules() if name in names]
    return max(names, key=order.index)


@exercise.mistake(
    "last_one_everywhere",
    "Only the last name is there. A function made in a loop looks its variables up when it's "
    "*called*, and by then the loop is over: every hook writes under the last name. Give each "
    "hook a name of its own, with a function that makes it or with a default argument.",
)
def _(model: nn.Module, names: Sequence[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    return {names[-1]: capture(model, names, x)[_last_to_run(model, names)]}


@exercise.mistake(
    "last_one_everywhere",
    "Every name holds the output of the last module. A function made in a loop looks its "
    "variables up when it's *called*, and by then the loop is over: give each hook a name of "
    "its own, with a function that makes it or with a default argument.",
)
def _(model: nn.Module, names: Sequence[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    outputs = capture(model, names, x)
    return dict.fromkeys(names, outputs[_last_to_run(model, names)])


@exercise.mistake(
    "one_image_of_the_batch",
    "You only return the maps of the first image. Keep the batch dimension: one output for each"
    " image.",
)
def _(model: nn.Module, names: Sequence[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    return {name: value[0] for name, value in capture(model, names, x).items()}


def expect_one_pass(learner: LearnerCode, look: Look) -> None:
    """The learner's function runs the network once, whatever the number of names."""
    network = look.network(learner).eval()
    look.run(learner, "capture", network)
    passes = len(network.witnessed())
    if passes == 0:
        raise Wrong("network_not_used", "The whole network was never called on x.")
    if passes > 1:
        raise Wrong(
            "several_passes",
            f"The network ran {passes} times. One forward pass serves all names: register every "
            "hook first, then call the model once.",
        )


def expect_clean_after_failure(learner: LearnerCode, look: Look) -> None:
    """When the forward pass fails, the caller hears of it, and the network is as it was."""
    *others, last = look.layers
    broken = replace(look, layers=[*others, ("Linear", last[1] + 1, last[2])], state={})
    network = broken.network(learner)
    modes = network.modes()
    try:
        broken.run(learner, "capture", network)
    except Raised:
        pass
    else:
        raise Wrong(
            "error_swallowed",
            "The network's forward pass fails here, and `capture` returns as if nothing had "
            "happened. Clean up, but let the error reach the caller: `finally`, not `except`.",
        )
    try:
        manners.expect_hooks_gone({}, network.hooks())
    except Wrong as left:
        raise Wrong(
            "hooks_left_after_error",
            "When the forward pass fails, your hooks stay on the network. In a notebook that "
            "happens after every typo. `try: … finally: …` cleans up either way, and so does "
            "`with`.",
            left.detail,
        ) from None
    manners.expect_modes_kept(modes, network.modes())


@exercise.visible("the outputs of two modules, by name")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_looks(learner, exercise, draw_capture(draw, [FIRST_STAGE, SECOND_CONVOLUTION]))


@exercise.visible("a copy, also where the next layer works in place")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_looks(learner, exercise, draw_capture(draw, [BEFORE_IN_PLACE]))


@exercise.visible("one pass, in evaluation mode, and the modes are back afterwards")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_capture(draw, [FIRST_CONVOLUTION, SECOND_CONVOLUTION])
    expect_one_pass(learner, look)
    expect_evaluation_mode(learner, exercise, look)
    expect_modes_back(learner, exercise, look)


@exercise.visible("no hook is left, also when the forward pass fails")
def _(learner: LearnerCode, draw: Draw) -> None:
    look = draw_capture(draw, [FIRST_CONVOLUTION, SECOND_CONVOLUTION])
    expect_hooks_gone(learner, exercise, look)
    expect_clean_after_failure(learner, look)
