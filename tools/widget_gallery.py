"""Writes docs/widgets.md and the pictures in it: python tools/widget_gallery.py"""

from __future__ import annotations

from pathlib import Path

import torch

from cnnlab import data, fit, models, widgets
from cnnlab.exercises.u06_training.augment import cutout, random_crop_flip
from cnnlab.widgets.shell import Shell

DOCS = Path(__file__).parents[1] / "docs"
HEAD = """# Things to drag

Written by `tools/widget_gallery.py`; do not edit by hand.

Each widget is a picture that follows its controls. The picture is an ordinary output of the cell: a
saved notebook shows the last one wherever it is opened, also where controls cannot live. Every
picture carries a description in words. Before each of these lines comes
`from cnnlab import widgets`.

Tests drive each widget that has sliders or lists in JupyterLab and in Notebook 7, and read the
page that nbconvert makes of the saved notebook. Sliders follow the arrow keys in JupyterLab. In
Notebook 7 they need a mouse, and lists need one in both: there Jupyter takes the arrow keys for
itself. A test holds the widgets to what ipywidgets brings since 7.7, its own controls and outputs
that are exchanged: front ends show these without more software. `make colab` runs every line of
this page with the versions of Jupyter that Colab has; Colab itself and VS Code have not been tried.
Where no control can be shown, the picture stands, and a sentence says so.
"""

PICTURELESS = (
    ("every unit", 'widgets.prediction("side", "How many pixels wide is the map?")'),
    ("unit 06", "widgets.training_monitor(net, digits, epochs=2)"),
)


def gallery() -> list[tuple[str, str, Shell]]:
    """Unit, the line that shows it, and the widget itself."""
    digits = data.load("digits")
    shapes = data.load("shapes10", n_train=10, n_test=200)
    source = data.load("shapes_source", n_train=60, n_test=120)
    net = models.pretrained("shapes-resnet")
    small = digits.test.images[3, 0, ::3, ::3] / 255
    torch.manual_seed(0)
    lenet = models.LeNet5(modern=True)
    fit(lenet, digits, epochs=4, lr=0.02, progress=False)
    return [
        ("01", "widgets.sliding_window(image, conv2d=my_conv2d)", widgets.sliding_window(small)),
        ("01", "widgets.shape_calculator(8)", widgets.shape_calculator(8)),
        (
            "01",
            "widgets.receptive_field_tracer(net, image)",
            widgets.receptive_field_tracer(net, shapes.test.images[3] / 255),
        ),
        (
            "02",
            "widgets.confusion_browser(net, digits)",
            widgets.confusion_browser(lenet, digits),
        ),
        ("03", "widgets.filter_swap()", widgets.filter_swap()),
        ("03", "widgets.architecture_explorer()", widgets.architecture_explorer()),
        ("05", "widgets.residual_block_explorer()", widgets.residual_block_explorer()),
        (
            "06",
            'widgets.augmentation_explorer(images, {"crop and flip": my_crop, "holes": my_cutout})',
            widgets.augmentation_explorer(
                shapes.test.images, {"crop and flip": random_crop_flip, "holes": cutout}
            ),
        ),
        ("07", "widgets.transfer_explorer(backbone)", widgets.transfer_explorer(net)),
        (
            "08",
            "widgets.heat_browser(net, data, net.layer3)",
            widgets.heat_browser(net, source, net.layer3),
        ),
        ("09", "widgets.block_explorer()", widgets.block_explorer()),
        (
            "10",
            "widgets.quantiser(image, my_parameters, my_quantize, my_dequantize)",
            widgets.quantiser(data.photo("cat").square(96).float() / 255),
        ),
    ]


def main() -> None:
    folder = DOCS / "images" / "widgets"
    folder.mkdir(parents=True, exist_ok=True)
    parts = [HEAD]
    for unit, line, shell in gallery():
        name = line.split("(")[0].removeprefix("widgets.")
        about = (getattr(widgets, name).__doc__ or "").strip().splitlines()[0]
        (folder / f"{name}.svg").write_text(shell.picture.svg(), encoding="utf-8")
        tries = "\n".join(f"- {text}" for text in shell.tries)
        parts.append(
            f"## {name.replace('_', ' ').capitalize()} (unit {unit})\n\n{about}\n\n`{line}`\n\n"
            f"![{shell.picture.alt}](images/widgets/{name}.svg)\n\n{tries}\n"
        )
    for where, line in PICTURELESS:
        name = line.split("(")[0].removeprefix("widgets.")
        about = (getattr(widgets, name).__doc__ or "").strip().split("\n\n")[0]
        title = name.replace("_", " ").capitalize()
        parts.append(f"## {title} ({where})\n\n{' '.join(about.split())}\n\n`{line}`\n")
    page = DOCS / "widgets.md"
    page.write_text("\n".join(parts), encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
