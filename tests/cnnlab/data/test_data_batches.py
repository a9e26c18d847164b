"""Batches: complete, reproducible, resumable, normalised, augmented image by image."""

from __future__ import annotations

import pytest
import torch

from cnnlab._torchvision import import_torchvision
from cnnlab.data import DataError, Split, batches, flip_and_shift, load, per_sample


@pytest.fixture(scope="module")
def split():
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (50, 3, 8, 6), generator=generator, dtype=torch.uint8)
    return Split(images, torch.arange(50))


def labels_of(feed):
    return torch.cat([y for _, y in feed]).tolist()


def test_in_order_every_image_comes_once(split):
    feed = batches(split, 16)
    assert len(feed) == 4
    assert labels_of(feed) == list(range(50))
    x = torch.cat([x for x, _ in feed])
    assert x.dtype == torch.float32
    torch.testing.assert_close(x, split.images / 255)


def test_shuffled_every_image_comes_once_with_its_label(split):
    feed = batches(split, 16, shuffle=True)
    for x, y in feed:
        torch.testing.assert_close(x, split.images[y] / 255)
    assert sorted(labels_of(feed)) == list(range(50))


def test_epochs_differ_and_can_be_resumed(split):
    feed = batches(split, 16, shuffle=True, seed=4, augment=flip_and_shift(1))
    first, second = ([(x, y) for x, y in feed] for _ in range(2))
    assert feed.epoch == 2
    assert [y.tolist() for _, y in first] != [y.tolist() for _, y in second]
    resumed = batches(split, 16, shuffle=True, seed=4, augment=flip_and_shift(1))
    resumed.epoch = 1
    for (x, y), (expected_x, expected_y) in zip(resumed, second, strict=True):
        assert torch.equal(x, expected_x) and torch.equal(y, expected_y)
    assert labels_of(batches(split, 16, shuffle=True, seed=5)) != labels_of(
        batches(split, 16, shuffle=True, seed=4)
    )


def test_a_pass_that_is_broken_off_counts(split):
    feed = batches(split, 16, shuffle=True)
    next(iter(feed))
    assert feed.epoch == 1


@pytest.mark.parametrize(("drop_last", "sizes"), [(False, [16, 16, 16, 2]), (True, [16, 16, 16])])
def test_the_short_last_batch(split, drop_last, sizes):
    feed = batches(split, 16, drop_last=drop_last)
    assert [len(y) for _, y in feed] == sizes
    assert len(feed) == len(sizes)


@pytest.mark.parametrize("augment", [None, lambda x, generator: x])
def test_normalisation_is_per_channel(split, augment):
    mean, std = (0.2, 0.4, 0.6), (0.5, 1.0, 2.0)
    x, _ = next(iter(batches(split, 50, normalize=(mean, std), augment=augment)))
    expected = (split.images / 255 - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(
        3, 1, 1
    )
    torch.testing.assert_close(x, expected)


def test_a_data_sets_own_batches_are_normalised_by_its_training_images():
    data = load("shapes10", n_train=300, n_test=60)
    x = torch.cat([x for x, _ in data.batches("train")])
    torch.testing.assert_close(x.mean((0, 2, 3)), torch.zeros(3), atol=1e-4, rtol=0)
    torch.testing.assert_close(x.std((0, 2, 3), correction=0), torch.ones(3), atol=1e-4, rtol=0)
    assert labels_of(data.batches("test")) == data.test.labels.tolist()
    assert labels_of(data.batches("train")) != data.train.labels.tolist()
    assert labels_of(data.batches("train", shuffle=False)) == data.train.labels.tolist()
    raw, _ = next(iter(data.batches("test", 60, normalize=None)))
    torch.testing.assert_close(raw, data.test.images / 255)


def test_augmentation_sees_values_from_zero_to_one(split):
    seen = []

    def spy(x, generator):
        seen.append((x.min().item(), x.max().item()))
        return x

    list(batches(split, 50, augment=spy, normalize=((0.5,) * 3, (0.1,) * 3)))
    assert seen == [(0.0, 1.0)]


def test_float_images_are_taken_as_they_are_and_never_changed():
    images = torch.randn(6, 1, 4, 4)
    kept = images.clone()
    for x, _ in batches((images, torch.zeros(6, dtype=torch.int32)), 4):
        x.add_(1)
    assert torch.equal(images, kept)
    x, y = next(iter(batches((images, torch.zeros(6, dtype=torch.int32)), 6)))
    assert torch.equal(x, kept) and y.dtype == torch.int64


def test_channels_last(split):
    for augment in (None, flip_and_shift(1)):
        x, _ = next(iter(batches(split, 16, channels_last=True, augment=augment)))
        assert x.is_contiguous(memory_format=torch.channels_last)


def test_the_device_is_where_batches_go(split):
    x, y = next(iter(batches(split, 16, device="meta")))
    assert x.device.type == y.device.type == "meta"


def test_shifts_and_flips_are_each_images_own():
    x = torch.rand(1, 2, 9, 7).expand(400, -1, -1, -1)
    moved = flip_and_shift(pixels=2)(x, torch.Generator().manual_seed(0))
    padded = torch.nn.functional.pad(x[:1], (2, 2, 2, 2), mode="replicate")
    windows = [padded[:, :, i : i + 9, j : j + 7] for i in range(5) for j in range(5)]
    possible = torch.cat(windows + [w.flip(3) for w in windows]).flatten(1)
    distance = (moved.flatten(1).unsqueeze(1) - possible).abs().amax(2)
    assert distance.min(1).values.max() == 0  # each is one of the 50 possible images
    counts = torch.bincount(distance.argmin(1), minlength=50)
    assert (counts > 0).sum() >= 45  # and all kinds come up
    assert 150 < counts[25:].sum() < 250  # about half are mirrored


def test_without_flip_nothing_is_mirrored_and_zero_pixels_shift_nothing():
    x = torch.rand(20, 1, 5, 5)
    assert torch.equal(flip_and_shift(0, flip=False)(x, torch.Generator()), x)
    only_flipped = flip_and_shift(0)(x, torch.Generator().manual_seed(0))
    same = (only_flipped == x).flatten(1).all(1)
    mirrored = (only_flipped == x.flip(3)).flatten(1).all(1)
    assert (same | mirrored).all() and same.any() and mirrored.any()


@pytest.mark.filterwarnings("ignore:.*torchvision.*")
def test_torchvision_transforms_draw_for_each_image_and_follow_the_seed():
    import_torchvision()
    from torchvision.transforms import v2

    images = torch.randint(0, 256, (1, 3, 16, 16), dtype=torch.uint8).expand(12, -1, -1, -1)
    source = (images, torch.zeros(12, dtype=torch.int64))
    pipeline = v2.Compose([v2.RandomRotation(40), v2.RandomResizedCrop(12, antialias=True)])
    feed = batches(source, 12, augment=pipeline, seed=1)
    state = torch.get_rng_state()
    x, _ = next(iter(feed))
    assert torch.equal(torch.get_rng_state(), state)
    assert x.shape == (12, 3, 12, 12)
    assert len(torch.unique(x.flatten(1), dim=0)) == 12
    again, _ = next(iter(batches(source, 12, augment=pipeline, seed=1)))
    assert torch.equal(x, again)


def test_per_sample_takes_any_function_of_one_image():
    x = torch.rand(3, 1, 2, 2)
    assert torch.equal(per_sample(lambda image: image.flip(-1))(x, torch.Generator()), x.flip(-1))


@pytest.mark.parametrize(
    ("source", "options", "says"),
    [
        ((torch.zeros(4, 8, 8), torch.zeros(4)), {}, r"unsqueeze\(1\)"),
        ((torch.zeros(4, 1, 8, 8), torch.zeros(3)), {}, "one integer for each image"),
        ((torch.zeros(0, 1, 8, 8), torch.zeros(0)), {}, "no images"),
        ((torch.zeros(4, 1, 8, 8, dtype=torch.int64), torch.zeros(4)), {}, "uint8"),
        ((torch.zeros(4, 1, 8, 8), torch.zeros(4)), {"batch_size": 0}, "at least 1"),
        (
            (torch.zeros(4, 1, 8, 8), torch.zeros(4)),
            {"normalize": ((0.5,) * 3, (0.5,) * 3)},
            "1 channel",
        ),
        ((torch.zeros(4, 1, 8, 8), torch.zeros(4)), {"normalize": ((0.5,), (0.0,))}, "deviation"),
    ],
)
def test_what_cannot_work_is_explained(source, options, says):
    with pytest.raises(DataError, match=says):
        batches(source, **options)


def test_an_augmentation_that_loses_images_is_explained(split):
    with pytest.raises(DataError, match="as many images"):
        list(batches(split, 10, augment=lambda x, generator: x[:5]))
    with pytest.raises(DataError, match="NoneType"):
        list(batches(split, 10, augment=lambda x, generator: None))
