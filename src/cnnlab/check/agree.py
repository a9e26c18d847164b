"""The two questions most checks ask: does a function, or a network, do what ours does?"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.compare import Wrong, agrees, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.learner import LearnerCode, Network
from cnnlab.learner.problems import Raised


def agree(
    learner: LearnerCode, exercise: Exercise, *args: Any, of: str = "", **kwargs: Any
) -> None:
    """Calls the learner's function and ours with the same arguments, and compares the answers."""
    name = of or exercise.names[0]
    outcome = learner.outcome(name, *args, **kwargs)

    def answer_of(function: Callable[..., Any]) -> Any:
        return function(*copy.deepcopy(args), **copy.deepcopy(kwargs))

    expect(
        outcome.value,
        answer_of(exercise.references[name]),
        f"the result of `{name}`",
        [(s.id, s.message, partial(answer_of, s.wrong)) for s in exercise.mistakes_of(name)],
        given=f"The call was {describe_call(name, args, kwargs)}.",
    )
    if outcome.inputs_changed:
        raise Wrong(
            "changes_its_input",
            f"`{name}` changes a tensor it was given. Work on a copy: its owner may need it.",
        )


def agree_network(
    learner: LearnerCode,
    exercise: Exercise,
    *args: Any,
    inputs: torch.Tensor,
    of: str = "",
    also_right: Sequence[Callable[..., nn.Module]] = (),
    prepare: Callable[[Network], object] | None = None,
    **kwargs: Any,
) -> Network:
    """Builds the learner's network, loads its parameters into ours, and compares what they compute.

    Both run in evaluation mode. Mistakes build wrong networks; the one that has the same parameters
    and computes the same, or fails in the same way, names the mistake. `also_right` build networks
    with the reference's parameters that are as good an answer. `prepare` may give the learner's
    network other parameters or another mode before it is asked; ours follow.
    """
    name = of or exercise.names[0]
    network = learner.build(name, *args, **kwargs).eval()
    actual, failure, training = None, None, False
    try:
        actual = network.forward(inputs)  # before its parameters: lazy layers get them only here
        if prepare:
            prepare(network)
            training = network.modes()[""]
            actual = network.forward(inputs)
    except Raised as raised:
        failure = raised
    parameters = network.parameters()
    mistakes = exercise.mistakes_of(name)

    def rebuilt(build: Callable[..., nn.Module]) -> nn.Module:
        return with_parameters_of(build(*args, **kwargs), parameters)

    try:
        rebuilt(exercise.references[name])
    except ShapesDiffer as problem:
        for mistake in mistakes:
            try:
                rebuilt(mistake.wrong)
            except Exception:  # not this mistake
                continue
            raise Wrong(mistake.id, mistake.message) from None
        detail = f"{problem.detail} {failure or ''}".strip()
        raise Wrong("wrong_parameters", problem.message, detail) from None

    def output_of(build: Callable[..., nn.Module]) -> torch.Tensor:
        with torch.no_grad():
            return rebuilt(build).train(training)(inputs)

    if failure:
        for mistake in mistakes:
            if fails_like(failure, partial(output_of, mistake.wrong)):
                raise Wrong(mistake.id, mistake.message)
        raise failure
    if any(agrees(actual, output_of(build)) for build in also_right):
        return network
    expect(
        actual,
        output_of(exercise.references[name]),
        f"the output of `{name}`",
        [(s.id, s.message, partial(output_of, s.wrong)) for s in mistakes],
    )
    return network


def stir(network: Network, draw: Draw) -> None:
    """Gives a network drawn parameters of healthy size, so that no start hides what it computes.

    Fresh biases may be 0 and a fresh norm changes next to nothing: a mistake there would not show.
    """
    network.load(
        {
            name: draw.normal(*value.shape, dtype=torch.float32)
            * ((2 / value[0].numel()) ** 0.5 if value.dim() > 1 else 1.0)
            for name, value in network.parameters().items()
        }
    )


def fails_like(failure: Raised, attempt: Callable[[], object]) -> bool:
    """Whether `attempt` raises what the learner's code raised."""
    try:
        attempt()
    except Exception as problem:
        # The handle cuts long texts, so the beginning has to be enough.
        same_text = bool(failure.detail) and str(problem).startswith(failure.detail)
        return type(problem).__name__ == failure.error_type and same_text
    return False


class ShapesDiffer(Exception):
    """The parameters of two networks do not pair up by shape."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


def with_parameters_of(reference: nn.Module, parameters: Mapping[str, torch.Tensor]) -> nn.Module:
    """`reference` holding `parameters`, paired by shape and, among equal shapes, by order.

    Names do not matter, nor the order in which layers of different shapes were created.
    """
    waiting: dict[tuple[int, ...], list[torch.Tensor]] = {}
    for value in parameters.values():
        waiting.setdefault(tuple(value.shape), []).append(value)
    own = dict(reference.named_parameters())
    ours = sum(p.numel() for p in own.values())
    theirs = sum(p.numel() for p in parameters.values())
    if ours != theirs:
        raise ShapesDiffer(
            f"The network has {theirs:,} parameters, expected {ours:,}.",
            _first_missing([tuple(p.shape) for p in own.values()], waiting),
        )
    for parameter in own.values():
        same_shape = waiting.get(tuple(parameter.shape))
        if not same_shape:
            raise ShapesDiffer(
                f"The network has the right number of parameters, {ours:,}, but no parameter of "
                f"shape {tuple(parameter.shape)} is left to pair with ours."
            )
        with torch.no_grad():
            parameter.copy_(same_shape.pop(0))
    return reference


def _first_missing(
    wanted: Sequence[tuple[int, ...]], there: Mapping[tuple[int, ...], Sequence[torch.Tensor]]
) -> str:
    """Where to look first when the number of parameters is another: a shape that nobody has."""
    missing = next((shape for shape in wanted if shape not in there), None)
    return f"No parameter of shape {missing} is among them." if missing else ""


def describe_call(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The call as a learner would type it; a tensor by its shape unless it is tiny."""
    given = [_short(value) for value in args]
    given += [f"{key}={_short(value)}" for key, value in kwargs.items()]
    return f"`{name}({', '.join(given)})`"


def _short(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        if value.numel() <= 4 and value.dim() <= 1:
            return str([round(number, 3) for number in value.flatten().tolist()])
        return f"<tensor {'×'.join(map(str, value.shape))}>"
    if isinstance(value, (list, tuple)) and any(isinstance(item, torch.Tensor) for item in value):
        return f"<{len(value)} items>"
    return repr(value)
