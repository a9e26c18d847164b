"""The explorer calls the functions that it is given, with dice that start from the seed."""

import pytest
import torch

from cnnlab.errors import CnnlabError
from cnnlab.exercises.u06_training.augment import cutout, random_crop_flip
from cnnlab.widgets import augmentation_explorer
from cnnlab.widgets.augmentation import compute, render


def images(count=4):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(1, 256, (count, 3, 12, 12), generator=generator, dtype=torch.uint8)


def test_what_is_shown_is_what_the_function_returns():
    change = compute(images(), random_crop_flip, strength=3, seed=7)
    expected = random_crop_flip(images() / 255, 3, torch.Generator().manual_seed(7))
    torch.testing.assert_close(change.after, expected)


def test_the_same_seed_gives_the_same_picture_and_another_one_another():
    shown = [render(images(), {"holes": cutout}, "holes", 4, seed).svg() for seed in (0, 0, 1)]
    assert shown[0] == shown[1] != shown[2]


def test_changed_pixels_are_counted_once_for_all_channels():
    def first_row_dark(x, strength, generator):
        x[:, :, :strength] = 0
        return x

    change = compute(images(), first_row_dark, strength=3, seed=0)
    assert change.share == pytest.approx(3 / 12)
    assert change.before.min() > 0


def test_floats_stay_as_they_are():
    x = torch.rand(2, 1, 5, 5, generator=torch.Generator().manual_seed(0))
    change = compute(x, lambda x, strength, generator: x, 1, 0)
    assert torch.equal(change.after, x)
    assert change.share == 0


def test_controls_change_the_picture():
    shell = augmentation_explorer(images(20), {"crop and flip": random_crop_flip, "holes": cutout})
    assert "8 images" in shell.picture.alt
    assert "crop and flip, strength 2, seed 0" in shell.picture.alt
    shell.controls["augmentation"].value = "holes"
    shell.controls["strength"].value = 5
    shell.controls["seed"].value = 3
    assert "holes, strength 5, seed 3" in shell.picture.alt


def test_a_pair_is_explained_in_the_place_of_the_picture():
    shell = augmentation_explorer(images(), {"mixup": lambda x, strength, generator: (x, None)})
    assert "take the first with [0]" in shell.picture.alt


def test_wrong_calls_are_refused():
    with pytest.raises(CnnlabError, match="no augmentation"):
        augmentation_explorer(images(), {})
    with pytest.raises(CnnlabError, match="holes"):
        render(images(), {"holes": cutout}, "hole")
    with pytest.raises(CnnlabError, match="same shape"):
        compute(images(), lambda x, strength, generator: x[:, :, 1:], 1, 0)
