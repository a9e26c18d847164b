"""Unit 02: softmax, cross-entropy and accuracy by hand."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, percent
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num, plus

CLASSES = ("cat", "dog", "horse")


def _exponentials(logits: list[int]) -> list[float]:
    return [round(math.exp(logit), 3) for logit in logits]


@kind(unit=2, topic="loss")
def softmax_by_hand(draw: Draw) -> Question:
    logits = [draw.whole(-1, 3) for _ in CLASSES]
    target = draw.whole(0, 2)
    answer = F.softmax(torch.tensor(logits, dtype=torch.float64), 0)[target].item()
    powers = _exponentials(logits)
    total = sum(powers)
    share = logits[target] / sum(logits) if sum(logits) else 0.0
    return decimal(
        f"The logits for {listed(CLASSES)} are {listed(logits)}. Which probability does softmax "
        f"give to {CLASSES[target]}?",
        answer,
        [
            "Softmax raises e to each logit: " + listed([f"{power:.3f}" for power in powers]) + ".",
            f"They add up to {total:.3f}, and {CLASSES[target]} has {powers[target]:.3f} of that: "
            f"{powers[target]:.3f}/{total:.3f} = {answer:.3f}.",
        ],
        {
            share: "You divided the logits themselves. Softmax takes e to the power of each first.",
            logits[target]: "That's the logit. Probabilities lie between 0 and 1.",
        },
        logits=logits,
        target=target,
    )


@kind(unit=2, topic="loss")
def loss_of_probability(draw: Draw) -> Question:
    hundredths = draw.shuffled([draw.whole(2, 30), draw.whole(31, 60)])
    probabilities = [hundredths[0] / 100, hundredths[1] / 100, (100 - sum(hundredths)) / 100]
    target = draw.whole(0, 2)
    p = probabilities[target]
    answer = F.nll_loss(
        torch.tensor([probabilities], dtype=torch.float64).log(), torch.tensor([target])
    ).item()
    return decimal(
        f"A network gives {CLASSES[0]} the probability {num(probabilities[0])}, {CLASSES[1]} "
        f"{num(probabilities[1])} and {CLASSES[2]} {num(probabilities[2])}. The picture shows a "
        f"{CLASSES[target]}. How large is the cross-entropy?",
        answer,
        [
            f"Only the probability of the right class counts: {num(p)}.",
            f"The loss is −ln({num(p)}) = {answer:.3f} (the natural logarithm).",
        ],
        {
            1 - p: "The loss isn't the missing probability but its logarithm's negative.",
            -math.log10(p): "Cross-entropy uses the natural logarithm, to base e.",
            -math.log2(p): "Cross-entropy uses the natural logarithm, to base e.",
            math.log(p): "Mind the sign: a loss isn't negative here.",
        },
        probabilities=probabilities,
        target=target,
    )


@kind(unit=2, topic="loss")
def loss_of_logits(draw: Draw) -> Question:
    logits = [draw.whole(-2, 3) for _ in CLASSES]
    target = draw.whole(0, 2)
    answer = F.cross_entropy(
        torch.tensor([logits], dtype=torch.float64), torch.tensor([target])
    ).item()
    total = sum(math.exp(logit) for logit in logits)
    return decimal(
        f"nn.CrossEntropyLoss gets the logits {listed(logits)} and the target {target} (classes "
        "count from 0). What does it return?",
        answer,
        [
            "The loss is ln(e^z₀ + e^z₁ + e^z₂) minus the right class's logit.",
            f"The sum is {plus(_exponentials(logits))} = {total:.3f}, its logarithm "
            f"{num(round(math.log(total), 3))}.",
            f"{num(round(math.log(total), 3))} − {bracketed(logits[target])} = {answer:.3f}.",
        ],
        {
            math.log(total): "That's the first half. The right class's logit is taken off.",
            math.exp(-answer): "That's the probability of the right class. Its −ln is the loss.",
            -logits[target]: "The other logits count, too, through the sum of the exponentials.",
        },
        logits=logits,
        target=target,
    )


@kind(unit=2, topic="loss")
def untrained_loss(draw: Draw) -> Question:
    classes = draw.one_of([2, 3, 4, 5, 8, 10, 12, 20, 26, 37, 50, 100, 200, 1000])
    answer = F.cross_entropy(torch.zeros(1, classes, dtype=torch.float64), torch.tensor([0])).item()
    return decimal(
        f"A new classifier for {num(classes)} classes has learned nothing yet: all its logits are "
        "about the same. Near which number should its cross-entropy start?",
        answer,
        [
            f"Equal logits give every class the probability 1/{num(classes)}.",
            f"−ln(1/{num(classes)}) = ln {num(classes)} = {answer:.3f}. If the first loss is far "
            "above this, something is wrong before training has begun.",
        ],
        {
            1 / classes: "That's the probability. The loss is −ln of it.",
            1 - 1 / classes: "That's the share of wrong guesses. The loss is −ln of a probability.",
            math.log10(classes): "Cross-entropy uses the natural logarithm.",
            math.log2(classes): "Cross-entropy uses the natural logarithm.",
        },
        classes=classes,
    )


@kind(unit=2, topic="measuring")
def weighted_accuracy(draw: Draw) -> Question:
    full, last = draw.one_of([64, 100, 128]), draw.one_of([4, 8, 16, 20])
    right = [draw.whole(full // 2, full - 4), draw.whole(full // 2, full - 4)]
    right_last = draw.whole(0, last)
    total = sum(right) + right_last
    images = 2 * full + last
    answer = 100 * total / images
    unweighted = 100 * (right[0] / full + right[1] / full + right_last / last) / 3
    return percent(
        f"Test images come in batches of {full}, {full} and {last}. The network gets {right[0]}, "
        f"{right[1]} and {right_last} of them right. How large is its accuracy?",
        answer,
        [
            "Count images, not batches: the last batch is small and mustn't weigh as much.",
            f"{right[0]} + {right[1]} + {right_last} = {total} of {images}, "
            f"{total}/{images} = {answer:.2f} %.",
        ],
        {
            unweighted: "You averaged three percentages. The small batch then counts like a large "
            "one."
        },
        full=full,
        last=last,
        right=[*right, right_last],
    )


@kind(unit=2, topic="loss")
def mean_batch_loss(draw: Draw) -> Question:
    sizes = [draw.one_of([32, 64]), draw.one_of([4, 8, 16])]
    losses = [draw.whole(2, 14) / 10, draw.whole(15, 40) / 10]
    answer = (sizes[0] * losses[0] + sizes[1] * losses[1]) / sum(sizes)
    return decimal(
        f"Two batches: {sizes[0]} images with mean loss {num(losses[0])}, and {sizes[1]} images "
        f"with mean loss {num(losses[1])}. What is the mean loss over all {sum(sizes)} images?",
        answer,
        [
            "A batch's mean stands for as many images as it has: multiply it back up.",
            f"({sizes[0]}·{num(losses[0])} + {sizes[1]}·{num(losses[1])})/{sum(sizes)} = "
            f"{answer:.3f}.",
        ],
        {sum(losses) / 2: "That gives the small batch as much weight as the large one."},
        sizes=sizes,
        losses=losses,
    )
