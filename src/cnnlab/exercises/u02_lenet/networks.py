"""LeNet-5, and the dense network of the same size that it is measured against."""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.check.agree import agree_network
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.exercises.u02_lenet.wrong_lenets import add_lenet_mistakes, sigmoid_lenet
from cnnlab.learner import LearnerCode, Network
from cnnlab.reference import lenet as ours

LENET5 = Exercise("lenet5", {"LeNet5": ours.LeNet5})
add_lenet_mistakes(LENET5)


def agree_lenet(
    learner: LearnerCode,
    draw: Draw,
    num_classes: int = 10,
    in_channels: int = 1,
    image_size: int = 28,
    modern: bool = False,
) -> Network:
    """The learner's LeNet-5 computes what ours does; tanh and sigmoid are both classic."""
    return agree_network(
        learner,
        LENET5,
        num_classes=num_classes,
        in_channels=in_channels,
        image_size=image_size,
        modern=modern,
        inputs=draw.normal(3, in_channels, image_size, image_size, dtype=torch.float32),
        also_right=() if modern else (sigmoid_lenet,),
    )


def expect_parameter_count(network: Network, expected: int) -> None:
    count = sum(value.numel() for value in network.parameters().values())
    if count != expected:
        raise Wrong(
            "wrong_parameters", f"The network has {count:,} parameters, expected {expected:,}."
        )


@LENET5.visible("classic: ten logits from a 28×28 image")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_lenet(learner, draw)


@LENET5.visible("modern: ReLU and max pooling")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_lenet(learner, draw, modern=True)


@LENET5.visible("a 32×32 image needs no padding")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_lenet(learner, draw, image_size=32)


@LENET5.visible("61,706 parameters")
def _(learner: LearnerCode, draw: Draw) -> None:
    expect_parameter_count(learner.build("LeNet5"), 61_706)


MATCHED_MLP = Exercise("matched_mlp", {"matched_mlp": ours.matched_mlp})


def _mlp(n_in: int, hidden: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out))


def _layers(budget: int, n_in: int, n_out: int) -> list[nn.Module]:
    return list(ours.matched_mlp(budget, n_in, n_out))


_BIAS_FORGOTTEN = (
    "bias_forgotten",
    "Your count of the parameters leaves out biases. Each hidden unit has one, and each "
    "output too.",
)


@MATCHED_MLP.mistake(*_BIAS_FORGOTTEN)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(1, round(budget / (n_in + n_out))), n_out)


@MATCHED_MLP.mistake(*_BIAS_FORGOTTEN)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(1, round((budget - n_out) / (n_in + n_out))), n_out)


@MATCHED_MLP.mistake(*_BIAS_FORGOTTEN)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(1, round(budget / (n_in + n_out + 1))), n_out)


@MATCHED_MLP.mistake(
    "rounded_down",
    "You round the number of hidden units down. One more unit can come nearer to the budget.",
)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(1, (budget - n_out) // (n_in + n_out + 1)), n_out)


@MATCHED_MLP.mistake(
    "rounded_up",
    "You round the number of hidden units up. One unit less can come nearer to the budget.",
)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(1, -((n_out - budget) // (n_in + n_out + 1))), n_out)


@MATCHED_MLP.mistake(
    "no_hidden_unit",
    "For a small budget your network has no hidden unit, so its output does not depend on the "
    "image. Keep at least one.",
)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(0, round((budget - n_out) / (n_in + n_out + 1))), n_out)


_OUTPUT_LAYER = (
    "output_layer_not_counted",
    "You spend the whole budget on the first layer. The weights from the hidden units to the "
    "outputs count too.",
)


@MATCHED_MLP.mistake(*_OUTPUT_LAYER)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(1, round(budget / (n_in + 1))), n_out)


@MATCHED_MLP.mistake(*_OUTPUT_LAYER)
def _(budget, n_in, n_out):
    return _mlp(n_in, max(1, round(budget / n_in)), n_out)


@MATCHED_MLP.mistake(
    "no_activation",
    "There is no ReLU between the two linear layers: together they are then one linear layer.",
)
def _(budget, n_in, n_out):
    flatten, first, _, last = _layers(budget, n_in, n_out)
    return nn.Sequential(flatten, first, last)


_OTHER_ACTIVATION = (
    "other_activation",
    "Between the two dense layers stands another activation. Asked for is ReLU.",
)


@MATCHED_MLP.mistake(*_OTHER_ACTIVATION)
def _(budget, n_in, n_out):
    flatten, first, _, last = _layers(budget, n_in, n_out)
    return nn.Sequential(flatten, first, nn.Tanh(), last)


@MATCHED_MLP.mistake(*_OTHER_ACTIVATION)
def _(budget, n_in, n_out):
    flatten, first, _, last = _layers(budget, n_in, n_out)
    return nn.Sequential(flatten, first, nn.Sigmoid(), last)


@MATCHED_MLP.mistake(
    "not_flattened",
    "A linear layer reads rows of numbers. An image has to be flattened first, the batch kept.",
)
def _(budget, n_in, n_out):
    return nn.Sequential(*_layers(budget, n_in, n_out)[1:])


@MATCHED_MLP.mistake(
    "batch_flattened_too",
    "You flatten the batch into one long row. Its first dimension counts the images: keep it.",
)
def _(budget, n_in, n_out):
    return nn.Sequential(nn.Flatten(0), *_layers(budget, n_in, n_out)[1:])


@MATCHED_MLP.mistake(
    "softmax_at_the_end",
    "The network ends in a softmax. It should give logits: the cross-entropy holds the softmax.",
)
def _(budget, n_in, n_out):
    return nn.Sequential(*_layers(budget, n_in, n_out), nn.Softmax(dim=1))


@MATCHED_MLP.mistake(
    "relu_at_the_end",
    "The network ends in a ReLU, so no logit can be negative. The last layer stays linear.",
)
def _(budget, n_in, n_out):
    return nn.Sequential(*_layers(budget, n_in, n_out), nn.ReLU())


def agree_mlp(
    learner: LearnerCode, draw: Draw, budget: int, shape: tuple[int, ...], n_out: int
) -> None:
    """The learner's network is as near to the budget as ours and computes the same."""
    images = draw.normal(32, *shape, dtype=torch.float32)
    n_in = images[0].numel()
    try:
        agree_network(learner, MATCHED_MLP, budget, n_in=n_in, n_out=n_out, inputs=images)
    except Wrong as wrong:
        if wrong.mistake != "wrong_parameters":
            raise
        raise Wrong(
            "not_the_nearest",
            "The network is not the one asked for: two dense layers, and as many hidden units as "
            "bring the number of parameters nearest to the budget.",
            f"The budget was {budget:,}, for {n_in} inputs and {n_out} outputs. {wrong.message}",
        ) from None


@MATCHED_MLP.visible("as large as LeNet-5, for 28×28 images")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_mlp(learner, draw, 61_706, (1, 28, 28), 10)


@MATCHED_MLP.visible("the nearest count, above or below the budget")
def _(learner: LearnerCode, draw: Draw) -> None:
    # 12 inputs and 3 outputs: a hidden unit costs 16 parameters.
    agree_mlp(learner, draw, 3 + 20 * 16 + 10, (1, 3, 4), 3)
    agree_mlp(learner, draw, 3 + 20 * 16 + 4, (1, 3, 4), 3)
