"""Colab keeps its Jupyter, and the course works in it: `make colab`."""

import re
import shutil

import nbformat
import pytest
from tests.cnnlab.widgets import documented
from tests.project.colab import ROOT, Colab, errors

UNIT = "01_convolutions/01_convolutions.ipynb"
pytestmark = [pytest.mark.nightly, pytest.mark.timeout(2400)]


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colab")
    yield Colab(folder)
    shutil.rmtree(folder)  # more than a gigabyte


@pytest.fixture(scope="module")
def installed(colab):
    """Colab after the first code cell of a release notebook; the packages before that."""
    before = colab.packages()
    released = nbformat.read(ROOT / "release" / UNIT, as_version=4)
    cell = next(cell for cell in released.cells if cell.cell_type == "code")
    colab.offer(*re.search(r"git\+(\S+)@(\w+)", cell.source).groups())
    released.cells = [cell]
    assert errors(colab.execute(released)) == []
    return before


def test_cnnlab_asks_for_nothing_that_colab_has_in_another_version(colab):
    assert colab.asked_for(ROOT) & colab.packages().keys() == set()


def test_the_first_cell_installs_cnnlab_and_changes_nothing(colab, installed):
    after = colab.packages()
    assert "cnnlab" in after.keys() - installed.keys()
    assert {name: after[name] for name in installed} == installed


@pytest.mark.usefixtures("installed")
def test_unit_01_solved_runs_through(colab):
    solved = nbformat.read(ROOT / "source_notebooks" / UNIT, as_version=4)
    assert errors(colab.execute(solved)) == []


@pytest.mark.usefixtures("installed")
def test_every_widget_shows_itself(colab):
    assert documented.faults(colab.execute(documented.notebook())) == []
