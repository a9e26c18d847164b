"""Every released notebook reads well in JupyterLab, runs to its end when solved, and stays whole.

`make test` hurries: in its kernels two batches are an epoch, so that every cell runs, but not for
minutes. `pytest -m nightly` gives each notebook the time that a learner's run takes.
"""

import json

import nbformat
import pytest
from nbconvert import HTMLExporter
from tests.browser.jupyter import errors, jupyter_lab, run_all, save
from tests.browser.reading import faults_of_text

from autograder.course import Course
from autograder.short_training import SHORT_TRAINING
from autograder.solutions import compose, solutions
from autograder.submissions import read_built

COURSE = Course.load()
WIDGET = "application/vnd.jupyter.widget-view+json"
UNITS = [unit.id for unit in COURSE.units]


@pytest.fixture(scope="module")
def hurried_lab(tmp_path_factory):
    private = tmp_path_factory.mktemp("private")
    at_start = private / ".ipython" / "profile_default" / "startup"
    at_start.mkdir(parents=True)
    (at_start / "hurry.py").write_text(SHORT_TRAINING)
    with jupyter_lab(tmp_path_factory.mktemp("notebooks"), private) as started:
        yield started


def code_cells(path):
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def html_beside_widgets(path):
    """What each cell that shows a widget shows besides, as HTML: a picture, or a question."""
    beside = []
    for cell in code_cells(path):
        data = [output.get("data", {}) for output in cell["outputs"]]
        if any(WIDGET in bundle for bundle in data):
            html = ["".join(bundle.get("text/html", "")) for bundle in data]
            beside.append("".join(html))
    return beside


@pytest.mark.slow
@pytest.mark.timeout(450)
@pytest.mark.parametrize("unit", UNITS)
def test_a_notebook_reads_well_and_runs_to_its_end_when_solved(hurried_lab, page, unit, screenshot):
    path = open_solved(hurried_lab, page, COURSE.unit(unit))
    screenshot(page, f"notebook-{unit}")
    assert faults_of_text(page) == set()
    run_to_its_end(page, path, seconds=240)


@pytest.mark.nightly
@pytest.mark.timeout(900)
@pytest.mark.parametrize("unit", UNITS)
def test_a_solved_notebook_trains_to_its_end(lab, page, unit, screenshot):
    path = open_solved(lab, page, COURSE.unit(unit))
    run_to_its_end(page, path, seconds=800)
    screenshot(page, f"solved-{unit}")


def open_solved(lab, page, unit):
    """Open the released notebook with the course's answers; nothing comes from elsewhere."""
    page.route("https://**", lambda route: route.abort())
    path = lab.folder / f"solved-{unit.id}.ipynb"
    solved = compose(read_built(unit, unit.release_notebook), solutions(unit))
    nbformat.write(solved, path)
    lab.open(page, path.name)
    return path


def run_to_its_end(page, path, seconds):
    """Run and save; no cell fails, none is left out, and every widget has a picture beside it."""
    run_all(page, seconds)
    save(page)
    assert errors(path) == []
    assert [cell["source"] for cell in code_cells(path) if not cell["execution_count"]] == []
    beside = html_beside_widgets(path)
    assert all(beside)
    static, _ = HTMLExporter().from_filename(str(path))
    assert static.count("<svg ") >= "".join(beside).count("<svg ")
    assert "VBox(" not in static
