"""Unit 08: heat maps, their sizes and their values."""

from __future__ import annotations

import torch

from cnnlab.anatomy import conv_output_size
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import decimal, percent, shape, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import bracketed, listed, num, plus

MAP_SHAPE = "a shape, such as 14×14"


@kind(unit=8, topic="heat-maps")
def occlusion_shape(draw: Draw) -> Question:
    height, width = draw.one_of([16, 28, 32, 48]), draw.one_of([28, 32, 40, 64])
    size, stride = draw.one_of([4, 5, 6, 8]), draw.one_of([1, 2, 3, 4])
    rows, columns = (conv_output_size(side, size, stride) for side in (height, width))
    return shape(
        f"An occlusion map slides a grey square of {size}×{size} pixels over an image of "
        f"{height}×{width} (height×width) in steps of {stride}; the square stays inside. What "
        "shape does the map have?",
        (rows, columns),
        [
            "It's the arithmetic of a convolution without padding: ⌊(side − size)/stride⌋ + 1.",
            f"Rows: ⌊({height} − {size})/{stride}⌋ + 1 = {rows}. Columns: "
            f"⌊({width} − {size})/{stride}⌋ + 1 = {columns}.",
        ],
        {
            (height, width): "There's one value for each position of the square.",
            (height // stride, width // stride): "The square has to fit in.",
            (rows - 1, columns - 1): "The first position counts.",
        },
        asks=MAP_SHAPE,
        height=height,
        width=width,
        size=size,
        stride=stride,
    )


@kind(unit=8, topic="heat-maps")
def occlusion_passes(draw: Draw) -> Question:
    side, size = draw.one_of([28, 32, 64]), draw.one_of([4, 6, 8])
    stride, images = draw.one_of([1, 2, 4]), draw.whole(1, 10)
    places = conv_output_size(side, size, stride) ** 2
    answer = images * (places + 1)
    many = f"{images} images of {side}×{side}" if images > 1 else f"an image of {side}×{side}"
    row = conv_output_size(side, size, stride)
    return whole(
        f"Occlusion maps for {many}: a square of {size}×{size}, stride {stride}. How many images "
        "does the network look at in all, the uncovered ones included?",
        answer,
        [
            f"Positions: ⌊({side} − {size})/{stride}⌋ + 1 = {row} in each direction, {row}² = "
            f"{places}.",
            f"With the uncovered image {places + 1}"
            + (
                f", for {images} images {images}·{places + 1} = {num(answer)}."
                if images > 1
                else "."
            ),
            "Grad-CAM needs one pass forward and one back.",
        ],
        {
            images
            * places: "The drop is measured against the uncovered image, so the network sees that "
            "one, too.",
            images * (row + 1): "The square moves in both directions.",
        },
        side=side,
        size=size,
        stride=stride,
        images=images,
    )


@kind(unit=8, topic="heat-maps")
def probability_drop(draw: Draw) -> Question:
    before = draw.whole(55, 99)
    after = [draw.whole(5, 99) for _ in range(4)]
    place = draw.whole(0, 3)
    answer = (before - after[place]) / 100
    where = ("upper left", "upper right", "lower left", "lower right")
    return decimal(
        f"A network says “cat” with {num(before / 100)}. With one quarter of the image covered it "
        f"says so with {listed([value / 100 for value in after])} (upper left, upper right, lower "
        f"left, lower right). What does the occlusion map hold at the {where[place]}?",
        answer,
        [
            "The map holds by how much the probability *drops*.",
            f"{num(before / 100)} − {num(after[place] / 100)} = {num(answer)}."
            + (" Negative: without that quarter the network is surer." if answer < 0 else ""),
        ],
        {
            after[place] / 100: "That's what is left. The map holds the drop.",
            -answer: "Before minus after: a drop is positive.",
        },
        before=before,
        after=after,
        place=place,
    )


@kind(unit=8, topic="heat-maps")
def cam_shape(draw: Draw) -> Question:
    height, width = 32 * draw.whole(3, 8), 32 * draw.whole(3, 8)
    strides = draw.one_of([[2, 2, 2], [2, 2, 2, 2], [4, 2, 2], [2, 2, 2, 2, 2], [4, 2, 2, 2]])
    step = torch.tensor(strides).prod().item()
    rows, columns = int(height // step), int(width // step)
    channels = draw.one_of([128, 256, 512])
    return shape(
        f"Grad-CAM looks at a layer with {channels} channels. The layers before it have the "
        f"strides {listed(strides)} and pad so that sides divide exactly; the image is "
        f"{height}×{width} (height×width). What shape does the map have before it's stretched to "
        "the image?",
        (rows, columns),
        [
            f"The strides multiply to {step}: {height}/{step} = {rows} and {width}/{step} = "
            f"{columns}.",
            f"The weighted sum runs over the {channels} channels, so one map is left. Each of its "
            f"values stands for {step}×{step} pixels; that's why heat maps look soft.",
        ],
        {
            (channels, rows, columns): "The channels are summed up, weighted.",
            (height, width): "That's after stretching.",
            (columns, rows): "Height stands before width.",
        },
        asks=MAP_SHAPE,
        height=height,
        width=width,
        strides=strides,
    )


@kind(unit=8, topic="heat-maps")
def cam_by_hand(draw: Draw) -> Question:
    maps = [[draw.whole(0, 5) for _ in range(4)] for _ in range(2)]
    grads = [[draw.whole(-4, 6) for _ in range(4)] for _ in range(2)]
    place = draw.whole(0, 3)
    activations, slopes = (torch.tensor(n, dtype=torch.float64) for n in (maps, grads))
    weights = slopes.mean(1)
    summed = (weights[:, None] * activations).sum(0)
    answer = torch.relu(summed)[place].item()
    w = weights.tolist()
    where = ("upper left", "upper right", "lower left", "lower right")[place]
    cut = " The ReLU keeps only what speaks for the class." if summed[place] < 0 else ""
    return decimal(
        "A layer has two channels of 2×2, written row by row:\n"
        f"    activations A: {', '.join(map(str, maps[0]))}    B: {', '.join(map(str, maps[1]))}\n"
        f"    gradients   A: {', '.join(map(num, grads[0]))}    B: "
        f"{', '.join(map(num, grads[1]))}\n"
        f"What does Grad-CAM give at the {where}, after its ReLU and before dividing by the "
        "maximum?",
        answer,
        [
            f"A channel's weight is the mean of its gradients: A ({plus(grads[0])})/4 = "
            f"{num(w[0])}, B ({plus(grads[1])})/4 = {num(w[1])}.",
            f"{bracketed(w[0])}·{maps[0][place]} + {bracketed(w[1])}·{maps[1][place]} = "
            f"{num(summed[place].item())}; after the ReLU {num(answer)}.{cut}",
        ],
        {
            summed[place].item(): "A ReLU follows: what speaks against the class is left out.",
            float(
                sum(g[place] * m[place] for g, m in zip(grads, maps, strict=True))
            ): "The weight is the mean over all positions, not the gradient at this one.",
            4 * answer: "The mean of the gradients, not their sum.",
        },
        maps=maps,
        grads=grads,
        place=place,
    )


@kind(unit=8, topic="heat-maps")
def saliency_by_hand(draw: Draw) -> Question:
    grads = [draw.whole(-90, 90) / 100 for _ in range(3)]
    answer = torch.tensor(grads, dtype=torch.float64).abs().max().item()
    return decimal(
        f"The gradient of a logit with respect to one pixel is {num(grads[0])} for red, "
        f"{num(grads[1])} for green and {num(grads[2])} for blue. What value does the saliency "
        "map of unit 08 have there?",
        answer,
        [
            "Saliency takes the largest size of the gradient over the channels; its sign doesn't "
            "matter.",
            f"Sizes {listed([abs(g) for g in grads])}: the largest is {num(answer)}.",
        ],
        {
            max(grads): "A negative gradient matters as much as a positive one.",
            sum(abs(g) for g in grads) / 3: "The largest, not the mean.",
            sum(grads): "The largest size, not the sum.",
        },
        grads=grads,
    )


@kind(unit=8, topic="heat-maps")
def chance_of_a_hit(draw: Draw) -> Question:
    side, height, width = draw.one_of([28, 32, 64]), draw.whole(6, 20), draw.whole(6, 20)
    mask = torch.zeros(side, side)
    mask[:height, :width] = 1
    answer = 100 * mask.mean().item()
    return percent(
        f"An object fills {height}×{width} pixels of an image of {side}×{side}. A heat map that "
        "knows nothing has its maximum at a random pixel. How often does that fall on the object?",
        answer,
        [
            f"As often as the object's share of the area: {height}·{width} = {height * width} of "
            f"{side}² = {side**2} pixels, {answer:.2f} %.",
            "A heat map has to beat this baseline (and, on centred images, the one that always "
            "points at the centre).",
        ],
        {
            100 * height / side: "Height and width both count.",
        },
        side=side,
        height=height,
        width=width,
    )


@kind(unit=8, topic="heat-maps")
def pointing_score(draw: Draw) -> Question:
    images, hits = draw.one_of([40, 50, 80, 120, 200]), draw.whole(18, 36)
    share = draw.whole(5, 20)
    answer = 100 * hits / images - share
    return decimal(
        f"The maximum of a heat map falls on the object in {hits} of {images} images. The objects "
        f"fill {share} % of the area on average. By how many percentage points does the heat map "
        "beat a random pixel?",
        answer,
        [
            f"Hits: {hits}/{images} = {num(100 * hits / images)} %.",
            f"A random pixel hits as often as the object's share of the area: {share} %.",
            f"{num(100 * hits / images)} − {share} = {num(round(answer, 2))} percentage points.",
        ],
        {
            100 * hits / images: "That's the score itself. Take the baseline off.",
            100 * hits / images / share: "That's how many times as often. The question is the "
            "difference.",
        },
        places=1,
        images=images,
        hits=hits,
        share=share,
    )
