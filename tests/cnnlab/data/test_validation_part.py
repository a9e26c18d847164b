"""A validation part, held out of the training images."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import cnnlab.data
from cnnlab.data import DataError
from cnnlab.training import evaluate, fit


def rows(split):
    return {image.numpy().tobytes() for image in split.images}


@pytest.fixture(scope="module")
def shapes():
    return cnnlab.data.load("shapes10_shortcut", n_train=400, n_test=50)


def test_it_is_taken_from_the_training_images_and_nothing_is_lost(shapes):
    data = shapes.with_validation(100)
    assert (len(data.train), len(data.validation), len(data.test)) == (300, 100, 50)
    assert rows(data.train) | rows(data.validation) == rows(shapes.train)
    assert not rows(data.train) & rows(data.validation)
    assert data.test is shapes.test
    assert shapes.validation is None and len(shapes.train) == 400


def test_every_class_gives_its_share_and_masks_come_along(shapes):
    data = shapes.with_validation(100)
    assert torch.bincount(data.validation.labels).tolist() == [10] * 10
    assert data.validation.masks.shape == (100, 32, 32)
    assert data.validation.marks is not None


def test_the_seed_picks_which(shapes):
    one, again, other = (shapes.with_validation(100, seed=s) for s in (0, 0, 1))
    assert one.digest == again.digest != other.digest


def test_mean_and_std_forget_what_was_held_out(shapes):
    data = shapes.with_validation(100)
    x = data.train.images.double() / 255
    assert data.mean == pytest.approx(x.mean((0, 2, 3)).tolist(), rel=1e-12)
    assert data.mean != shapes.mean


def test_its_batches_are_in_order_and_normalised(shapes):
    data = shapes.with_validation(100)
    images, labels = next(iter(data.batches("validation", 100)))
    assert torch.equal(labels, data.validation.labels)
    expected = (data.validation.images / 255 - torch.tensor(data.mean).view(3, 1, 1)) / (
        torch.tensor(data.std).view(3, 1, 1)
    )
    assert torch.allclose(images, expected, atol=1e-5)


@pytest.mark.parametrize("n", [0, 400, -3])
def test_what_cannot_be_held_out_is_said(shapes, n):
    with pytest.raises(DataError, match="from 1 to 399"):
        shapes.with_validation(n)


def test_a_share_is_no_number_of_images(shapes):
    with pytest.raises(DataError, match=r"such as 1000, not 0\.2"):
        shapes.with_validation(0.2)


def test_twice_is_refused(shapes):
    with pytest.raises(DataError, match="100 images already"):
        shapes.with_validation(100).with_validation(50)


def test_without_one_the_message_says_how_to_make_it(shapes):
    with pytest.raises(DataError, match=r"with_validation\(1000\)"):
        shapes.batches("validation")
    with pytest.raises(DataError, match=r"with_validation\(1000\)"):
        evaluate(nn.Sequential(nn.Flatten(), nn.LazyLinear(10)), shapes, split="validation")


def test_fit_validates_on_it_and_leaves_the_test_images_alone(shapes):
    torch.manual_seed(0)
    data = shapes.with_validation(100)
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 10))
    history = fit(model, data, epochs=1, progress=False)
    found = evaluate(model, data, split="validation")
    assert found.count == 100
    assert history.validation_accuracy[-1] == found.accuracy
    assert history.validation_accuracy[-1] != evaluate(model, data).accuracy


def test_a_folder_of_ones_own_can_have_one_too(tmp_path):
    from PIL import Image

    for name, colour in (("cat", 0), ("dog", 120)):
        (tmp_path / name).mkdir()
        for number in range(20):
            Image.new("L", (30, 30), colour + number).save(tmp_path / name / f"{number}.png")
    data = cnnlab.data.load_folder(tmp_path).with_validation(8)
    assert len(data.validation) == 8
    assert "24 training, 8 validation and 8 test images" in repr(data)
