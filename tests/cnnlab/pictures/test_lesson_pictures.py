"""The pictures that lessons of units 01 and 02 draw: panels, bands, depths, positions."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cnnlab.anatomy.arithmetic import conv_output_size
from cnnlab.pictures.bands import bands
from cnnlab.pictures.depths import depths
from cnnlab.pictures.panels import panels
from cnnlab.pictures.positions import positions


def colour_map_of(panel: torch.Tensor, *, signed: bool = False) -> str:
    picture = panels({"panel": panel}, "A panel.", signed=["panel"] if signed else [])
    return picture.axes[0].images[0].get_cmap().name


def test_red_and_blue_are_kept_for_numbers_with_a_sign() -> None:
    counts = torch.tensor([[1.0, 9.0], [4.0, 0.0]])
    assert colour_map_of(counts) == "gray"
    assert colour_map_of(counts, signed=True) == colour_map_of(-counts) == "RdBu_r"


def test_numbers_stand_out_from_their_cells() -> None:
    picture = panels({"counts": torch.tensor([[0.0, 9.0]])}, "Two numbers.")
    assert [text.get_color() for text in picture.axes[0].texts] == ["white", "black"]
    assert [text.get_text() for text in picture.axes[0].texts] == ["0", "9"]


def test_a_box_frames_its_part() -> None:
    picture = panels({"image": torch.zeros(4, 4)}, "Framed.", boxes={"image": (1, 2, 2)})
    (frame,) = picture.axes[0].patches
    assert frame.get_bbox().bounds == (1.5, 0.5, 2, 2)


def test_a_colour_image_is_drawn_as_it_is() -> None:
    image = torch.rand(3, 5, 3)
    (drawn,) = panels({"photo": image}, "A photograph.").axes[0].images
    assert np.allclose(drawn.get_array(), image.numpy())


def test_bands_reach_from_the_lowest_to_the_highest_run() -> None:
    picture = bands([0, 2], {"net": torch.tensor([[1.0, 0.4], [0.8, 0.2]])}, xlabel="pixels")
    axes = picture.axes[0]
    assert axes.lines[0].get_ydata().tolist() == pytest.approx([90, 30])
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((20, 100))


def test_depths_shows_the_channels_that_vary_most_under_their_own_numbers() -> None:
    maps = torch.zeros(4, 2, 2)
    maps[2, 0, 0], maps[1, 0, 0] = 9.0, 3.0
    picture = depths(torch.rand(3, 8, 8), {"layer": maps}, count=2)
    captions = [text.get_text() for axes in picture.axes for text in axes.texts]
    assert captions == ["layer", "2", "1"]


@pytest.mark.parametrize(
    "settings",
    [(7, 3, 1, 0, 1), (7, 3, 2, 1, 1), (8, 3, 2, 0, 1), (7, 3, 1, 0, 2), (5, 5, 3, 2, 1)],
)
def test_as_many_positions_are_drawn_as_the_output_has(settings: tuple[int, ...]) -> None:
    drawn = positions(*settings).splitlines()[2:]
    assert len(drawn) == conv_output_size(*settings)
    assert {line.count("■") for line in drawn} == {settings[1]}
