"""Unit 04: batch norm by hand, in training and in evaluation."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num, plus

TINY = 1e-12  # torch wants an ε; this one changes no digit that is shown


def four_numbers(draw: Draw) -> list[int]:
    """Four whole numbers, not all alike, with a mean that's easy to write."""
    while True:
        values = [draw.whole(-4, 9) for _ in range(4)]
        if len(set(values)) > 2 and sum(values) % 2 == 0:
            return values


def spread(values: list[int]) -> tuple[float, float]:
    """Mean and biased variance."""
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values) / len(values)


def variance_steps(values: list[int], divisor: int) -> list[str]:
    """How mean and variance are worked out."""
    mean = sum(values) / len(values)
    squares = [(value - mean) ** 2 for value in values]
    return [
        f"Mean: ({plus(values)})/4 = {num(mean)}.",
        f"Squared distances from it: {listed(squares)}. Variance: {num(sum(squares))}/{divisor} = "
        f"{num(sum(squares) / divisor)}.",
    ]


@kind(unit=4, topic="normalisation")
def batch_norm_by_hand(draw: Draw) -> Question:
    values, place = four_numbers(draw), draw.whole(0, 3)
    gamma, beta = draw.one_of([0.5, 1, 1.5, 2, 3]), draw.one_of([-1, 0, 0.5, 1, 2])
    x = torch.tensor(values, dtype=torch.float64).view(4, 1)
    weight, bias = (torch.tensor([n], dtype=torch.float64) for n in (gamma, beta))
    answer = F.batch_norm(x, None, None, weight, bias, training=True, eps=TINY)[place].item()
    mean, variance = spread(values)
    unbiased = (values[place] - mean) / math.sqrt(variance * 4 / 3) * gamma + beta
    normal = (values[place] - mean) / math.sqrt(variance)
    order = ("first", "second", "third", "fourth")[place]
    return decimal(
        f"Batch norm, train mode: a batch gives one channel the four numbers {listed(values)}. "
        f"γ = {num(gamma)} and β = {num(beta)}; leave out ε. What becomes of the {order}, "
        f"{num(values[place])}?",
        answer,
        [
            *variance_steps(values, 4),
            f"Normalised: ({num(values[place])} − {bracketed(mean)})/√{num(variance)} = "
            f"{num(round(normal, 3))}.",
            f"Then γ and β: {num(gamma)}·{bracketed(round(normal, 3))} + {bracketed(beta)} = "
            f"{num(round(answer, 3))}.",
        ],
        {
            normal: "You left out γ and β.",
            unbiased: "You divided by n − 1. Normalising uses the variance with n; only the "
            "running estimate uses n − 1.",
            (values[place] - mean) / variance * gamma
            + beta: "Divide by the standard deviation, the root of the variance.",
            (normal + beta) * gamma: "First times γ, then plus β.",
        },
        values=values,
        place=place,
        gamma=gamma,
        beta=beta,
    )


@kind(unit=4, topic="normalisation")
def running_mean(draw: Draw) -> Question:
    old, new = draw.tenths(-2, 4), draw.tenths(-2, 6)
    momentum = draw.one_of([0.1, 0.1, 0.2, 0.5])
    layer = _layer(momentum, mean=old, variance=1.0)
    layer(torch.tensor([[new - 1.0], [new + 1.0]], dtype=torch.float64))
    answer = _only(layer.running_mean)
    return decimal(
        f"A BatchNorm2d layer (momentum={momentum}) has a running mean of {num(old)} for one "
        f"channel. In train mode it gets a batch with the mean {num(new)}. What's the running "
        "mean now?",
        answer,
        [
            "running mean ← (1 − momentum)·running mean + momentum·batch mean",
            f"= {num(1 - momentum)}·{bracketed(old)} + {num(momentum)}·{bracketed(new)} = "
            f"{num(round(answer, 4))}.",
        ],
        {
            momentum * old + (1 - momentum) * new: "In PyTorch, momentum is the share of the *new* "
            "batch. (Optimisers use the word the other way round.)",
            new: "The running mean takes in only a part of each batch.",
            old: "It moves in train mode, in every forward pass.",
        },
        places=3,
        old=old,
        new=new,
        momentum=momentum,
    )


@kind(unit=4, topic="normalisation")
def running_variance(draw: Draw) -> Question:
    values, old = four_numbers(draw), draw.one_of([0.5, 1, 1, 2, 4])
    layer = _layer(0.1, mean=0.0, variance=old)
    layer(torch.tensor(values, dtype=torch.float64).view(4, 1))
    answer = _only(layer.running_var)
    _, biased = spread(values)
    unbiased = biased * 4 / 3
    return decimal(
        f"A BatchNorm2d layer (momentum=0.1) has a running variance of {num(old)} for a channel. "
        f"In train mode a batch gives that channel the four numbers {listed(values)}. What's the "
        "running variance now?",
        answer,
        [
            "The running estimate uses the unbiased variance, with n − 1 = 3.",
            *variance_steps(values, 3),
            f"0.9·{num(old)} + 0.1·{num(round(unbiased, 4))} = {num(round(answer, 4))}.",
        ],
        {
            0.9 * old + 0.1 * biased: "You divided by n. That's for normalising the batch; the "
            "running estimate divides by n − 1.",
            0.1 * old + 0.9 * unbiased: "Momentum is the share of the *new* batch.",
            unbiased: "The running variance takes in only a tenth of each batch.",
        },
        values=values,
        old=old,
    )


@kind(unit=4, topic="normalisation")
def batch_norm_in_eval(draw: Draw) -> Question:
    mean, variance = draw.tenths(-2, 5), draw.one_of([0.25, 1, 2.25, 4, 9])
    gamma, beta = draw.one_of([0.5, 1, 2, 3]), draw.one_of([-1, 0, 1, 2])
    value = draw.whole(-5, 9)
    x = torch.tensor([[value]], dtype=torch.float64)
    settings = [torch.tensor([n], dtype=torch.float64) for n in (mean, variance, gamma, beta)]
    mu, var, weight, bias = settings
    answer = F.batch_norm(x, mu, var, weight, bias, eps=TINY).item()
    root = math.sqrt(variance)
    return decimal(
        f"Batch norm in eval mode: running mean {num(mean)}, running variance {num(variance)}, "
        f"γ = {num(gamma)}, β = {num(beta)}; leave out ε. The batch holds a single number, "
        f"{num(value)}. What comes out?",
        answer,
        [
            "In eval mode the running statistics are used, so the batch's size doesn't matter.",
            f"({num(value)} − {bracketed(mean)})/√{num(variance)} = "
            f"({num(value - mean)})/{num(root)} = {num(round((value - mean) / root, 3))}.",
            f"{num(gamma)}·{bracketed(round((value - mean) / root, 3))} + {bracketed(beta)} = "
            f"{num(round(answer, 3))}.",
        ],
        {
            beta: "That's what would come out if the batch's own mean were used. This is eval "
            "mode.",
            gamma * (value - mean) / variance + beta: "Divide by the root of the variance.",
            (value - mean) / root: "You left out γ and β.",
        },
        mean=mean,
        variance=variance,
        gamma=gamma,
        beta=beta,
        value=value,
    )


@kind(unit=4, topic="normalisation")
def numbers_in_a_mean(draw: Draw) -> Question:
    n, c = draw.one_of([8, 16, 32, 64]), draw.one_of([16, 32, 64, 128])
    height = draw.one_of([4, 7, 8, 14, 16])
    width = draw.one_of([height, 2 * height])
    answer = torch.empty(n, c, height, width, device="meta")[:, 0].numel()
    return whole(
        f"BatchNorm2d gets a batch of shape ({n}, {c}, {height}, {width}) in train mode. Over how "
        "many numbers does it take the mean of one channel?",
        answer,
        [
            "Each channel has one mean, over all images and all positions.",
            f"{n}·{height}·{width} = {num(answer)}.",
        ],
        {
            n: "Over all positions as well, not over the images alone.",
            height * width: "Over all images of the batch as well: that's the batch in batch norm.",
            answer * c: "Each channel has statistics of its own.",
            c * height * width: "That's layer norm: all of one image.",
        },
        n=n,
        c=c,
        height=height,
        width=width,
    )


@kind(unit=4, topic="parameters")
def conv_bn_parameters(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([3, 16, 32, 64]), draw.one_of([16, 24, 32, 64, 128])
    with torch.device("meta"):
        layers = [torch.nn.Conv2d(c_in, c_out, 3, bias=False), torch.nn.BatchNorm2d(c_out)]
    answer = sum(p.numel() for layer in layers for p in layer.parameters())
    weights = 9 * c_in * c_out
    return whole(
        f"nn.Conv2d({c_in}, {c_out}, 3, bias=False) is followed by nn.BatchNorm2d({c_out}). How "
        "many learnable parameters do they have together?",
        answer,
        [
            f"Convolution: {c_out}·{c_in}·9 = {num(weights)}, no biases.",
            f"Batch norm learns γ and β for each channel: 2·{c_out} = {2 * c_out}.",
            f"{num(weights)} + {2 * c_out} = {num(answer)}. The running statistics are buffers: "
            "they're saved with the model, but no gradient moves them.",
        ],
        {
            weights + 4 * c_out: "Running mean and variance aren't learned; they're buffers.",
            weights + c_out: "Batch norm has a γ *and* a β for each channel.",
            weights + 2: "Each channel has a γ and a β of its own.",
            weights + 3 * c_out: "This convolution has bias=False: batch norm would take it off.",
        },
        c_in=c_in,
        c_out=c_out,
    )


@kind(unit=4, topic="normalisation")
def folded_weight(draw: Draw) -> Question:
    weight, bias = draw.tenths(-2, 2), draw.tenths(-1, 1)
    mean, beta = draw.tenths(-2, 2), draw.tenths(-1, 2)
    variance, gamma = draw.one_of(
        [(0.25, 2), (0.25, 3), (4, 0.5), (4, 1), (4, 3), (9, 0.5), (9, 2)]
    )
    wants = draw.one_of(["weight", "bias"])
    settings = [torch.tensor([n], dtype=torch.float64) for n in (mean, variance, gamma, beta)]

    def through_both(x: float) -> float:
        inside = torch.tensor([[weight * x + bias]], dtype=torch.float64)
        mu, var, scale, shift = settings
        return F.batch_norm(inside, mu, var, scale, shift, eps=TINY).item()

    folded_bias = through_both(0.0)
    answer = folded_bias if wants == "bias" else through_both(1.0) - folded_bias
    scale = gamma / math.sqrt(variance)
    how = (
        f"Bias: (b − μ)·{num(scale)} + β = ({num(bias)} − {bracketed(mean)})·{num(scale)} + "
        f"{bracketed(beta)} = {num(round(answer, 3))}."
        if wants == "bias"
        else f"Weight: w·{num(scale)} = {bracketed(weight)}·{num(scale)} = {num(round(answer, 3))}."
    )
    return decimal(
        f"A 1×1 convolution with one weight w = {num(weight)} and the bias b = {num(bias)} is "
        f"followed by batch norm in eval mode: μ = {num(mean)}, σ² = {num(variance)}, γ = "
        f"{num(gamma)}, β = {num(beta)}; leave out ε. Both are folded into one convolution. Which "
        f"{wants} does it get?",
        answer,
        [
            f"Batch norm multiplies by γ/σ = {num(gamma)}/√{num(variance)} = {num(scale)}.",
            how,
        ],
        {
            weight * gamma / variance
            if wants == "weight"
            else (bias - mean) * gamma / variance + beta: "Divide by σ, the root of σ².",
            bias * scale + beta if wants == "bias" else weight * gamma: "You left out "
            + ("the mean μ." if wants == "bias" else "σ."),
        },
        weight=weight,
        bias=bias,
        mean=mean,
        variance=variance,
        gamma=gamma,
        beta=beta,
        wants=wants,
    )


def _layer(momentum: float, mean: float, variance: float) -> torch.nn.BatchNorm1d:
    layer = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    layer.load_state_dict(
        {
            "running_mean": torch.tensor([mean]),
            "running_var": torch.tensor([variance]),
            "num_batches_tracked": torch.tensor(0),
        },
        strict=False,
    )
    return layer


def _only(numbers: torch.Tensor | None) -> float:
    assert numbers is not None
    return numbers.item()
