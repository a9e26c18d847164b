"""Watching a learner's function look into a network that we know.

The function runs on a network of torch's own layers. What it returns is compared, and so is the
network before and after: looking leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import nn

import cnnlab.check.manners as manners
from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import describe_call, explain
from cnnlab.learner import LearnerCode, Network, NoAnswer, Outcome, fixtures

# Names of layers in the networks drawn here.
FIRST_CONVOLUTION, BEFORE_IN_PLACE, FIRST_STAGE, SECOND_CONVOLUTION = "0.0", "0.1", "0", "1"
HEAD = "5"


@dataclass(frozen=True)
class Part:
    """Stands for the module of that name in the network that is looked into."""

    name: str


@dataclass(frozen=True)
class Look:
    """A network with given parameters, and what a function that looks into it is given besides."""

    layers: Sequence[tuple[Any, ...]]
    state: Mapping[str, torch.Tensor]
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def at(self, *args: Any, **kwargs: Any) -> Look:
        """The same network, looked into with these arguments."""
        return replace(self, args=args, kwargs=kwargs)

    def network(self, code: LearnerCode) -> Network:
        """The network, beside the code that is asked, in training mode."""
        network = code.network(*self.layers)
        network.load(self.state)
        return network.train()

    def run(self, code: LearnerCode, name: str, network: Network) -> Outcome:
        """The function `name` looks into `network`."""
        args = [network.part(a.name) if isinstance(a, Part) else a for a in self.args]
        return code.outcome(name, network.ref, *args, **self.kwargs)

    def model(self) -> nn.Module:
        """A twin of the network, in evaluation mode."""
        model = fixtures.network(self.layers).eval()
        model.load_state_dict(self.state, strict=False)  # counters of batches are not drawn
        return model

    def described(self, name: str) -> str:
        """The call as a learner would type it, for a message."""
        shown = [_Typed(f"<layer {a.name}>") if isinstance(a, Part) else a for a in self.args]
        return describe_call(name, (_Typed("model"), *shown), self.kwargs)


class _Typed(str):
    """Shown as it is, without quotation marks."""

    def __repr__(self) -> str:
        return str(self)


def draw_look(draw: Draw, height: int, width: int, channels: int = 2, classes: int = 4) -> Look:
    """A small network with batch norm and dropout for images of that size, not yet looked into.

    Its first stage ends in a ReLU that works in place.
    """
    halved = (height + 1) // 2, (width + 1) // 2
    first = ("Sequential", ("Conv2d", channels, 4, 3, 1, 1), ("BatchNorm2d", 4), ("ReLU", True))
    layers = (
        first,
        ("Conv2d", 4, 5, 3, 2, 1),
        ("Tanh",),
        ("Witness",),
        ("Sequential", ("Dropout", 0.5), ("Flatten",)),
        ("Linear", 5 * halved[0] * halved[1], classes),
    )
    model = fixtures.network(layers)
    state = {}
    for name, p in model.named_parameters():
        drawn = draw.normal(*p.shape, dtype=torch.float32)
        # Wide enough for clear differences, narrow enough that tanh and softmax do not saturate.
        state[name] = drawn / p[0].numel() ** 0.5 if p.dim() > 1 else 1 + 0.3 * drawn
    for name, buffer in model.named_buffers():
        if buffer.is_floating_point():
            state[name] = draw.uniform(*buffer.shape, low=0.5, high=1.5, dtype=torch.float32)
    return Look(layers, state)


def draw_image(draw: Draw, height: int, width: int, channels: int = 2) -> torch.Tensor:
    return draw.normal(channels, height, width, dtype=torch.float32)


def agree_on_looks(learner: LearnerCode, exercise: Exercise, *looks: Look) -> None:
    """The learner's function finds in the network what ours finds, look by look.

    The network comes in evaluation mode and the questions of manners are asked elsewhere, so that
    each mistake costs once.
    """
    name = exercise.names[0]
    numbers = [f", call {n}" for n in range(1, len(looks) + 1)] if len(looks) > 1 else [""]

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        for number, look in zip(numbers, looks, strict=True):
            found = look.run(code, name, look.network(code).eval())
            yield f"the result of `{name}`{number}", found.value

    explain(learner, exercise, observe, given=f"The call was {looks[0].described(name)}.")


def expect_evaluation_mode(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """The network is looked at in evaluation mode, also where it comes in training mode."""
    network = look.network(learner)
    look.run(learner, exercise.names[0], network)
    manners.expect_evaluation_mode(network)


def expect_modes_back(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """Every module is afterwards in the mode it was in before: all alike, or some unlike."""
    everything = look.network(learner).modes()
    for before in (
        dict.fromkeys(everything, True),
        dict.fromkeys(everything, False),
        {**dict.fromkeys(everything, True), BEFORE_IN_PLACE: False},
    ):
        network = look.network(learner)
        network.set_modes(before)
        look.run(learner, exercise.names[0], network)
        manners.expect_modes_kept(before, network.modes())


def expect_hooks_gone(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """No hook is left on the network."""
    network = look.network(learner).eval()
    before = network.hooks()
    look.run(learner, exercise.names[0], network)
    manners.expect_hooks_gone(before, network.hooks())


def expect_model_kept(learner: LearnerCode, exercise: Exercise, look: Look, draw: Draw) -> None:
    """Parameters, buffers, stored gradients and what is trainable are as they were; autograd too.

    Some gradients are there and some are not: none may be cleared, added to, or filled.
    """
    network = look.network(learner).eval()
    state = network.parameters()
    stored = (f"{FIRST_CONVOLUTION}.weight", f"{HEAD}.bias")
    network.load_gradients({n: draw.normal(*state[n].shape).float() for n in stored})
    network.set_trainable({f"{SECOND_CONVOLUTION}.bias": False})
    before = manners.as_it_is(network)
    outcome = look.run(learner, exercise.names[0], network)
    now = manners.as_it_is(network)
    manners.expect_state_kept(before.state, now.state)
    manners.expect_trainable_kept(before.trainable, now.trainable)
    manners.expect_gradients_kept(before.gradients, now.gradients)
    manners.expect_autograd_on(outcome)


def expect_result_alone(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """The tensors given are untouched, and those returned hold no graph."""
    name = exercise.names[0]
    outcome = look.run(learner, name, look.network(learner).eval())
    manners.expect_inputs_kept(name, outcome)
    manners.expect_inputs_untracked(outcome)
    manners.expect_no_graph(outcome)


def expect_works_frozen(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """Frozen parameters change nothing: the gradient asked for is not one of theirs."""
    name = exercise.names[0]
    trainable = look.run(learner, name, look.network(learner).eval()).value
    network = look.network(learner).eval()
    network.set_trainable(dict.fromkeys(network.trainable(), False))
    try:
        frozen = look.run(learner, name, network).value
    except NoAnswer as problem:
        raise Wrong(
            "needs_trainable_parameters",
            f"`{name}` fails on a network whose parameters are all frozen, as a backbone may be. "
            "Then nothing in the network asks for gradients: let a tensor of your own ask.",
        ) from problem
    if not agrees(frozen, trainable):
        raise Wrong(
            "other_when_frozen",
            f"`{name}` gives something else when the network's parameters are frozen. The result "
            "should not depend on which of them are trainable.",
        )
