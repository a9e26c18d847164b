"""Which data sets there are: the one list of their names. It needs no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue.

    `origin` is "embedded", "generated" or "download"; for a download, `cached_as` is the name its
    files have in the cache, which several data sets can share.
    """

    name: str
    origin: str
    about: str
    cached_as: str | None = None


LISTED = {
    entry.name: entry
    for entry in (
        Entry("digits", "embedded", "1,797 real handwritten digits, 28×28 grey"),
        Entry(
            "fashion-mnist-small",
            "embedded",
            "12,000 of the 70,000 pieces of clothing of Fashion-MNIST, 28×28 grey",
        ),
        Entry("shapes10", "generated", "ten silhouettes, textured, in clutter"),
        Entry(
            "shapes10_offcentre",
            "generated",
            "shapes10, smaller and away from the centre: for judging heat maps",
        ),
        Entry(
            "shapes10_shortcut",
            "generated",
            "shapes10 with a coloured square that tells the class in train and lies in test",
        ),
        Entry("shapes_source", "generated", "sixty made-up silhouettes, for pretraining"),
        Entry(
            "silhouettes",
            "generated",
            "three silhouettes that no other family has: a small target task",
        ),
        Entry("mnist", "download", "70,000 handwritten digits, 28×28 grey", "mnist"),
        Entry(
            "fashion-mnist", "download", "70,000 pieces of clothing, 28×28 grey", "fashion-mnist"
        ),
        Entry(
            "cifar10",
            "download",
            "60,000 small photographs in ten classes, 32×32 colour",
            "cifar10",
        ),
        Entry(
            "cifar10-animals",
            "download",
            "cats, dogs and horses from CIFAR-10, 500 of each to learn from",
            "cifar10",
        ),
    )
}


def catalogue() -> list[Entry]:
    """Everything `load` knows, in the order a learner meets it.

    >>> [entry.name for entry in catalogue() if entry.origin != "download"][:3]
    ['digits', 'fashion-mnist-small', 'shapes10']
    """
    return list(LISTED.values())
