"""One rule per operation: from the fields of its inputs to the field of its output.

Operations carry torch's own names ("conv2d", "max_pool2d", …). A rule that cannot be exact raises
UnknownFieldError: no number is better than a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import torch

from cnnlab.anatomy.fields import Axis, Field, UnknownFieldError


@dataclass(frozen=True)
class Call:
    """One call of an operation, with the fields of those inputs that depend on the image."""

    name: str
    arguments: dict[str, Any]
    output: torch.Tensor
    fields: list[Field]

    @property
    def field(self) -> Field:
        return self.fields[0]

    @property
    def input(self) -> torch.Tensor:
        for key in ("input", "self"):
            if key in self.arguments:
                return self.arguments[key]
        raise UnknownFieldError("its input has no name")

    def pair(self, key: str) -> tuple[int, int]:
        """An argument that torch writes as one number or two."""
        value = self.arguments[key]
        values = [value] if isinstance(value, int) else list(value)
        return values[0], values[-1]


def same(call: Call) -> Field:
    """Each output depends on its own position of one input only."""
    return call.field


def joined(call: Call) -> Field:
    """Each output depends on the same position of several inputs."""
    return reduce(Field.joined, call.fields)


def _map_field(call: Call) -> Field:
    if call.field.flattened:
        raise UnknownFieldError("it needs a map, but its input has been flattened")
    if call.input.dim() not in (3, 4):
        raise UnknownFieldError("it works on something other than a stack of images")
    return call.field


def _slide(
    call: Call,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    padding: tuple[int, int],
) -> Field:
    field = _map_field(call)
    rows, columns = (
        axis.window(kernel[i], stride[i], padding[i], dilation[i], call.output.shape[i - 2])
        for i, axis in enumerate((field.rows, field.columns))
    )
    return Field(rows, columns)


def convolution(call: Call) -> Field:
    """A sliding window; transposed and one- or three-dimensional ones are not covered."""
    weight = call.arguments["weight"]
    if call.arguments["transposed"]:
        raise UnknownFieldError("a transposed convolution's positions see windows of unequal size")
    if weight.dim() != 4:
        raise UnknownFieldError("only two-dimensional convolutions are covered")
    kernel = (weight.shape[2], weight.shape[3])
    return _slide(call, kernel, call.pair("stride"), call.pair("dilation"), call.pair("padding"))


def pooling(call: Call) -> Field:
    """A sliding window whose stride is its kernel unless said otherwise."""
    kernel = call.pair("kernel_size")
    stride = call.pair("stride") if call.arguments["stride"] else kernel
    dilation = call.pair("dilation") if "dilation" in call.arguments else (1, 1)
    return _slide(call, kernel, stride, dilation, call.pair("padding"))


def adaptive_pooling(call: Call) -> Field:
    """Windows of equal size, where the output's sides divide the input's."""
    field = _map_field(call)
    height, width = call.output.shape[-2:]
    return Field(_equal_windows(field.rows, height), _equal_windows(field.columns, width))


def _equal_windows(axis: Axis, outputs: int) -> Axis:
    if outputs == 1:
        return axis.together(1)
    if axis.positions % outputs:
        raise UnknownFieldError(
            f"its windows have unequal sizes ({axis.positions} positions into {outputs})"
        )
    size = axis.positions // outputs
    return axis.window(size, size, 0, 1, outputs)


def reduction(call: Call) -> Field:
    """A mean, sum or maximum over channels, over all positions, or over a flattened map."""
    if "other" in call.arguments:  # torch.max(a, b) compares position by position
        return joined(call)
    field, dims = call.field, call.arguments.get("dim")
    count = call.input.dim()
    if dims is None or dims == []:
        return field.together()
    dims = {d % count - count for d in ([dims] if isinstance(dims, int) else dims)}
    if field.flattened:
        if -1 in dims:
            return field.together()
    elif dims >= {-1, -2}:
        return field.together()
    elif not dims & {-1, -2}:
        return field
    raise UnknownFieldError("it averages over some positions in a way that is not covered")


def reshape(call: Call) -> Field:
    """Keep the map, or flatten it; other ways to rearrange positions are not covered."""
    field, before, after = call.field, call.input.shape, call.output.shape
    height, width = field.positions
    if field.is_uniform or after == before:
        return field
    if not field.flattened:
        if len(after) >= 2 and tuple(after[-2:]) == (height, width):
            return field
        if after[-1] % (height * width) == 0:
            return replace(field, flattened=True)
    raise UnknownFieldError("it rearranges positions in a way that is not covered")


def dense(call: Call) -> Field:
    """A dense layer, or product with a matrix of weights, reads all of the last dimension."""
    if len(call.fields) == 1 and (call.field.flattened or call.field.is_uniform):
        return call.field.together()
    raise UnknownFieldError("a dense layer on a map that has not been flattened is not covered")


def whole_map(call: Call) -> Field:
    """A normalisation over positions: every output depends on all of them."""
    field = _map_field(call)
    rows, columns = field.rows, field.columns
    return Field(rows.together(rows.positions), columns.together(columns.positions))


def channelwise(call: Call) -> Field:
    """Cutting, stacking or exchanging dimensions that are not positions."""
    last_places = 1 if call.field.flattened else 2
    count = call.input.dim()
    dims = [call.arguments[key] for key in ("dim", "dim0", "dim1") if key in call.arguments]
    if all(d % count < count - last_places for d in dims):
        return joined(call)
    raise UnknownFieldError("it cuts, joins or moves positions")


def concatenation(call: Call) -> Field:
    """Stacking maps channel by channel; flattened maps have no channels left."""
    dim, count = call.arguments["dim"], call.output.dim()
    if not any(f.flattened for f in call.fields) and dim % count < count - 2:
        return joined(call)
    raise UnknownFieldError("it joins tensors along their positions")


def cutting(call: Call) -> Field:
    """A slice such as x[:, :, ::2]."""
    place = call.arguments["dim"] % call.input.dim() - call.input.dim()
    if call.field.flattened or place < -2:
        return channelwise(call)
    start = call.arguments["start"] or 0
    start = max(0, start + call.input.shape[place]) if start < 0 else start
    step, positions = call.arguments["step"], call.output.shape[place]
    if place == -2:
        return replace(call.field, rows=call.field.rows.cut(start, step, positions))
    return replace(call.field, columns=call.field.columns.cut(start, step, positions))


def zero_padding(call: Call) -> Field:
    """A border of constants; a border of mirrored pixels is not covered."""
    if call.arguments.get("mode", "constant") != "constant":
        raise UnknownFieldError("a border that repeats pixels is not covered")
    border = list(call.arguments["pad"])
    field = _map_field(call)

    def grown(axis: Axis, place: int, positions: int) -> Axis:
        before = border[place] if place < len(border) else 0
        return axis.cut(-before, 1, positions)

    return Field(
        grown(field.rows, 2, call.output.shape[-2]), grown(field.columns, 0, call.output.shape[-1])
    )


Rule = Callable[[Call], Field]


def _rules(*entries: tuple[Rule, Sequence[str]]) -> dict[str, Rule]:
    return {name: rule for rule, names in entries for name in names}


# Operations marked "pointwise" by torch need no entry: they follow the rule `joined`.
RULES = _rules(
    (convolution, ["convolution"]),
    (pooling, ["max_pool2d", "max_pool2d_with_indices", "avg_pool2d"]),
    (adaptive_pooling, ["adaptive_avg_pool2d", "adaptive_max_pool2d"]),
    (reduction, ["mean", "sum", "amax", "amin", "max"]),
    (reshape, ["flatten", "reshape", "view", "unflatten", "squeeze", "unsqueeze"]),
    (dense, ["linear", "mm", "addmm"]),
    (whole_map, ["instance_norm", "group_norm"]),
    (channelwise, ["split", "chunk", "select", "unbind", "transpose", "channel_shuffle"]),
    (concatenation, ["cat", "concat"]),
    (cutting, ["slice"]),
    (zero_padding, ["pad", "constant_pad_nd"]),
    (
        same,
        [
            "batch_norm",
            "dropout",
            "feature_dropout",
            "alpha_dropout",
            "feature_alpha_dropout",
            "prelu",
            "hardswish",
            "contiguous",
            "clone",
            "to",
            "detach",
            "alias",
        ],
    ),
)


_RULES_FOR_SEVERAL_INPUTS = (joined, concatenation, reduction)


def field_after(call: Call, pointwise: bool) -> Field:
    """Return the field of a call's output, or raise UnknownFieldError."""
    rule = RULES.get(call.name, joined if pointwise else None)
    try:
        if rule is None:
            raise UnknownFieldError("no rule covers this operation")
        if len(call.fields) > 1 and rule not in _RULES_FOR_SEVERAL_INPUTS:
            raise UnknownFieldError("its settings depend on the image too")
        return rule(call)
    except UnknownFieldError:
        # Where every unit already sees the same pixels, no rearrangement can matter.
        if all(field.is_uniform and not field.flattened for field in call.fields):
            return reduce(Field.joined, (field.together() for field in call.fields))
        raise
