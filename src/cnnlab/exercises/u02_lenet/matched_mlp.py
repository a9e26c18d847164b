"""`matched_mlp`: the dense network of the same size that LeNet-5 is measured against.

The reference is the course's own `matched_mlp`.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.networks import agree_network
from cnnlab.learner import LearnerCode
from cnnlab.models.simple import matched_mlp

exercise = Exercise("matched_mlp", {"matched_mlp": matched_mlp})


def _mlp(n_in: int, hidden: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out))


def _layers(budget: int, n_in: int, n_out: int) -> list[nn.Module]:
    return list(matched_mlp(budget, n_in, n_out))


_BIAS_FORGOTTEN = (
    "bias_forgotten",
    "Your parameter count leaves out biases. Each hidden unit has one, and so does each output.",
)


@exercise.mistake(*_BIAS_FORGOTTEN)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(1, round(budget / (n_in + n_out))), n_out)


@exercise.mistake(*_BIAS_FORGOTTEN)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(1, round((budget - n_out) / (n_in + n_out))), n_out)


@exercise.mistake(*_BIAS_FORGOTTEN)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(1, round(budget / (n_in + n_out + 1))), n_out)


@exercise.mistake(
    "rounded_down",
    "You round the number of hidden units down. One more can be closer to the budget.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(1, (budget - n_out) // (n_in + n_out + 1)), n_out)


@exercise.mistake(
    "rounded_up",
    "You round the number of hidden units up. One fewer can be closer to the budget.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(1, -((n_out - budget) // (n_in + n_out + 1))), n_out)


@exercise.mistake(
    "no_hidden_unit",
    "For a small budget your network has no hidden unit, so its output doesn't depend on the "
    "image. Keep at least one.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(0, round((budget - n_out) / (n_in + n_out + 1))), n_out)


_OUTPUT_LAYER = (
    "output_layer_not_counted",
    "You spend the whole budget on the first layer. The weights from the hidden units to the "
    "outputs count too.",
)


@exercise.mistake(*_OUTPUT_LAYER)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(1, round(budget / (n_in + 1))), n_out)


@exercise.mistake(*_OUTPUT_LAYER)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return _mlp(n_in, max(1, round(budget / n_in)), n_out)


@exercise.mistake(
    "no_activation",
    "There is no ReLU between the two linear layers, so together they are just one linear layer.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    flatten, first, _, last = _layers(budget, n_in, n_out)
    return nn.Sequential(flatten, first, last)


_OTHER_ACTIVATION = (
    "other_activation",
    "There is another activation between the two dense layers. This exercise asks for ReLU.",
)


@exercise.mistake(*_OTHER_ACTIVATION)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    flatten, first, _, last = _layers(budget, n_in, n_out)
    return nn.Sequential(flatten, first, nn.Tanh(), last)


@exercise.mistake(*_OTHER_ACTIVATION)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    flatten, first, _, last = _layers(budget, n_in, n_out)
    return nn.Sequential(flatten, first, nn.Sigmoid(), last)


@exercise.mistake(
    "not_flattened",
    "A linear layer reads rows of numbers. Flatten each image first, but keep the batch dimension.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return nn.Sequential(*_layers(budget, n_in, n_out)[1:])


@exercise.mistake(
    "batch_flattened_too",
    "You flatten the whole batch into one long row. Keep the first dimension: it counts the "
    "images.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(0), *_layers(budget, n_in, n_out)[1:])


@exercise.mistake(
    "softmax_at_the_end",
    "The network ends in a softmax. It should return logits: the cross-entropy includes the "
    "softmax.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return nn.Sequential(*_layers(budget, n_in, n_out), nn.Softmax(dim=1))


@exercise.mistake(
    "relu_at_the_end",
    "The network ends in a ReLU, so no logit can be negative. Leave the last layer linear.",
)
def _(budget: int, n_in: int, n_out: int) -> nn.Module:
    return nn.Sequential(*_layers(budget, n_in, n_out), nn.ReLU())


def agree_on_mlp(
    learner: LearnerCode, draw: Draw, budget: int, shape: tuple[int, ...], n_out: int
) -> None:
    """The learner's network is as near to the budget as ours and computes the same."""
    images = draw.normal(32, *shape, dtype=torch.float32)
    n_in = images[0].numel()
    try:
        agree_network(learner, exercise, budget, n_in=n_in, n_out=n_out, inputs=images, draw=draw)
    except Wrong as wrong:
        if wrong.mistake != "wrong_parameters":
            raise
        raise Wrong(
            "not_the_nearest",
            "This isn't the network asked for: two dense layers, with the number of hidden units "
            "that brings the parameter count closest to the budget.",
            f"The budget was {budget:,}, for {n_in} inputs and {n_out} outputs. {wrong.message}",
        ) from None


@exercise.visible("as large as LeNet-5, for 28×28 images")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_mlp(learner, draw, 61_706, (1, 28, 28), 10)


@exercise.visible("the nearest count, above or below the budget")
def _(learner: LearnerCode, draw: Draw) -> None:
    # 12 inputs and 3 outputs: a hidden unit costs 16 parameters.
    agree_on_mlp(learner, draw, 3 + 20 * 16 + 10, (1, 3, 4), 3)
    agree_on_mlp(learner, draw, 3 + 20 * 16 + 4, (1, 3, 4), 3)


@exercise.visible("every bias is counted")
def _(learner: LearnerCode, draw: Draw) -> None:
    # 4 inputs and 7 outputs: a hidden unit costs 12, and the outputs' biases more than half of it.
    agree_on_mlp(learner, draw, 7 + 12 * 40 + 3, (1, 2, 2), 7)
