"""Unit 01: how large the output of a window is."""

from __future__ import annotations

from cnnlab.anatomy import conv_output_size
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import shape, whole
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num, times


@kind(unit=1, topic="sizes")
def conv_side(draw: Draw) -> Question:
    size, kernel = draw.whole(14, 96), draw.one_of([3, 5, 7])
    stride, padding = draw.one_of([1, 2, 2, 3]), draw.whole(0, 3)
    answer = conv_output_size(size, kernel, stride, padding)
    room = size + 2 * padding - kernel
    return whole(
        f"An image of {size}×{size} pixels goes through\n"
        f"    nn.Conv2d(3, 16, kernel_size={kernel}, stride={stride}, padding={padding})\n"
        "How many pixels wide is each output map?",
        answer,
        [
            f"Padding makes the side {size} + 2·{padding} = {size + 2 * padding} pixels."
            if padding
            else f"There's no padding: the side stays {size} pixels.",
            f"The kernel covers {kernel} of them, so from its first position it can move on by "
            f"{size + 2 * padding} − {kernel} = {room} pixels.",
            f"In steps of {stride} that's ⌊{room}/{stride}⌋ = {room // stride} moves, and the "
            f"first position counts too: {room // stride} + 1 = {answer}.",
        ],
        {
            room // stride: "That's the number of moves. The first position is an output as well.",
            (size + padding - kernel) // stride + 1: "Padding is added on both sides, so it counts "
            "twice.",
            (size - kernel) // stride + 1: "You left the padding out.",
            room + 1: "That would be stride 1. A larger stride skips positions.",
            -(-room // stride) + 1: "The last step doesn't fit any more: sizes are rounded down.",
        },
        size=size,
        kernel=kernel,
        stride=stride,
        padding=padding,
    )


@kind(unit=1, topic="sizes")
def dilated_side(draw: Draw) -> Question:
    size, kernel = draw.whole(20, 64), draw.one_of([3, 5])
    dilation, padding = draw.whole(2, 4), draw.whole(0, 2)
    reach = dilation * (kernel - 1) + 1
    answer = conv_output_size(size, kernel, 1, padding, dilation)
    return whole(
        f"A map of {size}×{size} goes through\n"
        f"    nn.Conv2d(8, 8, kernel_size={kernel}, dilation={dilation}, padding={padding})\n"
        "How wide is the output?",
        answer,
        [
            f"Dilation {dilation} leaves gaps between the {kernel} weights, so that the kernel "
            f"spans {dilation}·({kernel} − 1) + 1 = {reach} pixels.",
            f"The padded side is {size} + 2·{padding} = {size + 2 * padding}.",
            f"Positions: {size + 2 * padding} − {reach} + 1 = {answer}.",
        ],
        {
            size + 2 * padding - kernel + 1: "That's without dilation. The gaps count: the kernel "
            f"spans {reach} pixels, not {kernel}.",
            size + 2 * padding - dilation * kernel + 1: f"{kernel} weights have {kernel - 1} gaps "
            f"between them, not {kernel}: the span is dilation·(kernel − 1) + 1.",
            size + 2 * padding - reach: "The first position counts as well.",
        },
        size=size,
        kernel=kernel,
        dilation=dilation,
        padding=padding,
    )


@kind(unit=1, topic="sizes")
def same_padding(draw: Draw) -> Question:
    kernel, dilation = draw.one_of([3, 5, 7, 9, 11]), draw.one_of([1, 1, 2, 3])
    side = draw.one_of([32, 48, 56, 64])
    answer = next(
        p for p in range(64) if conv_output_size(side + 2 * p, kernel, dilation=dilation) == side
    )
    dilated = f", dilation={dilation}" if dilation > 1 else ""
    lost = dilation * (kernel - 1)
    return whole(
        f"Which padding keeps a map of {side}×{side} at {side}×{side} in\n"
        f"    nn.Conv2d(16, 16, kernel_size={kernel}{dilated}, padding=?)",
        answer,
        [
            f"Without padding the side shrinks by dilation·(kernel − 1) = {dilation}·({kernel} − "
            f"1) = {lost} pixels.",
            f"Padding comes on both sides, so each side gets half of that: {lost}/2 = {answer}. "
            'PyTorch calls it padding="same".',
        ],
        {
            lost: "That's what is lost in all. Padding is added on both sides.",
            kernel // 2: "That's right without dilation; here the kernel spans more pixels.",
            (kernel + 1) // 2: "Half the kernel, rounded *down*.",
        },
        kernel=kernel,
        dilation=dilation,
        side=side,
    )


@kind(unit=1, topic="sizes")
def unpadded_stack(draw: Draw) -> Question:
    side, kernel, layers = draw.whole(32, 96), draw.one_of([3, 5]), draw.whole(3, 7)
    answer = side
    for _ in range(layers):
        answer = conv_output_size(answer, kernel)
    return whole(
        f"A map of {side}×{side} goes through {layers} convolutions of {kernel}×{kernel}, one "
        "after the other, each with stride 1 and no padding. How wide is the last map?",
        answer,
        [
            f"Without padding each {kernel}×{kernel} convolution takes {kernel} − 1 = {kernel - 1} "
            "pixels off the side.",
            f"{layers} of them take {layers}·{kernel - 1} = {layers * (kernel - 1)}: "
            f"{side} − {layers * (kernel - 1)} = {answer}.",
            "This is why deep networks pad: without it they run out of pixels.",
        ],
        {
            side: "Only padding keeps the size. Without it every layer trims the border.",
            side
            - layers * kernel: f"A kernel of {kernel} takes {kernel - 1} pixels, not {kernel}: "
            "its first position costs nothing.",
            side - layers * (kernel // 2): "The border is lost on both sides.",
        },
        side=side,
        kernel=kernel,
        layers=layers,
    )


@kind(unit=1, topic="sizes")
def conv_shape(draw: Draw) -> Question:
    c_in, c_out = draw.one_of([3, 16, 32]), draw.one_of([24, 48, 64, 96])
    height, width = draw.whole(20, 60), draw.whole(61, 120)
    kernel, stride = draw.one_of([3, 5, 7]), draw.one_of([1, 2])
    padding = draw.one_of([0, kernel // 2])
    rows, columns = (conv_output_size(n, kernel, stride, padding) for n in (height, width))
    return shape(
        f"One input of shape {times((c_in, height, width))} (channels, height, width) goes "
        "through\n"
        f"    nn.Conv2d({c_in}, {c_out}, kernel_size={kernel}, stride={stride}, "
        f"padding={padding})\n"
        "Which shape comes out?",
        (c_out, rows, columns),
        [
            f"Every filter makes one map, so there are {c_out} channels, whatever came in.",
            f"Height: ⌊({height} + 2·{padding} − {kernel})/{stride}⌋ + 1 = {rows}.",
            f"Width: ⌊({width} + 2·{padding} − {kernel})/{stride}⌋ + 1 = {columns}.",
        ],
        {
            (c_in, rows, columns): "The number of filters decides how many channels come out.",
            (c_out, columns, rows): "Height stands before width.",
            (rows, columns, c_out): "PyTorch puts the channels first.",
            (
                c_out,
                height,
                width,
            ): "The size only stays as it is with stride 1 and “same” padding.",
        },
        c_in=c_in,
        c_out=c_out,
        height=height,
        width=width,
        kernel=kernel,
        stride=stride,
        padding=padding,
    )


@kind(unit=1, topic="sizes")
def pool_side(draw: Draw) -> Question:
    size, kernel = draw.whole(13, 60), draw.one_of([2, 3])
    stride = draw.one_of([None, 2])
    step = stride or kernel
    written = f"nn.MaxPool2d({kernel}" + (f", stride={stride})" if stride else ")")
    answer = conv_output_size(size, kernel, step)
    said = f"stride {step}" if stride else f"stride {step} (left out, it's the kernel size)"
    return whole(
        f"A map of {size}×{size} goes through\n    {written}\nHow wide is the output?",
        answer,
        [
            f"The window covers {kernel} pixels and moves with {said}.",
            f"⌊({size} − {kernel})/{step}⌋ + 1 = {answer}. Pixels that fill no whole window are "
            "dropped.",
        ],
        {
            -(-size // step): "Rounded down, not up: a window that doesn't fit gives no output.",
            size - kernel + 1: "Pooling doesn't move in steps of 1: left out, its stride is its "
            "kernel size.",
            (size - kernel) // step: "The first window counts, too.",
        },
        size=size,
        kernel=kernel,
        stride=step,
    )


@kind(unit=1, topic="sizes")
def flat_length(draw: Draw) -> Question:
    side, pools = draw.one_of([28, 32, 36, 48, 50, 64]), draw.whole(2, 3)
    channels = draw.one_of([[8, 16, 32], [16, 32, 64], [32, 64, 96]])[:pools]
    padding = draw.whole(0, 1)
    sides = [side]
    for _ in channels:
        sides += [conv_output_size(sides[-1], 3, 1, padding)]
        sides += [conv_output_size(sides[-1], 2, 2)]
    code, before = "", 1
    for c in channels:
        code += f"    nn.Conv2d({before}, {c}, 3, padding={padding}), nn.ReLU(), nn.MaxPool2d(2),\n"
        before = c
    answer = channels[-1] * sides[-1] ** 2
    return whole(
        f"Grey images of {side}×{side} pixels go through\n"
        f"{code}    nn.Flatten(), nn.Linear(?, 10)\n"
        "Which number belongs where the question mark is?",
        answer,
        [
            "The side on its way: " + " → ".join(map(str, sides)) + ".",
            f"{channels[-1]} maps of {sides[-1]}×{sides[-1]} are left, and flattening lines up "
            f"every number: {channels[-1]}·{sides[-1]}·{sides[-1]} = {num(answer)}.",
        ],
        {
            channels[-1]: "That's the number of maps. Flattening keeps every position of each.",
            channels[-1] * sides[-1]: "A map has height and width: the side counts twice.",
            channels[-1] * (side // 2**pools) ** 2: "The convolutions shrink the map as well: they "
            "have no padding.",
        },
        side=side,
        channels=channels,
        padding=padding,
    )


@kind(unit=1, topic="sizes")
def map_shift(draw: Draw) -> Question:
    stride, moves = draw.one_of([2, 4, 8]), draw.whole(1, 5)
    pixels = stride * moves
    answer = pixels // stride
    strides = " and ".join(["one layer of stride 2", *["another"] * (stride.bit_length() - 2)])
    return whole(
        f"A convolutional network shrinks its input by {stride} in each direction ({strides}). An "
        f"object in the picture moves {pixels} pixels to the right. By how many positions does its "
        "trace move on the last map (leaving out the border)?",
        answer,
        [
            f"One step on the last map is {stride} pixels of the input.",
            f"{pixels} pixels are {pixels}/{stride} = {answer} of those steps. Convolution is "
            "equivariant: the answer moves along with the object.",
        ],
        {
            0: "That would be invariance. A convolution is equivariant: its map moves with the "
            "image.",
            pixels: f"The map is smaller than the image: one of its steps is {stride} pixels.",
        },
        stride=stride,
        pixels=pixels,
    )
