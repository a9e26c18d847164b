"""Unit 11: activations, norms and gradients by hand."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, near, percent, whole
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


@kind(unit=11, topic="gradients")
def clipped_gradient(draw: Draw) -> Question:
    first, second, norm = draw.one_of(
        [(3, 4, 5), (6, 8, 10), (5, 12, 13), (8, 15, 17), (9, 12, 15)]
    )
    limit = draw.one_of([1, 2, 5, 10, 20])
    signs = [draw.one_of([-1, 1]), draw.one_of([-1, 1])]
    grads = [first * signs[0], second * signs[1]]
    weights = [torch.nn.Parameter(torch.zeros((), dtype=torch.float64)) for _ in grads]
    for weight, grad in zip(weights, grads, strict=True):
        weight.grad = torch.tensor(float(grad), dtype=torch.float64)
    torch.nn.utils.clip_grad_norm_(weights, limit)
    assert weights[0].grad is not None
    answer = weights[0].grad.item()
    clipped = limit < norm
    way = (
        f"That's more than {limit}, so all gradients are multiplied by {limit}/{norm} = "
        f"{num(limit / norm)}: {num(grads[0])} becomes {num(round(answer, 4))}."
        if clipped
        else f"That isn't more than {limit}, so nothing changes: {num(grads[0])}."
    )
    return decimal(
        f"Two weights have the gradients {listed(grads)}. They're clipped to a norm of {limit} "
        "(clip_grad_norm_). What is the first gradient then?",
        answer,
        [f"Norm of both together: √({first}² + {second}²) = {norm}.", way],
        {
            math.copysign(
                min(first, limit), grads[0]
            ): "That clips each number by itself. By norm, all "
            "are scaled alike, so the direction stays.",
            grads[0] * limit / (first + second): "The norm is the root of the sum of squares.",
            grads[0] * limit / norm: "Gradients are scaled down only, never up.",
            grads[0]: "The norm is over the limit, so it's scaled.",
        },
        grads=grads,
        limit=limit,
    )


@kind(unit=11, topic="optimisers")
def too_large_steps(draw: Draw) -> Question:
    curvature, start = draw.whole(1, 5), draw.whole(1, 4)
    lr = draw.one_of([0.1, 0.3, 0.5, 0.6, 0.8])
    steps = draw.whole(3, 6)
    weight = torch.nn.Parameter(torch.tensor(float(start), dtype=torch.float64))
    optimizer = torch.optim.SGD([weight], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        (curvature / 2 * weight**2).backward()
        optimizer.step()
    answer = weight.item()
    factor = 1 - lr * curvature
    size = round(abs(factor), 4)
    if size == 1:
        fate = "It's exactly 1 in size, so w jumps to and fro for ever."
    elif size > 1:
        fate = f"Its size {num(size)} is above 1, so w explodes: the rate is too high."
    else:
        fate = f"Its size {num(size)} is below 1, so w goes to 0, the minimum."
    return decimal(
        f"The loss is {num(curvature / 2)}·w², so its gradient is {curvature}·w. Gradient descent "
        f"starts at w = {start} with the learning rate {num(lr)}. What is w after {steps} steps?",
        answer,
        [
            f"Each step: w ← w − {num(lr)}·{curvature}·w = {bracketed(round(factor, 4))}·w.",
            f"{start}·{bracketed(round(factor, 4))}^{steps} = {num(round(answer, 4))}. {fate}",
        ],
        {
            start * (1 - lr) ** steps: f"The gradient is {curvature}·w, not w.",
            start - steps * lr * curvature * start: "The gradient changes from step to step.",
            start * factor: "That's after one step.",
        },
        curvature=curvature,
        start=start,
        lr=lr,
        repeats=steps,
    )


@kind(unit=11, topic="loss")
def softmax_twice(draw: Draw) -> Question:
    classes = draw.one_of([2, 3, 4, 5, 8, 10, 20, 50, 100])
    perfect = F.one_hot(torch.tensor([0]), classes).double()
    answer = F.cross_entropy(perfect, torch.tensor([0])).item()
    return decimal(
        f"A model for {classes} classes ends in a softmax and is trained with "
        "nn.CrossEntropyLoss, which applies another. How low can its loss get at best?",
        answer,
        [
            "At best the model's softmax gives 1 for the right class and 0 for the others. The "
            "loss takes those for logits.",
            f"−ln(e¹/(e¹ + {classes - 1}·e⁰)) = −ln({math.e:.3f}/{math.e + classes - 1:.3f}) = "
            f"{answer:.3f}. A loss that gets stuck there gives the mistake away.",
        ],
        {
            0: "It can't: the second softmax never gives all to one class.",
            math.log(classes): "That's what guessing costs.",
        },
        classes=classes,
    )


@kind(unit=11, topic="loss")
def shuffled_labels(draw: Draw) -> Question:
    classes, shown = draw.one_of([2, 4, 5, 8, 10, 20, 25, 50]), draw.one_of([500, 1000, 2000])
    answer = 100 / classes
    return percent(
        f"Images and labels were shuffled separately, so that no image has its own label except by "
        f"chance. There are {classes} equally frequent classes. Which accuracy do you expect on "
        f"{num(shown)} validation images that are labelled correctly?",
        answer,
        [
            f"There's nothing to learn, so the answers are guesses: 1/{classes} = {num(answer)} %.",
            "On the training images it can climb higher, because a network can memorise. A low "
            "validation accuracy right at chance is the sign.",
        ],
        {100 - answer: "That's the share of wrong answers."},
        classes=classes,
        shown=shown,
    )


@kind(unit=11, topic="gradients")
def gradient_through_sigmoids(draw: Draw) -> Question:
    layers = draw.whole(2, 12)
    x = torch.zeros((), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(x), x)
    answer = slope.item() ** layers
    return near(
        "The sigmoid's slope is largest at 0. What is the largest factor by which a gradient can "
        f"pass through {layers} sigmoids in a row (weights of 1 between them)?",
        answer,
        [
            f"The slope is s·(1 − s), at most ½·½ = {num(slope.item())}.",
            f"In a chain slopes multiply: {num(slope.item())}^{layers} = {num(answer)}. Gradients "
            "near zero in the first layers are what you'd see.",
        ],
        {
            0.5**layers: "½ is the sigmoid's value at 0. Its slope there is ½·½.",
            slope.item() / layers: "In a chain, slopes multiply.",
            1.0: "That's the ReLU's slope for positive values.",
        },
        layers=layers,
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
