"""Hidden checks of unit 02."""

from __future__ import annotations

import torch

from autograder.checks.hidden import HiddenChecks
from cnnlab.check.agree import agree
from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.loops import (
    ACCURACY,
    LOSS,
    NORMALISED,
    STATE,
    draw_scene,
    draw_telling_scene,
    judge,
    judge_stream,
)
from cnnlab.check.units import u02_lenet as visible
from cnnlab.check.units.u02_lenet.losses import expect_gradient
from cnnlab.check.units.u02_lenet.networks import agree_lenet, agree_mlp, expect_parameter_count
from cnnlab.check.units.u02_lenet.training import (
    draw_measured_scene,
    expect_evaluation_mode,
    expect_modes_restored,
    expect_no_gradients,
    expect_training_mode,
)
from cnnlab.check.units.u02_lenet.wrong_loops import MEASURED_AFTER, RIGHT
from cnnlab.student import Student

SOFTMAX = HiddenChecks(visible.SOFTMAX)


@SOFTMAX.check("a table of logits", points=2)
def _(student: Student, draw: Draw) -> None:
    rows, classes = draw.sample(range(3, 9), 2)
    agree(student, visible.SOFTMAX, 3 * draw.normal(rows, classes))


@SOFTMAX.check("any number of dimensions before the classes", points=2)
def _(student: Student, draw: Draw) -> None:
    first, second, classes = draw.sample(range(2, 7), 3)
    agree(student, visible.SOFTMAX, draw.normal(first, second, classes))
    agree(student, visible.SOFTMAX, draw.normal(2, first, second, classes))
    agree(student, visible.SOFTMAX, draw.normal(classes))


@SOFTMAX.check("logits of ±1000, in one row and in different rows", points=2)
def _(student: Student, draw: Draw) -> None:
    classes = draw.integer(3, 6)
    signs = torch.tensor([1.0, -1.0, 1.0], dtype=torch.float64)
    agree(student, visible.SOFTMAX, 1000 * signs[:, None] + draw.normal(3, classes))
    apart = draw.normal(2, classes)
    apart[0, 0], apart[1, 1:] = 1000, -1000
    agree(student, visible.SOFTMAX, apart)


CROSS_ENTROPY = HiddenChecks(visible.CROSS_ENTROPY)


@CROSS_ENTROPY.check("the mean over batches of different sizes", points=3)
def _(student: Student, draw: Draw) -> None:
    for rows, classes in ((draw.integer(5, 9), 4), (3, draw.integer(5, 9)), (1, 3)):
        agree(
            student,
            visible.CROSS_ENTROPY,
            2 * draw.normal(rows, classes, dtype=torch.float32),
            draw_mixed_labels(draw, rows, classes),
        )


@CROSS_ENTROPY.check("logits of ±1000", points=3)
def _(student: Student, draw: Draw) -> None:
    targets = torch.tensor([draw.integer(0, 3), 2, 1])
    close = draw.normal(3, 4) + 1000 * torch.tensor([[1.0], [-1.0], [0.5]])
    agree(student, visible.CROSS_ENTROPY, close, targets)
    far = close + 1000 * torch.tensor([0.0, -1.0, 1.0, 0.0])
    agree(student, visible.CROSS_ENTROPY, far, targets)


@CROSS_ENTROPY.check("the gradient with respect to the logits", points=2)
def _(student: Student, draw: Draw) -> None:
    rows, classes = draw.sample(range(3, 8), 2)
    expect_gradient(
        student,
        draw.normal(rows, classes, dtype=torch.float32),
        draw_mixed_labels(draw, rows, classes),
    )


@CROSS_ENTROPY.check("the gradient stays right for large logits", points=2)
def _(student: Student, draw: Draw) -> None:
    logits = draw.normal(3, 4) + 1000 * draw.choice([1, -1])
    logits[0, 0] -= 1000
    expect_gradient(student, logits, torch.tensor([0, draw.integer(1, 3), 2]))


def draw_mixed_labels(draw: Draw, rows: int, classes: int) -> torch.Tensor:
    """Labels among which at least two differ, unless there is only one."""
    labels = draw.labels(rows, classes)
    if rows > 1:
        labels[0] = (labels[1] + 1) % classes
    return labels


LENET5 = HiddenChecks(visible.LENET5)


@LENET5.check("classic, 28×28", points=3)
def _(student: Student, draw: Draw) -> None:
    agree_lenet(student, draw)


@LENET5.check("classic, 32×32", points=2)
def _(student: Student, draw: Draw) -> None:
    agree_lenet(student, draw, image_size=32)


@LENET5.check("modern, 28×28", points=3)
def _(student: Student, draw: Draw) -> None:
    agree_lenet(student, draw, modern=True)


@LENET5.check("modern, 32×32", points=1)
def _(student: Student, draw: Draw) -> None:
    agree_lenet(student, draw, image_size=32, modern=True)


@LENET5.check("other numbers of classes and channels", points=3)
def _(student: Student, draw: Draw) -> None:
    # 6, 16, 84 and 120 are widths inside the network: as numbers of classes they hide mix-ups.
    for modern in (False, True):
        agree_lenet(
            student, draw, draw.choice([3, 5, 7, 11, 26]), draw.choice([2, 3, 4]), 28, modern
        )
        agree_lenet(
            student, draw, draw.choice([3, 5, 7, 11, 26]), draw.choice([2, 3, 4]), 32, modern
        )


@LENET5.check("61,706 parameters in every form", points=1)
def _(student: Student, draw: Draw) -> None:
    for image_size in (28, 32):
        for modern in (False, True):
            network = student.build("LeNet5", image_size=image_size, modern=modern)
            expect_parameter_count(network, 61_706)


@LENET5.check("every parameter receives a gradient", points=1)
def _(student: Student, draw: Draw) -> None:
    images = draw.normal(3, 1, 28, 28, dtype=torch.float32)
    network = student.build("LeNet5", modern=draw.choice([True, False]))
    gradients = network.gradients(images, targets=draw.labels(3, 10))
    if not gradients or any(gradient is None for gradient in gradients.values()):
        raise Wrong(
            "parameter_without_gradient",
            "Some parameters receive no gradient. Is a layer made but never used, frozen, or cut "
            "off by detach() or no_grad()?",
        )


TRAIN_EPOCH = HiddenChecks(visible.TRAIN_EPOCH)


@TRAIN_EPOCH.check("one step for every batch, with momentum", points=5)
def _(student: Student, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 4, 5, 3], lr=0.1, momentum=0.9)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(student, "train_epoch"), STATE)


@TRAIN_EPOCH.check("loss and accuracy of the outputs that the steps used", points=1)
def _(student: Student, draw: Draw) -> None:
    scene = draw_telling_scene(draw, RIGHT, [MEASURED_AFTER], (LOSS, ACCURACY), [5, 5, 5], lr=0.2)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(student, "train_epoch"), LOSS, ACCURACY)


@TRAIN_EPOCH.check("the mean loss, the last batch short", points=1.5)
def _(student: Student, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)], lr=0.0)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(student, "train_epoch"), LOSS)


@TRAIN_EPOCH.check("the accuracy, the last batch short", points=1.5)
def _(student: Student, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)], lr=0.0)
    judge(visible.TRAIN_EPOCH, scene, scene.run_theirs(student, "train_epoch"), ACCURACY)


@TRAIN_EPOCH.check("training mode, also after an evaluation", points=2)
def _(student: Student, draw: Draw) -> None:
    expect_training_mode(student, draw_scene(draw, [5, 4, 3], NORMALISED, lr=0.1))


@TRAIN_EPOCH.check("batches that come only once and have no length", points=1)
def _(student: Student, draw: Draw) -> None:
    scene = draw_scene(draw, [4, 4, 4], lr=0.1)
    judge_stream(student, visible.TRAIN_EPOCH, scene, STATE, LOSS, ACCURACY)


EVALUATE = HiddenChecks(visible.EVALUATE)


@EVALUATE.check("the mean loss, the last batch short", points=2)
def _(student: Student, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)])
    judge(visible.EVALUATE, scene, scene.run_theirs(student, "evaluate"), LOSS)


@EVALUATE.check("the accuracy, the last batch short", points=2)
def _(student: Student, draw: Draw) -> None:
    scene = draw_measured_scene(draw, [5, 5, 5, draw.integer(1, 2)])
    judge(visible.EVALUATE, scene, scene.run_theirs(student, "evaluate"), ACCURACY)


@EVALUATE.check("evaluation mode while it measures", points=2)
def _(student: Student, draw: Draw) -> None:
    expect_evaluation_mode(student, draw_scene(draw, [5, 5, 2], NORMALISED))


@EVALUATE.check("no gradients are recorded", points=1)
def _(student: Student, draw: Draw) -> None:
    expect_no_gradients(student, draw_scene(draw, [5, 5, 2], NORMALISED))


@EVALUATE.check("the mode is as it was before, for training and for evaluation", points=1)
def _(student: Student, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 2], NORMALISED)
    everything = scene.theirs(student).modes()
    expect_modes_restored(student, scene, {})
    expect_modes_restored(student, scene, dict.fromkeys(everything, False))


@EVALUATE.check("the mode of every part is as it was before", points=1)
def _(student: Student, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 2], NORMALISED)
    # "" is the network itself; whichever mode it is in, one part is in the other.
    part = draw.choice(["2", "4"])
    expect_modes_restored(student, scene, {part: False})
    others = dict.fromkeys(scene.theirs(student).modes(), False)
    expect_modes_restored(student, scene, {**others, part: True})


@EVALUATE.check("parameters, buffers and empty gradients stay as they were", points=0.5)
def _(student: Student, draw: Draw) -> None:
    scene = draw_scene(draw, [5, 5, 2], NORMALISED)
    network = scene.theirs(student)
    before = {**network.parameters(), **network.buffers()}
    after = scene.run_theirs(student, "evaluate", on=network)
    if not network.witnessed():
        raise Wrong("network_not_used", "The network was never called on a batch.")
    if not agrees(after[STATE], before):
        raise Wrong(
            "network_changed",
            "Measuring changed the network's parameters or buffers. They should be what they were.",
        )
    if any(gradient is not None for gradient in network.stored_gradients().values()):
        raise Wrong(
            "gradients_left", "The network had no gradients before you measured, and has now."
        )


@EVALUATE.check("batches that come only once and have no length", points=0.5)
def _(student: Student, draw: Draw) -> None:
    judge_stream(student, visible.EVALUATE, draw_scene(draw, [4, 4, 4]), LOSS, ACCURACY)


MATCHED_MLP = HiddenChecks(visible.MATCHED_MLP)


@MATCHED_MLP.check("nearest from below", points=2)
def _(student: Student, draw: Draw) -> None:
    ask_for_mlp(student, draw, rest=(0.05, 0.15))


@MATCHED_MLP.check("nearest from above", points=3)
def _(student: Student, draw: Draw) -> None:
    ask_for_mlp(student, draw, rest=(0.6, 0.9))


@MATCHED_MLP.check("every bias is counted", points=1)
def _(student: Student, draw: Draw) -> None:
    # 4 inputs and 7 outputs: a hidden unit costs 12, and the outputs' biases more than half of it.
    units = draw.integer(30, 50)
    agree_mlp(student, draw, 7 + 12 * units + draw.integer(1, 5), (1, 2, 2), 7)


@MATCHED_MLP.check("images become logits", points=1)
def _(student: Student, draw: Draw) -> None:
    agree_mlp(student, draw, 4 + 95 * draw.integer(200, 900), (3, 5, 6), 4)


@MATCHED_MLP.check("at least one hidden unit", points=1)
def _(student: Student, draw: Draw) -> None:
    # Seven outputs: of a single hidden unit, no start leaves all of them positive by chance.
    agree_mlp(student, draw, draw.integer(4, 12), (1, 4, 5), 7)


def ask_for_mlp(student: Student, draw: Draw, rest: tuple[float, float]) -> None:
    """A budget that lies `rest` of a hidden unit above a whole number of units.

    With so many units, a bias forgotten in each adds up to more than a unit.
    """
    height, width = draw.sample(range(3, 8), 2)
    outputs = draw.integer(3, 6)
    cost = height * width + outputs + 1
    extra = draw.integer(round(rest[0] * cost), round(rest[1] * cost))
    budget = outputs + draw.integer(80, 120) * cost + extra
    agree_mlp(student, draw, budget, (1, height, width), outputs)
