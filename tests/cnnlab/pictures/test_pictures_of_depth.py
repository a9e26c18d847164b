"""The pictures of units 03 and 04: stacks, shares, shapes, signals, rates, maps by depth."""

from __future__ import annotations

import torch

from cnnlab.pictures.hierarchy import maps_by_depth
from cnnlab.pictures.signals import accuracy_by_rate, signal_by_layer
from cnnlab.pictures.stacks import UNSEEN, receptive_cone, shape_bars, share_bars


def test_a_cone_narrows_by_one_position_a_side() -> None:
    (axes,) = receptive_cone(3).axes
    seen = [0] * 4
    for dot in axes.collections:
        (_, level), grey = dot.get_offsets()[0], torch.tensor(dot.get_facecolor()[0][:3])
        unseen = torch.allclose(grey, torch.full((3,), int(UNSEEN[1:3], 16) / 255).double())
        seen[int(level)] += not unseen
    assert seen == [7, 5, 3, 1]


def test_the_parts_of_a_bar_fill_it() -> None:
    (axes,) = share_bars(
        {"weights": {"conv": 1, "dense": 3}, "work": {"conv": 9, "dense": 1}}, "%"
    ).axes
    assert [round(bar.get_width()) for bar in axes.patches] == [25, 75, 90, 10]


def test_small_parts_carry_no_number() -> None:
    (axes,) = share_bars({"work": {"conv": 99, "dense": 1}}, "%").axes
    assert [text.get_text() for text in axes.texts] == ["99 %"]


def test_shapes_are_told_as_side_channels_and_numbers() -> None:
    heights = [
        [bar.get_height() for bar in axes.patches]
        for axes in shape_bars([(3, 8, 8), (16, 4, 4)], ["a", "b"]).axes
    ]
    assert heights == [[8, 4], [3, 16], [0.192, 0.256]]


def test_each_tower_has_its_line() -> None:
    picture = signal_by_layer({"a": [1.0, 0.1, 0.01], "b": [1.0, 10.0]}, "Signals")
    assert [len(line.get_xdata()) for line in picture.axes[0].lines] == [3, 2]
    assert "a ends at 1.0e-02" in picture.alt


def test_a_run_that_broke_off_is_drawn_as_far_as_it_went() -> None:
    picture = accuracy_by_rate({"without": {0.1: [0.2, 0.9, 0.95]}, "with": {0.1: [0.1]}})
    lengths = [[len(line.get_xdata()) for line in axes.lines] for axes in picture.axes]
    assert lengths == [[3], [1]]
    assert picture.alt.startswith("Training accuracy over 3 epochs.")


def test_the_maps_that_vary_most_are_shown() -> None:
    maps = torch.zeros(5, 4, 4)
    maps[3, 0, 0], maps[1, 0, 0] = 9.0, 2.0
    picture = maps_by_depth(torch.zeros(3, 8, 8, dtype=torch.uint8), {"layer1": maps}, columns=2)
    assert [axes.get_title(loc="left") for axes in picture.axes] == ["layer1", "3", "1"]
