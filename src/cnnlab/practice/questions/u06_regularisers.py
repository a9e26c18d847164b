"""Unit 06: augmentation, soft targets and stopping early."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, percent, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import listed, num


@kind(unit=6, topic="soft-targets")
def smoothed_target(draw: Draw) -> Question:
    classes, alpha = draw.one_of([4, 5, 8, 10, 20]), draw.one_of([0.05, 0.1, 0.2, 0.3, 0.4])
    right = draw.one_of([True, False])
    answer = (1 - alpha) * right + alpha / classes
    how = f"(1 − {num(alpha)}) + {num(alpha)}/{classes}" if right else f"{num(alpha)}/{classes}"
    return decimal(
        f"nn.CrossEntropyLoss(label_smoothing={num(alpha)}), {classes} classes. Which target "
        f"probability does {'the right class' if right else 'each wrong class'} get?",
        answer,
        [
            "PyTorch's targets are (1 − α)·one-hot + α/C: every class, the right one too, gets "
            "α/C.",
            f"{how} = {num(round(answer, 5))}.",
        ],
        {
            (1 - alpha)
            if right
            else alpha / (classes - 1): "That's the other convention, which shares "
            "α among the wrong classes alone.",
            1.0 if right else 0.0: "That's without smoothing.",
            alpha: "α is shared among all classes.",
        },
        places=3,
        classes=classes,
        alpha=alpha,
        right=right,
    )


@kind(unit=6, topic="soft-targets")
def smoothed_loss(draw: Draw) -> Question:
    first = draw.whole(50, 90)
    second = draw.whole(1, 99 - first)
    p = [first / 100, second / 100, (100 - first - second) / 100]
    alpha = draw.one_of([0.1, 0.3])
    logits = torch.tensor([p], dtype=torch.float64).log()
    answer = F.cross_entropy(logits, torch.tensor([0]), label_smoothing=alpha).item()
    targets = [1 - alpha + alpha / 3, alpha / 3, alpha / 3]
    logs = [value.item() for value in -logits[0]]
    return decimal(
        f"Three classes; the network's probabilities are {listed(p)}, and the first class is "
        f"right. How large is the cross-entropy with label smoothing {num(alpha)}?",
        answer,
        [
            f"Targets: {num(alpha)}/3 = {alpha / 3:.3f} for each class, and 1 − {num(alpha)} more "
            f"for the first: {listed([f'{t:.3f}' for t in targets])}.",
            f"−ln of the probabilities: {listed([f'{value:.3f}' for value in logs])}.",
            "Multiply in pairs and add: "
            + " + ".join(f"{t:.3f}·{v:.3f}" for t, v in zip(targets, logs, strict=True))
            + f" = {answer:.3f}.",
        ],
        {
            logs[0]: "That's without smoothing.",
            (1 - alpha) * logs[0] + alpha / 2 * (logs[1] + logs[2]): "PyTorch shares α among *all* "
            "classes, the right one too.",
        },
        p=p,
        alpha=alpha,
    )


@kind(unit=6, topic="soft-targets")
def mixup_target(draw: Draw) -> Question:
    lam = draw.whole(5, 95) / 100
    names = draw.some(["shirt", "coat", "sandal", "bag", "boot"], 2)
    same = draw.one_of([False, False, False, True])
    second = names[0] if same else names[1]
    answer = 1.0 if same else lam
    return decimal(
        f"Mixup with λ = {num(lam)}: x = λ·(a {names[0]}) + (1 − λ)·({_article(second, same)}). "
        f"What value does the soft target have for “{names[0]}”?",
        answer,
        [
            "Targets are mixed as the pictures are: λ·one-hot + (1 − λ)·one-hot.",
            f"Both are of the class {names[0]}: {num(lam)} + {num(1 - lam)} = 1."
            if same
            else f"The {names[0]} has the share λ = {num(lam)}; “{second}” gets {num(1 - lam)}.",
        ],
        {
            1 - lam: f"That's the other picture's share: λ belongs to the first, the {names[0]}.",
            lam: "The other picture belongs to the same class; its share adds to this one.",
            0.5: "The shares are λ and 1 − λ, not halves.",
        },
        lam=lam,
        same=same,
    )


def _article(name: str, same: bool) -> str:
    return f"another {name}" if same else f"a {name}"


@kind(unit=6, topic="soft-targets")
def mixup_pixel(draw: Draw) -> Question:
    lam, a, b = draw.whole(1, 19) / 20, draw.tenths(0, 1), draw.tenths(0, 1)
    first, second = (torch.tensor(value, dtype=torch.float64) for value in (a, b))
    answer = torch.lerp(second, first, lam).item()
    return decimal(
        f"Mixup with λ = {num(lam)} mixes a picture whose first pixel is {num(a)} with one whose "
        f"first pixel is {num(b)}. (λ belongs to the first picture.) What's the mixed pixel?",
        answer,
        [
            f"λ·{num(a)} + (1 − λ)·{num(b)} = {num(lam)}·{num(a)} + {num(1 - lam)}·{num(b)} = "
            f"{num(round(answer, 4))}."
        ],
        {
            (1 - lam) * a + lam * b: "λ belongs to the first picture.",
            a + b: "The shares are λ and 1 − λ; they add up to 1.",
        },
        lam=lam,
        a=a,
        b=b,
    )


@kind(unit=6, topic="training-loop")
def early_stop(draw: Draw) -> Question:
    patience = draw.whole(2, 3)
    while True:
        level, losses = draw.whole(90, 120), []
        for _ in range(10):
            level += draw.one_of([-9, -6, -3, 2, 4])
            losses.append(level / 100)
        answer = _stops_after(losses, patience)
        if 4 <= answer <= 9:
            break
    best = min(range(answer), key=lambda n: losses[n]) + 1
    return whole(
        f"Early stopping with patience {patience} (min_delta 0) watches these validation losses, "
        "epoch 1 to 10:\n"
        f"    {', '.join(num(loss) for loss in losses)}\n"
        "After which epoch does it stop?",
        answer,
        [
            "It counts epochs in a row without a new best loss, and stops when there are "
            f"{patience} of them.",
            f"The best loss up to there, {num(losses[best - 1])}, comes in epoch {best}; then "
            f"follow {patience} epochs without a better one: epoch {best} + {patience} = {answer}.",
            "The weights to keep are those of the best epoch.",
        ],
        {
            best: "That's the best epoch. It needs patience to know that.",
            answer + 1: f"It stops right after {patience} epochs without improvement.",
            answer - 1: f"There have to be {patience} in a row.",
            10: "It doesn't wait for the end.",
        },
        patience=patience,
        losses=losses,
    )


def _stops_after(losses: list[float], patience: int) -> int:
    """The epoch, counted from 1, after which early stopping ends the run; 0 if it doesn't."""
    best, without = float("inf"), 0
    for epoch, loss in enumerate(losses, 1):
        best, without = (loss, 0) if loss < best else (best, without + 1)
        if without == patience:
            return epoch
    return 0


@kind(unit=6, topic="augmentation")
def cutout_pixels(draw: Draw) -> Question:
    side, size = draw.one_of([16, 28, 32]), draw.one_of([4, 6, 8, 10])
    row, column = draw.whole(0, side - 1), draw.one_of([0, 1, 2, side // 2, side - 1])
    mask = torch.zeros(side, side, dtype=torch.bool)
    rows = (max(0, row - size // 2), min(side, row + size // 2))
    columns = (max(0, column - size // 2), min(side, column + size // 2))
    mask[rows[0] : rows[1], columns[0] : columns[1]] = True
    answer = int(mask.sum())
    height, width = rows[1] - rows[0], columns[1] - columns[0]
    return whole(
        f"Cutout sets a square of {size}×{size} pixels to 0 and clips it at the border. In an "
        f"image of {side}×{side} it covers the rows {row - size // 2} up to but not including "
        f"{row + size // 2} and the columns {column - size // 2} up to but not including "
        f"{column + size // 2}, as far as they exist. How many pixels become 0?".replace("-", "−"),
        answer,
        [
            f"Rows and columns run from 0 to {side - 1}. Rows {rows[0]} to {rows[1] - 1}: "
            f"{height}. Columns {columns[0]} to {columns[1] - 1}: {width}.",
            f"{height}·{width} = {answer}"
            + (", less than the whole square: a part lies outside." if answer < size**2 else "."),
        ],
        {size**2: "A part of the square lies outside of the image."},
        side=side,
        size=size,
        row=row,
        column=column,
    )


@kind(unit=6, topic="augmentation")
def number_of_crops(draw: Draw) -> Question:
    side, padding, flip = draw.one_of([28, 32]), draw.whole(1, 6), draw.one_of([True, False])
    padded = torch.empty(side + 2 * padding, side + 2 * padding, device="meta")
    places = padded.unfold(0, side, 1).unfold(1, side, 1).shape[:2].numel()
    answer = places * (2 if flip else 1)
    flipping = " and flipped left to right or not" if flip else ""
    step = f" Flipped or not: 2·{places} = {answer}." if flip else ""
    return whole(
        f"Images of {side}×{side} get a border of {padding} zeros on every side; from that a "
        f"random window of {side}×{side} is cut{flipping}. How many different versions of an "
        "image can come out?",
        answer,
        [
            f"The window can start at 2·{padding} + 1 = {2 * padding + 1} rows and as many "
            "columns.",
            f"{2 * padding + 1}² = {places}.{step}",
        ],
        {
            (2 * padding) ** 2 * (2 if flip else 1): "Not shifting at all counts, too.",
            (2 * padding + 1) * (2 if flip else 1): "It shifts up and down *and* left and right.",
            places: "Each of them can be flipped or not.",
        },
        side=side,
        padding=padding,
        flip=flip,
    )


@kind(unit=6, topic="augmentation")
def untouched_share(draw: Draw) -> Question:
    padding, flip = draw.whole(1, 4), draw.one_of([0.5, 0.0])
    places = (2 * padding + 1) ** 2
    answer = 100 * (1 - flip) / places
    flips = " Half of them are then mirrored." if flip else ""
    return percent(
        f"Each training image is shifted by up to {padding} pixels up or down and up to {padding} "
        f"left or right, all shifts equally likely.{flips} What percentage of the images stays as "
        "it is?",
        answer,
        [
            f"There are {2 * padding + 1}·{2 * padding + 1} = {places} shifts, and only one of "
            f"them moves nothing: {100 / places:.2f} %.",
            *([f"Half of those aren't mirrored either: {answer:.2f} %."] if flip else []),
        ],
        {
            100 / (2 * padding + 1): "Both directions have to stay.",
            100 / places: "Half of them are mirrored.",
            100 * (1 - flip) / (2 * padding) ** 2: "From −n to n there are 2n + 1 shifts.",
        },
        padding=padding,
        flip=flip,
    )
