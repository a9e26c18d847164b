"""The photographs of the package: whole, credited, and cut as asked."""

from __future__ import annotations

import re

import pytest
import torch

import cnnlab.data
from cnnlab.data import DataError, photographs
from cnnlab.errors import UnknownNameError

FREE = ("CC0 1.0", "CC BY 2.0", "public domain", "no known copyright restrictions")


def test_every_photograph_is_there_with_its_licence_and_author():
    photos = cnnlab.data.photos()
    assert set(photos) >= {"cat", "coffee", "rocket", "astronaut", "temple", "flower"}
    files = {path.stem for path in photographs.FOLDER.glob("*.jpg")}
    assert files == set(photos), "a file without credits, or credits without a file"
    for name, photo in photos.items():
        assert photo.image.dtype == torch.uint8 and photo.image.shape[0] == 3
        assert min(photo.image.shape[1:]) == 256, name
        assert photo.image.float().std() > 10, "a real picture is not flat"
        assert photo.licence in FREE
        assert photo.author and photo.title and photo.source
        assert photo.author in repr(photo) and photo.licence in repr(photos)


def test_licences_that_ask_for_it_are_linked_and_changes_are_told():
    text = (photographs.FOLDER / "photos.toml").read_text()
    assert "https://creativecommons.org/licenses/by/2.0/" in text
    assert re.search(r"Changes: all were scaled", text)
    by_others = [p for p in cnnlab.data.photos().values() if p.licence.startswith("CC BY")]
    assert by_others and all(p.source.startswith("https://") for p in by_others)


def test_they_come_in_the_order_asked_for_and_stack():
    photos = cnnlab.data.photos("rocket", "cat")
    assert list(photos) == ["rocket", "cat"]
    batch = photos.batch(96)
    assert (batch.shape, batch.dtype) == ((2, 3, 96, 96), torch.uint8)
    assert torch.equal(batch[1], cnnlab.data.photo("cat").square(96))


def test_a_square_is_the_middle_of_the_picture():
    image = cnnlab.data.photo("cat").image
    left = (image.shape[2] - 256) // 2
    assert torch.equal(cnnlab.data.photo("cat").square(256), image[:, :, left : left + 256])


def test_making_it_smaller_keeps_the_mean_of_each_place():
    """A picture sampled at single pixels would miss these by tens of grey levels."""
    photo = cnnlab.data.photo("grass")
    small, large = photo.square(32).float(), photo.square(256).float()
    means = torch.nn.functional.avg_pool2d(large, 8)
    assert (small - means).abs().mean() < 6


def test_slips_are_answered():
    with pytest.raises(UnknownNameError, match="'coffee'"):
        cnnlab.data.photos("cofee")
    with pytest.raises(DataError, match="at least 1 pixel"):
        cnnlab.data.photo("cat").square(0)


@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_a_damaged_installation_says_what_to_type(damage, tmp_path, monkeypatch):
    credits = photographs.credits()
    monkeypatch.setattr(photographs, "credits", lambda: credits)
    if damage == "cut short":
        whole = (photographs.FOLDER / "cat.jpg").read_bytes()
        (tmp_path / "cat.jpg").write_bytes(whole[:5000])
    monkeypatch.setattr(photographs, "FOLDER", tmp_path)
    with pytest.raises(DataError, match="pip install --force-reinstall cnnlab"):
        cnnlab.data.photo("cat")
