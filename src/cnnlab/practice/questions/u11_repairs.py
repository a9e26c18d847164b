"""Unit 11: activations and norms by hand."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, percent, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num


@kind(unit=11, topic="activations")
def dead_share(draw: Draw) -> Question:
    channels, dead = draw.one_of([8, 10, 12, 16]), draw.whole(1, 6)
    highest = draw.shuffled([0.0] * dead + [draw.tenths(0.1, 4) for _ in range(channels - dead)])
    outputs = torch.tensor(highest, dtype=torch.float64)
    answer = 100 * (outputs <= 0).double().mean().item()
    return percent(
        f"The largest outputs of a ReLU's {channels} channels, over all images and positions:\n"
        f"    {', '.join(num(value) for value in highest)}\n"
        "How large is the share of dead channels?",
        answer,
        [
            "A channel is dead if it's 0 for every image, so if even its largest output is 0: "
            f"{dead}.",
            f"{dead}/{channels} = {answer:.2f} %. A dead unit gets no gradient, so it can't "
            "recover by itself.",
        ],
        {100 - answer: "That's the share of those that live."},
        highest=highest,
    )


@kind(unit=11, topic="activations")
def activation_value(draw: Draw) -> Question:
    name = draw.one_of(["leaky ReLU with slope 0.01", "leaky ReLU with slope 0.2", "SiLU", "GELU"])
    x = draw.tenths(-3, 3)
    value = torch.tensor(x, dtype=torch.float64)
    slope = {"leaky ReLU with slope 0.01": 0.01, "leaky ReLU with slope 0.2": 0.2}.get(name)
    if slope is not None:
        answer = F.leaky_relu(value, slope).item()
        steps = [
            "Positive values pass, negative ones are multiplied by the slope: "
            + (f"{num(x)}·{num(slope)} = {num(answer)}." if x < 0 else f"{num(x)} stays.")
        ]
    elif name == "SiLU":
        answer = F.silu(value).item()
        gate = torch.sigmoid(value).item()
        steps = [
            f"SiLU is x·sigmoid(x). sigmoid({num(x)}) = {gate:.4f}.",
            f"{num(x)}·{gate:.4f} = {num(round(answer, 4))}.",
        ]
    else:
        answer = F.gelu(value).item()
        share = (1 + math.erf(x / math.sqrt(2))) / 2
        steps = [
            "GELU is x·Φ(x), where Φ(x) = ½·(1 + erf(x/√2)) is the share of a normal distribution "
            f"below x: Φ({num(x)}) = {share:.4f}.",
            f"{num(x)}·{share:.4f} = {num(round(answer, 4))}.",
        ]
    return decimal(
        f"What does {name} make of {num(x)}?",
        answer,
        steps,
        {
            max(x, 0.0): "That's the plain ReLU.",
            torch.sigmoid(value).item(): "That's the sigmoid; SiLU multiplies it by x.",
            x: "Negative values don't pass unchanged.",
        },
        places=3 if slope == 0.01 else 2,
        name=name,
        x=x,
    )


@kind(unit=11, topic="normalisation")
def numbers_in_a_group(draw: Draw) -> Question:
    groups = draw.one_of([1, 2, 4, 8])
    channels = groups * draw.one_of([2, 4, 8])
    n, side = draw.one_of([2, 8, 32]), draw.one_of([4, 7, 8])
    x = torch.empty(n, channels, side, side, device="meta")
    answer = x.view(n, groups, -1).shape[2]
    like = {1: " With one group it's layer norm over C, H, W."}.get(groups, "")
    return whole(
        f"Group norm with {groups} group{'s' if groups > 1 else ''} gets a batch of shape "
        f"({n}, {channels}, {side}, {side}). Over how many numbers does it take each mean?",
        answer,
        [
            f"Each image has its own means, one for each group of {channels}/{groups} = "
            f"{channels // groups} channels.",
            f"{channels // groups}·{side}·{side} = {num(answer)}.{like} The batch's size doesn't "
            "matter.",
        ],
        {
            n * answer: "Images aren't mixed. That's the point, for small batches.",
            n * side * side: "That's batch norm.",
            side * side: "A group holds several channels.",
            channels * side * side: "Each group has a mean of its own.",
        },
        groups=groups,
        n=n,
        channels=channels,
        side=side,
    )


@kind(unit=11, topic="normalisation")
def group_norm_by_hand(draw: Draw) -> Question:
    while True:
        values = [draw.whole(-4, 9) for _ in range(4)]
        if values[0] != values[1] and values[2] != values[3]:
            break
    groups, place = draw.one_of([1, 2]), draw.whole(0, 3)
    x = torch.tensor(values, dtype=torch.float64).view(1, 4, 1)
    answer = F.group_norm(x, groups, eps=1e-12).flatten()[place].item()
    members = values if groups == 1 else values[:2] if place < 2 else values[2:]
    mean = sum(members) / len(members)
    variance = sum((value - mean) ** 2 for value in members) / len(members)
    other = F.group_norm(x, 3 - groups, eps=1e-12).flatten()[place].item()
    return decimal(
        f"An image of four channels with a single position each: {listed(values)}. Group norm with "
        f"{groups} group{'s' if groups > 1 else ''}, without γ, β and ε. What becomes of channel "
        f"{place + 1}, {num(values[place])}?",
        answer,
        [
            f"Its group holds {listed(members)}: mean {num(mean)}, variance "
            f"{num(sum((v - mean) ** 2 for v in members))}/{len(members)} = {num(variance)}.",
            f"({num(values[place])} − {bracketed(mean)})/√{num(variance)} = "
            f"{num(round(answer, 4))}.",
        ],
        {
            other: f"That's with {3 - groups} group{'s' if groups == 1 else ''}.",
            (values[place] - mean) / variance: "Divide by the root of the variance.",
        },
        values=values,
        groups=groups,
        place=place,
    )


@kind(unit=11, topic="normalisation")
def norm_of_one(draw: Draw) -> Question:
    value, gamma, beta = draw.whole(-9, 9), draw.one_of([1, 2, 3]), draw.tenths(-2, 2)
    weight, bias = (torch.tensor([float(n)], dtype=torch.float64) for n in (gamma, beta))
    x = torch.full((1, 1, 2, 2), float(value), dtype=torch.float64)
    answer = F.batch_norm(x, None, None, weight, bias, training=True)[0, 0, 0, 0].item()
    return decimal(
        f"Batch norm in train mode, batch size 1: a channel of 2×2 positions holds {num(value)} "
        f"at every one of them. γ = {num(gamma)}, β = {num(beta)}. What comes out at each "
        "position?",
        answer,
        [
            f"The mean is {num(value)}, so every distance from it is 0.",
            f"{num(gamma)}·0 + {bracketed(beta)} = {num(beta)}. (ε keeps the division by 0 away.) "
            "Whatever the value was, it's lost.",
        ],
        {
            gamma * value + beta: "The mean is taken off first, and the mean is the value itself.",
            0: "γ and β come after it.",
            value: "The mean is taken off.",
        },
        places=1,
        value=value,
        gamma=gamma,
        beta=beta,
    )
