"""Unit 07: rapid questions about transfer."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num

FEW = 500  # images a class, as in the unit's decision table

# (few images, like those that the backbone knows) → the plan, and why it suits.
PLANS = {
    (True, True): (
        "Freeze the backbone and train a new head",
        "its features fit, and with few images there's little to learn more from",
    ),
    (True, False): (
        "Train a new head on frozen features, then open the last stage carefully",
        "early layers still fit, and the last stage, the most specific one, may adapt a little",
    ),
    (False, True): (
        "Fine-tune all layers, the backbone at a low rate",
        "there's enough data to adapt everything, and the start is good",
    ),
    (False, False): (
        "Fine-tune all layers, and compare with training from scratch",
        "a good start may help, or there's enough data to do without",
    ),
}


def _situation(few: bool, similar: bool) -> str:
    return f"{'few' if few else 'many'} images, {'like' if similar else 'unlike'} ImageNet's"


@kind(unit=7, topic="rapid")
def transfer_plan(draw: Draw) -> Question:
    images = draw.one_of([draw.whole(2, 12) * 10, draw.whole(20, 90) * 100])
    similar = draw.one_of([True, False])
    what = (
        draw.one_of(["photographs of birds", "photographs of furniture", "holiday photographs"])
        if similar
        else draw.one_of(["X-ray pictures", "satellite radar pictures", "pictures of cells"])
    )
    here = (images < FEW, similar)
    plan, why = PLANS[here]
    wrong = [
        (text, f"That suits {_situation(*there)}: {because}.")
        for there, (text, because) in PLANS.items()
        if there != here
    ]
    return choice(
        draw,
        f"A backbone has learned from ImageNet. You have {num(images)} {what} for each class. By "
        f"the decision table of unit 07 (few: below {FEW} a class), where do you start?",
        (plan, f"{_situation(*here).capitalize()}: {why}.".replace("imagenet", "ImageNet")),
        wrong,
        images=images,
        similar=similar,
    )


@kind(unit=7, topic="rapid")
def high_rate_fine_tuning(draw: Draw) -> Question:
    images, rate = draw.one_of([100, 200, 300]), draw.one_of([0.05, 0.1])
    return choice(
        draw,
        f"{images} images, a pretrained ResNet-50, a new head, all layers trained with SGD at "
        f"{num(rate)} from the first step. The result is worse than a frozen backbone. Why?",
        (
            "The random head's gradients wreck the features",
            "At first the head is random and its errors are large. At a high rate they push good "
            "weights away. Train the head first, then open the last stage at a low rate.",
        ),
        [
            (
                "A pretrained network can't be trained any further",
                "It can; its weights are like any others. The rate has to suit them.",
            ),
            (
                "A ResNet-50 is too small for the task",
                f"It has 25 million parameters for {images} images. It's anything but small.",
            ),
            (
                "The images have to look like ImageNet's",
                "Early layers help on many kinds of images. The frozen backbone did work here.",
            ),
        ],
        images=images,
        rate=rate,
    )


@kind(unit=7, topic="rapid")
def forgotten_freeze(draw: Draw) -> Question:
    classes = draw.whole(3, 20)
    return choice(
        draw,
        f"You freeze a whole ResNet-18 and *then* set model.fc = nn.Linear(512, {classes}). What "
        "is trained?",
        (
            "The new head",
            "A new layer's parameters are trainable. Freezing reached only what was there before.",
        ),
        [
            (
                "Nothing, since the model is frozen",
                "requires_grad belongs to each parameter, not to the model. The new ones have "
                "True.",
            ),
            (
                "Everything, since replacing a layer opens the model again",
                "The other parameters keep requires_grad=False.",
            ),
            (
                "The head's bias only",
                "Weight and bias are both new, so both are trained.",
            ),
        ],
        classes=classes,
    )


@kind(unit=7, topic="rapid")
def first_layers_transfer(draw: Draw) -> Question:
    stages = draw.one_of([3, 4])
    return choice(
        draw,
        f"A backbone with {stages} stages goes from photographs to drawings. Which stage is the "
        "most likely to need adapting?",
        (
            "The last, since its features are the most specific",
            "Early layers see edges and colours, which most images have. The later a layer, the "
            "more it knows of the old classes.",
        ),
        [
            (
                "The first, since it sees the new images first",
                "It answers to edges and colours, and drawings have those as well.",
            ),
            (
                "All equally, since all were trained together",
                "They were, but early features are general and late ones specific.",
            ),
            (
                "None: only similar images allow transfer",
                "Even unlike images share what early layers see.",
            ),
        ],
        stages=stages,
    )
