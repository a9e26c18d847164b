"""Lines, the paths down a valley, and the drawn blocks: each says in words what it shows."""

from __future__ import annotations

from cnnlab.pictures.lines import lines
from cnnlab.pictures.residual_blocks import residual_blocks
from cnnlab.pictures.valley import valley


def test_each_line_is_told_by_mark_and_in_words() -> None:
    picture = lines({"a": [1, 2], "b": [3, 4]}, "epoch", "loss", verticals={"stop": 2})
    axes = picture.axes[0]
    marks = [line.get_marker() for line in axes.get_lines()[:2]]
    assert marks == ["o", "s"]
    assert "a: 1 to 2; b: 3 to 4; stop at 2" in picture.alt


def test_a_logarithmic_axis_is_drawn() -> None:
    assert lines({"a": [1e-9, 1.0]}, "layer", "norm", log=True).axes[0].get_yscale() == "log"


def test_every_path_has_a_panel_of_its_own() -> None:
    picture = valley({"slow": [(-9, 1), (-8, 0)], "fast": [(-9, 1), (0, 0)]}, (1, 25), "Down")
    assert [axes.get_title(loc="left") for axes in picture.axes] == ["slow", "fast"]
    assert "slow; fast" in picture.alt


def test_the_blocks_are_drawn() -> None:
    assert len(residual_blocks().axes) == 3
    assert len(residual_blocks().png()) > 1000
