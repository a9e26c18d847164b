"""Our arithmetic of bytes is exact: the same as plain Python's whole numbers, and as ONNX's."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cnnlab.check.draw import Draw
from cnnlab.exercises.u10_budgets.int8_conv2d import draw_bytes, draw_weights, long_sums
from cnnlab.quantization import (
    dequantize,
    int8_conv2d,
    quantization_parameters,
    quantize,
    quantize_weights,
)


def sums_of_whole_numbers(
    xq: torch.Tensor, zero: int, wq: torch.Tensor, stride: int, padding: int
) -> list[int]:
    """Every sum, one product after another, in Python's own whole numbers."""
    images, weights = xq.tolist(), wq.tolist()
    height, width = xq.shape[2:]
    k = wq.shape[-1]
    found = []
    for image in images:
        for kernel in weights:
            for top in range(-padding, height + padding - k + 1, stride):
                for left in range(-padding, width + padding - k + 1, stride):
                    total = 0
                    for plane, flat in zip(image, kernel, strict=True):
                        for i in range(k):
                            for j in range(k):
                                row, column = top + i, left + j
                                if 0 <= row < height and 0 <= column < width:
                                    total += (plane[row][column] - zero) * flat[i][j]
                    found.append(total)
    return found


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 1), (3, 2)])
def test_sums_are_those_of_whole_numbers(stride: int, padding: int) -> None:
    for seed in range(3):
        draw = Draw(seed)
        xq, wq = draw_bytes(draw, 2, 3, 6, 7), draw_weights(draw, 4, 3, 3, 3)
        zero = draw.integer(0, 255)
        y = int8_conv2d(xq, 1.0, zero, wq, torch.ones(4), None, stride, padding)
        wanted = sums_of_whole_numbers(xq, zero, wq, stride, padding)
        assert y.flatten().tolist() == wanted


def test_sums_past_what_float32_counts_are_exact() -> None:
    xq, wq = long_sums(Draw(0))
    y = int8_conv2d(xq, 1.0, 7, wq, torch.ones(3), None)
    assert y.flatten().tolist() == sums_of_whole_numbers(xq, 7, wq, 1, 0)
    half = (xq[:, :2048].long() - 7) * wq[None, 0, :2048].long()
    assert int(half.sum(dim=1).max()) > 2**24  # so float32 would have had to round on its way


@pytest.mark.parametrize("bits", range(2, 9))
def test_numbers_in_the_range_come_back_within_half_a_step(bits: int) -> None:
    draw = Draw(bits)
    x = draw.normal(500, dtype=torch.float32)
    scale, zero = quantization_parameters(x.min().item(), x.max().item(), bits)
    q = quantize(x, scale, zero, bits)
    assert q.dtype == torch.uint8 and int(q.max()) <= 2**bits - 1
    # The ends may lie up to half a step outside, because the zero point is rounded.
    assert (dequantize(q, scale, zero) - x).abs().max() <= scale * 1.001
    inside = (q > 0) & (q < 2**bits - 1)
    assert (dequantize(q, scale, zero) - x).abs()[inside].max() <= scale * 0.5001
    assert dequantize(quantize(torch.zeros(1), scale, zero, bits), scale, zero).item() == 0


def test_weights_come_back_within_half_a_step_of_their_channel() -> None:
    weight = Draw(1).normal(5, 3, 3, 3, dtype=torch.float32)
    wq, scales = quantize_weights(weight)
    gap = (wq.float() * scales.view(-1, 1, 1, 1) - weight).abs().flatten(1).amax(dim=1)
    assert (gap <= scales * 0.5001).all()
    assert wq.dtype == torch.int8 and wq.flatten(1).abs().amax(dim=1).tolist() == [127] * 5


def test_onnx_runtime_rounds_and_clips_as_we_do() -> None:
    import onnxruntime
    from onnx import TensorProto, checker, helper

    kinds = {"x": TensorProto.FLOAT, "scale": TensorProto.FLOAT, "zero": TensorProto.UINT8}
    inputs = [
        helper.make_tensor_value_info(n, k, ["n"] if n == "x" else []) for n, k in kinds.items()
    ]
    outputs = [
        helper.make_tensor_value_info("q", TensorProto.UINT8, ["n"]),
        helper.make_tensor_value_info("back", TensorProto.FLOAT, ["n"]),
    ]
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["back"]),
    ]
    graph = helper.make_graph(nodes, "there and back", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    x = torch.cat([torch.arange(-40, 300) * 0.25, Draw(2).normal(200).float() * 20])
    for scale, zero in ((0.5, 5), (0.25, 10), (0.5, 255), (2.0, 0)):
        feeds = {
            "x": x.numpy(),
            "scale": np.array(scale, dtype=np.float32),
            "zero": np.array(zero, dtype=np.uint8),
        }
        theirs, back = session.run(None, feeds)
        ours = quantize(x, scale, zero)
        assert ours.tolist() == theirs.tolist()
        assert dequantize(ours, scale, zero).tolist() == back.tolist()
