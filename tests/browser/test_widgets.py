"""The widgets in JupyterLab: they answer to mouse and keyboard, and stay in a saved notebook."""

import re

import pytest
from nbconvert import HTMLExporter
from tests.browser.jupyter import click, press, run_all, save

START = """\
import torch
from cnnlab import data, models, widgets
shapes = data.load("shapes10", n_train=200, n_test=60)
digits = data.load("digits")
torch.manual_seed(0)
net = models.small_resnet(depth=8, width=8)"""
# Each with a control to move, and words that its picture must hold then.
WIDGETS = {
    "widgets.sliding_window(digits.test.images[3, 0, ::3, ::3] / 255)": ("window", "column 1"),
    "widgets.shape_calculator(8)": ("stride", "8 pixels become 3"),
    "widgets.receptive_field_tracer(net, shapes.test.images[0] / 255)": ("row", "Row 17"),
    "widgets.augmentation_explorer(shapes.test.images, {'roll': lambda x, s, g: x.roll(s, 3)})": (
        "strength",
        "strength 3",
    ),
    "widgets.confusion_browser(net, shapes)": ("true class", "Opened: "),
    "widgets.filter_swap()": ("3×3 layers", "see 7 by 7"),
    "widgets.architecture_explorer()": ("left", "layers with weights"),
    "widgets.residual_block_explorer()": ("how many", "13 plain blocks"),
    "widgets.block_explorer()": ("channels in", "72 to 128 channels"),
    "widgets.transfer_explorer(net)": ("stages that learn", "parameters learn"),
    "widgets.heat_browser(net, shapes, net.layer3)": ("image", "strongest at row"),
    "widgets.quantiser(shapes.test.images[0] / 255)": ("bits", "A picture at 5 bits"),
}


def name_of(source):
    return re.findall(r"widgets\.(\w+)", source)[0]


@pytest.fixture
def open_widget(lab, page, notebook):
    def open_it(source):
        name = notebook("widget.ipynb", START, f"shell = {source}")
        lab.open(page, name)
        run_all(page)
        page.wait_for_selector(".jp-OutputArea-output svg[role=img]", timeout=60_000)
        return lab.folder / name

    return open_it


@pytest.mark.timeout(300)
@pytest.mark.parametrize("source", WIDGETS, ids=name_of)
def test_a_widget_follows_its_control_and_stays_when_saved(source, open_widget, page, screenshot):
    path = open_widget(source)
    label, words = WIDGETS[source]
    seen = press(page, label, words)
    screenshot(page, f"widget-{name_of(source)}")
    save(page)
    static, _ = HTMLExporter().from_filename(str(path))
    assert seen in static.replace("&#39;", "'")


@pytest.mark.timeout(300)
def test_a_widget_follows_the_mouse(open_widget, page):
    open_widget("widgets.shape_calculator(8)")
    click(page, "padding", "2·5")


@pytest.mark.timeout(300)
def test_the_stop_button_keeps_what_was_learned(lab, page, notebook, screenshot):
    source = "history = widgets.training_monitor(models.LeNet5(), digits, epochs=2000)"
    told = "print('ended', history.stop_reason, history.rows[-1].train_loss < 3)"
    lab.open(page, notebook("monitor.ipynb", START, source, told))
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    button = page.get_by_role("button", name="Stop and keep what was learned")
    button.wait_for(timeout=120_000)
    page.wait_for_selector("svg[role=img] > title:text('steps: loss 2')", state="attached")
    screenshot(page, "widget-training_monitor")
    button.click()
    page.wait_for_selector("text=ended interrupted True", timeout=60_000)
