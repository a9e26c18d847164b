"""Unit 06: rapid questions about training well."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=6, topic="rapid")
def augmented_test(draw: Draw) -> Question:
    pixels = draw.whole(2, 6)
    return choice(
        draw,
        f"Random crops (up to {pixels} pixels) are left on for the validation images. What "
        "happens to the measured accuracy?",
        (
            "It varies, and is usually a little lower",
            "Each time it's measured on other crops. Augmentation makes training harder on "
            "purpose; for measuring you want the images as they are, and the same number for the "
            "same network.",
        ),
        [
            (
                "It gets better, since augmentation helps",
                "It helps the network learn. When you measure, it only adds noise.",
            ),
            (
                "Nothing, since the labels stay the same",
                "The labels stay, but the inputs are harder, and random.",
            ),
            (
                "The network starts to overfit the validation images",
                "It doesn't learn from them, so it can't.",
            ),
        ],
        pixels=pixels,
    )


@kind(unit=6, topic="rapid")
def stop_by_test(draw: Draw) -> Question:
    epochs = draw.one_of([20, 50, 100])
    return choice(
        draw,
        f"Of {epochs} epochs you keep the one with the best *test* accuracy and report that "
        "accuracy. What's wrong with the number?",
        (
            "It's too good: the best of many looks was picked on the same images",
            "Choosing is a kind of learning. Choose on validation images, and look at the test "
            "images once, at the end.",
        ),
        [
            (
                "Nothing: the network never trained on the test images",
                "Its weights didn't, but you did, when you chose the epoch.",
            ),
            (
                "It's too low, because training went on after it",
                "What came later doesn't touch the epoch that you kept.",
            ),
            (
                "It's wrong only if the test images were augmented",
                "Choosing on them is enough to make it too good.",
            ),
        ],
        epochs=epochs,
    )


@kind(unit=6, topic="rapid")
def more_augmentation(draw: Draw) -> Question:
    train, test = draw.whole(52, 60), draw.whole(50, 52)
    return choice(
        draw,
        f"With very strong augmentation, training accuracy is {train} % and validation accuracy "
        f"{test} %; with mild augmentation they were 88 % and 74 %. What now?",
        (
            "Take the mild augmentation: the strong one makes the network underfit",
            "A small gap is not the goal, a high validation accuracy is. The strong augmentation "
            "makes training so hard that little is learned in this time.",
        ),
        [
            (
                "Keep the strong one: the gap has nearly gone",
                "A network that knows nothing has no gap either.",
            ),
            (
                "Make it stronger still: more augmentation is always better",
                "The network can't even learn the training images any more.",
            ),
            (
                "Take the mild one, and train on the validation images, too",
                "Then nothing is left to measure by.",
            ),
        ],
        train=train,
        test=test,
    )


@kind(unit=6, topic="rapid")
def adam_with_sgds_rate(draw: Draw) -> Question:
    rate = draw.one_of([0.1, 0.3, 0.5])
    return choice(
        draw,
        f"A recipe with SGD and learning rate {num(rate)} works well. You only swap SGD for Adam. "
        "What is likely?",
        (
            "It fails or learns badly: the rate is far too high for Adam",
            "Adam scales each step to about the size of its rate, so here nearly every weight "
            f"moves by {num(rate)} at first. Rates around 0.001 are usual; search on a grid for "
            "each optimiser.",
        ),
        [
            (
                "It works as well: Adam tunes the learning rate itself",
                "It adapts the *relation* between weights' steps. Their size is still yours to "
                "choose.",
            ),
            (
                "It learns too slowly: Adam's steps are smaller at the same rate",
                "They're usually larger: small gradients are scaled up.",
            ),
            (
                "It gives exactly the same weights",
                "Adam divides by the gradients' size. Its path is another.",
            ),
        ],
        rate=rate,
    )
