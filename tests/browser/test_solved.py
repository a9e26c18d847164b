"""Every released notebook, solved, runs to its end in JupyterLab and stays whole when saved."""

import json

import nbformat
import pytest
from nbconvert import HTMLExporter
from tests.browser.jupyter import errors, run_all, save

from autograder.course import Course
from autograder.sample_class import compose, solutions
from autograder.submissions import read_built

COURSE = Course.load()
WIDGET = "application/vnd.jupyter.widget-view+json"
# One unit in each run of the tests; all of them at night, for each takes minutes.
FIRST, *OTHERS = [unit.id for unit in COURSE.units]
UNITS = [FIRST, *(pytest.param(unit, marks=pytest.mark.nightly) for unit in OTHERS)]


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


@pytest.mark.timeout(900)
@pytest.mark.parametrize("unit", UNITS)
def test_a_solved_notebook_runs_to_its_end(lab, page, unit, screenshot):
    page.route("https://**", lambda route: route.abort())
    unit = COURSE.unit(unit)
    path = lab.folder / f"solved-{unit.id}.ipynb"
    solved = compose(read_built(unit, unit.release_notebook), solutions(unit))
    nbformat.write(solved, path)
    lab.open(page, path.name)
    run_all(page, seconds=800)
    screenshot(page, f"solved-{unit.id}")
    save(page)
    assert errors(path) == []
    assert [cell["source"] for cell in code_cells(path) if not cell["execution_count"]] == []
    beside = html_beside_widgets(path)
    assert all(beside)
    static, _ = HTMLExporter().from_filename(str(path))
    assert static.count("<svg ") >= "".join(beside).count("<svg ")
    assert "VBox(" not in static
