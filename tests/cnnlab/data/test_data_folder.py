"""A folder of one's own images, with everything that is wrong with real ones."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnlab.data import DataError, load_folder


def picture(seed: int, size: tuple[int, int] = (40, 30)) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(values)


def plain(colour: tuple[int, ...] | int, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (20, 20), colour)


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Two classes of ten images each, nothing wrong with them."""
    root = tmp_path / "pets"
    for number, name in enumerate(("cat", "dog")):
        (root / name).mkdir(parents=True)
        for i in range(10):
            picture(100 * number + i).save(root / name / f"{i}.png")
    return root


def load_one(pets: Path, file: str, image: Image.Image, **save_options) -> torch.Tensor:
    """What becomes of one more image of class cat."""
    image.save(pets / "cat" / file, **save_options)
    data = load_folder(pets, image_size=20)
    with_it = torch.cat([data.train.images, data.test.images])
    (pets / "cat" / file).unlink()
    data = load_folder(pets, image_size=20)
    without = {i.numpy().tobytes() for s in (data.train, data.test) for i in s.images}
    (new,) = [image for image in with_it if image.numpy().tobytes() not in without]
    return new


def colours(image: torch.Tensor) -> set[tuple[int, ...]]:
    return {tuple(pixel) for pixel in image.flatten(1).t().tolist()}


def test_a_tidy_folder_is_split_the_same_way_each_time(pets):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = load_folder(pets, image_size=24)
    assert data.class_names == ("cat", "dog")
    assert data.class_counts == {"cat": (8, 2), "dog": (8, 2)}
    assert data.train.images.shape == (16, 3, 24, 24)
    assert data.train.images.dtype == torch.uint8
    assert data.skipped == ()
    assert load_folder(pets, image_size=24).digest == data.digest
    assert load_folder(pets, image_size=24, seed=1).digest != data.digest
    text = repr(data)
    assert "cat" in text and "8 train" in text


def test_an_image_is_scaled_by_its_shorter_side_and_cut_in_the_middle(pets):
    wide = Image.new("RGB", (60, 20), "red")
    wide.paste("blue", (20, 0, 40, 20))
    assert colours(load_one(pets, "wide.png", wide)) == {(0, 0, 255)}


def test_the_camera_s_rotation_is_undone(pets):
    top_red = plain((0, 0, 255))
    top_red.paste((255, 0, 0), (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # the picture must be turned a quarter clockwise to be upright
    lying = top_red.rotate(90)
    image = load_one(pets, "phone.png", lying, exif=exif)
    assert image[:, 2, 10].tolist() == [255, 0, 0]
    assert image[:, 18, 10].tolist() == [0, 0, 255]


@pytest.mark.parametrize(
    ("file", "image", "options", "expected"),
    [
        ("grey.png", plain(90, "L"), {}, (90, 90, 90)),
        ("deep.png", Image.new("I;16", (20, 20), 64_250), {}, (250, 250, 250)),
        ("clear.png", plain((255, 0, 0, 0), "RGBA"), {}, (255, 255, 255)),
        ("half.png", plain((0, 0, 0, 51), "RGBA"), {}, (204, 204, 204)),
        ("solid.png", plain((10, 20, 30, 255), "RGBA"), {}, (10, 20, 30)),
        ("palette.gif", plain((255, 0, 0)).convert("P"), {}, (255, 0, 0)),
        ("hole.gif", plain(0, "P"), {"transparency": 0}, (255, 255, 255)),
        ("black.png", plain(0, "1"), {}, (0, 0, 0)),
    ],
)
def test_every_kind_of_image_becomes_rgb(pets, file, image, options, expected):
    assert colours(load_one(pets, file, image, **options)) == {expected}


def test_print_colours_become_rgb(pets):
    image = load_one(pets, "print.jpg", plain((0, 255, 255, 0), "CMYK"))
    assert image[0].min() > 180 and image[1:].max() < 80


def test_broken_files_are_named_and_left_out(pets):
    whole = (pets / "cat" / "0.png").read_bytes()
    (pets / "cat" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (pets / "dog" / "words.jpg").write_text("not an image")
    (pets / "dog" / "empty.png").write_bytes(b"")
    (pets / "dog" / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (pets / "dog" / "notes.txt").write_text("not meant to be one")
    (pets / "dog" / "._0.png").write_bytes(b"macOS leaves these behind")
    with pytest.warns(UserWarning, match=r"4 file\(s\) were left out") as caught:
        data = load_folder(pets)
    assert [file.name for file, _ in data.skipped] == [
        "cut.png",
        "empty.png",
        "phone.heic",
        "words.jpg",
    ]
    assert "words.jpg: not an image" in str(caught[0].message)
    assert "save it as JPEG" in str(caught[0].message)
    assert caught[0].filename == __file__
    assert len(data.train) + len(data.test) == 20
    assert "4 file(s)" in repr(data)


def test_exact_copies_are_kept_once(pets):
    (pets / "dog" / "copy.png").write_bytes((pets / "cat" / "3.png").read_bytes())
    with pytest.warns(UserWarning, match=r"dog/copy\.png: the same picture as cat/3\.png"):
        data = load_folder(pets)
    assert data.class_counts["dog"] == (8, 2)


def test_uneven_classes_are_shown_with_what_guessing_would_score(pets):
    for i in range(50):
        picture(1000 + i).save(pets / "cat" / f"more{i}.png")
    with pytest.warns(UserWarning, match=r"cat has 60 images, dog 10.*right for 86%"):
        load_folder(pets)


def test_a_division_of_ones_own_is_respected(tmp_path):
    seed = 0
    for part, count in (("train", 3), ("val", 2)):
        for name in ("ant", "bee"):
            (tmp_path / "bugs" / part / name).mkdir(parents=True)
            for i in range(count):
                seed += 1
                picture(seed).save(tmp_path / "bugs" / part / name / f"{i}.png")
    leak = tmp_path / "bugs" / "train" / "ant" / "leak.png"
    leak.write_bytes((tmp_path / "bugs" / "val" / "ant" / "0.png").read_bytes())
    with pytest.warns(UserWarning, match=r"leak\.png"):
        data = load_folder(tmp_path / "bugs")
    assert data.class_counts == {"ant": (3, 2), "bee": (3, 2)}


def test_images_in_folders_below_a_class_belong_to_it(pets):
    (pets / "cat" / "2024").mkdir()
    picture(999).save(pets / "cat" / "2024" / "tom.JPG")
    assert sum(load_folder(pets).class_counts["cat"]) == 11


def test_what_cannot_work_is_explained(pets, tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        load_folder(tmp_path / "nowhere")
    with pytest.raises(DataError, match="is a file"):
        load_folder(pets / "cat" / "0.png")
    with pytest.raises(
        DataError, match=r"10 images lie in it directly.*(?s:.*)one folder for each"
    ):
        load_folder(pets / "cat")
    with pytest.raises(DataError, match="between 0 and 1"):
        load_folder(pets, test_fraction=1.5)
    with pytest.raises(DataError, match="at least 1 pixel"):
        load_folder(pets, image_size=0)
    (pets / "bird").mkdir()
    (pets / "bird" / "tweety.png").write_text("broken")
    with pytest.raises(DataError, match=r"for: bird\.(?s:.*)tweety\.png"):
        load_folder(pets)
