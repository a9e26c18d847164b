"""Trace a model: one forward pass, and what every layer made of it."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.anatomy.fields import Field
from cnnlab.anatomy.recorder import Recorder, Step, Unknown
from cnnlab.anatomy.table import Layer, Trace
from cnnlab.as_found import modes_kept
from cnnlab.errors import CnnlabError


class AnatomyError(CnnlabError):
    """A model cannot be traced, or not exactly."""


def trace(model: nn.Module, input_shape: tuple[int, ...], receptive_fields: bool = True) -> Trace:
    """Run one input of shape (C, H, W) through a model and describe every layer.

    The layers are the modules without children, in the order of execution, and the operations
    that a forward method performs itself: additions, functional poolings and the like, named after
    the operation. A layer that runs twice appears twice; its parameters are counted the first time.
    The model stays as it was; it runs in eval mode.

    Receptive fields follow strides, dilation, padding, pooling, sums, concatenations and
    channel-wise gates exactly. Where an operation has no exact rule (upsampling, transposed
    convolution, attention over positions, …) an AnatomyError names it; the rest of the table can
    then be had with `receptive_fields=False`.

    >>> table = trace(nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU()), (3, 32, 32))
    >>> table["0"].output_shape, table["0"].receptive_field, table.multiply_adds
    ((8, 15, 15), (3, 3), 50400)
    """
    image = _blank_image(model, input_shape)
    recorder = Recorder(image)
    with modes_kept(model), torch.inference_mode():
        model.eval()
        try:
            with recorder.watching(model):
                model(image)
        except Exception as error:
            raise AnatomyError(_failure(model, recorder, input_shape, error)) from error
    if receptive_fields:
        _refuse_unknown_fields(recorder.steps)
    return Trace(
        model_name=type(model).__name__,
        input_shape=tuple(input_shape),
        layers=tuple(_layer(step, receptive_fields) for step in recorder.steps),
        parameters=sum(p.numel() for p in model.parameters()),
    )


def _blank_image(model: nn.Module, input_shape: tuple[int, ...]) -> torch.Tensor:
    if len(input_shape) != 3 or min(input_shape) < 1:
        raise AnatomyError(
            f"An input shape is (channels, height, width), without the batch, not {input_shape}. "
            "Type for instance: trace(model, (3, 32, 32))."
        )
    some_parameter = next(model.parameters(), torch.empty(0))
    with torch.inference_mode():
        return torch.zeros(
            1, *input_shape, device=some_parameter.device, dtype=some_parameter.dtype
        )


def _failure(
    model: nn.Module, recorder: Recorder, input_shape: tuple[int, ...], error: Exception
) -> str:
    place = f"{type(model).__name__}"
    if recorder.scopes:
        scope = recorder.scopes[-1]
        received = f" received {scope.input_shape}" if scope.input_shape else ""
        place = f"{scope.name or place} ({type(scope.module).__name__}),{received or ' at work'}"
    return (
        f"The forward pass on an input of {tuple(input_shape)} failed in {place}: {error}. Compare "
        "that layer's settings with the shape it receives, or try another input shape."
    )


def _refuse_unknown_fields(steps: list[Step]) -> None:
    for step in steps:
        if isinstance(step.field, Unknown):
            lost = step.field
            raise AnatomyError(
                f"The receptive field cannot be followed exactly beyond {lost.where!r}: "
                f"{lost.operation}: {lost.reason}. Type trace(…, receptive_fields=False) for the "
                "rest of the table, or empirical_receptive_field(…) to measure the field."
            )


def _layer(step: Step, receptive_fields: bool) -> Layer:
    field = step.field if receptive_fields and isinstance(step.field, Field) else None
    jump = None
    if field is not None and not field.is_uniform:
        jump = (field.rows.jump, field.columns.jump)
    return Layer(
        name=step.name,
        type=step.kind,
        output_shape=step.output_shape,
        parameters=step.parameters,
        multiply_adds=step.multiply_adds,
        receptive_field=None if field is None else field.size,
        jump=jump,
    )
