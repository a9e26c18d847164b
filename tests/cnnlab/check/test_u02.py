"""What the answer bank of unit 02 does not prove: the scenes, and the questions asked of loops."""

from __future__ import annotations

import copy

import pytest
import torch
from cnnlab.check.loops import ACCURACY, LOSS, NORMALISED, STATE, draw_scene, judge
from cnnlab.check.loops import draw_telling_scene as draw_telling
from cnnlab.exercises.u02_lenet.training import draw_measured_scene
from cnnlab.exercises.u02_lenet.wrong_loops import MISMEASURED, RIGHT
from torch.nn import functional as F

from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.exercises.u02_lenet import EVALUATE, TRAIN_EPOCH
from cnnlab.learner import LearnerCode, fixtures, local_learner


def student_with(**names: object) -> LearnerCode:
    return local_learner(names)


@pytest.mark.parametrize("seed", range(30))
def test_every_measured_scene_shows_every_mistake_of_measuring(seed: int) -> None:
    scene = draw_measured_scene(Draw(seed), [5, 5, 1])
    right = scene.run_ours(RIGHT)
    for loop in MISMEASURED:
        wrong = scene.run_ours(loop)
        assert abs(wrong[LOSS] - right[LOSS]) > 1e-4
        assert wrong[ACCURACY] != right[ACCURACY]


def test_a_scene_that_cannot_tell_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(RuntimeError, match="no scene tells"):
        draw_telling(Draw(0), RIGHT, [RIGHT], [LOSS], [2])


def test_two_mistakes_in_one_loop_are_each_named_where_they_show() -> None:
    def evaluate(model, batches):  # the loss unweighted, the accuracy in percent
        losses = [F.cross_entropy(model(x), y).item() for x, y in batches]
        hits = [(model(x).argmax(1) == y).float().sum().item() for x, y in batches]
        return sum(losses) / len(losses), 100 * sum(hits) / sum(len(y) for _, y in batches)

    scene = draw_measured_scene(Draw(3), [5, 5, 2])
    actual = scene.run_theirs(student_with(evaluate=evaluate), "evaluate")
    for part, mistake in ((LOSS, "loss_not_weighted"), (ACCURACY, "accuracy_in_percent")):
        with pytest.raises(Wrong) as caught:
            judge(EVALUATE, scene, actual, part)
        assert caught.value.mistake == mistake


def test_an_unknown_mistake_is_told_by_its_part() -> None:
    scene = draw_scene(Draw(1), [4, 4], lr=0.1)
    actual = scene.run_ours(RIGHT)
    actual[STATE] = {name: value + 1 for name, value in actual[STATE].items()}
    with pytest.raises(Wrong, match="steps lead elsewhere") as caught:
        judge(TRAIN_EPOCH, scene, actual, LOSS, STATE)
    assert caught.value.mistake == "wrong_values"


def test_a_loop_on_their_copy_leaves_what_it_leaves_on_ours() -> None:
    scene = draw_scene(Draw(2), [4, 3], NORMALISED[:4] + NORMALISED[6:], lr=0.1, momentum=0.9)
    theirs = scene.run_theirs(
        student_with(train_epoch=TRAIN_EPOCH.references["train_epoch"]), "train_epoch"
    )
    ours = scene.run_ours(RIGHT)
    assert all(agrees(theirs[part], ours[part]) for part in (LOSS, ACCURACY, STATE))


@pytest.mark.parametrize("value", [0.5, (0.5,), (0.5, 0.5, 0.5), {"loss": 1.0}])
def test_anything_but_two_numbers_is_refused_by_name(value: object) -> None:
    scene = draw_scene(Draw(0), [3])
    with pytest.raises(Wrong) as caught:
        scene.run_theirs(student_with(evaluate=lambda model, batches: value), "evaluate")
    assert caught.value.mistake == "not_a_pair"


def test_the_gradient_of_a_function_is_weighted_and_may_be_none() -> None:
    learner = student_with(square=lambda x: x**2, cut=lambda x: x.detach() ** 2, one=lambda x: 1.0)
    x, weights = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 0.0, 2.0])
    found = learner.gradient("square", x, weights=weights)
    assert found is not None
    assert found.tolist() == [2.0, 0.0, 12.0]
    assert learner.gradient("cut", x) is None
    assert learner.gradient("one", x) is None


def test_modes_of_parts_are_set_alone() -> None:
    network = student_with().network(("Linear", 2, 2), ("Dropout", 0.5)).train()
    network.set_modes({"1": False})
    assert network.modes() == {"": True, "0": True, "1": False}


def test_a_copied_witness_keeps_the_same_record() -> None:
    witness = fixtures.Witness().eval()
    twin = copy.deepcopy(witness)
    twin(torch.zeros(1))
    assert witness.seen == [{"training": False, "gradients": True}]
