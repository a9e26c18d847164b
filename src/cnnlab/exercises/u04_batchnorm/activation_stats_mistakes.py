"""Ways to measure activations that learners take and that measure something else."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from cnnlab.check.exercise import Exercise

Pair = tuple[float, float]


def pair(values: torch.Tensor) -> Pair:
    return values.mean().item(), values.std(unbiased=False).item()


def outputs_of(
    model: nn.Module,
    x: torch.Tensor,
    wanted: Callable[[nn.Module], bool],
    before: bool = False,
) -> list[tuple[nn.Module, torch.Tensor]]:
    """(module, its output, or its input) for each pass through a wanted module, in order."""
    seen: list[tuple[nn.Module, torch.Tensor]] = []

    def keep(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        seen.append((module, (inputs[0] if before else output).detach().clone()))

    hooks = [m.register_forward_hook(keep) for m in model.modules() if wanted(m)]
    model(x)
    for hook in hooks:
        hook.remove()
    return seen


def is_relu(module: nn.Module) -> bool:
    return isinstance(module, nn.ReLU)


def add_mistakes(exercise: Exercise) -> None:
    """Registers the mistakes we know."""

    @exercise.mistake(
        "unbiased_deviation",
        "Your standard deviation has the divisor n − 1, torch's default. Use the divisor n "
        "(`unbiased=False`): these are all the numbers there are, not a sample.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [(y.mean().item(), y.std().item()) for _, y in outputs_of(model, x, is_relu)]

    @exercise.mistake(
        "variance_not_deviation",
        "Your second number is the variance. Return the standard deviation.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        found = outputs_of(model, x, is_relu)
        return [(y.mean().item(), y.var(unbiased=False).item()) for _, y in found]

    @exercise.mistake(
        "pair_swapped",
        "You return (standard deviation, mean). The mean comes first.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [pair(y)[::-1] for _, y in outputs_of(model, x, is_relu)]

    @exercise.mistake(
        "in_order_of_registration",
        "Your list has the ReLUs in the order in which they were made. Return them in the "
        "order in which they run: a hook is called when its layer runs.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        found = outputs_of(model, x, is_relu)
        order = list(model.modules())
        return [pair(y) for _, y in sorted(found, key=lambda one: order.index(one[0]))]

    @exercise.mistake(
        "once_for_each_module",
        "A ReLU that runs twice has two outputs, and you keep only one of them. Append to "
        "a list at each call instead of using a dictionary with one entry per layer.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [pair(y) for y in dict(outputs_of(model, x, is_relu)).values()]

    @exercise.mistake(
        "once_for_each_module",
        "Your list has one entry for each ReLU in the network, in the order in which they "
        "were made. Return one entry for each time a ReLU runs, in the order of running.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        last = dict(outputs_of(model, x, is_relu))
        return [pair(last[m]) for m in model.modules() if is_relu(m)]

    @exercise.mistake(
        "late_binding",
        "All your hooks write to the same entry, so only the last ReLU's numbers are left. A "
        "function made in a loop looks up the loop variable when it *runs*, and by then the loop "
        "is over. Bind it at once, `lambda module, inputs, output, name=name: …`, or append to a "
        "list.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [pair(y) for _, y in outputs_of(model, x, is_relu)][-1:]

    @exercise.mistake(
        "before_the_activation",
        "You measure the input of each ReLU. Measure its output.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [pair(y) for _, y in outputs_of(model, x, is_relu, before=True)]

    @exercise.mistake(
        "after_every_layer",
        "You measure after every layer. Measure after ReLUs only.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [pair(y) for _, y in outputs_of(model, x, lambda m: not list(m.children()))]

    @exercise.mistake(
        "direct_children_only",
        "You only look at the direct children of the network. A ReLU may be deeper inside: "
        "`model.modules()` goes through all of them.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        children = set(model.children())
        return [pair(y) for _, y in outputs_of(model, x, lambda m: is_relu(m) and m in children)]

    @exercise.mistake(
        "averaged_over_images",
        "Your standard deviation is the average of those of the single images. Take it "
        "over all numbers together.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        found = [y for _, y in outputs_of(model, x, is_relu)]
        each = [y.flatten(1).std(dim=1, unbiased=False).mean().item() for y in found]
        return [(y.mean().item(), std) for y, std in zip(found, each, strict=True)]

    @exercise.mistake(
        "mode_switched",
        "You always measure in eval mode. Run the network in the mode it's in: batch norm "
        "behaves differently in training mode.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [pair(y) for _, y in outputs_of(model.eval(), x, is_relu)]

    @exercise.mistake(
        "mode_switched",
        "You always measure in training mode. Run the network in the mode it's in.",
    )
    def _(model: nn.Module, x: torch.Tensor) -> list[Pair]:
        return [pair(y) for _, y in outputs_of(model.train(), x, is_relu)]
