"""What the answer bank of unit 03 does not prove: every mistake shows, unusual answers pass."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.check.agree import ShapesDiffer, agree_network, stir, with_parameters_of
from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.exercises.u03_vgg import FEATURE_SHAPES, VGG_BLOCK
from cnnlab.exercises.u03_vgg.blocks import agree_block
from cnnlab.exercises.u03_vgg.networks import agree_vgg, expect_dropout_in_head
from cnnlab.exercises.u03_vgg.shapes import agree_on_shapes
from cnnlab.exercises.u03_vgg.wrong_blocks import block
from cnnlab.learner import LearnerCode, local_learner
from cnnlab.models import VGG_CONFIGS, count_parameters
from cnnlab.reference import vgg as ours


def student_with(**names: object) -> LearnerCode:
    return local_learner(names)


def test_vgg16_has_the_parameters_of_the_paper() -> None:
    with torch.device("meta"):
        network = ours.make_vgg(VGG_CONFIGS[16], 1000, image_size=224, hidden=4096)
        assert count_parameters(network) == 138_357_544
        assert ours.feature_shapes(network, (3, 224, 224))[:5] == [
            (64, 112, 112),
            (128, 56, 56),
            (256, 28, 28),
            (512, 14, 14),
            (512, 7, 7),
        ]


@pytest.mark.parametrize("settings", [(3, 5, 1), (3, 5, 3), (4, 4, 2, True), (2, 6, 3, True)])
def test_a_block_without_choices_is_the_right_one(settings: tuple[int, ...]) -> None:
    right = ours.vgg_block(*settings)
    same = with_parameters_of(block(*settings), dict(right.named_parameters()))
    x = torch.randn(4, settings[0], 7, 9, generator=torch.Generator().manual_seed(0))
    assert agrees(same(x), right(x))


@pytest.mark.parametrize("seed", range(2))
def test_every_wrong_block_shows_with_batch_norm_in_training_mode(seed: int) -> None:
    shows = set()
    for mistake in VGG_BLOCK.mistakes:
        learner = student_with(vgg_block=mistake.wrong)
        for settings in ((3, 5, 3, False), (3, 5, 3, True), (4, 4, 2, True), (3, 5, 1, False)):
            try:
                agree_block(learner, Draw(seed), *settings, size=(9, 10), training=settings[3])
            except Wrong as wrong:
                if wrong.mistake == mistake.id:
                    shows.add(mistake.message)
    assert shows == {mistake.message for mistake in VGG_BLOCK.mistakes}


def test_an_order_of_norm_and_activation_hides_behind_fresh_parameters() -> None:
    learner = student_with(
        vgg_block=lambda c_in, c_out, n, batch_norm=False: block(
            c_in, c_out, n, batch_norm, order="conv relu norm"
        )
    )
    x = Draw(0).normal(4, 3, 8, 8, dtype=torch.float32)
    with pytest.raises(Wrong) as caught:
        agree_network(
            learner, VGG_BLOCK, 3, 5, 2, True, inputs=x, prepare=lambda n: stir(n.train(), Draw(1))
        )
    assert caught.value.mistake == "norm_after_activation"


def _vgg_with_dropouts(first: float, second: float, before: float = 0.0):
    def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
        network = ours.make_vgg(config, num_classes, in_channels, image_size, hidden)
        for module, rate in zip(
            (m for m in network if isinstance(m, nn.Dropout)), (first, second), strict=True
        ):
            module.p = rate
        return nn.Sequential(*network[: len(config)], nn.Dropout(before), *network[len(config) :])

    return make_vgg


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
    learner = student_with(make_vgg=_vgg_with_dropouts(*rates))
    with pytest.raises(Wrong) as caught:
        expect_dropout_in_head(learner, Draw(0))
    assert caught.value.mistake == mistake


def test_a_vgg_whose_parameters_do_not_pair_is_told_so() -> None:
    def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
        return ours.make_vgg([*config, (1, 3)], num_classes, in_channels, image_size, hidden)

    with pytest.raises(Wrong, match="parameters, expected"):
        agree_vgg(student_with(make_vgg=make_vgg), Draw(0), [(1, 4), (2, 6)], 11, hidden=19)
    with pytest.raises(ShapesDiffer):
        with_parameters_of(
            ours.vgg_block(2, 3, 1), dict(ours.vgg_block(3, 3, 1).named_parameters())
        )


def test_shapes_as_torch_gives_them_are_as_good_as_tuples() -> None:
    def feature_shapes(model, input_shape):
        return tuple(torch.Size(shape) for shape in ours.feature_shapes(model, input_shape))

    agree_on_shapes(student_with(feature_shapes=feature_shapes), (2, 6, 8), ("Conv2d", 2, 3, 3))


def test_a_wrong_shape_names_the_network_it_was_found_on() -> None:
    learner = student_with(feature_shapes=lambda model, shape: [(3, 4, 7)])
    with pytest.raises(Wrong) as caught:
        agree_on_shapes(learner, (2, 6, 8), ("Sequential", ("Conv2d", 2, 3, 3), ("ReLU",)))
    assert "Sequential(Conv2d(2, 3, 3), ReLU())" in caught.value.detail
    assert caught.value.mistake not in {s.id for s in FEATURE_SHAPES.mistakes}
