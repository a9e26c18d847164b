"""Watching a learner's function look into a network that we know.

The function runs on a network of torch's own layers in the learner's process, ours on a twin of it.
What it returns is compared, and so is the network before and after: who looks leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch
from torch import nn

from cnnlab.check.agree import describe_call
from cnnlab.check.compare import Wrong, agrees, expect
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
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

    def theirs(self, learner: LearnerCode) -> Network:
        """The network, in the learner's process and in training mode."""
        network = learner.network(*self.layers)
        network.load(self.state)
        return network.train()

    def run(self, learner: LearnerCode, name: str, network: Network) -> Outcome:
        """The learner's function `name` looks into `network`."""
        args = [network.part(a.name) if isinstance(a, Part) else a for a in self.args]
        return learner.outcome(name, network.ref, *args, **self.kwargs)

    def ours(self, function: Callable[..., Any]) -> Any:
        """What `function`, one of our own, finds in a twin of the network."""
        model = self.model()
        args = [model.get_submodule(a.name) if isinstance(a, Part) else a for a in self.args]
        return function(model, *args, **self.kwargs)

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


def judge(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """Compares what the learner's function finds in the network with what ours finds.

    The network comes in evaluation mode and the questions of manners are asked elsewhere, so that
    each mistake costs once.
    """
    name = exercise.names[0]
    found = look.run(learner, name, look.theirs(learner).eval())
    expect(
        found.value,
        look.ours(exercise.references[name]),
        f"the result of `{name}`",
        [(s.id, s.message, partial(look.ours, s.wrong)) for s in exercise.mistakes],
        given=f"The call was {look.described(name)}.",
    )


def expect_evaluation_mode(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """The network is looked at in evaluation mode, also where it comes in training mode."""
    network = look.theirs(learner)
    look.run(learner, exercise.names[0], network)
    seen = network.witnessed()
    if not seen:
        raise Wrong("network_not_used", "The network was never called.")
    if any(each["training"] for each in seen):
        raise Wrong(
            "evaluation_mode_forgotten",
            "The network ran in training mode: dropout dropped, and batch norm took its statistics "
            "from your image and kept them. `model.eval()` comes first.",
        )


def expect_modes_back(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """Every module is afterwards in the mode it was in before: all alike, or some unlike."""
    everything = look.theirs(learner).modes()
    for before in (
        dict.fromkeys(everything, True),
        dict.fromkeys(everything, False),
        {**dict.fromkeys(everything, True), BEFORE_IN_PLACE: False},
    ):
        network = look.theirs(learner)
        network.set_modes(before)
        look.run(learner, exercise.names[0], network)
        expect_same_modes(before, network.modes())


def expect_same_modes(before: Mapping[str, bool], after: Mapping[str, bool]) -> None:
    if after == before:
        return
    if not any(after.values()):
        raise Wrong(
            "left_in_evaluation_mode",
            "The network came in training mode and goes in evaluation mode. Whoever trains on "
            "would do so without dropout: give every module back the mode it had.",
        )
    if not any(before.values()):
        raise Wrong(
            "always_training_afterwards",
            "The network came in evaluation mode and goes in training mode. Remember the mode it "
            "had, and give that back.",
        )
    raise Wrong(
        "modes_of_parts_lost",
        "Some parts of the network were in another mode than the rest, as a frozen batch norm is. "
        "train() and eval() set them all alike: remember the mode of each module.",
    )


def expect_no_hooks(network: Network) -> None:
    left = {name: count for name, count in network.hooks().items() if count}
    if left:
        raise Wrong(
            "hooks_left",
            "A hook of yours is still registered on the network. It would run in every later "
            "forward pass, and a second look adds a second one. `handle.remove()` takes it off.",
            f"Left on: {', '.join(repr(name) for name in left)}.",
        )


def expect_hooks_gone(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """No hook is left on the network."""
    network = look.theirs(learner).eval()
    look.run(learner, exercise.names[0], network)
    expect_no_hooks(network)


def expect_model_kept(learner: LearnerCode, exercise: Exercise, look: Look, draw: Draw) -> None:
    """Parameters, buffers, stored gradients and what is trainable are as they were; autograd too.

    Some gradients are there and some are not: none may be cleared, added to, or filled.
    """
    network = look.theirs(learner).eval()
    state = {**network.parameters(), **network.buffers()}
    stored = (f"{FIRST_CONVOLUTION}.weight", f"{HEAD}.bias")
    network.load_gradients({n: draw.normal(*state[n].shape).float() for n in stored})
    network.set_trainable({f"{SECOND_CONVOLUTION}.bias": False})
    gradients, trainable = network.stored_gradients(), network.trainable()
    outcome = look.run(learner, exercise.names[0], network)
    if not agrees({**network.parameters(), **network.buffers()}, state):
        raise Wrong(
            "network_changed",
            "Looking changed the network's parameters or buffers. They should be what they were.",
        )
    if network.trainable() != trainable:
        raise Wrong(
            "trainable_changed",
            "Looking changed which parameters ask for gradients (`requires_grad`). Whoever trains "
            "on would train something else.",
        )
    expect_same_gradients(gradients, network.stored_gradients())
    if outcome.autograd_off:
        raise Wrong(
            "autograd_left_off",
            "autograd is still off when you have looked, so that nothing could be trained any "
            "more. `with torch.no_grad():` turns it on again at the end of its block.",
        )


def expect_same_gradients(
    before: Mapping[str, torch.Tensor | None], after: Mapping[str, torch.Tensor | None]
) -> None:
    if agrees(dict(after), dict(before)):
        return
    kept = [name for name, value in before.items() if value is not None]
    if all(after[name] is None or not torch.any(after[name]) for name in kept):  # type: ignore[arg-type]
        raise Wrong(
            "gradients_cleared",
            "Gradients that were stored in the parameters before are gone. They belong to a "
            "training that may go on: do not clear what you did not put there.",
        )
    raise Wrong(
        "gradients_left",
        "Your look leaves gradients in the parameters (`.grad`): the next training step would "
        "follow them too. `torch.autograd.grad(result, tensor)` returns the one gradient that you "
        "want and stores none.",
    )


def expect_result_alone(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """The tensors given are untouched, and those returned hold no graph."""
    name = exercise.names[0]
    outcome = look.run(learner, name, look.theirs(learner).eval())
    if outcome.inputs_changed:
        raise Wrong(
            "changes_its_input",
            f"`{name}` changes a tensor it was given. Work on a copy: its owner may need it.",
        )
    if outcome.inputs_tracked:
        raise Wrong(
            "input_left_tracked",
            "The image you were given now has `requires_grad=True`: everything its owner computes "
            "from it would build a graph. Switch it on for a copy: `x.detach().clone()`.",
        )
    if outcome.graph_kept:
        raise Wrong(
            "graph_kept",
            "What you return still holds the graph of the whole pass, so all of it stays in "
            "memory. `.detach()` cuts it off.",
        )


def expect_works_frozen(learner: LearnerCode, exercise: Exercise, look: Look) -> None:
    """Frozen parameters change nothing: the gradient asked for is not one of theirs."""
    name = exercise.names[0]
    trainable = look.run(learner, name, look.theirs(learner).eval()).value
    network = look.theirs(learner).eval()
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
