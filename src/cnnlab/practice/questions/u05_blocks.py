"""Unit 05: residual blocks, their shapes and their parameters."""

from __future__ import annotations

import torch

from cnnlab import models
from cnnlab.anatomy import linear_params
from cnnlab.practice.counted import counted
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, near, shape, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num, plus, times

RESNETS = {
    18: models.resnet18,
    34: models.resnet34,
    50: models.resnet50,
    101: models.resnet101,
}


@kind(unit=5, topic="parameters")
def residual_parameters(draw: Draw) -> Question:
    c_in = draw.one_of([8, 12, 16, 20, 24, 32, 40, 48, 64])
    stride = draw.one_of([1, 2])
    c_out = 2 * c_in if stride == 2 else c_in
    answer = counted(models.ResidualBlock, c_in, c_out, stride)
    first, second = 9 * c_in * c_out, 9 * c_out * c_out
    projection = c_in * c_out + 2 * c_out if stride == 2 else 0
    shortcut = (
        f"Shapes differ, so the shortcut has a 1×1 convolution and a batch norm: {c_in}·{c_out} + "
        f"2·{c_out} = {num(projection)}."
        if projection
        else "Shapes agree, so the shortcut is the identity and costs nothing."
    )
    return whole(
        f"ResidualBlock({c_in}, {c_out}, stride={stride}): two 3×3 convolutions without biases, a "
        "batch norm after each, and a shortcut that's the identity where shapes agree, else a 1×1 "
        "convolution with batch norm. How many parameters does it have?",
        answer,
        [
            f"Convolutions: 9·{c_in}·{c_out} + 9·{c_out}·{c_out} = {num(first + second)}.",
            f"Batch norms: γ and β for {c_out} channels, twice: 4·{c_out} = {4 * c_out}.",
            shortcut,
            f"Together {num(answer)}.",
        ],
        {
            answer - projection: "Here the shortcut has a projection: the shapes differ.",
            answer + c_in * c_out + 2 * c_out: "Here the shortcut is the identity.",
            first + second + (c_in * c_out if projection else 0): "You left out the batch norms.",
            answer + 2 * c_out: "These convolutions have no biases.",
        },
        c_in=c_in,
        c_out=c_out,
        stride=stride,
    )


@kind(unit=5, topic="sizes")
def residual_shape(draw: Draw) -> Question:
    widths = draw.one_of([[16, 32, 64], [32, 64, 128], [24, 48, 96, 192], [16, 32, 64, 128]])
    side = draw.one_of([32, 48, 64, 96])
    stages = len(widths)
    out = side // 2 ** (stages - 1)
    return shape(
        f"A small ResNet has stages of widths {widths}; the stem and the first stage keep the "
        "size, each later stage begins with stride 2. What shape does the last map have for an "
        f"image of 3×{side}×{side}?",
        (widths[-1], out, out),
        [
            f"{stages} stages, but the first doesn't halve: {stages - 1} halvings, {side} → {out}.",
            f"The channels are the last width: {times((widths[-1], out, out))}.",
        ],
        {
            (widths[-1], out // 2, out // 2): "The first stage keeps the size.",
            (widths[-1], side, side): "Each later stage begins with stride 2.",
        },
        widths=widths,
        side=side,
    )


@kind(unit=5, topic="parameters")
def bottleneck_parameters(draw: Draw) -> Question:
    width = draw.one_of([8, 12, 16, 20, 24, 32, 40, 48, 64])
    channels = 4 * width
    answer = counted(models.Bottleneck, channels, width)
    plain = counted(models.ResidualBlock, channels, channels)
    parts = [channels * width, 9 * width * width, width * channels]
    norms = 2 * (width + width + channels)
    return whole(
        f"A bottleneck block goes from {channels} channels down to {width} (1×1), through a 3×3 "
        f"with {width}, and up to {channels} again (1×1). No biases, a batch norm after each "
        "convolution, identity shortcut. How many parameters does it have?",
        answer,
        [
            f"Convolutions: {channels}·{width} + 9·{width}·{width} + {width}·{channels} = "
            f"{num(sum(parts))}.",
            f"Batch norms: 2·({width} + {width} + {channels}) = {num(norms)}.",
            f"Together {num(answer)}. Two 3×3 convolutions at {channels} channels would have "
            f"{num(plain)}.",
        ],
        {
            sum(parts): "You left out the batch norms.",
            plain: f"That's the block of two 3×3 convolutions at {channels} channels.",
            sum(parts) + norms + width * 2 + channels: "These convolutions have no biases.",
        },
        width=width,
    )


@kind(unit=5, topic="depth")
def resnet_depth(draw: Draw) -> Question:
    blocks = [draw.whole(1, 6) for _ in range(draw.whole(3, 4))]
    layers = draw.one_of([2, 2, 3])
    answer = layers * sum(blocks) + 2
    what = "two 3×3 convolutions" if layers == 2 else "three convolutions (bottleneck)"
    return whole(
        f"A ResNet has {listed(blocks)} blocks in its stages, each of {what}, a convolution "
        "before them and one dense layer at the end. What number belongs in its name, as in "
        "ResNet-18? (Shortcuts aren't counted.)",
        answer,
        [
            f"Blocks: {plus(blocks)} = {sum(blocks)}, each with {layers} layers: "
            f"{layers * sum(blocks)}.",
            f"First convolution and dense layer: {layers * sum(blocks)} + 2 = {answer}.",
        ],
        {
            layers * sum(blocks): "The first convolution and the dense layer count as well.",
            sum(blocks) + 2: f"Each block has {layers} layers.",
            layers * sum(blocks) + 1: "Two layers stand outside of the blocks.",
        },
        blocks=blocks,
        layers=layers,
    )


@kind(unit=5, topic="parameters")
def resnet_with_other_head(draw: Draw) -> Question:
    depth, classes = draw.one_of(list(RESNETS)), draw.whole(2, 120)
    features = 512 if depth < 50 else 2048
    known = counted(RESNETS[depth])
    old, new = linear_params(features, 1000), linear_params(features, classes)
    answer = known - old + new
    return whole(
        f"ResNet-{depth} has {num(known)} parameters. Its last layer, nn.Linear({features}, "
        f"1000), is replaced for {classes} classes. How many parameters does it have now?",
        answer,
        [
            f"The old head had 1000·({features} + 1) = {num(old)}.",
            f"The new one has {classes}·({features} + 1) = {num(new)}.",
            f"{num(known)} − {num(old)} + {num(new)} = {num(answer)}.",
        ],
        {
            known - 1000 * features + classes * features: "The head has biases, too.",
            known - old: "The new head has parameters of its own.",
            known + new: "The old head goes.",
        },
        depth=depth,
        classes=classes,
    )


@kind(unit=5, topic="parameters")
def head_after_pooling(draw: Draw) -> Question:
    channels, side = draw.one_of([64, 128, 256, 512]), draw.one_of([4, 7, 8])
    classes = draw.one_of([5, 10, 20, 100])
    x = torch.empty(1, channels, side, side, device="meta")
    answer = linear_params(models.global_average_pool(x).shape[1], classes)
    flat = linear_params(channels * side * side, classes)
    return whole(
        f"The last map is {channels}×{side}×{side}. Global average pooling and one dense layer for "
        f"{classes} classes follow. How many parameters does that head have?",
        answer,
        [
            f"Global average pooling leaves one number for each map: {channels}. It learns "
            "nothing.",
            f"{classes}·({channels} + 1) = {num(answer)}. After flattening it would be "
            f"{num(flat)}.",
        ],
        {
            flat: "That's after flattening. Pooling leaves one number for each map.",
            channels * classes: "The biases are missing, one for each class.",
        },
        channels=channels,
        side=side,
        classes=classes,
    )


@kind(unit=5, topic="by-hand")
def residual_by_hand(draw: Draw) -> Question:
    x, f = draw.tenths(0, 3), draw.tenths(-4, 3)
    answer = torch.relu(torch.tensor(x + f, dtype=torch.float64)).item()
    inside = x + max(f, 0)
    return decimal(
        f"A residual block gets the value {num(x)}, and its two convolutions with their batch "
        f"norms give F(x) = {num(f)}. What comes out of the block, with identity shortcut and a "
        "ReLU after the addition?",
        answer,
        [
            f"First add: {num(f)} + {num(x)} = {num(round(x + f, 3))}.",
            f"Then the ReLU: {num(round(answer, 3))}."
            + ("" if f > -x else " Negative sums become 0."),
        ],
        {
            inside: "The ReLU comes after the addition, not before it.",
            x + f: "The block ends in a ReLU.",
            max(f, 0): "The input is added.",
        },
        places=1,
        x=x,
        f=f,
    )


@kind(unit=5, topic="by-hand")
def residual_slope(draw: Draw) -> Question:
    slope, blocks = draw.one_of([-0.5, -0.3, -0.2, -0.1, 0.1, 0.2, 0.3]), draw.whole(2, 8)
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    y = x
    for _ in range(blocks):
        y = slope * y + y
    (gradient,) = torch.autograd.grad(y, x)
    answer = gradient.item()
    less = " A shortcut doesn't keep the slope at 1 or above: F′ can be negative." * (slope < 0)
    return near(
        f"{blocks} residual blocks y = F(x) + x follow each other, and in each of them F has the "
        f"slope {num(slope)}. (Leave out the ReLUs.) What is the derivative of the last output "
        "with respect to the first input?",
        answer,
        [
            f"One block has the slope F′ + 1 = {bracketed(slope)} + 1 = {num(1 + slope)}.",
            f"In a chain, slopes multiply: {num(1 + slope)}^{blocks} = {num(answer)}.{less}",
            f"Without shortcuts it would be {bracketed(slope)}^{blocks} = {num(slope**blocks)}.",
        ],
        {
            slope**blocks: "You left the shortcuts out.",
            1 + slope**blocks: "Each block has its own shortcut: the + 1 stands inside the power.",
            blocks * (1 + slope): "In a chain, slopes multiply.",
            1.0: "The slope of F counts as well.",
        },
        slope=slope,
        blocks=blocks,
    )
