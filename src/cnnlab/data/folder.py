"""Your own images: one folder for each class.

    pets/
      cat/  tom.jpg  garfield.png
      dog/  rex.jpeg

or, if you have made the division yourself, `pets/train/cat/…` and `pets/test/cat/…`.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from cnnlab.data.dataset import Dataset
from cnnlab.data.errors import DataError
from cnnlab.data.split import Split
from cnnlab.data.splitting import stratified_split

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".heic")
)
TEST_FOLDERS = ("test", "val", "valid", "validation")
IMBALANCE = 3  # the largest class has this many times the smallest: worth a warning


@dataclass(frozen=True, eq=False, repr=False)
class FolderDataset(Dataset):
    """A data set from a folder. `skipped` names every file left out, with the reason."""

    skipped: tuple[tuple[Path, str], ...] = ()

    @property
    def class_counts(self) -> dict[str, tuple[int, int]]:
        """For each class, how many training and test images there are."""
        counts = [
            torch.bincount(split.labels, minlength=len(self.class_names)).tolist()
            for split in (self.train, self.test)
        ]
        return dict(zip(self.class_names, zip(*counts, strict=True), strict=True))

    def __repr__(self) -> str:
        width = max(len(name) for name in self.class_names)
        rows = [
            f"  {name:<{width}}  {train:>6,} train  {test:>6,} test"
            for name, (train, test) in self.class_counts.items()
        ]
        shape = "×".join(str(s) for s in self.train.images.shape[1:])
        left_out = f"\n{_skipped_text(self.skipped)}" if self.skipped else ""
        return f"{self.name}: {self._sizes}, {shape}\n" + "\n".join(rows) + left_out


def load_folder(
    path: str | Path, *, image_size: int = 32, test_fraction: float = 0.2, seed: int = 0
) -> FolderDataset:
    """Load images from a folder that holds one folder for each class.

    Every image is turned upright (EXIF), put on white where it is transparent, made RGB, scaled so
    that its shorter side is `image_size`, and cut to the square in the middle. Of each class the
    share `test_fraction` becomes the test part, the same for the same files and `seed`; folders
    named train and test (or val) are used as they are. Broken files and exact copies are left out
    and named: a copy in both parts would let a model recite instead of recognise.

    >>> import pathlib, tempfile
    >>> from PIL import Image
    >>> pets = pathlib.Path(tempfile.mkdtemp()) / "pets"
    >>> for name, colour in (("cat", "orange"), ("dog", "brown")):
    ...     (pets / name).mkdir(parents=True)
    ...     for size in range(40, 50):
    ...         Image.new("RGB", (size, 30), colour).save(pets / name / f"{size}.png")
    >>> load_folder(pets)
    pets: 16 training and 4 test images, 3×32×32
      cat       8 train       2 test
      dog       8 train       2 test
    """
    root = Path(path).expanduser()
    if image_size < 1:
        raise DataError(f"image_size={image_size}: the side of an image is at least 1 pixel.")
    divided = _own_division(root)
    names = _class_names(root, divided)
    reader = _Reader(image_size)
    if divided is not None:
        # The test part is read first: of an image in both, the copy in train is left out.
        test = reader.read(divided[1], names)
        train = reader.read(divided[0], names)
    else:
        everything = reader.read(root, names)
        train, test = _divide(everything, names, test_fraction, seed, root, reader.skipped)
    _require_every_class(train, names, root, reader.skipped)
    if len(test) == 0:
        raise DataError(f"{root} has a folder for the test, but no usable image in it. Add some.")
    skipped = tuple(sorted(reader.skipped))
    data = FolderDataset(root.resolve().name, "own", names, train, test, skipped=skipped)
    _warn(data)
    return data


class _Reader:
    """Reads class folders; remembers what was left out and which pictures were seen."""

    def __init__(self, image_size: int) -> None:
        self.skipped: list[tuple[Path, str]] = []
        self._image_size = image_size
        self._seen: dict[str, Path] = {}

    def read(self, root: Path, names: tuple[str, ...]) -> Split:
        images: list[Tensor] = []
        labels: list[int] = []
        for label, name in enumerate(names):
            for file in _image_files(root / name):
                image = self._read_file(file)
                if image is not None:
                    images.append(image)
                    labels.append(label)
        side = self._image_size
        empty = torch.empty(0, 3, side, side, dtype=torch.uint8)
        return Split(
            torch.stack(images) if images else empty, torch.tensor(labels, dtype=torch.int64)
        )

    def _read_file(self, file: Path) -> Tensor | None:
        try:
            content_hash = hashlib.sha256(file.read_bytes()).hexdigest()
            first = self._seen.setdefault(content_hash, file)
            if first != file:
                self.skipped.append((file, f"the same picture as {first.parent.name}/{first.name}"))
                return None
            return _square(file, self._image_size)
        except Exception as error:  # decoders raise whatever they like on a damaged file
            self.skipped.append((file, _reason(file, error)))
            return None


def _square(file: Path, side: int) -> Tensor:
    """The upright RGB image, its shorter side scaled to `side` and cut square, (3, side, side)."""
    from PIL import Image, ImageOps

    with Image.open(file) as opened:
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        rgb = _to_rgb(upright)
    fitted = ImageOps.fit(rgb, (side, side), method=Image.Resampling.BILINEAR)
    return torch.from_numpy(np.array(fitted)).permute(2, 0, 1)


def _to_rgb(image: Image) -> Image:
    from PIL import Image as pil

    if image.mode.startswith("I"):
        # 16-bit grey: PIL's own conversion would cut everything above 255 to white.
        values = np.asarray(image, dtype=np.float64)
        return pil.fromarray((values / 257).round().clip(0, 255).astype(np.uint8)).convert("RGB")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA"):
        layers = image.convert("RGBA")
        return pil.alpha_composite(pil.new("RGBA", layers.size, "white"), layers).convert("RGB")
    return image.convert("RGB")


def _own_division(root: Path) -> tuple[Path, Path] | None:
    """The train and test folders, if the user has divided the images already."""
    if not (root / "train").is_dir():
        return None
    for name in TEST_FOLDERS:
        if (root / name).is_dir():
            return root / "train", root / name
    return None


def _class_names(root: Path, divided: tuple[Path, Path] | None) -> tuple[str, ...]:
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise DataError(
            f"load_folder needs a folder, but {root} {what} (you are in {Path.cwd()}).\n"
            'Pass the folder that holds one folder for each class, as in load_folder("pets").'
        )
    parts = divided if divided is not None else (root,)
    names = tuple(sorted({d.name for part in parts for d in _folders(part)}))
    if len(names) < 2:
        loose = sum(f.suffix.lower() in SUFFIXES for f in root.iterdir())
        seen = f"{loose} images lie in it directly" if loose else "no images lie in it directly"
        raise DataError(
            f"{root} holds {len(names)} class folder(s) ({seen}), but a classifier needs at "
            "least two.\nMake one folder for each class and move the images into them:\n"
            f"  {root.name}/cat/one.jpg\n  {root.name}/dog/two.jpg"
        )
    return names


def _divide(
    everything: Split,
    names: tuple[str, ...],
    test_fraction: float,
    seed: int,
    root: Path,
    skipped: list[tuple[Path, str]],
) -> tuple[Split, Split]:
    if not 0 < test_fraction < 1:
        raise DataError(
            f"test_fraction={test_fraction} must lie between 0 and 1; 0.2 keeps a fifth for "
            "the test."
        )
    _require_every_class(everything, names, root, skipped)
    n_test = max(1, round(test_fraction * len(everything)))
    train, test = stratified_split(everything.labels, n_test, seed)
    return everything[train], everything[test]


def _require_every_class(
    split: Split, names: tuple[str, ...], root: Path, skipped: list[tuple[Path, str]]
) -> None:
    counts = torch.bincount(split.labels, minlength=len(names)).tolist()
    missing = [name for name, count in zip(names, counts, strict=True) if count == 0]
    if missing:
        left_out = f"\n{_skipped_text(skipped)}" if skipped else ""
        raise DataError(
            f"In {root} there is no usable training image for: {', '.join(missing)}.{left_out}\n"
            "Add images to these folders (or remove the folders), then load again."
        )


def _warn(data: FolderDataset) -> None:
    """Say once, at the caller's line, what the numbers would otherwise hide."""
    notes = []
    if data.skipped:
        notes.append(_skipped_text(data.skipped))
    sizes = {name: sum(counts) for name, counts in data.class_counts.items()}
    largest, smallest = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    if sizes[largest] >= IMBALANCE * sizes[smallest]:
        share = sizes[largest] / sum(sizes.values())
        notes.append(
            f"The classes are uneven: {largest} has {sizes[largest]} images, {smallest} "
            f"{sizes[smallest]}. Always answering {largest!r} would be right for {share:.0%}; "
            "look at the accuracy of each class, not only at the mean."
        )
    if notes:
        warnings.warn("\n".join(notes), stacklevel=3)


def _skipped_text(skipped: tuple[tuple[Path, str], ...] | list[tuple[Path, str]]) -> str:
    lines = [f"  {file.parent.name}/{file.name}: {reason}" for file, reason in skipped[:10]]
    if len(skipped) > 10:
        lines.append(f"  and {len(skipped) - 10} more; data.skipped lists them all")
    return f"{len(skipped)} file(s) were left out:\n" + "\n".join(lines)


def _reason(file: Path, error: Exception) -> str:
    if file.suffix.lower() == ".heic":
        return "HEIC cannot be read here; save it as JPEG"
    if type(error).__name__ == "UnidentifiedImageError":
        return "not an image, or a kind that cannot be read"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"damaged ({error})"


def _folders(root: Path) -> list[Path]:
    return sorted(d for d in root.iterdir() if d.is_dir() and not d.name.startswith((".", "__")))


def _image_files(folder: Path) -> list[Path]:
    """Files that look like images, at any depth, in an order that is the same everywhere."""
    if not folder.is_dir():
        return []
    found = (
        f for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and not f.name.startswith(".")
    )
    return sorted((f for f in found if f.is_file()), key=lambda f: f.relative_to(folder).as_posix())
