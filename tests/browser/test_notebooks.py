"""A released notebook in JupyterLab: it can be read in the dark, and it answers mistakes."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from tests.browser.jupyter import run_all

from autograder.answers import read_bank
from autograder.course import Course
from autograder.solutions import compose
from autograder.submissions import read_built

COURSE = Course.load()
UNIT = COURSE.unit("01_convolutions")


@pytest.fixture
def page(page):
    """Nothing comes from elsewhere, Colab's badge neither."""
    page.route("https://**", lambda route: route.abort())
    return page


def put(lab, name, notebook):
    nbformat.write(notebook, lab.folder / name)
    return name


def release():
    return read_built(UNIT, UNIT.release_notebook)


@pytest.mark.timeout(300)
def test_a_notebook_is_readable_in_the_dark(dark_lab, page, screenshot):
    dark_lab.open(page, put(dark_lab, "dark.ipynb", release()))
    page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    screenshot(page, "notebook-dark")


@pytest.mark.timeout(300)
def test_a_mistake_is_diagnosed_and_a_hint_opens(lab, page, screenshot):
    wrong = next(answer for answer in read_bank(UNIT) if answer.mistake == "kernel_flipped")
    notebook = compose(release(), {"conv2d": wrong.source})
    wanted = ("start-3", "conv2d", "test_conv2d")
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") in wanted]
    notebook.cells.append(new_code_cell('hint("conv2d")'))
    lab.open(page, put(lab, "mistaken.ipynb", notebook))
    run_all(page)
    screenshot(page, "diagnosis-and-hint")
    told = page.locator(".jp-OutputArea-output").all_inner_texts()
    assert any("✗" in text and "rotated by 180°" in text for text in told)
    assert any("Hint 1 of 3." in text and "Hint 2 of 3." not in text for text in told)
    assert "Error" not in "".join(told)


@pytest.mark.timeout(300)
def test_after_a_pass_other_answers_are_shown_as_code(lab, page, screenshot):
    right = next(a for a in read_bank(UNIT) if a.exercise == "edge_kernels" and a.right)
    notebook = compose(release(), {"edge_kernels": right.source})
    wanted = ("start-3", "edge_kernels", "test_edge_kernels")
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") in wanted]
    notebook.cells.append(new_code_cell('check.compare("edge_kernels")'))
    lab.open(page, put(lab, "compared.ipynb", notebook))
    run_all(page)
    page.get_by_text("Next: ").wait_for()
    shown = page.locator(".jp-RenderedMarkdown", has_text="Other right answers to edge_kernels")
    shown.locator("pre .cm-line, pre span").first.wait_for(state="attached")
    assert shown.locator("pre").count() == 2
    screenshot(page, "compare")
