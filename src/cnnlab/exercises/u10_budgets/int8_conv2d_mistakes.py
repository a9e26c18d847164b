"""What goes wrong in convolutions of bytes, as code that makes each mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from cnnlab.check.exercise import Exercise
from cnnlab.quantization import int8_conv2d

Bias = Tensor | None


def _finished(sums: Tensor, scale: Tensor, bias: Bias) -> Tensor:
    y = sums.float() * scale.view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)


def _exact(x: Tensor, wq: Tensor, stride: int) -> Tensor:
    return F.conv2d(x.double(), wq.double(), stride=stride)


def _from(take_off: Callable[[Tensor, int], Tensor]) -> Callable[..., Tensor]:
    """The convolution, with another way to get from padded bytes to whole numbers around 0."""

    def wrong(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        padded = F.pad(xq, (padding,) * 4, value=x_zero)
        return _finished(_exact(take_off(padded, x_zero), wq, stride), x_scale * w_scales, bias)

    return wrong


def add_mistakes(exercise: Exercise) -> None:
    """Declares them, the likeliest first."""
    exercise.mistake(
        "zero_point_ignored",
        "You multiply the bytes as they are. A byte stands for scale · (byte − zero point), so the "
        "zero point has to come off before anything is multiplied.",
    )(_from(lambda xq, zero: xq.double()))
    exercise.mistake(
        "bytes_wrap_around",
        "You subtract from bytes, and a byte can't be negative: 3 − 5 gives 254. Convert to a "
        "wider kind of number first.",
    )(_from(lambda xq, zero: (xq.long() - zero).remainder(256)))
    exercise.mistake(
        "read_as_signed",
        "You convert the bytes to int8, and everything from 128 on becomes negative: 200 turns "
        "into −56. Inputs are uint8; only weights are int8.",
    )(_from(lambda xq, zero: xq.to(torch.int8).long() - zero))
    exercise.mistake(
        "read_as_signed",
        "The difference of byte and zero point goes from −255 to 255, and int8 can't hold that: it "
        "wraps around. Convert to a wider kind of number.",
    )(_from(lambda xq, zero: (xq.long() - zero).to(torch.int8)))
    exercise.mistake(
        "zero_point_added",
        "You add the zero point. On the way back to real numbers it comes off.",
    )(_from(lambda xq, zero: xq.double() + zero))

    @exercise.mistake(
        "zero_point_ignored",
        "You compute with the bytes as they are, inside and in the frame. A byte stands for scale "
        "· (byte − zero point), so the zero point has to come off before anything is multiplied.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        return int8_conv2d(xq, x_scale, 0, wq, w_scales, bias, stride, padding)

    @exercise.mistake(
        "padded_with_zero",
        "You pad the bytes with 0, and the byte 0 stands for −zero_point · scale: a dark frame, "
        "not nothing. Pad with x_zero, or take the zero point off first and pad with 0 then.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        padded = F.pad(xq, (padding,) * 4)
        return int8_conv2d(padded, x_scale, x_zero, wq, w_scales, bias, stride)

    @exercise.mistake(
        "float32_sums",
        "Your sums are nearly right, and they have to be exact. float32 counts whole numbers up to "
        "2^24 only, and 255 · 127 · 576 is past that. Sum in int32, int64 or float64.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        padded = F.pad(xq, (padding,) * 4, value=x_zero)
        sums = F.conv2d(padded.float() - x_zero, wq.float(), stride=stride)
        return _finished(sums, x_scale * w_scales, bias)

    @exercise.mistake(
        "sums_of_16_bits",
        "Your sums are too large for the whole numbers that hold them, and wrap around. A single "
        "product may be 255 · 127, and int16 ends at 32,767: sum in int32 or int64.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        padded = F.pad(xq, (padding,) * 4, value=x_zero)
        sums = _exact(padded.double() - x_zero, wq, stride).long().to(torch.int16)
        return _finished(sums, x_scale * w_scales, bias)

    @exercise.mistake(
        "scale_of_the_input_missing",
        "The scale of the input is missing: a sum counts in steps of x_scale · w_scale.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        return int8_conv2d(xq, 1.0, x_zero, wq, w_scales, bias, stride, padding)

    @exercise.mistake(
        "scales_of_the_weights_missing",
        "The scales of the weights are missing: a sum counts in steps of x_scale · w_scale.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        ones = torch.ones_like(w_scales)
        return int8_conv2d(xq, x_scale, x_zero, wq, ones, bias, stride, padding)

    @exercise.mistake(
        "one_scale_for_all",
        "You use the first channel's scale for all. Each output channel has a scale of its own.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        first = w_scales[:1].expand(len(w_scales))
        return int8_conv2d(xq, x_scale, x_zero, wq, first, bias, stride, padding)

    @exercise.mistake(
        "bias_scaled",
        "You scale the bias along with the sums. It's a real number already: add it afterwards.",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        scaled = None if bias is None else bias * x_scale * w_scales
        return int8_conv2d(xq, x_scale, x_zero, wq, w_scales, scaled, stride, padding)

    @exercise.mistake("bias_forgotten", "The bias isn't added.")
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        return int8_conv2d(xq, x_scale, x_zero, wq, w_scales, None, stride, padding)

    @exercise.mistake("stride_ignored", "The stride has no effect.")
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        return int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, 1, padding)

    @exercise.mistake("padding_ignored", "The padding has no effect.")
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        return int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride)

    @exercise.mistake(
        "not_float32",
        "The numbers are right, but their dtype is float64. The next layer computes with float32: "
        "end with .float().",
    )
    def _(
        xq: Tensor,
        x_scale: float,
        x_zero: int,
        wq: Tensor,
        w_scales: Tensor,
        bias: Bias,
        stride: int = 1,
        padding: int = 0,
    ) -> Tensor:
        return int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride, padding).double()
