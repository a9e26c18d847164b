"""`load`: any data set by its name."""

from __future__ import annotations

from cnnlab.data.dataset import Dataset
from cnnlab.data.downloads.formats import DOWNLOADED, load_downloaded
from cnnlab.data.errors import DataError
from cnnlab.data.fashion import SMALL, load_fashion_small
from cnnlab.data.listing import LISTED
from cnnlab.data.shapes import FAMILIES, generate
from cnnlab.errors import UnknownNameError

SMALLEST, LARGEST = 8, 128  # sides of a generated picture; silhouettes are stored with 64 cells


def load(
    name: str,
    *,
    seed: int = 0,
    n_train: int | None = None,
    n_test: int | None = None,
    image_size: int | None = None,
) -> Dataset:
    """Load a data set by name; `cnnlab.data.catalogue()` lists them.

    seed        which pictures are generated, or how real ones are split
    n_train     how many training pictures to generate (generated families only)
    n_test      how many test pictures to generate (generated families only)
    image_size  the side in pixels (digits and generated families)

    >>> import cnnlab.data
    >>> data = cnnlab.data.load("shapes10", n_train=100, n_test=50)
    >>> data
    shapes10 (version 1): 100 training and 50 test images, 3×32×32, with object masks
    10 classes: disc, square, triangle, star, cross, ring, crescent, heart, arrow, half-disc
    >>> data.train.images.shape, data.train.images.dtype, data.class_names[0]
    (torch.Size([100, 3, 32, 32]), torch.uint8, 'disc')
    """
    options = {"n_train": n_train, "n_test": n_test, "image_size": image_size}
    if name in FAMILIES:
        return _generated(name, seed, n_train, n_test, image_size)
    if name == "digits":
        from cnnlab.data.digits import load_digits

        _refuse(name, options, "n_train", "n_test")
        return load_digits(seed=seed, image_size=_side(image_size, 28))
    if name == SMALL:
        _refuse(name, options, *options)
        return load_fashion_small()
    if name in DOWNLOADED:
        _refuse(name, options, *options)
        return load_downloaded(name, seed=seed)
    raise UnknownNameError(
        "data set",
        name,
        list(LISTED),
        "For your own images, use cnnlab.data.load_folder(path).",
    )


def _generated(
    name: str, seed: int, n_train: int | None, n_test: int | None, image_size: int | None
) -> Dataset:
    family = FAMILIES[name]
    side = _side(image_size, 32)
    counts = {"n_train": family.n_train, "n_test": family.n_test}
    for key, asked in (("n_train", n_train), ("n_test", n_test)):
        if asked is not None:
            counts[key] = asked
        if counts[key] < 1:
            raise DataError(f"{key}={counts[key]}: at least one image is needed.")
    return Dataset(
        name=name,
        version=family.version,
        class_names=family.class_names,
        train=generate(family, "train", counts["n_train"], seed=seed, image_size=side),
        test=generate(family, "test", counts["n_test"], seed=seed, image_size=side),
    )


def _side(asked: int | None, usual: int) -> int:
    side = usual if asked is None else asked
    if not SMALLEST <= side <= LARGEST:
        raise DataError(
            f"image_size={side} is outside {SMALLEST} to {LARGEST}. The usual size is {usual}."
        )
    return side


def _refuse(name: str, options: dict[str, int | None], *unused: str) -> None:
    """An option that would silently do nothing is an error."""
    for option in unused:
        if options[option] is not None:
            advice = (
                "leave image_size out, or resize data.train.images yourself"
                if option == "image_size"
                else "load all and take a part, as in data.train[:1000] or data.train.per_class(50)"
            )
            raise DataError(
                f"{option} is for generated data, but {name} holds real images of a fixed number "
                f"and size. Instead, {advice}."
            )
