from __future__ import annotations

import html
import io
import math

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from cnnlab import pictures
from cnnlab.errors import CnnlabError
from cnnlab.pictures.tiles import to_rgb
from cnnlab.training import Epoch, History


def run(accuracy: float, epochs: int = 3, validated: bool = True) -> History:
    seen = accuracy if validated else math.nan
    return History([Epoch(e, 2 / e, accuracy, 2 / e, seen, 0.1, 1.0) for e in range(1, epochs + 1)])


ALL = {
    "image_grid": lambda: pictures.image_grid(torch.rand(5, 3, 8, 8), [0, 1, 0, 1, 1], ["a", "b"]),
    "filters": lambda: pictures.filters(torch.randn(4, 3, 3, 3)),
    "filters of many channels": lambda: pictures.filters(torch.randn(4, 5, 3, 3)),
    "feature_maps": lambda: pictures.feature_maps(torch.randn(4, 6, 5)),
    "curves": lambda: pictures.curves({"a": run(0.5), "b": [run(0.6), run(0.8)]}),
    "confusion": lambda: pictures.confusion(torch.tensor([[3, 1], [0, 4]]), ["a", "b"]),
    "cell": lambda: pictures.confusion_cell_images(
        torch.rand(3, 1, 6, 6), torch.tensor([0, 1, 1]), torch.tensor([1, 0, 0]), 1, 0
    ),
    "heatmap_overlay": lambda: pictures.heatmap_overlay(torch.rand(3, 8, 8), torch.rand(3, 3)),
    "bars": lambda: pictures.bars({"a": 1.0, "b": [2.0, 3.0]}),
    "kernel_grid": lambda: pictures.kernel_grid(torch.randn(3, 4)),
}


def pixels(figure: pictures.Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(figure.png())).convert("RGB"))


@pytest.mark.parametrize("name", ALL)
def test_every_picture_is_a_described_figure_that_leaves_matplotlib_alone(name: str):
    import matplotlib.pyplot as plt

    before = dict(matplotlib.rcParams)
    open_figures = plt.get_fignums()
    figure = ALL[name]()
    page = figure._repr_html_()
    assert isinstance(figure, Figure)
    assert len(pictures.describe(figure)) > 15
    assert f'alt="{html.escape(figure.alt)}"' in page
    assert page.startswith("<img ")
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == open_figures


@pytest.mark.parametrize("name", ALL)
def test_every_picture_looks_the_same_under_a_dark_style(name: str):
    import matplotlib.pyplot as plt

    torch.manual_seed(0)
    usual = pixels(ALL[name]())
    torch.manual_seed(0)
    with plt.style.context("dark_background"):
        dark = pixels(ALL[name]())
    assert np.array_equal(usual, dark)
    assert (usual[0, 0] == 255).all()


def test_alternative_text_is_escaped():
    page = pictures.image_grid(torch.rand(1, 1, 4, 4), title='"><script>')._repr_html_()
    assert "<script>" not in page


def test_uint8_and_unit_floats_keep_their_brightness_and_others_are_stretched():
    grey = torch.full((1, 1, 2, 2), 51, dtype=torch.uint8)
    assert to_rgb(grey) == pytest.approx(0.2)
    assert to_rgb(torch.full((1, 3, 2, 2), 0.2)) == pytest.approx(0.2)
    normalised = to_rgb(torch.tensor([-2.0, 0.0, 2.0, 1.0]).reshape(1, 1, 2, 2))[0, :, :, 0]
    assert normalised.tolist() == [[0.0, 0.5], [1.0, 0.75]]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((2, 3, 4, 5), (2, 4, 5, 3)),
        ((2, 1, 4, 5), (2, 4, 5, 3)),
        ((3, 4, 5), (1, 4, 5, 3)),
        ((7, 4, 5), (7, 4, 5, 3)),
        ((4, 5), (1, 4, 5, 3)),
    ],
)
def test_image_shapes(shape: tuple[int, ...], expected: tuple[int, ...]):
    assert to_rgb(torch.rand(shape)).shape == expected


@pytest.mark.parametrize(
    ("draw", "advice"),
    [
        (lambda: pictures.image_grid(torch.rand(2, 16, 4, 4)), "feature_maps"),
        (lambda: pictures.filters(torch.rand(4, 4)), r"layer\.weight"),
        (lambda: pictures.feature_maps(torch.rand(2, 3, 4, 4)), r"maps\[0\]"),
        (lambda: pictures.kernel_grid(torch.rand(2, 3, 3)), r"weight\[0, 0\]"),
        (lambda: pictures.confusion(torch.rand(2, 3)), "square"),
        (lambda: pictures.confusion(torch.eye(3), ["a"]), "1 names"),
        (lambda: pictures.image_grid(torch.rand(3, 1, 4, 4), [0, 1]), "3 images but 2 labels"),
        (lambda: pictures.image_grid(torch.rand(1, 1, 4, 4), [2], ["a"]), r"data\.class_names"),
        (lambda: pictures.bars({}), "nothing to draw"),
        (lambda: pictures.curves(History()), "no epochs"),
        (
            lambda: pictures.confusion_cell_images(
                torch.rand(1, 1, 4, 4), torch.tensor([0]), torch.tensor([0]), 0, 1
            ),
            "count above 0",
        ),
    ],
)
def test_what_cannot_be_drawn_is_explained(draw, advice: str):
    with pytest.raises(CnnlabError, match=advice):
        draw()


def test_image_grid_puts_each_image_at_its_place():
    white, black = torch.ones(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    figure = pictures.image_grid(torch.cat([white, black, black, white]), columns=2)
    canvas = figure.axes[0].images[0].get_array()
    middle = [[canvas[y, x].mean() for x in (16, -16)] for y in (16, -16)]
    assert middle == [[1, 0], [0, 1]]


def test_curves_draw_the_mean_of_several_runs_and_its_band():
    figure = pictures.curves({"net": [run(0.4), run(0.8)]})
    accuracy = figure.axes[1]
    solid = [line for line in accuracy.lines if line.get_linestyle() == "-"]
    assert solid[0].get_ydata() == pytest.approx([0.6] * 3)
    band = accuracy.collections[-1].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == pytest.approx((0.4, 0.8))
    assert "mean of 2 runs" in figure.alt


def test_the_band_stays_within_the_runs_also_on_a_logarithmic_axis():
    far = run(0.5)
    runs = [run(0.5), run(0.5), far]
    for one in runs:
        for row in one.rows:
            row.validation_loss = row.train_loss = 50.0 if one is far else 0.01
    loss = pictures.curves({"net": runs}, log_loss=True).axes[0]
    band = loss.collections[-1].get_paths()[0].vertices[:, 1]
    assert band.min() == pytest.approx(0.01)
    assert loss.get_ylim()[0] > 0.001


def test_curves_take_runs_of_different_length_and_without_validation():
    figure = pictures.curves({"a": [run(0.5, 2), run(0.5, 5)], "b": run(0.7, 3, validated=False)})
    assert "over 5 epochs" in figure.alt
    assert "b: training loss 2 to 0.667, training accuracy 70% to 70%" in figure.alt


def test_curves_survive_a_diverged_run():
    bad = run(0.1)
    bad.rows[-1].train_loss = math.inf
    bad.rows[-1].validation_loss = math.nan
    pixels(pictures.curves({"good": run(0.9), "bad": bad}))
    exploded = run(0.1)
    exploded.rows[-1].train_loss = 1e9
    top = pictures.curves({"good": run(0.9), "bad": exploded}).axes[0].get_ylim()[1]
    assert top < 100


def test_confusion_tells_the_most_common_mistake():
    figure = pictures.confusion(torch.tensor([[5, 1], [3, 6]]), ["cat", "dog"])
    assert figure.alt == (
        "Confusion matrix: 11 of 15 right. Most common mistake: dog taken for cat (3 of 9)."
    )
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["1", "3", "5", "6"]


def test_cell_images_are_those_of_the_cell():
    images = torch.arange(6.0).reshape(6, 1, 1, 1).expand(6, 1, 4, 4) / 5
    truth, guess = torch.tensor([0, 0, 1, 0, 1, 0]), torch.tensor([1, 0, 1, 1, 0, 1])
    figure = pictures.confusion_cell_images(images, truth, guess, 0, 1, ["x", "y"], limit=2)
    assert [text.get_text() for text in figure.axes[0].texts] == ["#0", "#3"]
    assert figure.alt == "3 images of true class x that were predicted as y."


def test_the_overlay_says_where_the_heat_is():
    heat = torch.zeros(9, 9)
    heat[8, 4] = 1
    figure = pictures.heatmap_overlay(torch.rand(3, 18, 18), heat)
    assert figure.alt.endswith("highest in the bottom centre.")
    flat = pictures.heatmap_overlay(torch.rand(1, 8, 8), torch.ones(2, 2))
    assert flat.alt.endswith("the same everywhere.")


def test_kernel_numbers_are_short_and_exact():
    figure = pictures.kernel_grid(torch.tensor([[100.0, -0.004], [0.25, float("nan")]]))
    assert [text.get_text() for text in figure.axes[0].texts] == ["100", "0", "0.25", "nan"]


def test_bars_write_mean_and_spread():
    figure = pictures.bars({"a": [0.5, 0.7]}, form=".0%")
    assert figure.alt == "Bars: a 60% ± 10%."


def test_describe_speaks_for_foreign_figures():
    figure = Figure()
    figure.add_subplot().set_title("Depth")
    assert pictures.describe(figure) == "Figure with 1 panel. Depth."


LONG = "A rather long title that says what can be seen here and why it matters to you"


@pytest.mark.parametrize(
    "draw",
    [
        lambda title: pictures.image_grid(torch.rand(1, 1, 8, 8), labels=[7], title=title),
        lambda title: pictures.filters(torch.randn(1, 1, 3, 3), title=title),
        lambda title: pictures.kernel_grid(torch.randn(3, 3), title=title),
        lambda title: pictures.confusion(torch.eye(2).long(), title=title),
        lambda title: pictures.heatmap_overlay(torch.rand(3, 8, 8), torch.rand(2, 2), title=title),
        lambda title: pictures.bars({"a": 1.0}, title=title * 2),
    ],
)
def test_a_title_wider_than_its_picture_is_not_cut(draw):
    picture = draw(LONG)
    picture.canvas.draw()
    head = picture._suptitle.get_window_extent()
    assert head.x0 >= 0
    assert head.x1 <= picture.bbox.width
    below = min(axes.get_tightbbox().y1 for axes in picture.axes)
    assert head.y0 >= below - 1
    assert head.y1 <= picture.bbox.height


def test_many_classes_stay_on_the_screen():
    names = [f"name of class {index}" for index in range(60)]
    assert max(pictures.confusion(torch.eye(60).long(), names).get_size_inches()) < 12


def test_a_loss_of_zero_throughout_needs_no_logarithm(recwarn: pytest.WarningsRecorder):
    rows = [Epoch(n, 0.0, 1.0, math.nan, math.nan, 0.1, 1.0) for n in (1, 2)]
    pictures.curves(History(rows=rows), log_loss=True).png()
    assert not recwarn.list


def test_more_runs_than_colours_are_still_told_apart():
    rows = [Epoch(n, 1 / n, 0.5, 1 / n, 0.5, 0.1, 1.0) for n in (1, 2)]
    lines = pictures.curves({str(n): History(rows=rows) for n in range(12)}).axes[0].lines
    looks = {(line.get_color(), line.get_marker()) for line in lines}
    assert len(looks) == 12
