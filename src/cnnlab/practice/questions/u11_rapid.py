"""Unit 11: rapid questions at the bedside."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question


@kind(unit=11, topic="rapid")
def dying_relus(draw: Draw) -> Question:
    share = draw.whole(40, 90)
    return choice(
        draw,
        f"After a few steps at a high learning rate, {share} % of a layer's ReLU channels are 0 "
        "for every image. The rate is now lowered. What becomes of those channels?",
        (
            "They stay dead: their gradient is 0",
            "A ReLU that's always off passes no gradient to its own weights. A leaky ReLU, a "
            "lower rate from the start, or batch norm prevents it.",
        ),
        [
            (
                "They recover, since the rate is right now",
                "The step is rate times gradient, and their gradient is 0.",
            ),
            (
                "They recover once the bias has grown",
                "The bias gets no gradient either.",
            ),
            (
                "They save computing and do no harm",
                "They're computed all the same, and the network has fewer features to work with.",
            ),
        ],
        share=share,
    )


@kind(unit=11, topic="rapid")
def unscaled_inputs(draw: Draw) -> Question:
    rate = draw.one_of([0.05, 0.1])
    return choice(
        draw,
        f"A network without batch norm trains well on pixels from 0 to 1 at lr {rate}. Now it "
        "gets pixels from 0 to 255 instead. What happens at the same rate?",
        (
            "Training explodes or stalls",
            "A weight's gradient is proportional to its input, so it's about 255 times as large. "
            "Normalise inputs with the training data's mean and standard deviation.",
        ),
        [
            (
                "Nothing: the network learns to scale its weights",
                "It would have to survive the first steps. They're far too long.",
            ),
            (
                "It learns 255 times as fast",
                "Longer steps aren't better ones; beyond a limit they overshoot.",
            ),
            (
                "PyTorch scales images to 0…1 by itself",
                "ToTensor and the like do; the network takes what it gets.",
            ),
        ],
        rate=rate,
    )


@kind(unit=11, topic="rapid")
def one_batch_test(draw: Draw) -> Question:
    images = draw.one_of([8, 16, 32])
    return choice(
        draw,
        f"Your network won't learn. You train it on a single batch of {images} images, 200 steps, "
        "and the training loss stays where it was. What does that tell you?",
        (
            "There's most likely a bug",
            f"Any working network of some size can memorise {images} images. If it can't, look at "
            "loss, labels, gradients and optimiser.",
        ),
        [
            (
                "There's too little data",
                "For memorising, less data is easier.",
            ),
            (
                "It overfits",
                "Overfitting would be a training loss near 0, and here you'd like to see just "
                "that.",
            ),
            (
                "The network is too deep for the task",
                "Even a deep one should memorise a handful of images. Look for frozen parameters, "
                "a missing step(), wrong labels.",
            ),
        ],
        images=images,
    )


@kind(unit=11, topic="rapid")
def three_changes(draw: Draw) -> Question:
    train, held_out = draw.whole(97, 99), draw.whole(68, 78)
    return choice(
        draw,
        f"{train} % on training images, {held_out} % on validation images. Which change attacks "
        "the problem?",
        (
            "Augmentation, weight decay, or more data",
            "The network fits its training images and fails on others: it overfits. Regularisers "
            "and data are the answers, a smaller network may be another.",
        ),
        [
            (
                "More layers and channels",
                f"It has capacity enough: {train} % on its training images.",
            ),
            (
                "A higher learning rate, to leave a bad minimum",
                "Training works. The gap to new images is the problem.",
            ),
            (
                "More epochs",
                "There's almost nothing left to learn from these images.",
            ),
        ],
        train=train,
        held_out=held_out,
    )
