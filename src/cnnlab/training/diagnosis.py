"""What can stop a training run, each with its own name and a message that says what to change."""

from __future__ import annotations

import math
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from cnnlab.errors import CnnlabError

if TYPE_CHECKING:
    from cnnlab.training.history import History


class TrainingError(CnnlabError):
    """A training run that cannot go on. `history` holds what was recorded before it stopped."""

    history: History | None = None


class DivergedError(TrainingError):
    """The loss became NaN, infinite, or grew without bound."""


class FrozenModelError(TrainingError):
    """Nothing in the model learns."""


class LabelError(TrainingError):
    """The labels do not fit the model's outputs."""


class ShapeError(TrainingError):
    """The model cannot read the batches, or gives something that is not one row of logits each."""


class EmptyDataError(TrainingError):
    """There is nothing to learn from, or it can be read only once."""


class OutOfMemoryError(TrainingError):
    """A step needs more memory than the machine has."""


class SettingError(TrainingError):
    """An argument of `fit` that makes no sense."""


TYPE_PHRASES = ("expected scalar type", "should be the same", "must have the same dtype")

SHAPE_PHRASES = (
    *TYPE_PHRASES,
    "more than 1 value per channel",
    "mat1 and mat2",
    "shapes cannot be multiplied",
    "expected input",
    "Expected 3D (unbatched) or 4D",
    "size mismatch",
    "must match the size",
    "Given groups",
    "Kernel size can't be greater",
    "Output size is too small",
    "is invalid for input of size",
    "expected 4D input",
    "expected 2D or 3D input",
    "running_mean should contain",
)


def explain_failed_step(
    error: BaseException, model: nn.Module, x: Tensor, y: Tensor
) -> TrainingError | None:
    """Put a failure inside a training step into words; None where it is not one we know.

    An unknown failure is most often a bug in the learner's own `forward`: its own traceback
    then says more than we could, so the caller lets it through unchanged.
    """
    text = str(error)
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError) or "allocate memory" in text:
        return OutOfMemoryError(
            f"There is not enough memory for a step on a batch of shape {tuple(x.shape)}. "
            f"Activations grow with the batch: try batch_size={max(1, len(x) // 2)}, "
            "smaller images, or a model with fewer channels in its first layers."
        )
    if isinstance(error, IndexError) and "out of bounds" in text:
        return LabelError(
            f"A label lies outside what the model can predict ({text}). This batch has labels "
            f"from {int(y.min())} to {int(y.max())}. Labels must be 0 … num_classes−1: give "
            "the last layer one output for each class, or renumber the labels."
        )
    if isinstance(error, RuntimeError) and "does not require grad" in text:
        return FrozenModelError(
            "The loss does not depend on any trainable parameter. The likely cause is a "
            "`.detach()`, `torch.no_grad()`, or a new tensor made from the outputs "
            "inside `forward`: remove it."
        )
    if isinstance(error, RuntimeError) and "view size is not compatible" in text:
        return ShapeError(
            f"`.view(...)` cannot read the memory layout of its input"
            f"{_failing_layer(error.__traceback__, model)}. Write `.flatten(1)` or "
            "`.reshape(...)` instead, or train with channels_last=False."
        )
    if isinstance(error, RuntimeError | ValueError) and any(p in text for p in SHAPE_PHRASES):
        where = _failing_layer(error.__traceback__, model)
        return ShapeError(
            f"The model could not process a batch of shape {tuple(x.shape)}{where}. "
            f"{_shape_advice(text)} (torch says: {text.strip().splitlines()[0]})"
        )
    return None


def _shape_advice(text: str) -> str:
    if "to have" in text and "channels" in text:
        return (
            "A convolution's in_channels must be the channels of what it is given: 1 for grey "
            "images, 3 for colour, or the out_channels of the convolution before it."
        )
    if "too small" in text or "Kernel size can't be greater" in text:
        return (
            "The feature maps have become smaller than the window that slides over them: use "
            "larger images, or fewer poolings and strides before this layer."
        )
    if "mat1 and mat2" in text:
        return (
            "A linear layer's in_features must be what it is given: channels × height × width "
            "after the last pooling. Change it, or use the image size the model was made for."
        )
    if "more than 1 value per channel" in text:
        return (
            "Batch norm cannot learn from a single sample: leave a last batch of one out "
            "(drop_last=True), or choose another batch_size."
        )
    if any(phrase in text for phrase in TYPE_PHRASES):
        return (
            "Images and weights have different number types: give the images as float32, "
            "x.float(), and leave the model as it was made."
        )
    return (
        "Compare that layer's settings with the shape it is given, and that with what the "
        "layers before it give."
    )


def _failing_layer(traceback: TracebackType | None, model: nn.Module) -> str:
    """Name the innermost layer that was running, and what it was given."""
    names = {id(module): name for name, module in model.named_modules()}
    found = ""
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_locals.get("self")
        if frame.f_code.co_name == "forward" and names.get(id(module)):
            arguments = frame.f_code.co_varnames[1:2]
            given = frame.f_locals.get(arguments[0]) if arguments else None
            shape = f" that was given {tuple(given.shape)}" if isinstance(given, Tensor) else ""
            found = f" in its layer `{names[id(module)]}`, a {module}{shape}"
        traceback = traceback.tb_next
    return found


def check_batch(x: object, y: object) -> None:
    """Refuse a batch that is not (images, integer labels)."""
    if not isinstance(x, Tensor) or not isinstance(y, Tensor):
        raise ShapeError(
            "Every batch must be a pair (x, y) of tensors, but this one holds "
            f"{type(x).__name__} and {type(y).__name__}. Convert them with torch.as_tensor."
        )
    if len(x) == 0:
        raise EmptyDataError("A batch holds no samples. Leave empty batches out.")
    if not x.is_floating_point():
        raise ShapeError(
            f"The images are {str(x.dtype).removeprefix('torch.')}, but layers compute with "
            "float32. Use `data.batches(...)`, which normalises them, or `x.float() / 255`."
        )
    if y.ndim != 1 or len(y) != len(x):
        raise LabelError(
            f"The labels have shape {tuple(y.shape)} for a batch of {len(x)} samples; one "
            f"integer a sample, shape ({len(x)},), is needed. From one-hot rows take "
            "`y.argmax(1)`; from a column take `y.squeeze(1)`."
        )
    if y.dtype != torch.int64:
        raise LabelError(
            f"The labels are {str(y.dtype).removeprefix('torch.')}; cross-entropy needs int64 "
            "class numbers. Use `y.long()`."
        )


def check_logits(logits: object, x: Tensor) -> None:
    """Refuse an output that is not one row of logits for each sample."""
    if not isinstance(logits, Tensor):
        raise ShapeError(
            f"The model returned a {type(logits).__name__}, not a tensor of logits. "
            "Return only the logits from `forward`."
        )
    if logits.ndim != 2 or len(logits) != len(x):
        raise ShapeError(
            f"The model turned a batch of shape {tuple(x.shape)} into {tuple(logits.shape)}; "
            f"({len(x)}, num_classes) is needed. Flatten or pool the feature maps "
            "before the last linear layer (nn.Flatten keeps the batch dimension)."
        )


def check_label_range(y: Tensor, num_classes: int) -> None:
    """Refuse labels that have no logit. This reads values, so it waits for the device."""
    low, high = int(y.min()), int(y.max())
    if low < 0 or high >= num_classes:
        raise LabelError(
            f"The labels run from {low} to {high}, but the model gives {num_classes} logits, "
            f"so labels must be 0 … {num_classes - 1}. Give the last layer {high + 1} outputs, "
            "or renumber the labels from 0."
        )


def explain_divergence(
    mean_loss: float, where: str, lr: float, batches: Iterable[tuple[Tensor, Tensor]]
) -> DivergedError:
    """Say why the loss left the finite world: bad inputs, or a learning rate that is too high."""
    what = (
        "The loss became NaN or infinite"
        if not math.isfinite(mean_loss)
        else f"The loss exploded to {mean_loss:.3g}"
    )
    for index, (x, _) in enumerate(batches):
        if not bool(torch.isfinite(x).all()):
            return DivergedError(
                f"{what} {where}: batch {index} of the training data contains NaN or "
                "infinite inputs. Look for a division by a standard deviation of 0, or for "
                "broken images: `torch.isfinite(x).all()` tells which."
            )
    return DivergedError(
        f"{what} {where}. The inputs are finite, so the weights ran away. The learning rate "
        f"was {lr:.3g}: try lr={lr / 10:.1g}. If that is too slow, put batch norm after the "
        "convolutions; and check that the images are normalised."
    )
