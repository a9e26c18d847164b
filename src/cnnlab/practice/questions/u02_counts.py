"""Unit 02: LeNet's parameters, and how many steps an epoch has."""

from __future__ import annotations

import torch
from torch.utils.data import BatchSampler, SequentialSampler

from cnnlab import models
from cnnlab.anatomy import conv_params, linear_params
from cnnlab.practice.counted import counted
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num, plus


@kind(unit=2, topic="parameters")
def lenet_parameters(draw: Draw) -> Question:
    classes, channels = draw.one_of([*range(2, 10), *range(11, 48)]), draw.one_of([1, 3])
    answer, known = counted(models.LeNet5, classes, channels), counted(models.LeNet5)
    first, last = conv_params(channels, 6, 5), linear_params(84, classes)
    changes = [
        change for change in (first - conv_params(1, 6, 5), last - linear_params(84, 10)) if change
    ]
    colour = "colour" if channels == 3 else "grey"
    return whole(
        f"LeNet-5 for grey images and 10 classes has {num(known)} parameters. Its first layer is "
        "nn.Conv2d(1, 6, 5), its last nn.Linear(84, 10). How many does it have for "
        f"{colour} images and {classes} classes?",
        answer,
        [
            f"The first layer had 6·(1·25 + 1) = {num(conv_params(1, 6, 5))} and now has "
            f"6·(3·25 + 1) = {num(first)}."
            if channels == 3
            else "The first layer stays as it is.",
            f"The last had 10·(84 + 1) = {num(linear_params(84, 10))} and now has "
            f"{classes}·85 = {num(last)}.",
            f"Together: {plus([known, *changes])} = {num(answer)}.",
        ],
        {
            known
            - linear_params(84, 10)
            + last: "The first layer reads three channels now: its filters are deeper.",
            answer - (classes - 10): "Each class has a bias, too.",
        },
        classes=classes,
        channels=channels,
    )


@kind(unit=2, topic="training-loop")
def steps_per_epoch(draw: Draw) -> Question:
    batch, epochs = draw.one_of([16, 32, 50, 64, 128]), draw.whole(2, 12)
    images = draw.whole(20, 200) * 25
    drop = draw.one_of([False, True])
    order = SequentialSampler(range(images))
    batches = len(BatchSampler(order, batch, drop_last=drop))
    answer = batches * epochs
    rest = images % batch
    way = "a batch that isn't full is left out" if drop else "the last batch may be smaller"
    other = images // batch + (1 if drop and rest else 0)
    slips = {
        epochs * other: "With drop_last=True the batch that isn't full is left out."
        if drop
        else "The last, smaller batch makes a step as well.",
        batches: f"That's one epoch; there are {epochs}.",
        images * epochs: "There's one step for each batch, not for each image.",
    }
    return whole(
        f"{num(images)} training images, DataLoader(…, batch_size={batch}, drop_last={drop}), "
        f"{epochs} epochs. How many times is optimizer.step() called?",
        answer,
        [
            f"{num(images)}/{batch} = {num(images / batch)}; {way}: {batches} batches in an epoch.",
            f"One step for each batch: {batches}·{epochs} = {num(answer)}.",
        ],
        slips,
        images=images,
        batch=batch,
        epochs=epochs,
        drop=drop,
    )


@kind(unit=2, topic="parameters")
def matched_units(draw: Draw) -> Question:
    side, classes = draw.one_of([16, 20, 28]), 10
    n_in = side * side
    while True:
        budget = draw.whole(20, 120) * 1000
        if abs((budget - classes) / (n_in + classes + 1) % 1 - 0.5) > 0.05:  # no near tie
            break
    with torch.device("meta"):
        answer = len(list(models.matched_mlp(budget, n_in, classes).parameters())[1])  # its biases
    cost = n_in + classes + 1
    exact = (budget - classes) / cost
    return whole(
        "A dense network (flatten, linear, ReLU, linear) should have as nearly as possible "
        f"{num(budget)} parameters. Its images are grey with {side}×{side} pixels, and it tells "
        f"{classes} classes apart. How many hidden units does it get?",
        answer,
        [
            f"Each hidden unit has {n_in} weights and a bias before it and {classes} weights "
            f"behind it: {n_in} + 1 + {classes} = {cost}.",
            f"The {classes} biases at the end are there anyway: ({num(budget)} − "
            f"{classes})/{cost} = {exact:.2f}, so {answer} units come nearest.",
        ],
        {
            round(
                budget / n_in
            ): "A unit costs more than its incoming weights: a bias, and a weight for each class.",
            int(exact): "The nearest whole number, not the one below.",
        },
        budget=budget,
        side=side,
        classes=classes,
    )
