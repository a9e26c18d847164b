"""A headless Chromium, and JupyterLab for it to look at."""

import shutil
from pathlib import Path

import axe_core_python
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import sync_playwright
from tests.browser.jupyter import jupyter_lab

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "No Chromium was found. Type: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser):
    """A window as large as a laptop's."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyter_lab(folder, tmp_path_factory.mktemp("private")) as started:
        yield started


@pytest.fixture(scope="session")
def dark_lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyter_lab(folder, tmp_path_factory.mktemp("private"), dark=True) as started:
        yield started


@pytest.fixture
def screenshot():
    """Saves what a page shows where a person can look at it: build/screenshots/NAME.png."""

    def save(page, name, **options):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", **options)

    return save


@pytest.fixture
def faults():
    """What axe finds serious or critical `within` a page: the rule and the elements."""

    def find(page, within="html"):
        page.evaluate(AXE.read_text())
        run = "within => axe.run(within, {resultTypes: ['violations']})"
        found = page.evaluate(run, within)["violations"]
        return [
            f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    return find


@pytest.fixture
def notebook(request):
    """Writes a notebook of these cells into the lab's folder; its name."""

    def write(name, *sources, lab=None):
        lab = lab or request.getfixturevalue("lab")
        made = new_notebook(cells=[new_code_cell(source) for source in sources])
        made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
        nbformat.write(made, lab.folder / name)
        return name

    return write
