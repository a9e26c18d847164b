"""The pictures that only the grader has."""

import torch

import cnnlab.data
from autograder import unseen


def test_the_unseen_images_are_balanced():
    images, labels = unseen.fashion().images, unseen.fashion().labels
    assert images.shape == (4_000, 1, 28, 28)
    assert (images.dtype, labels.dtype) == (torch.uint8, torch.int64)
    assert torch.bincount(labels).tolist() == [400] * 10


def test_learners_have_none_of_them():
    data = cnnlab.data.load("fashion-mnist-small")
    given = torch.cat([data.train.images, data.test.images])
    rows = {image.numpy().tobytes() for image in given}
    assert not rows & {image.numpy().tobytes() for image in unseen.fashion().images}
