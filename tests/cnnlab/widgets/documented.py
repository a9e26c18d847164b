"""Every widget, called as docs/widgets.md calls it."""

import re
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

PAGE = Path(__file__).parents[3] / "docs" / "widgets.md"
START = """\
import torch
from cnnlab import data, models, widgets
digits = data = data.load("digits")
torch.manual_seed(0)
net = backbone = models.small_resnet(depth=8, width=8, in_channels=1)
images = digits.test.images
def my_conv2d(x, kernel, stride, padding):
    return torch.nn.functional.conv2d(x, kernel, stride=stride, padding=padding)
my_crop = my_cutout = lambda x, strength, generator: x.roll(strength, 3)
"""
# What a line needs that the page says in words.
FIRST = {
    "sliding_window": "image = images[3, 0, ::3, ::3] / 255",
    "quantiser": (
        "from cnnlab import quantization\n"
        "my_parameters, my_quantize = quantization.quantization_parameters, quantization.quantize\n"
        "my_dequantize, image = quantization.dequantize, images[3] / 255"
    ),
    "receptive_field_tracer": "image = images[3] / 255",
}


def _lines() -> dict[str, str]:
    """Each widget's line of the page, by the widget's name."""
    found = re.findall(r"^`(widgets\.(\w+)\(.*\))`$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: line for line, name in found}


CELLS = {name: f"{FIRST.get(name, '')}\n{line}".lstrip() for name, line in _lines().items()}
VIEW = "application/vnd.jupyter.widget-view+json"
RESULT = "training_monitor"  # the one whose call is also worth something to read: a History


def notebook() -> NotebookNode:
    """A notebook with one cell for each widget."""
    cells = [new_code_cell(source) for source in (START, *CELLS.values())]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def faults(executed: NotebookNode) -> list[str]:
    """What is wrong with the outputs of `notebook()`, in words."""
    found = [
        f"{output['ename']}: {output['evalue']}"
        for cell in executed.cells
        for output in cell.outputs
        if output.output_type == "error"
    ]
    for name, cell in zip(CELLS, executed.cells[1:], strict=True):
        shown = [output.data for output in cell.outputs if "data" in output]
        picture = "<strong>Predict:" if name == "prediction" else "<svg"
        if not any(picture in forms.get("text/html", "") for forms in shown):
            found.append(f"{name} shows no picture")
        if not any(VIEW in forms and forms["text/plain"] for forms in shown):
            found.append(f"{name} shows no controls, or no words in their place")
        if any(o.output_type == "execute_result" for o in cell.outputs) and name != RESULT:
            found.append(f"{name} says something more below itself")
    return found
