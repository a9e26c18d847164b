"""The widgets in Notebook 7: the kernel and widgets of JupyterLab, on a page of its own.

There the notebook takes the arrow keys before a control sees them, whoever made it; so the mouse.
"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from tests.browser.jupyter import click, jupyter_lab, run_all
from tests.browser.test_widgets import START, WIDGETS, name_of

# One of them in each run of the tests, all of them at night.
FIRST, *OTHERS = WIDGETS
SOURCES = [FIRST, *(pytest.param(source, marks=pytest.mark.nightly) for source in OTHERS)]


@pytest.fixture(scope="module")
def notebook7(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyter_lab(folder, tmp_path_factory.mktemp("private"), program="notebook") as started:
        yield started


@pytest.mark.timeout(300)
@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_a_widget_follows_the_mouse(source, notebook7, page, screenshot):
    made = new_notebook(cells=[new_code_cell(START), new_code_cell(f"shell = {source}")])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(made, notebook7.folder / "widget.ipynb")
    notebook7.open(page, "widget.ipynb")
    run_all(page)
    page.wait_for_selector(".jp-OutputArea-output svg[role=img]", timeout=60_000)
    label, _ = WIDGETS[source]
    click(page, label)
    screenshot(page, f"notebook7-{name_of(source)}")
