"""Unit 11: rates, losses and gradients that give a sick run away."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, near, percent
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num


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
