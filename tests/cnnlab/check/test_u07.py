"""What the answer bank of unit 07 does not prove: the scenes, and the questions asked of them."""

from __future__ import annotations

import pytest
import torch
from cnnlab.exercises.u07_transfer.groups import expect_groups
from cnnlab.exercises.u07_transfer.scenes import MODES, TRAINABLE, draw_scene, judge
from cnnlab.exercises.u07_transfer.stages import expect_stages
from cnnlab.reference import transfer as ours

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer import TRANSFORMS, UNFREEZE
from cnnlab.exercises.u07_transfer.transforms import Maker, expect_middle_square, ramps
from cnnlab.learner import LearnerCode, fixtures, local_learner


def student_with(**names: object) -> LearnerCode:
    return local_learner(names)


def caught(ask, *args: object) -> str:
    with pytest.raises(Wrong) as wrong:
        ask(*args)
    return wrong.value.mistake


def test_the_backbone_has_torchvisions_names_and_traps() -> None:
    model = fixtures.Backbone([2, 3, 4], 5)
    names = [name for name, _ in model.named_children()]
    assert names == ["conv1", "bn1", "relu", "layer1", "layer2", "layer3", "fc"]
    assert model(torch.zeros(2, 3, 8, 9)).shape == (2, 5)
    assert model.get_submodule("layer3.fc1").weight.shape == (4, 4, 1, 1)
    assert not list(model.get_submodule("layer1.drop").parameters())


def test_what_may_learn_is_asked_and_set_by_name() -> None:
    network = student_with().backbone([2, 3], 4)
    assert all(network.trainable().values())
    network.set_trainable({"conv1.weight": False})
    assert [name for name, may in network.trainable().items() if not may] == ["conv1.weight"]


def test_ours_and_theirs_begin_in_the_same_state() -> None:
    scene = draw_scene(Draw(1), frozen=("conv1", "layer2"), modes={"bn1": False})
    learner = student_with(nothing=lambda model: model)
    _, theirs = scene.run_theirs(learner, "nothing")
    ours_left = scene.run_ours(lambda model: model)
    assert theirs[TRAINABLE] == ours_left[TRAINABLE]
    assert theirs[MODES] == ours_left[MODES]
    assert not theirs[TRAINABLE]["layer2.0.conv1.weight"]
    assert not theirs[MODES]["bn1"]


def test_an_unknown_mistake_names_the_first_parameter() -> None:
    def unfreeze(model, stages):
        ours.unfreeze(model, stages)
        model.get_parameter("layer3.0.bn1.bias").requires_grad_(False)
        return model

    scene = draw_scene(Draw(2))
    _, trace = scene.run_theirs(student_with(unfreeze=unfreeze), "unfreeze", 1)
    with pytest.raises(Wrong, match=r"`layer3.0.bn1.bias`: it is frozen, expected trainable"):
        judge(UNFREEZE, "unfreeze", scene, trace, 1, parts=(TRAINABLE,))


@pytest.mark.parametrize("seed", range(5))
def test_no_suspect_explains_a_right_answer(seed: int) -> None:
    learner = student_with(unfreeze=ours.unfreeze, parameter_groups=ours.parameter_groups)
    for stages in range(4):
        expect_stages(learner, draw_scene(Draw(seed)), stages)
    expect_groups(learner, draw_scene(Draw(seed), frozen=("layer1",)))


def test_groups_may_be_iterators_or_single_tensors_and_name_foreign_ones() -> None:
    def groups(model, *_):
        other = torch.zeros(1)
        return [{"params": iter([model.conv1.weight]), "lr": 1.0}, {"params": other, "lr": 2.0}]

    learner = student_with(groups=groups, none=lambda *_: None)
    network = learner.backbone([2, 3], 4)
    first, second = learner.groups("groups", network, 0.1, 0.2)
    assert first == {"params": ["conv1.weight"], "lr": 1.0}
    assert second["params"] == [None]
    assert learner.groups("none", network) is None


def test_a_group_without_a_rate_is_refused_by_name() -> None:
    learner = student_with(parameter_groups=lambda model, *_: [{"params": model.parameters()}])
    assert caught(expect_groups, learner, draw_scene(Draw(0))) == "not_groups"


def test_a_maker_that_returns_nothing_is_named() -> None:
    maker = Maker(student_with(eval_transform=lambda *_: None), "eval_transform", 8)
    assert caught(maker, ramps(9, 12)) == "returns_none"


@pytest.mark.parametrize("size", [14, 16, 18])
@pytest.mark.parametrize("shape", [(36, 56), (44, 68), (68, 36)])
def test_the_middle_square_is_recognised_at_every_size(size: int, shape: tuple[int, int]) -> None:
    learner = student_with(eval_transform=ours.eval_transform)
    expect_middle_square(Maker(learner, "eval_transform", size), *shape)


def test_float64_results_are_told_apart() -> None:
    def make(*settings):
        return lambda image: ours.eval_transform(*settings)(image).double()

    assert TRANSFORMS.names == ("train_transform", "eval_transform")
    maker = Maker(student_with(eval_transform=make), "eval_transform", 8)
    assert caught(maker, ramps(8, 8)) == "wrong_dtype"
