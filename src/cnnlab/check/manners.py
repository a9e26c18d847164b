"""Leaving things as they were found: what code that looks at a network may not change.

Each slip has one id, whoever makes it. Records of earlier versions may hold the names in ALIASES.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnlab.check.compare import Wrong, agrees
from cnnlab.learner import Network, Outcome

ALIASES = {
    "hooks_left_behind": "hooks_left",
    "modes_changed": "mode_changed",
    "gradients_left_behind": "gradients_left",
    "gradients_changed": "gradients_left",
    "mode_left_changed": "mode_changed",
}


@dataclass(frozen=True)
class Found:
    """How a network was before somebody worked on it."""

    state: dict[str, Any]
    gradients: dict[str, Any]
    trainable: dict[str, bool]
    modes: dict[str, bool]
    hooks: dict[str, int]


def as_it_is(network: Network) -> Found:
    """How `network` is now."""
    return Found(
        {**network.parameters(), **network.buffers()},
        network.stored_gradients(),
        network.trainable(),
        network.modes(),
        network.hooks(),
    )


def expect_inputs_kept(name: str, outcome: Outcome) -> None:
    if outcome.inputs_changed:
        raise Wrong(
            "changes_its_input",
            f"`{name}` changes what it was given. Work on a copy: the caller may still need the "
            "original.",
        )


def expect_inputs_untracked(outcome: Outcome) -> None:
    if outcome.inputs_tracked:
        raise Wrong(
            "input_left_tracked",
            "The tensor you were given now has `requires_grad=True`, so whatever the caller "
            "computes from it will build a graph. Set it on a copy: `x.detach().clone()`.",
        )


def expect_no_graph(outcome: Outcome) -> None:
    if outcome.graph_kept:
        raise Wrong(
            "graph_kept",
            "What you return still holds on to the graph of the whole pass, which then stays in "
            "memory. `.detach()` cuts it off; `.item()` gives you a plain number.",
        )


def expect_autograd_on(outcome: Outcome) -> None:
    if outcome.autograd_off:
        raise Wrong(
            "autograd_left_off",
            "Your code switches autograd off and leaves it off, so nothing could be trained "
            "afterwards. `with torch.no_grad():` switches it on again at the end of its block.",
        )


def expect_evaluation_mode(network: Network) -> None:
    """Every pass through the network's `Witness` layers was made in evaluation mode."""
    if any(each["training"] for each in passes(network)):
        raise Wrong(
            "evaluation_mode_forgotten",
            "The model ran in training mode: dropout was active, and batch norm updated its "
            "running statistics with your data. Call `model.eval()` first.",
        )


def passes(network: Network) -> list[dict[str, bool]]:
    """What the network's `Witness` layers saw; there has to be something."""
    seen = network.witnessed()
    if not seen:
        raise Wrong("network_not_used", "Your code never calls the model.")
    return seen


def expect_modes_kept(before: Mapping[str, bool], after: Mapping[str, bool]) -> None:
    """Every module is in the mode it was in before."""
    if after == before:
        return
    if not any(after.values()):
        raise Wrong(
            "left_in_evaluation_mode",
            "The model arrived in training mode, but you left it in eval mode. Training would go "
            "on without dropout: put every module back into the mode it had.",
        )
    if not any(before.values()) and all(after.values()):
        raise Wrong(
            "always_training_afterwards",
            "The model arrived in eval mode, but you left it in training mode. Remember which mode "
            "it was in, and restore that.",
        )
    if len(set(before.values())) == 1:
        raise Wrong(
            "restored_in_part",
            "Some modules are back in the mode they had, and others aren't. Does your loop reach "
            "all of them, or does a `return` inside it end it too early?",
        )
    raise Wrong(
        "modes_of_parts_lost",
        "Some modules were in a different mode from the rest, as a frozen batch norm is. train() "
        "and eval() set them all to the same one, so remember the mode of each module.",
    )


def expect_same_mode(before: Mapping[str, bool], after: Mapping[str, bool]) -> None:
    """For code that has no business with modes at all."""
    if after != before:
        raise Wrong(
            "mode_changed",
            "You left the model in a different mode from the one it arrived in. This code has no "
            "business with modes: take train() and eval() out.",
        )


def expect_hooks_gone(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    left = [name for name, count in after.items() if count > before.get(name, 0)]
    if left:
        raise Wrong(
            "hooks_left",
            "One of your hooks is still registered on the model. It would run in every later "
            "forward pass, and each call of your code would add another. `handle.remove()` takes "
            "it off.",
            f"Left on: {', '.join(map(repr, left))}.",
        )


def expect_gradients_kept(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """`.grad` of each parameter is as it was: neither cleared, nor added to, nor filled."""
    if agrees(dict(after), dict(before)):
        return
    kept = [name for name, value in before.items() if value is not None]
    if kept and all(after[name] is None or not bool(after[name].any()) for name in kept):
        raise Wrong(
            "gradients_cleared",
            "The gradients that were stored in the parameters are gone. Training may still need "
            "them, so don't clear what you didn't put there.",
        )
    raise Wrong(
        "gradients_left",
        "Your code leaves gradients in the parameters (`.grad`), and the next training step would "
        "use them, too. `torch.autograd.grad(result, tensors)` returns the gradients you want and "
        "stores none.",
    )


def expect_state_kept(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    if not agrees(dict(after), dict(before)):
        raise Wrong(
            "network_changed",
            "Your code changed the model's parameters or buffers. Looking at a model must leave it "
            "as it was.",
        )


def expect_trainable_kept(before: Mapping[str, bool], after: Mapping[str, bool]) -> None:
    if after != before:
        raise Wrong(
            "trainable_changed",
            "Your code changed `requires_grad` of some parameters, so training would go on with "
            "different ones.",
        )


def expect_as_found(before: Found, network: Network) -> None:
    """Nothing about the network has changed, except that its modes are not looked at here."""
    now = as_it_is(network)
    expect_state_kept(before.state, now.state)
    expect_trainable_kept(before.trainable, now.trainable)
    expect_gradients_kept(before.gradients, now.gradients)
    expect_hooks_gone(before.hooks, now.hooks)
