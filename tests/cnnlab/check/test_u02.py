"""What the answer bank of unit 02 does not prove: the scenes, and the questions asked of loops."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.exercises.u02_lenet._loops import (
    ACCURACY,
    LOSS,
    NORMALISED,
    STATE,
    Batches,
    agree_on_loop,
    draw_scene,
    draw_telling_scene,
)
from cnnlab.exercises.u02_lenet._wrong_loops import (
    MISMEASURED,
    RIGHT,
    draw_measured_scene,
    loop_with,
)
from cnnlab.exercises.u02_lenet.evaluate import exercise as evaluate_exercise
from cnnlab.exercises.u02_lenet.train_epoch import exercise as train_epoch_exercise
from cnnlab.learner import LearnerCode, fixtures, local_learner


def learner_with(**names: object) -> LearnerCode:
    return local_learner(names)


@pytest.mark.parametrize("seed", range(30))
def test_every_measured_scene_shows_every_mistake_of_measuring(seed: int) -> None:
    scene = draw_measured_scene(Draw(seed), [5, 5, 1])
    right = scene.left_by(RIGHT)
    for summary in MISMEASURED:
        wrong = scene.left_by(loop_with(summary))
        assert not agrees(wrong[LOSS], right[LOSS])
        assert not agrees(wrong[ACCURACY], right[ACCURACY])


def test_a_scene_that_cannot_tell_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(RuntimeError, match="no scene tells"):
        draw_telling_scene(lambda: draw_scene(Draw(0), [2]), RIGHT, [RIGHT], [LOSS])


@pytest.mark.parametrize(
    ("part", "mistake"), [(LOSS, "loss_not_weighted"), (ACCURACY, "accuracy_in_percent")]
)
def test_two_mistakes_in_one_loop_are_each_named_where_they_show(part: str, mistake: str) -> None:
    def evaluate(model: nn.Module, batches: Batches) -> tuple[float, float]:
        """The loss unweighted, the accuracy in percent."""
        losses = [F.cross_entropy(model(x), y).item() for x, y in batches]
        hits = [(model(x).argmax(1) == y).float().sum().item() for x, y in batches]
        return sum(losses) / len(losses), 100 * sum(hits) / sum(len(y) for _, y in batches)

    scene = draw_measured_scene(Draw(3), [5, 5, 2])
    with pytest.raises(Wrong) as caught:
        agree_on_loop(learner_with(evaluate=evaluate), evaluate_exercise, scene, part)
    assert caught.value.mistake == mistake


def test_an_unknown_mistake_is_told_by_its_part() -> None:
    def train_epoch(model: nn.Module, batches: Batches, optimizer: Any) -> tuple[float, float]:
        left = train_epoch_exercise.references["train_epoch"](model, batches, optimizer)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += 1
        return left

    scene = draw_scene(Draw(1), [4, 4], lr=0.1)
    with pytest.raises(Wrong, match="steps lead elsewhere") as caught:
        learner = learner_with(train_epoch=train_epoch)
        agree_on_loop(learner, train_epoch_exercise, scene, LOSS, STATE)
    assert caught.value.mistake == "wrong_values"


def test_a_right_loop_agrees_with_ours_on_a_network_with_batch_norm() -> None:
    scene = draw_scene(Draw(2), [4, 3], NORMALISED[:4] + NORMALISED[6:], lr=0.1, momentum=0.9)
    learner = learner_with(train_epoch=RIGHT)
    agree_on_loop(learner, train_epoch_exercise, scene, LOSS, ACCURACY, STATE)


@pytest.mark.parametrize("value", [0.5, (0.5,), (0.5, 0.5, 0.5), {"loss": 1.0}])
def test_anything_but_two_numbers_is_refused_by_name(value: object) -> None:
    learner = learner_with(evaluate=lambda model, batches: value)
    with pytest.raises(Wrong) as caught:
        agree_on_loop(learner, evaluate_exercise, draw_scene(Draw(0), [3]), LOSS)
    assert caught.value.mistake == "not_a_pair"


def test_the_gradient_of_a_function_is_weighted_and_may_be_none() -> None:
    learner = learner_with(square=lambda x: x**2, cut=lambda x: x.detach() ** 2, one=lambda x: 1.0)
    x, weights = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 0.0, 2.0])
    found = learner.gradient("square", x, weights=weights)
    assert found is not None
    assert found.tolist() == [2.0, 0.0, 12.0]
    assert learner.gradient("cut", x) is None
    assert learner.gradient("one", x) is None


def test_modes_of_parts_are_set_alone() -> None:
    network = learner_with().network(("Linear", 2, 2), ("Dropout", 0.5)).train()
    network.set_modes({"1": False})
    assert network.modes() == {"": True, "0": True, "1": False}


def test_a_copied_witness_keeps_the_same_record() -> None:
    witness = fixtures.Witness().eval()
    twin = copy.deepcopy(witness)
    twin(torch.zeros(1))
    assert witness.seen == [{"training": False, "gradients": True}]
