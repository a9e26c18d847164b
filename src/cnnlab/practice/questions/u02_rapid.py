"""Unit 02: rapid questions about the loss and the training loop."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=2, topic="rapid")
def softmax_before_loss(draw: Draw) -> Question:
    classes = draw.one_of([5, 10, 20, 100])
    return choice(
        draw,
        f"A classifier for {classes} classes ends in nn.Softmax(dim=1) and is trained with "
        "nn.CrossEntropyLoss. What happens?",
        (
            "It trains, but slowly, and the loss can't come near 0",
            "The loss applies softmax itself. Applied twice, it sees “logits” between 0 and 1 "
            "only, so even a perfect answer keeps a loss, and gradients are small.",
        ),
        [
            (
                "Nothing: softmax of probabilities gives the same probabilities",
                "It doesn't: softmax of (1, 0) is (0.73, 0.27). The second one flattens the first.",
            ),
            (
                "That's how it has to be: the loss needs probabilities",
                "In PyTorch it needs logits. nn.CrossEntropyLoss holds the log-softmax already.",
            ),
            (
                "PyTorch raises an error",
                "Probabilities are numbers like others, so nothing complains. That's what makes "
                "this mistake hard to find.",
            ),
        ],
        classes=classes,
    )


@kind(unit=2, topic="rapid")
def zero_grad_forgotten(draw: Draw) -> Question:
    step = draw.whole(3, 20)
    return choice(
        draw,
        f"optimizer.zero_grad() is missing in a training loop. What does step {step} use?",
        (
            f"The sum of the gradients of all {step} batches so far",
            "backward() adds to .grad. Without zero_grad() old gradients pile up: the steps get "
            "too large and point to where the network no longer is.",
        ),
        [
            (
                "The gradient of the latest batch; training is just slower",
                "backward() doesn't overwrite .grad, it adds to it. The direction is wrong, not "
                "the speed.",
            ),
            (
                f"The mean of the gradients of {step} batches, as with a larger batch",
                "It's a sum, and the old gradients belong to older weights. Gradient accumulation "
                "sets them back after each step, on purpose.",
            ),
            (
                "No gradient at all",
                "backward() still works; it just adds its result to what's in .grad.",
            ),
        ],
        step=step,
    )


@kind(unit=2, topic="rapid")
def loss_and_accuracy(draw: Draw) -> Question:
    high = draw.whole(51, 60) / 100
    return choice(
        draw,
        "From one epoch to the next the validation loss rises while the accuracy stays the same. "
        "How can that be?",
        (
            "Answers that are wrong are given with more certainty",
            "Accuracy asks only which class comes first; the loss also asks how sure the network "
            "is. Growing certainty about wrong answers costs loss and no accuracy.",
        ),
        [
            (
                "It can't: loss and accuracy measure the same thing",
                f"A right class at {num(high)} and one at 0.99 are equally right, but their losses "
                "differ.",
            ),
            (
                "The accuracy was averaged over batches",
                "That would shift the accuracy a little, but the loss would still have no reason "
                "to rise.",
            ),
            (
                "The network has stopped learning",
                "If its weights stood still, the loss would stand still, too.",
            ),
        ],
        high=high,
    )


@kind(unit=2, topic="rapid")
def flips_for_digits(draw: Draw) -> Question:
    digit = draw.one_of([3, 4, 6, 7, 9])
    return choice(
        draw,
        "You train on handwritten digits and mirror half of the images left to right. What does "
        f"that do to the {digit}s?",
        (
            f"It teaches a shape that no real {digit} has",
            "An augmentation has to keep the label true *and* the picture likely. Mirrored digits "
            "never come up, so the network spends itself on them.",
        ),
        [
            (
                "Nothing: flips are always harmless and double the data",
                "Flips suit shoes and cats. They don't suit what reads differently in a mirror, "
                "such as digits and letters.",
            ),
            (
                "It helps: convolutions don't notice left and right anyway",
                "They do: a kernel isn't symmetric, and a mirrored stroke gets another answer.",
            ),
            (
                "The label has to be changed to another digit",
                f"There's no digit that a mirrored {digit} turns into.",
            ),
        ],
        digit=digit,
    )


@kind(unit=2, topic="rapid")
def no_grad_forgotten(draw: Draw) -> Question:
    images = draw.one_of([1000, 2000, 10000])
    return choice(
        draw,
        f"Your evaluate() runs {num(images)} test images in eval mode but without "
        "torch.no_grad(), and calls neither backward() nor step(). What's the harm?",
        (
            "Memory and time; the accuracy is the same",
            "PyTorch keeps what backward() would need. Without backward() and step() no weight "
            "changes, so the measured numbers are right.",
        ),
        [
            (
                "The network learns from the test images",
                "Only optimizer.step() changes weights. (Batch norm's statistics would move in "
                "train mode, but this is eval mode.)",
            ),
            (
                "Dropout stays active",
                "Dropout follows model.train() and model.eval(), not no_grad().",
            ),
            (
                "The accuracy comes out too low",
                "The forward pass computes the same numbers with and without gradients.",
            ),
        ],
        images=images,
    )
