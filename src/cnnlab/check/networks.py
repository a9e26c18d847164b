"""Comparing networks: built by the learner, by us, and with each known mistake, given the same
drawn weights, and asked for their output.

The weights are ours, never the learner's own start: zeros or hollow layers could hide behind that.
Names and the order of creation are the learner's choice, so parameters pair up by shape and, among
equal shapes, by order. `twins=True` gives all parameters of one shape the same values instead, so
that every pairing is right; a layer used twice in place of another then shows as one that receives
no gradient.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import torch

from cnnlab.check.compare import Difference, Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import explain
from cnnlab.learner import LearnerCode, Network, NoAnswer
from cnnlab.learner.problems import Raised

PARAMETERS = "the shapes of the parameters"
TRAINING, EVALUATION = True, False

# No network that is asked for holds nearly as many, and more would not cross the line.
MOST_NUMBERS = 2**22

Build = Callable[[LearnerCode], Network]


def agree_network(
    learner: LearnerCode,
    exercise: Exercise,
    *args: Any,
    inputs: torch.Tensor,
    draw: Draw,
    of: str = "",
    build: Build | None = None,
    modes: Sequence[bool] = (EVALUATION,),
    twins: bool = False,
    also_right: Sequence[Callable[..., Any]] = (),
    **kwargs: Any,
) -> Network:
    """The learner's network has our parameters and, with drawn weights, computes what ours does.

    It is built by calling `of` with the arguments, or by `build`, and asked once in each of
    `modes`, in order. Returns the learner's network, with the weights that it was given.
    """
    name = of or exercise.names[0]
    seed = draw.integer(0, 2**31)
    drawn = cache(_drawn)  # once, for all the networks that are compared
    built: list[Network] = []

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        network = build(code) if build else code.build(name, *args, **kwargs)
        built.append(network)
        shapes = shapes_of(network, inputs)
        yield PARAMETERS, sorted(shapes.values())
        if numbers_in(shapes) > MOST_NUMBERS:
            return  # its shapes are not ours, and that says it all
        network.load(drawn_weights(shapes, seed, twins, drawn))
        for training in modes:
            network.train() if training else network.eval()
            mode = "training" if training else "evaluation"
            where = f" in {mode} mode" if len(modes) > 1 else ""
            yield f"the output of `{name}`{where}", network.forward(inputs)

    explain(learner, exercise, observe, of=name, also_right=also_right, unexplained=_unexplained)
    return built[0]


def shapes_of(network: Network, inputs: torch.Tensor) -> dict[str, tuple[int, ...]]:
    """The shape of each parameter, by name. `inputs` give lazy layers their sizes."""
    try:
        return network.shapes()
    except NoAnswer:
        network.eval().forward(inputs)
        return network.shapes()


def numbers_in(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return sum(map(math.prod, shapes.values()))


def drawn_weights(
    shapes: Mapping[str, tuple[int, ...]],
    seed: int,
    twins: bool = False,
    drawn: Callable[..., torch.Tensor] | None = None,
) -> dict[str, torch.Tensor]:
    """Values of healthy size for each parameter, the same for the n-th of a shape in any network.

    Fresh biases are 0 and a fresh norm changes next to nothing: a mistake there would not show.
    `drawn` may remember what was drawn before.
    """
    seen: Counter[tuple[int, ...]] = Counter()
    values = {}
    for name, shape in shapes.items():
        values[name] = (drawn or _drawn)(shape, 0 if twins else seen[shape], seed)
        seen[shape] += 1
    return values


def _drawn(shape: tuple[int, ...], number: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(zlib.crc32(f"{seed}/{shape}/{number}".encode()))
    values = torch.randn(shape, generator=generator)
    if len(shape) > 1:
        return values * (2 / max(1, math.prod(shape[1:]))) ** 0.5  # a side may be 0 by mistake
    return values.sign() * (0.5 + values.abs() / 2)  # scales and offsets: far from 0, both signs


def _unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
    if part != PARAMETERS:
        return gap.as_wrong()
    count, right = (sum(map(math.prod, shapes)) for shapes in (theirs, ours))
    detail = _missing(Counter(theirs), Counter(ours))
    if not theirs:
        message = (
            f"torch finds no parameters in the network, expected {right:,}. It looks for layers in "
            "attributes, nn.Sequential and nn.ModuleList, but not inside a plain list."
        )
        detail = ""
    elif count != right:
        message = f"The network has {count:,} parameters, expected {right:,}."
    else:
        message = (
            f"The network has the right number of parameters, {right:,}, but in different shapes."
        )
    return Wrong("wrong_parameters", message, detail)


def _missing(theirs: Counter[tuple[int, ...]], ours: Counter[tuple[int, ...]]) -> str:
    """A sentence on the first shape of which there should be more parameters."""
    for shape in ours - theirs:
        if theirs[shape] == 0:
            return f"No parameter of shape {shape} is among them."
        return f"Parameters of shape {shape}: {theirs[shape]}, expected {ours[shape]}."
    return ""


def expect_repeatable(network: Network, inputs: torch.Tensor) -> None:
    """In evaluation mode the same inputs get the same output."""
    network.eval()
    if not agrees(network.forward(inputs), network.forward(inputs)):
        raise Wrong(
            "dropout_always_on",
            "In eval mode the same images get different outputs, so dropout is still active. "
            "nn.Dropout switches itself off in eval mode; F.dropout needs "
            "`training=self.training`.",
        )


def expect_every_parameter_used(network: Network, inputs: torch.Tensor, draw: Draw) -> None:
    """Every parameter has a part in the output, and the way back to it is open."""
    output = network.train().forward(inputs)
    try:
        back = network.backpropagate(inputs, draw.normal(*output.shape, dtype=output.dtype))
    except Raised as problem:
        if "inplace operation" not in problem.detail:
            raise
        raise Wrong(
            "overwritten_in_place",
            "Training fails: you overwrite in place a tensor that the backward pass still needs. "
            "Write `out = out + x`, not `out += x`, and no `inplace=True` on what is used again.",
        ) from None
    if back.input_changed:
        raise Wrong(
            "changes_its_input",
            f"`{network.name}` changes the tensor it was given. The caller may still need the "
            "original.",
        )
    if not back.parameters or any(found is None for found in back.parameters.values()):
        raise Wrong(
            "parameter_without_gradient",
            "Some parameters get no gradient. Is there a layer that you create but never use "
            "(perhaps you use another one twice), or one that is frozen or cut off by detach() or "
            "no_grad()?",
        )
