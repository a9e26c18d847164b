"""What the answer bank of unit 03 does not prove: every mistake shows, unusual answers pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.networks import EVALUATION, TRAINING, drawn_weights
from cnnlab.exercises.u03_vgg._open_block import open_block
from cnnlab.exercises.u03_vgg.feature_shapes import agree_on_shapes, feature_shapes
from cnnlab.exercises.u03_vgg.feature_shapes import exercise as shapes_exercise
from cnnlab.exercises.u03_vgg.make_vgg import agree_on_vgg, expect_dropout_in_head
from cnnlab.exercises.u03_vgg.vgg_block import agree_on_block
from cnnlab.exercises.u03_vgg.vgg_block import exercise as block_exercise
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.models import VGG_CONFIGS, count_parameters, make_vgg, vgg_block


def learner_with(**names: object) -> LearnerCode:
    return local_learner(names)


def test_the_shapes_of_vgg16_are_those_of_the_paper() -> None:
    with torch.device("meta"):
        network = make_vgg(VGG_CONFIGS[16], 1000, image_size=224, hidden=4096)
        assert count_parameters(network) == 138_357_544
        assert feature_shapes(network, (3, 224, 224))[:5] == [
            (64, 112, 112),
            (128, 56, 56),
            (256, 28, 28),
            (512, 14, 14),
            (512, 7, 7),
        ]


@pytest.mark.parametrize("settings", [(3, 5, 1), (3, 5, 3), (4, 4, 2, True), (2, 6, 3, True)])
def test_a_block_without_choices_is_the_right_one(settings: tuple[int, ...]) -> None:
    x = torch.randn(4, settings[0], 7, 9, generator=torch.Generator().manual_seed(0))
    outputs = []
    for module in (vgg_block(*settings), open_block(*settings)):
        shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
        module.load_state_dict(drawn_weights(shapes, seed=0), strict=False)
        outputs.append(module(x))
    assert agrees(*outputs)


def test_every_wrong_block_shows_with_batch_norm_in_training_mode() -> None:
    shows = set()
    for mistake in block_exercise.mistakes:
        learner = learner_with(vgg_block=mistake.wrong)
        for settings in ((3, 5, 3, False), (3, 5, 3, True), (4, 4, 3, True), (3, 5, 1, False)):
            modes = (TRAINING, EVALUATION) if settings[3] else (EVALUATION,)
            try:
                agree_on_block(learner, Draw(0), *settings, size=(9, 10), modes=modes)
            except Wrong as wrong:
                if wrong.mistake == mistake.id:
                    shows.add(mistake.message)
    assert shows == {mistake.message for mistake in block_exercise.mistakes}


def _vgg_with_dropouts(
    first: float, second: float, before: float = 0.0
) -> Callable[..., nn.Module]:
    def make(
        config: list[tuple[int, int]],
        num_classes: int,
        in_channels: int = 3,
        image_size: int = 32,
        hidden: int = 128,
    ) -> nn.Module:
        network = make_vgg(config, num_classes, in_channels, image_size, hidden)
        dropouts = [module for module in network.modules() if isinstance(module, nn.Dropout)]
        for module, rate in zip(dropouts, (first, second), strict=True):
            module.p = rate
        blocks = len(config)
        return nn.Sequential(*network[:blocks], nn.Dropout(before), *network[blocks:])

    return make


@pytest.mark.parametrize(
    ("rates", "mistake"),
    [
        ((0.0, 0.0), "dropout_missing"),
        ((0.5, 0.0), "one_dropout_missing"),
        ((0.0, 0.5), "one_dropout_missing"),
        ((0.2, 0.2), "dropout_rate"),
        ((0.5, 0.5, 0.5), "dropout_elsewhere"),
        ((0.5, 0.0, 0.5), "dropout_elsewhere"),
    ],
    ids=str,
)
def test_dropout_is_told_by_its_places_and_rate(rates: tuple[float, ...], mistake: str) -> None:
    learner = learner_with(make_vgg=_vgg_with_dropouts(*rates))
    with pytest.raises(Wrong) as caught:
        expect_dropout_in_head(learner, Draw(0))
    assert caught.value.mistake == mistake


def test_a_vgg_with_a_block_too_many_is_told_by_its_parameters() -> None:
    def make(config: list[tuple[int, int]], *args: Any, **kwargs: Any) -> nn.Module:
        return make_vgg([*config, (1, 3)], *args, **kwargs)

    with pytest.raises(Wrong, match="parameters, expected"):
        agree_on_vgg(learner_with(make_vgg=make), Draw(0), [(1, 4), (2, 6)], 11, hidden=19)


def test_shapes_as_torch_gives_them_are_as_good_as_tuples() -> None:
    def shapes(model: nn.Module, input_shape: tuple[int, ...]) -> tuple[torch.Size, ...]:
        return tuple(torch.Size(shape) for shape in feature_shapes(model, input_shape))

    agree_on_shapes(learner_with(feature_shapes=shapes), (2, 6, 8), ("Conv2d", 2, 3, 3))


def test_a_wrong_shape_names_the_network_it_was_found_on() -> None:
    learner = learner_with(feature_shapes=lambda model, shape: [(3, 4, 7)])
    with pytest.raises(Wrong) as caught:
        agree_on_shapes(learner, (2, 6, 8), ("Sequential", ("Conv2d", 2, 3, 3), ("ReLU",)))
    assert "Sequential(Conv2d(2, 3, 3), ReLU())" in caught.value.detail
    assert caught.value.mistake not in {mistake.id for mistake in shapes_exercise.mistakes}
