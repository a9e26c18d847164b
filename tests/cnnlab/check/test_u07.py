"""What the answer bank of unit 07 does not prove: the scenes, the pictures, and their words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from cnnlab._torchvision import import_torchvision
from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.exercises.u07_transfer._pictures import BRIGHT, DARK, Maker, landscape, positions
from cnnlab.exercises.u07_transfer._scenes import draw_scene
from cnnlab.exercises.u07_transfer.parameter_groups import agree_on_groups, parameter_groups
from cnnlab.exercises.u07_transfer.transforms import (
    EVEN,
    agree_on_chances,
    agree_on_large_parts,
    agree_on_middle_square,
    eval_transform,
    exercise,
    train_transform,
)
from cnnlab.exercises.u07_transfer.unfreeze import agree_on_stages, unfreeze
from cnnlab.learner import LearnerCode, fixtures, local_learner


def learner_with(**names: object) -> LearnerCode:
    return local_learner(names)


def caught(ask: Callable[..., object], *args: object) -> Wrong:
    with pytest.raises(Wrong) as wrong:
        ask(*args)
    return wrong.value


def test_the_backbone_has_torchvisions_names_and_traps() -> None:
    model = fixtures.Backbone([2, 3, 4], 5)
    names = [name for name, _ in model.named_children()]
    assert names == ["conv1", "bn1", "relu", "layer1", "layer2", "layer3", "fc"]
    assert model(torch.zeros(2, 3, 8, 9)).shape == (2, 5)
    assert model.get_submodule("layer3.fc1").weight.shape == (4, 4, 1, 1)
    assert not list(model.get_submodule("layer1.drop").parameters())


def test_what_may_learn_is_asked_and_set_by_name() -> None:
    network = learner_with().backbone([2, 3], 4)
    assert all(network.trainable().values())
    network.set_trainable({"conv1.weight": False})
    assert [name for name, may in network.trainable().items() if not may] == ["conv1.weight"]


def test_every_network_of_a_scene_begins_in_the_same_state() -> None:
    scene = draw_scene(Draw(1), frozen=("conv1", "layer2"), modes={"bn1": False})
    one, other = scene.network(learner_with()), scene.network(learner_with())
    assert one.trainable() == other.trainable()
    assert one.modes() == other.modes()
    assert not one.trainable()["layer2.0.conv1.weight"]
    assert not one.modes()["bn1"]
    assert one.modes()["layer1.0.bn1"]
    assert not any(scene.in_evaluation_mode().network(learner_with()).modes().values())


def test_an_unknown_mistake_names_the_first_parameter() -> None:
    def one_left_out(model: nn.Module, stages: int) -> nn.Module:
        unfreeze(model, stages)
        model.get_parameter("layer3.0.bn1.bias").requires_grad_(False)
        return model

    wrong = caught(agree_on_stages, learner_with(unfreeze=one_left_out), draw_scene(Draw(2)), 1)
    assert wrong.mistake == "wrong_parts_trainable"
    assert "`layer3.0.bn1.bias`: it is frozen, expected trainable" in wrong.detail


def test_changed_weights_are_found() -> None:
    def shrinking(model: nn.Module, stages: int) -> nn.Module:
        model.get_parameter("conv1.weight").data *= 0.5
        return unfreeze(model, stages)

    wrong = caught(agree_on_stages, learner_with(unfreeze=shrinking), draw_scene(Draw(2)), 1)
    assert wrong.mistake == "weights_changed"


@pytest.mark.parametrize("seed", range(5))
def test_no_mistake_explains_a_right_answer(seed: int) -> None:
    learner = learner_with(unfreeze=unfreeze, parameter_groups=parameter_groups)
    for stages in range(4):
        agree_on_stages(learner, draw_scene(Draw(seed)), stages)
    agree_on_groups(learner, draw_scene(Draw(seed), frozen=("layer1",)))


def test_groups_may_be_iterators_or_single_tensors_and_name_foreign_ones() -> None:
    def groups(model: nn.Module, *_: float) -> list[dict[str, Any]]:
        other = torch.zeros(1)
        conv = model.get_parameter("conv1.weight")
        return [{"params": iter([conv]), "lr": 1.0}, {"params": other, "lr": 2.0}]

    learner = learner_with(groups=groups, none=lambda *_: None)
    network = learner.backbone([2, 3], 4)
    first, second = learner.groups("groups", network, 0.1, 0.2)
    assert first == {"params": ["conv1.weight"], "lr": 1.0}
    assert second["params"] == [None]
    assert learner.groups("none", network) is None


def test_a_group_without_a_rate_is_refused_by_name() -> None:
    learner = learner_with(parameter_groups=lambda model, *_: [{"params": model.parameters()}])
    assert caught(agree_on_groups, learner, draw_scene(Draw(0))).mistake == "not_groups"


def test_groups_that_freeze_something_are_found() -> None:
    def freezing(model: nn.Module, head_lr: float, backbone_lr: float) -> list[dict[str, Any]]:
        groups = parameter_groups(model, head_lr, backbone_lr)
        model.requires_grad_(False)
        return groups

    learner = learner_with(parameter_groups=freezing)
    assert caught(agree_on_groups, learner, draw_scene(Draw(0))).mistake == "wrong_parts_trainable"


def test_a_maker_that_returns_nothing_is_named() -> None:
    maker = Maker(learner_with(eval_transform=lambda *_: None), "eval_transform", 8, *EVEN)
    assert caught(maker, landscape(9, 12)).mistake == "returns_none"


@pytest.mark.parametrize("size", [14, 16, 18])
@pytest.mark.parametrize("shape", [(36, 56), (44, 68), (68, 36)])
def test_the_middle_square_is_recognised_at_every_size(size: int, shape: tuple[int, int]) -> None:
    learner = learner_with(eval_transform=eval_transform)
    agree_on_middle_square(learner, size, *shape)


def test_positions_are_read_whatever_became_of_the_brightness() -> None:
    image = landscape(40, 60).float()
    right = positions(image)
    assert right[0, :, 0].abs().max() < 0.02
    assert (right[0, :, -1] - 1).abs().max() < 0.02
    for other in (image / 255, 1.6 * image, (image - 7) / 0.3):
        torch.testing.assert_close(positions(other), right)
    assert DARK < BRIGHT < 255 / 1.6


@pytest.mark.parametrize("interpolation", ["NEAREST", "BILINEAR", "BICUBIC"])
def test_every_interpolation_is_a_right_answer(interpolation: str) -> None:
    transforms = import_torchvision().transforms
    v2, mode = transforms.v2, transforms.InterpolationMode[interpolation]

    def make(size: int, mean: Any, std: Any) -> Callable[[torch.Tensor], torch.Tensor]:
        crop = v2.RandomResizedCrop(size, scale=(0.5, 1.0), interpolation=mode)
        dtype = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([crop, v2.RandomHorizontalFlip(), dtype, v2.Normalize(mean, std)])

    def make_fixed(size: int, mean: Any, std: Any) -> Callable[[torch.Tensor], torch.Tensor]:
        resize = v2.Resize(size, interpolation=mode)
        dtype = v2.ToDtype(torch.float32, scale=True)
        return v2.Compose([resize, v2.CenterCrop(size), dtype, v2.Normalize(mean, std)])

    learner = learner_with(train_transform=make, eval_transform=make_fixed)
    for seed in range(3):
        agree_on_chances(learner, Draw(seed), 18)
        agree_on_large_parts(learner, Draw(seed), 18)
    agree_on_middle_square(learner, 16, 44, 68)


@pytest.mark.parametrize("seed", range(20))
def test_our_own_parts_are_large_enough(seed: int) -> None:
    learner = learner_with(train_transform=train_transform)
    agree_on_large_parts(learner, Draw(seed), 18)


def test_float64_results_are_told_apart() -> None:
    def make(*settings: Any) -> Callable[[torch.Tensor], torch.Tensor]:
        return lambda image: eval_transform(*settings)(image).double()

    assert exercise.names == ("train_transform", "eval_transform")
    maker = Maker(learner_with(eval_transform=make), "eval_transform", 8, *EVEN)
    assert caught(maker, landscape(8, 8)).mistake == "wrong_dtype"
