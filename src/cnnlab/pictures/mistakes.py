"""Pictures of a classifier's mistakes: the confusion matrix, and the images behind a cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from cnnlab.errors import CnnlabError
from cnnlab.pictures.picture import INK, PAPER, Picture, style
from cnnlab.pictures.tiles import draw_tiles, to_rgb

NUMBERED = 20  # up to so many classes, cells are large enough for their counts


def confusion(
    matrix: Tensor, class_names: Sequence[str] | None = None, title: str | None = None
) -> Picture:
    """Counts by true class (rows) and predicted class (columns); shades are shares of a row.

    >>> confusion(torch.tensor([[8, 2], [1, 9]]), ["cat", "dog"]).alt
    'Confusion matrix: 17 of 20 right. Most common mistake: cat taken for dog (2 of 10).'
    """
    counts = torch.as_tensor(matrix).cpu().numpy().astype(int)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise CnnlabError(f"A confusion matrix is square, not {counts.shape}.")
    size = len(counts)
    names = [str(i) for i in range(size)] if class_names is None else list(class_names)
    if len(names) != size:
        raise CnnlabError(
            f"The matrix has {size} classes, but there are {len(names)} names. Pass the names of "
            "all classes in the order of their labels, such as data.class_names."
        )
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    with style():
        cell = 0.46 if size <= NUMBERED else 0.15
        side = max(2.6, cell * size + 1.2)
        picture = Picture(side + 0.3, side + (0.3 if title else 0))
        axes = picture.add_subplot()
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row in range(size):
            for column in range(size):
                if counts[row, column] and size <= NUMBERED:
                    colour = PAPER if shares[row, column] > 0.55 else INK
                    axes.text(
                        column,
                        row,
                        str(counts[row, column]),
                        ha="center",
                        va="center",
                        fontsize=8,
                        color=colour,
                    )
        axes.set_xticks(range(size), names, rotation=45, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(size), names)
        axes.set_xlabel("predicted")
        axes.set_ylabel("true")
        axes.tick_params(length=0, labelsize=9 if size <= NUMBERED else 6.5)
        picture.headline(title)
    alt = f"Confusion matrix: {int(counts.trace())} of {int(counts.sum())} right."
    wrong = counts - np.diag(counts.diagonal())
    if wrong.any():
        true, guess = np.unravel_index(int(wrong.argmax()), wrong.shape)
        alt += (
            f" Most common mistake: {names[int(true)]} taken for {names[int(guess)]} "
            f"({wrong[true, guess]} of {counts[true].sum()})."
        )
    picture.alt = (f"{title}. " if title else "") + alt
    return picture


def confusion_cell_images(
    images: Tensor,
    labels: Tensor,
    predictions: Tensor,
    true: int,
    predicted: int,
    class_names: Sequence[str] | None = None,
    limit: int = 16,
    columns: int = 8,
) -> Picture:
    """The images behind one cell of a confusion matrix, at most `limit` of them.

    >>> images, y = torch.rand(4, 1, 6, 6), torch.tensor([0, 0, 1, 1])
    >>> confusion_cell_images(images, y, torch.tensor([0, 1, 1, 1]), true=0, predicted=1).alt
    '1 image of true class 0 that was predicted as 1.'
    """
    cell = ((labels.cpu() == true) & (predictions.cpu() == predicted)).nonzero().flatten()
    true_name = str(true) if class_names is None else class_names[true]
    guess_name = str(predicted) if class_names is None else class_names[predicted]
    total = len(cell)
    if total == 0:
        raise CnnlabError(
            f"No image of class {true_name} was predicted as {guess_name}. "
            "Choose a cell with a count above 0."
        )
    shown = cell[:limit]
    head = f"true {true_name}, predicted {guess_name}: {total}"
    head += f" ({limit} shown)" if total > limit else ""
    captions = [f"#{int(index)}" for index in shown]
    picture = draw_tiles(to_rgb(images.cpu()[shown]), captions, columns, head)
    verb = "images" if total > 1 else "image"
    were = "were" if total > 1 else "was"
    picture.alt = f"{total} {verb} of true class {true_name} that {were} predicted as {guess_name}."
    return picture
