"""Pictures prepared as a card asks for them."""

from __future__ import annotations

import pytest
import torch

from cnnlab import data, models
from cnnlab.errors import CnnlabError


@pytest.fixture
def card():
    return models.card("efficientnet-lite0")


def test_bytes_become_normalised_floats_by_the_cards_numbers(card) -> None:
    x = card.prepare(
        torch.tensor([0, 127, 255], dtype=torch.uint8).view(3, 1, 1).repeat(1, 256, 300)
    )
    assert x.shape == (1, 3, 224, 224)
    assert x[0, :, 0, 0].tolist() == pytest.approx([-127 / 128, 0, 1], abs=1e-6)


def test_the_middle_is_kept(card) -> None:
    image = torch.zeros(3, 256, 512, dtype=torch.uint8)
    image[:, 16:240, 144:368] = 255
    assert card.prepare(image).min() == pytest.approx(1)


def test_a_photograph_is_scaled_before_it_is_cut(card) -> None:
    large = data.photo("flower").image
    small = card.prepare(large, image_size=112)
    assert small.shape == (1, 3, 112, 112)
    # Half the size shows the same part of the picture.
    halved = torch.nn.functional.avg_pool2d(card.prepare(large), 2)
    assert (small - halved).abs().mean() < 0.05


def test_a_batch_of_grey_pictures_becomes_colour(card) -> None:
    grey = data.load("fashion-mnist-small").test.images[:4]
    x = card.prepare(grey, image_size=64)
    assert x.shape == (4, 3, 64, 64)
    assert torch.equal(x[:, 0], x[:, 1]) and torch.equal(x[:, 0], x[:, 2])


def test_the_shipped_backbone_takes_pictures_as_they_are() -> None:
    card = models.card("shapes-resnet")
    images = data.load("shapes_source", n_train=1, n_test=4).test.images
    x = card.prepare(images)
    expected = (images / 255 - torch.tensor(card.mean).view(3, 1, 1)) / (
        torch.tensor(card.std).view(3, 1, 1)
    )
    assert torch.allclose(x, expected)


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (torch.rand(3, 256, 256), "before any normalisation"),
        (torch.zeros(256, 256, dtype=torch.uint8), "uint8"),
        (torch.zeros(2, 256, 256, 3, dtype=torch.uint8), "permute"),
    ],
)
def test_what_cannot_be_prepared_is_explained(card, images, expected) -> None:
    with pytest.raises(CnnlabError, match=expected):
        card.prepare(images)
