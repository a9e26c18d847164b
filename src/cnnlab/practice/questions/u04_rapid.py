"""Unit 04: rapid questions about batch norm and its two modes."""

from __future__ import annotations

from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice
from cnnlab.practice.kinds import kind
from cnnlab.practice.question import Question
from cnnlab.practice.wording import num


@kind(unit=4, topic="rapid")
def eval_forgotten(draw: Draw) -> Question:
    batch = draw.one_of([2, 3, 4, 8])
    return choice(
        draw,
        f"A network with batch norm is used on {batch} images at a time, and model.eval() was "
        "forgotten. What happens?",
        (
            "Each answer depends on the other images of its batch",
            "In train mode the batch's own statistics normalise, and those of a handful of images "
            "are poor. The running statistics move as well. In eval mode they're used, and left "
            "alone.",
        ),
        [
            (
                "Nothing but a loss of speed",
                "eval() changes what is computed: other statistics, and no dropout.",
            ),
            (
                "The weights change",
                "Weights change in optimizer.step() only. But the running statistics do move.",
            ),
            (
                "Gradients are computed that aren't needed",
                "That's torch.no_grad()'s business. eval() switches batch norm and dropout.",
            ),
        ],
        batch=batch,
    )


@kind(unit=4, topic="rapid")
def bias_before_norm(draw: Draw) -> Question:
    bias = draw.tenths(0.5, 5)
    return choice(
        draw,
        f"A convolution with bias {num(bias)} stands right before batch norm (train mode). You set "
        "that bias to 0. What does batch norm give now?",
        (
            "The same as before",
            "Batch norm takes the channel's mean off, and with it any constant. That's why such a "
            "convolution has bias=False; β does its job.",
        ),
        [
            (
                f"Values that are smaller by {num(bias)}",
                "That holds before the normalisation, which then takes the mean off.",
            ),
            (
                f"Values that are smaller by {num(bias)} divided by the standard deviation",
                "The mean shrinks by just as much, so the difference stays as it was.",
            ),
            (
                "Values around 0 that were not around 0 before",
                "They're around β, with or without the bias.",
            ),
        ],
        bias=bias,
    )


@kind(unit=4, topic="rapid")
def frozen_norm(draw: Draw) -> Question:
    steps = draw.one_of([100, 500, 1000])
    return choice(
        draw,
        "All parameters of a backbone with batch norm got requires_grad=False; then the network is "
        f"trained for {steps} steps in train mode. What changes in the backbone?",
        (
            "The running means and variances",
            "They're buffers, not parameters: every forward pass in train mode moves them. To keep "
            "them, put those layers in eval mode.",
        ),
        [
            (
                "Nothing: it's frozen",
                "Frozen are the parameters. Running statistics don't need gradients to move.",
            ),
            (
                "γ and β of the batch norms",
                "Those are parameters, so they stay.",
            ),
            (
                "The convolutions' weights, through weight decay",
                "An optimiser skips parameters without a gradient, weight decay included.",
            ),
        ],
        steps=steps,
    )


@kind(unit=4, topic="rapid")
def after_the_norm(draw: Draw) -> Question:
    gamma, beta = draw.one_of([2, 3, 4]), draw.one_of([-2, -1, 1, 2, 5])
    sign = str(beta).replace("-", "−")
    return choice(
        draw,
        f"A batch norm has learned γ = {gamma} and β = {sign} for a channel. In train mode, which "
        "mean and standard deviation does that channel have afterwards (leave out ε)?",
        (
            f"Mean {sign}, standard deviation {gamma}",
            "It normalises to 0 and 1, then multiplies by γ and adds β. So it can give a layer any "
            "scale it needs, even the one it had before.",
        ),
        [
            (
                "Mean 0, standard deviation 1",
                "That's half way: γ and β come after it, and they're learned.",
            ),
            (
                f"Mean {sign}, standard deviation {gamma**2}",
                f"The variance is γ² = {gamma**2}; the standard deviation is γ.",
            ),
            (
                "That depends on the batch",
                "The batch's own mean and standard deviation have just been taken off.",
            ),
        ],
        gamma=gamma,
        beta=beta,
    )


@kind(unit=4, topic="rapid")
def batch_of_one(draw: Draw) -> Question:
    features = draw.one_of([64, 128, 512])
    return choice(
        draw,
        f"A batch of a single sample reaches nn.BatchNorm1d({features}) in train mode. What "
        "happens?",
        (
            "PyTorch raises an error",
            "The mean is the value itself and the variance is 0, so everything would come out as "
            "β. PyTorch stops there.",
        ),
        [
            (
                "The sample is normalised as always",
                "There's just one number in each channel. Its distance from its own mean is 0.",
            ),
            (
                "The running statistics are used instead",
                "That's eval mode. In train mode it's always the batch's own.",
            ),
            (
                f"It's normalised over the {features} features",
                "That's layer norm. Batch norm never mixes channels.",
            ),
        ],
        features=features,
    )
