"""The generated families: reproducible, balanced, and true to their masks."""

from __future__ import annotations

import json

import data_fingerprint
import pytest
import torch

import cnnlab.data
from cnnlab.data import DataError
from cnnlab.data.shapes import FAMILIES
from cnnlab.data.shapes.distance import CELLS, REACH, box, disc, polygon, stroke
from cnnlab.data.shapes.marks import COLOURS


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_the_pictures_are_the_pinned_ones(name):
    pinned = json.loads(data_fingerprint.PINNED.read_text())[name]
    now = data_fingerprint.fingerprint(name)
    assert (now["version"], now["labels"]) == (pinned["version"], pinned["labels"])
    for part in ("train", "test", "masks"):
        assert data_fingerprint.largest_difference(now[part], pinned[part]) <= 1, part


def test_the_fingerprint_tells_other_pictures_apart():
    one, other = (data_fingerprint.fingerprint(n) for n in ("shapes10", "silhouettes"))
    assert data_fingerprint.largest_difference(one["train"], other["train"]) > 20


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_labels_are_balanced_and_every_class_has_a_name(name):
    classes = len(FAMILIES[name].class_names)
    data = cnnlab.data.load(name, n_train=5 * classes, n_test=classes)
    assert torch.bincount(data.train.labels).tolist() == [5] * classes
    assert torch.bincount(data.test.labels).tolist() == [1] * classes
    assert len(set(data.class_names)) == classes


def test_asking_for_more_does_not_change_the_first_ones():
    few = cnnlab.data.load("shapes10_shortcut", n_train=333, n_test=10).train
    many = cnnlab.data.load("shapes10_shortcut", n_train=700, n_test=10).train
    for name in ("images", "labels", "masks", "marks"):
        assert torch.equal(getattr(few, name), getattr(many, name)[:333]), name


def test_the_seed_and_the_part_choose_the_pictures():
    first = cnnlab.data.load("shapes10", n_train=20, n_test=20)
    again = cnnlab.data.load("shapes10", n_train=20, n_test=20)
    other = cnnlab.data.load("shapes10", n_train=20, n_test=20, seed=1)
    assert first.digest == again.digest
    assert first.digest != other.digest
    assert not torch.equal(first.train.images, first.test.images)
    assert not torch.equal(first.test.images, other.test.images)


def test_the_global_random_state_is_neither_used_nor_moved():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    data = cnnlab.data.load("shapes10", n_train=20, n_test=10)
    next(iter(data.batches("train", 4, augment=cnnlab.data.flip_and_shift())))
    assert torch.equal(torch.rand(3), expected)


def test_the_number_of_threads_changes_nothing():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = cnnlab.data.load("shapes10", n_train=60, n_test=10).digest
        torch.set_num_threads(2)
        assert cnnlab.data.load("shapes10", n_train=60, n_test=10).digest == one
    finally:
        torch.set_num_threads(before)


def test_masks_lie_where_the_object_is():
    """Along the mask's edge the picture changes more than elsewhere, on average."""
    train = cnnlab.data.load("shapes10", n_train=400, n_test=10).train
    grey = train.images.float().mean(1)
    step = (grey[:, :, 1:] - grey[:, :, :-1]).abs()
    edge = train.masks[:, :, 1:] != train.masks[:, :, :-1]
    assert step[edge].mean() > 2 * step[~edge].mean()
    areas = train.masks.flatten(1).float().mean(1)
    assert 0.1 < areas.mean() < 0.3 and areas.min() > 0.02


def test_off_centre_objects_leave_the_centre():
    centred = cnnlab.data.load("shapes10", n_train=400, n_test=10).train.masks
    off = cnnlab.data.load("shapes10_offcentre", n_train=400, n_test=10).train.masks
    assert centred[:, 16, 16].float().mean() > 0.6
    assert off[:, 16, 16].float().mean() < 0.5
    assert off.float().mean() < centred.float().mean()


def test_the_shortcut_tells_the_class_in_train_and_lies_in_test():
    data = cnnlab.data.load("shapes10_shortcut", n_train=500, n_test=500)

    def told(split):
        where = split.marks.unsqueeze(1)
        colour = (split.images * where).flatten(2).sum(2) / where.flatten(2).sum(2) / 255
        return torch.cdist(colour, COLOURS).argmin(1)

    assert torch.equal(told(data.train), data.train.labels)
    assert (told(data.test) == data.test.labels).float().mean() < 0.2
    quarters = [data.train.marks[:, i : i + 16, j : j + 16] for i in (0, 16) for j in (0, 16)]
    assert all(0.15 < q.flatten(1).any(1).float().mean() < 0.35 for q in quarters)


def test_the_same_scenes_come_in_other_sizes():
    large = cnnlab.data.load("shapes10", n_train=50, n_test=10, image_size=64).train
    small = cnnlab.data.load("shapes10", n_train=50, n_test=10, image_size=16).train
    assert large.images.shape[2:] == (64, 64) and small.images.shape[2:] == (16, 16)
    assert torch.equal(large.labels, small.labels)
    shrunk = torch.nn.functional.avg_pool2d(large.masks.float(), 4)
    assert ((shrunk > 0.5) == small.masks).float().mean() > 0.95


@pytest.mark.parametrize(
    "options", [{"n_train": 0}, {"n_test": -1}, {"image_size": 4}, {"image_size": 1000}]
)
def test_impossible_sizes_are_refused(options):
    with pytest.raises(DataError, match=next(iter(options))):
        cnnlab.data.load("shapes10", **{"n_train": 10, "n_test": 10, **options})


def test_distances_are_negative_inside_and_right_in_length():
    def at(field, x, y):
        column, row = (round((v + REACH) / (2 * REACH) * CELLS - 0.5) for v in (x, y))
        return field[row, column]

    cell = 2 * REACH / CELLS
    assert at(disc(0, 0, 1), 0, 0) == pytest.approx(-1, abs=cell)
    assert at(disc(0, 0, 1), 1.5, 0) == pytest.approx(0.5, abs=cell)
    assert at(box(0, 0, 0.5, 1), 0, 0.9) == pytest.approx(-0.1, abs=cell)
    assert at(stroke([(-1, 0), (1, 0)], 0.1), 0, 0.5) == pytest.approx(0.4, abs=cell)
    ell = polygon([(-1, -1), (1, -1), (1, 0), (0, 0), (0, 1), (-1, 1)])  # concave
    assert at(ell, 0.5, 0.5) == pytest.approx(0.5, abs=cell)
    assert at(ell, -0.5, 0.5) < 0
