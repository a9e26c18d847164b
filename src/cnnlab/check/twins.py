"""Comparing networks in which many layers have the same shape, in training mode and in evaluation.

Which of two layers of one shape corresponds to ours cannot be known: names and the order of
creation are the learner's choice. So all parameters of one shape get the same values, and every
pairing is right. What that could hide, a layer used twice in place of another, shows in a parameter
that receives no gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import torch
from torch import nn

from cnnlab.check.agree import ShapesDiffer, fails_like, with_parameters_of
from cnnlab.check.compare import Wrong, agrees, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import Network
from cnnlab.learner.problems import Raised

Make = Callable[..., nn.Module]
Build = Callable[[Make], nn.Module]  # calls the class it is given with the arguments of a check


def agree_twins(
    exercise: Exercise, network: Network, build: Build, inputs: torch.Tensor, draw: Draw
) -> None:
    """The learner's `network` computes what ours does in both modes, and uses all its parameters.

    Mistakes name the mistake as in `agree_network`: the one with the same parameters that computes
    the same, or fails in the same way.
    """
    failure = _failure(network.eval(), inputs)  # a first pass also gives lazy layers their sizes
    values = one_value_a_shape(network.parameters(), draw)
    network.load(values)
    name = exercise.names[0]
    mistakes = exercise.mistakes_of(name)

    def twin(make: Make) -> nn.Module:
        return with_parameters_of(build(make), values)

    def output_of(make: Make, in_evaluation: bool = False) -> torch.Tensor:
        module = twin(make).train()
        with torch.no_grad():
            learned = module(inputs)  # batch norm now knows the inputs, which evaluation shows
            return module.eval()(inputs) if in_evaluation else learned

    def behaves_like(make: Make) -> bool:
        if failure:
            return fails_like(failure, partial(output_of, make))
        with suppress(Exception):  # a mistake need not be possible on every input
            return agrees(network.train().forward(inputs), output_of(make))
        return False

    try:
        twin(exercise.references[name])
    except ShapesDiffer as problem:
        candidates = [mistake for mistake in mistakes if _can(partial(twin, mistake.wrong))]
        for mistake in sorted(candidates, key=lambda s: not behaves_like(s.wrong)):
            raise Wrong(mistake.id, mistake.message) from None
        detail = f"{problem.detail} {failure or ''}".strip()
        raise Wrong("wrong_parameters", problem.message, detail) from None
    if failure:
        for mistake in mistakes:
            if behaves_like(mistake.wrong):
                raise Wrong(mistake.id, mistake.message)
        raise failure
    actual = [network.train().forward(inputs), network.eval().forward(inputs)]
    for found, mode in zip(actual, ("training", "evaluation"), strict=True):
        late = mode == "evaluation"
        expect(
            found,
            output_of(exercise.references[name], late),
            f"the output of `{name}` in {mode} mode",
            [(s.id, s.message, partial(output_of, s.wrong, late)) for s in mistakes],
        )
    expect_all_used(network, inputs, actual[0], draw)


def _failure(network: Network, inputs: torch.Tensor) -> Raised | None:
    try:
        network.forward(inputs)
    except Raised as raised:
        return raised
    return None


def _can(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except Exception:  # whatever it is, this mistake was not taken
        return False
    return True


def one_value_a_shape(parameters: dict[str, torch.Tensor], draw: Draw) -> dict[str, torch.Tensor]:
    """New values by name, equal wherever the shapes are."""
    by_shape: dict[tuple[int, ...], torch.Tensor] = {}
    for shape in sorted({tuple(value.shape) for value in parameters.values()}):
        values = draw.normal(*shape, dtype=torch.float32)
        if len(shape) > 1:
            by_shape[shape] = values / math.sqrt(math.prod(shape[1:]))
        else:  # scales and offsets of batch norm: far from 0, of both signs
            by_shape[shape] = values.sign() * (0.5 + values.abs())
    return {name: by_shape[tuple(value.shape)] for name, value in parameters.items()}


def expect_all_used(
    network: Network, inputs: torch.Tensor, output: torch.Tensor, draw: Draw
) -> None:
    """Every parameter of the network has a part in its output."""
    places = output[:, 0]
    targets = draw.labels(places.numel(), output.shape[1]).view(places.shape)
    gradients = network.train().gradients(inputs, targets=targets)
    if any(gradient is None for gradient in gradients.values()):
        raise Wrong(
            "parameter_without_gradient",
            "Some parameters receive no gradient. Is a layer made but never used (another one "
            "twice in its place?), frozen, or cut off by detach() or no_grad()?",
        )
