"""Unit 01: rapid questions, each wrong answer with the misconception behind it."""

from __future__ import annotations

from cnnlab.anatomy import conv_output_size
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=1, topic="rapid")
def kernel_depth(draw: Draw) -> Question:
    channels, filters = draw.one_of([3, 16, 32, 64]), draw.one_of([8, 24, 48, 128])
    each = 9 * channels
    return choice(
        draw,
        f"In nn.Conv2d({channels}, {filters}, 3), how many weights does a single filter have?",
        (
            f"{num(each)}, 3×3 for each of the {channels} input channels",
            f"A filter is as deep as its input: {channels}·3·3 = {num(each)} weights, whose "
            "products are all added to one number.",
        ),
        [
            (
                "9, because it's a 3×3 kernel",
                "“3×3” names only height and width. A filter has such a slice for every input "
                "channel, and each slice has weights of its own.",
            ),
            (
                f"{num(9 * filters)}, 3×3 for each of the {filters} output channels",
                "Each output channel has a filter of its own. A single filter makes one channel.",
            ),
            (
                f"{num(9 * channels * filters)}, all of the layer's weights",
                f"That's all {filters} filters together.",
            ),
        ],
        channels=channels,
        filters=filters,
    )


@kind(unit=1, topic="rapid")
def shifted_picture(draw: Draw) -> Question:
    pixels = draw.whole(2, 9)
    return choice(
        draw,
        f"You shift a picture {pixels} pixels to the right and run the same convolution (stride 1) "
        "again. What happens to the feature map, leaving out the border?",
        (
            f"It shifts {pixels} to the right as well",
            "That's equivariance: the same weights work at every position, so the answer goes "
            "where the pattern goes.",
        ),
        [
            (
                "It stays the same",
                "That would be *invariance*. A convolution reports where a pattern is, so its map "
                "moves along; pooling and averaging later add some invariance.",
            ),
            (
                "It changes unpredictably",
                "That's how a dense layer behaves, which has other weights for every pixel. A "
                "convolution shares its weights.",
            ),
            (
                f"It shifts {pixels} to the left",
                "The window meets the pattern further right, so the answer stands further right.",
            ),
        ],
        pixels=pixels,
    )


@kind(unit=1, topic="rapid")
def dense_and_shift(draw: Draw) -> Question:
    pixels, thing = draw.whole(4, 12), draw.one_of(["cat", "shoe", "digit", "cup"])
    return choice(
        draw,
        f"A dense network has learned to recognise a {thing} in the middle. Now the {thing} stands "
        f"{pixels} pixels further left. What does the first dense layer see?",
        (
            "Other inputs, multiplied by other weights",
            "Each pixel has weights of its own. What was learned about the middle says nothing "
            "about another place, so a dense network has to learn each position from examples.",
        ),
        [
            (
                f"The same {thing}, because the pixel values are the same",
                "The values are the same, but they arrive at other inputs, and those have other "
                "weights.",
            ),
            (
                f"The same {thing}, because a dense layer sees the whole picture at once",
                "Seeing everything isn't knowing it anywhere: each input has a weight of its own.",
            ),
            (
                f"The {thing}, only weaker",
                "Nothing makes the answer fade with distance. It's just other weights.",
            ),
        ],
        pixels=pixels,
    )


@kind(unit=1, topic="rapid")
def flipped_kernel(draw: Draw) -> Question:
    a, b = draw.whole(1, 3), draw.whole(4, 9)
    return choice(
        draw,
        f"A one-row kernel [{a}, 0, −{a}] lies on the pixels [{b}, 1, 0]. What does nn.Conv2d "
        "compute?",
        (
            num(a * b),
            f"Weight by weight as they lie: {a}·{b} + 0·1 + (−{a})·0 = {a * b}. PyTorch computes "
            "the cross-correlation and calls it convolution.",
        ),
        [
            (
                num(-a * b),
                "That's mathematics' convolution, which turns the kernel round first. PyTorch "
                "doesn't; learned kernels would just come out turned.",
            ),
            (num(a * b + 1), "The middle weight is 0, so the middle pixel doesn't count."),
            (
                f"[{a * b}, 0, 0]",
                "The products are added up: one position gives one number.",
            ),
        ],
        a=a,
        b=b,
    )


@kind(unit=1, topic="rapid")
def no_padding(draw: Draw) -> Question:
    side, layers = draw.one_of([28, 32]), draw.one_of([10, 12, 13])
    left = side
    for _ in range(layers):
        left = conv_output_size(left, 3)
    return choice(
        draw,
        f"A network for {side}×{side} images has {layers} convolutions of 3×3. What changes if "
        "their padding=1 is left out?",
        (
            f"The map ends at {left}×{left}, and the border is seen less often",
            f"Each layer trims two pixels off the side: {side} − {layers}·2 = {left}. Pixels at "
            "the border take part in few windows, so the network hardly sees them.",
        ),
        [
            (
                "Nothing that matters: padding only adds zeros",
                "Those zeros let the window stand on the border. Without them the map shrinks at "
                "every layer.",
            ),
            (
                f"The map ends at {side - layers}×{side - layers}",
                "A 3×3 kernel loses one pixel on *each* side, two in all.",
            ),
            (
                "The layers have fewer weights",
                "The weights are those of the kernel. Padding changes how often they're used.",
            ),
        ],
        side=side,
        layers=layers,
    )
