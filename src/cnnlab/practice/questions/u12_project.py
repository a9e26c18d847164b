"""Unit 12: budgets, splits and what a measured number is worth."""

from __future__ import annotations

import torch
from torch.utils.data import BatchSampler, SequentialSampler

from cnnlab.anatomy import conv_params, linear_params
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, percent, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import listed, num, plus


@kind(unit=12, topic="planning")
def widest_layer(draw: Draw) -> Question:
    budget, channels = draw.whole(20, 120) * 1000, draw.one_of([16, 32, 48, 64])
    classes = draw.one_of([5, 10, 20])
    spent = draw.whole(5, 15) * 1000

    def cost(width: int) -> int:
        return spent + conv_params(channels, width, 3) + linear_params(width, classes)

    answer = max(width for width in range(1, 2000) if cost(width) <= budget)
    each = 9 * channels + 1 + classes
    exact = (budget - spent - classes) / each
    return whole(
        f"You may use {num(budget)} parameters and have spent {num(spent)}. What's left is a 3×3 "
        f"convolution (with biases) from {channels} channels to w, global average pooling, and a "
        f"dense layer from w to {classes} classes. What is the largest w that fits?",
        answer,
        [
            f"Each of the w channels costs 9·{channels} + 1 in the convolution and {classes} in "
            f"the dense layer: {each}. The dense layer's {classes} biases come on top.",
            f"({num(budget)} − {num(spent)} − {classes})/{each} = {exact:.2f}, rounded down "
            f"{answer}.",
        ],
        {
            round(exact): "Rounded up it's over the budget.",
            (budget - spent) // (9 * channels): "Biases and the dense layer cost something, too.",
        },
        budget=budget,
        spent=spent,
        channels=channels,
        classes=classes,
    )


@kind(unit=12, topic="planning")
def epochs_in_time(draw: Draw) -> Question:
    seconds, images = draw.one_of([30, 45, 60, 90, 120]), draw.whole(10, 80) * 100
    batch, milliseconds = draw.one_of([32, 64, 128]), draw.whole(8, 40)
    batches = len(BatchSampler(SequentialSampler(range(images)), batch, drop_last=False))
    each = batches * milliseconds
    answer = seconds * 1000 // each
    return whole(
        f"You have {seconds} s to train. There are {num(images)} images in batches of {batch} "
        f"(the last may be smaller), and each batch takes {milliseconds} ms. How many whole "
        "epochs fit?",
        answer,
        [
            f"⌈{num(images)}/{batch}⌉ = {batches} batches, {batches}·{milliseconds} ms = "
            f"{num(each)} ms an epoch.",
            f"{num(seconds * 1000)}/{num(each)} = {seconds * 1000 / each:.2f}: {answer} whole "
            "epochs. Keep some time back for measuring.",
        ],
        {
            answer + 1: "The last one wouldn't be finished in time.",
            seconds * 1000 // milliseconds: "That's the number of batches.",
        },
        seconds=seconds,
        images=images,
        batch=batch,
        milliseconds=milliseconds,
    )


@kind(unit=12, topic="measuring")
def three_way_split(draw: Draw) -> Question:
    total = draw.whole(10, 90) * 100
    shares = draw.one_of([(70, 15, 15), (80, 10, 10), (60, 20, 20), (75, 10, 15)])
    name = draw.one_of(["training", "validation", "test"])
    sizes = {
        part: total * share // 100
        for part, share in zip(("training", "validation", "test"), shares, strict=True)
    }
    answer = sizes[name]
    purpose = {
        "training": "They set the weights.",
        "validation": "They choose among settings, as often as you like.",
        "test": "They're looked at once, at the end.",
    }[name]
    return whole(
        f"{num(total)} images are split {shares[0]}/{shares[1]}/{shares[2]} (percent) into "
        f"training, validation and test. How many are {name} images?",
        answer,
        [f"{shares[list(sizes).index(name)]} % of {num(total)} = {num(answer)}. {purpose}"],
        {size: f"That's the {part} part." for part, size in sizes.items() if part != name},
        total=total,
        shares=shares,
        name=name,
    )


@kind(unit=12, topic="measuring")
def recall_from_matrix(draw: Draw) -> Question:
    names = ("cat", "dog", "horse")
    matrix = [[draw.whole(1, 9) for _ in names] for _ in names]
    for i in range(3):
        matrix[i][i] = draw.whole(20, 40)
    asked = draw.one_of(["accuracy", "recall"])
    row = draw.whole(0, 2)
    table = torch.tensor(matrix, dtype=torch.float64)
    diagonal = table.diagonal()
    share = diagonal.sum() / table.sum() if asked == "accuracy" else (diagonal / table.sum(1))[row]
    answer = 100 * share.item()
    head = "    " + " " * 12 + "".join(f"{name:>7}" for name in names) + "   (predicted)"
    lines = [
        f"    true {name:<7}" + "".join(f"{n:>7}" for n in matrix[i])
        for i, name in enumerate(names)
    ]
    whole_table = "\n".join([head, *lines])
    question = (
        "What is the accuracy?"
        if asked == "accuracy"
        else f"What percentage of the {names[row]}s is recognised?"
    )
    right, every = [matrix[i][i] for i in range(3)], int(table.sum())
    steps = (
        [
            f"Right are those on the diagonal: {plus(right)} = {sum(right)} of {every}.",
            f"{sum(right)}/{every} = {answer:.2f} %.",
        ]
        if asked == "accuracy"
        else [
            f"The row of the true {names[row]}s: {plus(matrix[row])} = {sum(matrix[row])} in all.",
            f"{matrix[row][row]} of them are recognised: {answer:.2f} %. (Dividing by the column "
            f"would say how often “{names[row]}” is right when it's said.)",
        ]
    )
    column = 100 * (diagonal / table.sum(0))[row].item()
    return percent(
        f"A confusion matrix, a row for each true class:\n{whole_table}\n{question}",
        answer,
        steps,
        {column: f"You divided by the column: those *called* {names[row]}."}
        if asked == "recall"
        else {},
        matrix=matrix,
        asked=asked,
        row=row,
    )


@kind(unit=12, topic="measuring")
def mean_and_spread(draw: Draw) -> Question:
    values = [draw.whole(780, 900) / 10 for _ in range(3)]
    if values[0] == values[1]:
        values[1] += 1
    numbers = torch.tensor(values, dtype=torch.float64)
    asked = draw.one_of(["mean", "standard deviation"])
    answer = (numbers.mean() if asked == "mean" else numbers.std()).item()
    mean = numbers.mean().item()
    squares = [(value - mean) ** 2 for value in values]
    deviation = [
        f"Squared distances from the mean {mean:.3f}: {listed([f'{s:.3f}' for s in squares])}.",
        f"√({sum(squares):.3f}/2) = {numbers.std().item():.3f}.",
    ]
    divisor = " (divided by n − 1)" if asked != "mean" else ""
    return decimal(
        f"The same network with three seeds: {listed([f'{v:.1f}' for v in values])} % accuracy. "
        f"What is the {asked}{divisor}?",
        answer,
        [f"({plus(values)})/3 = {mean:.3f}."] if asked == "mean" else deviation,
        {
            max(values): "The best seed is luck. Report the mean.",
            numbers.std(correction=0).item(): "With three values divide by 2, that is n − 1.",
            numbers.var().item(): "That's the variance. Take its root.",
        },
        values=values,
        asked=asked,
    )


@kind(unit=12, topic="measuring")
def points_on_a_curve(draw: Draw) -> Question:
    knots = [(draw.whole(60, 68), 0), (draw.whole(74, 80), 6), (draw.whole(86, 92), 10)]
    accuracy = draw.whole(knots[0][0] - 2, knots[2][0] + 2)
    accuracy += accuracy in [a for a, _ in knots]
    (a0, p0), (a1, p1) = (knots[0], knots[1]) if accuracy < knots[1][0] else (knots[1], knots[2])
    inside = p0 + (p1 - p0) * (accuracy - a0) / (a1 - a0)
    answer = min(10.0, max(0.0, inside))
    outside = "below the first point" if accuracy <= knots[0][0] else "beyond the last point"
    steps = (
        [
            f"{accuracy} % lies {outside} of the curve, which stays level there: {num(answer)} "
            "points."
        ]
        if not knots[0][0] < accuracy < knots[2][0]
        else [
            f"{accuracy} lies between {a0} and {a1}: ({accuracy} − {a0})/({a1} − {a0}) = "
            f"{num(round((accuracy - a0) / (a1 - a0), 4))} of the way.",
            f"{p0} + {num(round((accuracy - a0) / (a1 - a0), 4))}·({p1} − {p0}) = "
            f"{num(round(answer, 3))} points.",
        ]
    )
    curve = ", ".join(f"{p} points at {a} %" for a, p in knots)
    return decimal(
        f"Points follow a published curve: {curve}, straight lines between, level outside. How "
        f"many points does {accuracy} % earn?",
        answer,
        steps,
        {10 * accuracy / 100: "The curve doesn't start at 0 %."},
        knots=knots,
        accuracy=accuracy,
    )
