"""Makes the photographs of the package from those that other packages carry.

pip download --no-deps scikit-image && unzip scikit_image*.whl -d FOLDER
python tools/photos.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib
import sklearn.datasets
from PIL import Image

from cnnlab.data.credits import FOLDER, credits
from cnnlab.data.photographs import SIDE

QUALITY = 95
FULL_COLOUR = 0  # no coarser grid for colours: networks see the difference


def main(unpacked: Path) -> None:
    skimage = unpacked / "skimage" / "data"
    sklearn_images = Path(sklearn.datasets.__file__).parent / "images"
    originals = {
        "cat": skimage / "chelsea.png",
        "coffee": skimage / "coffee.png",
        "rocket": skimage / "rocket.jpg",
        "astronaut": skimage / "astronaut.png",
        "temple": sklearn_images / "china.jpg",
        "flower": sklearn_images / "flower.jpg",
        "photographer": skimage / "camera.png",
        "admiral": Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
        "coins": skimage / "coins.png",
        "retina": skimage / "retina.jpg",
        "galaxies": skimage / "hubble_deep_field.jpg",
        "bricks": skimage / "brick.png",
        "grass": skimage / "grass.png",
        "gravel": skimage / "gravel.png",
    }
    assert originals.keys() == credits().keys()
    for name, original in originals.items():
        save(original, FOLDER / f"{name}.jpg")
    print(f"{sum(path.stat().st_size for path in FOLDER.glob('*.jpg')) / 1e3:.0f} kB")


def save(original: Path, target: Path) -> None:
    with Image.open(original) as opened:
        image = opened.convert("L" if opened.mode == "L" else "RGB")
    scale = SIDE / min(image.size)
    size = (round(image.width * scale), round(image.height * scale))
    scaled = image.resize(size, Image.Resampling.BILINEAR)  # as networks get their pictures
    scaled.save(target, quality=QUALITY, optimize=True, subsampling=FULL_COLOUR)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
