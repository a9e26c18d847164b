"""Loading by name, splits, and the statistics of a data set."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import cnnlab.data
from cnnlab.data import DataError, Split
from cnnlab.data.downloads.formats import DOWNLOADED
from cnnlab.data.downloads.sources import all_sources
from cnnlab.data.shapes import FAMILIES
from cnnlab.data.splitting import stratified_split
from cnnlab.errors import UnknownNameError


def test_digits_are_all_there_and_look_like_the_originals():
    import sklearn.datasets

    data = cnnlab.data.load("digits")
    assert (len(data.train), len(data.test)) == (1347, 450)
    original = sklearn.datasets.load_digits()
    labels = torch.cat([data.train.labels, data.test.labels])
    assert torch.bincount(labels).tolist() == torch.bincount(torch.tensor(original.target)).tolist()
    native = cnnlab.data.load("digits", image_size=8)
    ours = {(tuple(i.flatten().tolist()), int(y)) for i, y in pairs(native)}
    theirs = {
        (tuple((image * 255 / 16).round().astype(int).flatten().tolist()), int(label))
        for image, label in zip(original.images, original.target, strict=True)
    }
    assert ours == theirs


def pairs(data):
    for split in (data.train, data.test):
        yield from zip(split.images, split.labels, strict=True)


def test_the_seed_picks_the_split_of_the_digits():
    one, again, other = (cnnlab.data.load("digits", seed=s) for s in (0, 0, 1))
    assert one.digest == again.digest != other.digest
    shares = torch.bincount(one.test.labels) / torch.bincount(one.train.labels)
    assert shares.min() > 0.30 and shares.max() < 0.36  # 450 / 1347 is 0.334


def test_the_stratified_split_is_exact():
    labels = torch.tensor([0] * 7 + [1] * 2 + [2] * 11)
    train, test = stratified_split(labels, n_test=6, seed=5)
    assert sorted([*train.tolist(), *test.tolist()]) == list(range(20))
    assert len(test) == 6
    # Exact shares are 2.1, 0.6 and 3.3: the place left over goes to the one that lost most.
    assert torch.bincount(labels[test]).tolist() == [2, 1, 3]


def test_mean_and_std_come_from_the_training_images():
    data = cnnlab.data.load("shapes10", n_train=200, n_test=50)
    x = data.train.images.double() / 255
    assert data.mean == pytest.approx(x.mean((0, 2, 3)).tolist(), rel=1e-12)
    assert data.std == pytest.approx(x.std((0, 2, 3), correction=0).tolist(), rel=1e-9)


def test_per_class_draws_the_same_images_for_the_same_seed():
    train = cnnlab.data.load("shapes10", n_train=300, n_test=10).train
    few = train.per_class(4, seed=1)
    assert torch.bincount(few.labels).tolist() == [4] * 10
    assert few.labels.tolist() != sorted(few.labels.tolist())
    assert torch.equal(few.images, train.per_class(4, seed=1).images)
    assert not torch.equal(few.images, train.per_class(4, seed=2).images)
    assert len(torch.unique(few.images.flatten(1), dim=0)) == 40
    with pytest.raises(DataError, match="at most 30"):
        train.per_class(31)


def test_indexing_keeps_images_labels_and_masks_together():
    train = cnnlab.data.load("shapes10_shortcut", n_train=50, n_test=10).train
    part = train[train.labels == 3]
    assert isinstance(part, Split)
    assert torch.equal(part.masks, train.masks[train.labels == 3])
    assert torch.equal(part.marks, train.marks[train.labels == 3])
    with pytest.raises(DataError, match=r"split\.images\[0\]"):
        train[0]


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(UnknownNameError, match="'shapes10'"):
        cnnlab.data.load("shape10")
    with pytest.raises(UnknownNameError, match="train, test"):
        cnnlab.data.load("digits").batches("valid")


@pytest.mark.parametrize(
    ("name", "options"),
    [("digits", {"n_train": 10}), ("mnist", {"n_test": 10}), ("cifar10", {"image_size": 64})],
)
def test_an_option_without_effect_is_an_error(name, options):
    with pytest.raises(DataError, match=f"{next(iter(options))} is for generated data"):
        cnnlab.data.load(name, **options)


def test_the_catalogue_names_everything_load_knows():
    listed = {entry.name: entry for entry in cnnlab.data.catalogue()}
    assert len(listed) == len(cnnlab.data.catalogue())
    assert {n for n, entry in listed.items() if entry.origin == "generated"} == FAMILIES.keys()
    assert {n for n, entry in listed.items() if entry.origin == "download"} == DOWNLOADED.keys()
    assert {listed[name].cached_as for name in DOWNLOADED} == all_sources().keys()


def test_listing_needs_no_torch():
    program = (
        "import sys; from cnnlab.command import main; main(['data'])\n"
        "print('torch' in sys.modules, 'numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "cifar10" in run.stdout
    assert run.stdout.splitlines()[-1] == "False False"


def test_importing_is_light():
    heavy = {"sklearn", "PIL", "matplotlib", "torchvision", "tqdm", "filelock"}
    program = (
        "import sys, torch; before = set(sys.modules); import cnnlab.data\n"
        f"print({heavy} & (set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.strip() == "set()", run.stderr
