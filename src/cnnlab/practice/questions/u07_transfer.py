"""Unit 07: what is trained, how fast, and what freezing saves."""

from __future__ import annotations

import torch

from cnnlab.anatomy import linear_params
from cnnlab.models import count_parameters
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, near, percent, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, num

STAGES = ("layer1", "layer2", "layer3", "layer4")


@kind(unit=7, topic="frozen")
def frozen_trainable(draw: Draw) -> Question:
    features, classes = draw.one_of([512, 2048, 1280, 64, 128]), draw.whole(2, 60)
    backbone = draw.whole(100, 25_000) * 1000
    with torch.device("meta"):
        answer = count_parameters(torch.nn.Linear(features, classes), trainable_only=True)
    return whole(
        f"A backbone with {num(backbone)} parameters is frozen. Its features, {features} numbers, "
        f"go into a new dense layer for {classes} classes. How many parameters are trained?",
        answer,
        [
            f"Only the new head's: {classes}·({features} + 1) = {num(answer)}.",
            f"That's {100 * answer / (answer + backbone):.2g} % of all.",
        ],
        {
            features * classes: "The head has biases, too, one for each class.",
            backbone + answer: "The backbone is frozen.",
        },
        features=features,
        classes=classes,
        backbone=backbone,
    )


@kind(unit=7, topic="frozen")
def unfrozen_stages(draw: Draw) -> Question:
    sizes = {name: draw.whole(5, 40) * 1000 * 3**i for i, name in enumerate(STAGES)}
    stages, classes = draw.whole(1, 3), draw.whole(2, 20)
    head = linear_params(512, classes)
    opened = list(sizes)[len(sizes) - stages :]
    answer = head + sum(sizes[name] for name in opened)
    table = "\n".join(f"    {name}  {num(size):>9}" for name, size in sizes.items())
    which = {0: "only the head", 1: "the head and the last stage"}.get(
        stages, f"the head and the last {stages} stages"
    )
    return whole(
        f"A backbone's stages have these parameters:\n{table}\n    fc = nn.Linear(512, {classes})\n"
        f"Trainable: {which}. How many parameters are that?",
        answer,
        [
            f"Head: {classes}·(512 + 1) = {num(head)}.",
            *([f"Stages: {', '.join(opened)}, the ones nearest to the head."] if opened else []),
            f"Together {num(answer)}.",
        ],
        {
            answer - head: "The head is trained, too.",
            head + sum(list(sizes.values())[:stages]): "The *last* stages are opened: they're the "
            "specific ones.",
            answer - classes: "The head has biases.",
        },
        sizes=sizes,
        stages=stages,
        classes=classes,
    )


@kind(unit=7, topic="frozen")
def trainable_share(draw: Draw) -> Question:
    head, last = draw.whole(1, 50) * 1000, draw.whole(50, 400) * 1000
    rest = draw.whole(200, 900) * 1000
    answer = 100 * (head + last) / (head + last + rest)
    return percent(
        f"A network has {num(head)} parameters in its head, {num(last)} in its last stage and "
        f"{num(rest)} before that. Head and last stage are trained. What percentage of all "
        "parameters is that?",
        answer,
        [
            f"Trained: {num(head)} + {num(last)} = {num(head + last)}.",
            f"Of {num(head + last + rest)}: {answer:.1f} %.",
        ],
        {
            100
            * (head + last)
            / rest: "All parameters count in the denominator, the trained ones too.",
            100 * head / (head + last + rest): "The last stage is trained as well.",
        },
        head=head,
        last=last,
        rest=rest,
    )


@kind(unit=7, topic="schedules")
def group_steps(draw: Draw) -> Question:
    head_lr, backbone_lr = draw.one_of([0.1, 0.01, 0.05]), draw.one_of([0.0001, 0.0005, 0.001])
    factor = draw.one_of([0.8, 0.5, 0.25, 0.1])
    which = draw.one_of(["head", "backbone"])
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=head_lr if which == "head" else backbone_lr)
    torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor)
    answer = optimizer.param_groups[0]["lr"]
    return near(
        f"An optimiser has two groups: the head with lr {num(head_lr)}, the backbone with lr "
        f"{num(backbone_lr)}. A LambdaLR scheduler stands at the factor {num(factor)}. What "
        f"learning rate does the {which} have now?",
        answer,
        [
            "A scheduler multiplies each group's own rate by the same factor.",
            f"{num(factor)}·{num(head_lr if which == 'head' else backbone_lr)} = {num(answer)}.",
        ],
        {
            factor: "That's the factor. It's multiplied by the group's rate.",
            factor * (backbone_lr if which == "head" else head_lr): "That's the other group.",
            head_lr if which == "head" else backbone_lr: "The scheduler's factor is missing.",
        },
        head_lr=head_lr,
        backbone_lr=backbone_lr,
        factor=factor,
        which=which,
    )


@kind(unit=7, topic="frozen")
def drifting_mean(draw: Draw) -> Question:
    source, target = draw.tenths(-1, 1), draw.tenths(1.5, 4)
    batches = draw.whole(2, 12)
    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64).requires_grad_(False)
    assert layer.running_mean is not None
    layer.running_mean.fill_(source)
    batch = torch.tensor([[target - 1], [target + 1]], dtype=torch.float64)
    for _ in range(batches):
        layer(batch)
    answer = layer.running_mean.item()
    kept = 0.9**batches
    return decimal(
        "A batch norm's parameters are frozen, but it's left in train mode (momentum 0.1). One of "
        f"its running means is {num(source)}; every new batch has the mean {num(target)}. What is "
        f"it after {batches} batches?",
        answer,
        [
            f"Each batch keeps 0.9 of the old value: after {batches} of them 0.9^{batches} = "
            f"{kept:.4f}.",
            f"{kept:.4f}·{bracketed(source)} + {1 - kept:.4f}·{num(target)} = "
            f"{num(round(answer, 4))}.",
            "requires_grad=False doesn't hold it; eval mode does.",
        ],
        {
            source: "Only its parameters are frozen. In train mode the running mean moves.",
            0.9 * source + 0.1 * target: "That's after one batch.",
            target: "It gets nearer with each batch, but isn't there yet.",
        },
        source=source,
        target=target,
        batches=batches,
    )


@kind(unit=7, topic="by-hand")
def normalised_pixel(draw: Draw) -> Question:
    value, channel = draw.whole(0, 255), draw.whole(0, 2)
    mean, std = (0.485, 0.456, 0.406)[channel], (0.229, 0.224, 0.225)[channel]
    x = torch.tensor(value, dtype=torch.uint8).double() / 255
    answer = ((x - mean) / std).item()
    name = ("red", "green", "blue")[channel]
    return decimal(
        f"A {name} value of {value} (uint8) is scaled to 0…1 and then normalised with ImageNet's "
        f"mean {mean} and standard deviation {std} for {name}. What comes out?",
        answer,
        [
            f"{value}/255 = {num(round(value / 255, 4))}.",
            f"({num(round(value / 255, 4))} − {mean})/{std} = {num(round(answer, 3))}.",
        ],
        {
            (value - mean) / std: "Divide by 255 first: mean and standard deviation are for 0…1.",
            (value / 255 - mean) / std**2: "Divide by the standard deviation, not the variance.",
            value / 255 - mean: "The standard deviation is still to be divided by.",
        },
        value=value,
        mean=mean,
        std=std,
    )


@kind(unit=7, topic="cost")
def cached_features(draw: Draw) -> Question:
    images, epochs = draw.whole(4, 60) * 50, draw.one_of([10, 20, 30, 50])
    answer = images * (epochs - 1)
    return whole(
        f"{num(images)} training images, {epochs} epochs, frozen backbone, no augmentation. "
        "Instead of running the backbone in every epoch, you run it once for each image and keep "
        "the features. How many backbone forward passes (of one image) does that save?",
        answer,
        [
            f"Without the cache: {epochs}·{num(images)} = {num(images * epochs)}. With it: "
            f"{num(images)}.",
            f"Saved: {num(answer)}. It works because a frozen backbone gives the same features "
            "each time.",
        ],
        {
            images * epochs: "It has to run once, to fill the cache.",
            epochs - 1: "Count passes of single images.",
        },
        images=images,
        epochs=epochs,
    )
