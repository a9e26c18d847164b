"""Unit 03: rapid questions about depth."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=3, topic="rapid")
def why_small_filters(draw: Draw) -> Question:
    kernel = draw.one_of([5, 7, 9])
    layers = (kernel - 1) // 2
    return choice(
        draw,
        f"{layers} convolutions of 3×3 with ReLUs between them replace one of {kernel}×{kernel}. "
        "What do you get?",
        (
            "Fewer weights and more nonlinearities",
            f"They see equally far with {9 * layers} instead of {kernel**2} weights for each pair "
            "of channels, and each ReLU lets the stack compute what a single linear filter can't.",
        ),
        [
            (
                "The same function, only cheaper",
                "The same receptive field isn't the same function: there are ReLUs between, and "
                "the stack can't make every large filter even without them.",
            ),
            (
                f"A smaller receptive field, 3 pixels instead of {kernel}",
                f"Views add up along the stack: {layers}·2 + 1 = {kernel} pixels.",
            ),
            (
                "More weights, since there are more layers",
                f"{layers}·9 = {9 * layers} is less than {kernel}² = {kernel**2}.",
            ),
        ],
        kernel=kernel,
    )


@kind(unit=3, topic="rapid")
def deeper_always_better(draw: Draw) -> Question:
    shallow = draw.one_of([8, 10, 14, 20])
    deep = shallow + draw.one_of([12, 20, 36])
    return choice(
        draw,
        f"A plain stack of {deep} 3×3 convolutions has a higher *training* error than one of "
        f"{shallow}. What does that tell you?",
        (
            "The deeper network is harder to train",
            "It could copy the shallow one and leave its other layers idle, so it can do at least "
            "as well. Training just doesn't find that.",
        ),
        [
            (
                "The deeper network overfits",
                "Overfitting shows as a *low* training error and a high one on new data.",
            ),
            (
                "The deeper network can't represent what the shallow one can",
                f"It can: {shallow} layers do the same, and the rest pass their input on.",
            ),
            (
                "That can't be: deeper is always better",
                "It was measured, and it's the problem that ResNet was made for.",
            ),
        ],
        shallow=shallow,
        deep=deep,
    )


@kind(unit=3, topic="rapid")
def what_made_alexnet(draw: Draw) -> Question:
    epochs = draw.whole(60, 120)
    return choice(
        draw,
        "Suppose you take LeNet's sigmoid network, make it as large as AlexNet, and let a GPU run "
        f"it for {epochs} epochs on ImageNet, with nothing else changed. What's the likeliest "
        "problem?",
        (
            "It still trains badly, and overfits",
            "AlexNet answered several problems at once: ReLU against saturation, dropout and "
            "augmentation against overfitting, GPUs for time, and a data set of that scale.",
        ),
        [
            (
                "None: GPUs were what made AlexNet possible",
                "They made it fast enough. Saturating activations and overfitting are no "
                "questions of speed.",
            ),
            (
                "It has too few parameters",
                "It's as large as AlexNet, which has about 60 million.",
            ),
            (
                "Convolutions don't work on colour images without ReLU",
                "They do: a filter just has three slices.",
            ),
        ],
        epochs=epochs,
    )


@kind(unit=3, topic="rapid")
def where_vgg_keeps_parameters(draw: Draw) -> Question:
    config = draw.one_of([(16, 138_357_544), (19, 143_667_240)])
    return choice(
        draw,
        f"VGG-{config[0]} has {num(config[1])} parameters. Where do most of them lie?",
        (
            "In the first dense layer",
            "It connects 512·7·7 = 25,088 numbers with 4,096 units: 102.8 million parameters. "
            "Convolutions share their weights over all positions, dense layers don't.",
        ),
        [
            (
                "In the many 3×3 convolutions",
                "There are many, but the largest has 512·512·9, which is 2.4 million.",
            ),
            (
                "In the first convolution, because the image is largest there",
                "A convolution's weights don't depend on the image's size. This one has 1,792.",
            ),
            (
                "In the last layer, because there are 1,000 classes",
                "It has 1,000·4,097, about 4.1 million.",
            ),
        ],
        depth=config[0],
    )
