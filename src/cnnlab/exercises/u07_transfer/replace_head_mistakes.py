"""The mistakes that learners make when they give a network a new head."""

from __future__ import annotations

import copy
from collections.abc import Callable

from torch import nn

from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u07_transfer.freeze_and_replace_mistakes import WORKS_ON_A_COPY


def _with_head(model: nn.Module, head: nn.Module) -> nn.Module:
    model.fc = head
    return model


def _wide_head(width: int) -> Callable[[nn.Module, int], nn.Module]:
    def replace(model: nn.Module, num_classes: int) -> nn.Module:
        return _with_head(model, nn.Linear(width, num_classes))

    return replace


def _new_layer_called(attribute: str) -> Callable[[nn.Module, int], nn.Module]:
    def add(model: nn.Module, num_classes: int) -> nn.Module:
        setattr(model, attribute, nn.Linear(_head_of(model).in_features, num_classes))
        return model

    return add


def _head_of(model: nn.Module) -> nn.Linear:
    head = model.get_submodule("fc")
    assert isinstance(head, nn.Linear)
    return head


def add_head_mistakes(exercise: Exercise) -> None:
    """Registers the wrong versions of `replace_head`."""
    freeze, replace_head = exercise.references["freeze"], exercise.references["replace_head"]

    @exercise.mistake(
        "head_not_replaced",
        "The head is still the old one. A layer's `out_features` is only a label: its weight "
        "matrix keeps the shape it was made with.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return model

    @exercise.mistake(
        "head_on_top_of_the_old_one",
        "Your new layer takes the old head's output as its input. The old head has already "
        "thrown away what didn't matter for the old classes, so put the new layer in its place.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        old = _head_of(model)
        return _with_head(model, nn.Sequential(old, nn.Linear(old.out_features, num_classes)))

    @exercise.mistake(
        "outputs_taken_for_inputs",
        "Your new head takes as many numbers as the old head gave out. It gets what the old head "
        "got: ask that one for its `in_features`.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return _with_head(model, nn.Linear(_head_of(model).out_features, num_classes))

    @exercise.mistake(*WORKS_ON_A_COPY, of="replace_head")
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return replace_head(copy.deepcopy(model), num_classes)

    @exercise.mistake(
        "head_without_bias",
        "The new head has no bias. The old one does, and so should yours.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return _with_head(model, nn.Linear(_head_of(model).in_features, num_classes, bias=False))

    @exercise.mistake(
        "head_frozen",
        "The new head is frozen. It starts from random numbers, so it's the part that has to "
        "learn.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        _head_of(replace_head(model, num_classes)).requires_grad_(False)
        return model

    @exercise.mistake(
        "everything_frozen",
        "Everything is frozen afterwards, even the new head. `replace_head` only changes the "
        "head; to freeze the rest, call `freeze` first.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return freeze(replace_head(model, num_classes))

    @exercise.mistake(
        "backbone_frozen_too",
        "You also freeze the rest of the network. `replace_head` only changes the head, so that"
        " it can be used for training everything, too.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return replace_head(freeze(model), num_classes)

    @exercise.mistake(
        "backbone_unfrozen",
        "Parameters that were frozen are trainable after your function. It should only change "
        "the head.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return replace_head(model.requires_grad_(True), num_classes)

    @exercise.mistake(
        "head_returned", "You return the new head. Return the whole network.", of="replace_head"
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        return _head_of(replace_head(model, num_classes))

    @exercise.mistake(
        "head_not_random",
        "The weights of the new head are all equal, or follow a pattern. Let them start from "
        "random numbers, as a fresh nn.Linear does.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        nn.init.zeros_(_head_of(replace_head(model, num_classes)).weight)
        return model

    @exercise.mistake(
        "old_rows_kept",
        "The new head still holds rows of the old one. They stand for the old classes, which "
        "have nothing to do with the new ones.",
        of="replace_head",
    )
    def _(model: nn.Module, num_classes: int) -> nn.Module:
        old = _head_of(model).weight.detach()[:num_classes]
        _head_of(replace_head(model, num_classes)).weight.data[: len(old)] = old
        return model

    for width in (64, 128, 256, 512, 1000, 2048):
        exercise.mistake(
            "head_of_a_fixed_width",
            "Your new head expects a fixed number of features that you typed in. Networks "
            "differ: ask the old head for its `in_features`.",
            of="replace_head",
        )(_wide_head(width))

    for attribute in ("classifier", "head", "linear", "out"):
        exercise.mistake(
            "head_under_another_name",
            "Your new layer has a name that the network's `forward` doesn't know, so it's never"
            " used. This network calls its head `fc`.",
            of="replace_head",
        )(_new_layer_called(attribute))
