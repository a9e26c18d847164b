"""The released notebooks in JupyterLab: they read well, they run when solved, and they answer."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from tests.browser.jupyter import run_all

from autograder.answers import read_bank
from autograder.course import Course
from autograder.sample_class import compose
from autograder.submissions import read_built

COURSE = Course.load()
UNIT = COURSE.unit("01_convolutions")

# What is left of Markdown that was not understood, and pictures that are none.
FAULTS = r"""() => {
  const found = [];
  for (const cell of document.querySelectorAll('.jp-RenderedMarkdown')) {
    const copy = cell.cloneNode(true);
    for (const part of copy.querySelectorAll('code, pre, mjx-container')) part.remove();
    const left = copy.textContent.match(/\$[^ \d]|\\[a-zA-Z]{2,}|\*\*|\]\(/);
    if (left) found.push(left[0] + ' in ' + copy.textContent.slice(0, 120));
    for (const fault of cell.querySelectorAll('mjx-merror')) found.push(fault.textContent);
    for (const image of cell.querySelectorAll('img'))
      if (!image.src.startsWith('https:') && !image.naturalWidth) found.push(image.src);
  }
  return found;
}"""


@pytest.fixture
def page(page):
    """Nothing comes from elsewhere, Colab's badge neither."""
    page.route("https://**", lambda route: route.abort())
    return page


def put(lab, name, notebook):
    nbformat.write(notebook, lab.folder / name)
    return name


def release(unit=UNIT):
    return read_built(unit, unit.release_notebook)


def windows(page):
    """Moves the open notebook past the window, for lab draws only what is in it."""
    panel = page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer")
    position = 0
    while position < panel.evaluate("panel => panel.scrollHeight"):
        panel.evaluate("(panel, to) => panel.scrollTo(0, to)", position)
        page.wait_for_timeout(150)
        yield position
        position += 700
    panel.evaluate("panel => panel.scrollTo(0, 0)")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("unit", [unit.id for unit in COURSE.units])
def test_a_released_notebook_reads_well(lab, page, unit, screenshot):
    lab.open(page, put(lab, f"{unit}.ipynb", release(COURSE.unit(unit))))
    screenshot(page, f"notebook-{unit}")
    found, most = set(), 0
    for _ in windows(page):
        page.wait_for_function("[...document.images].every((image) => image.complete)")
        found.update(page.evaluate(FAULTS))
        most = max(most, page.locator(".jp-RenderedMarkdown:visible").count())
    assert most > 2
    assert found == set()


@pytest.mark.timeout(300)
def test_a_notebook_is_readable_in_the_dark(dark_lab, page, screenshot):
    dark_lab.open(page, put(dark_lab, "dark.ipynb", release()))
    page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    screenshot(page, "notebook-dark")


@pytest.mark.timeout(300)
def test_a_mistake_is_diagnosed_and_a_hint_opens(lab, page, screenshot):
    wrong = next(answer for answer in read_bank(UNIT) if answer.diagnosis == "kernel_flipped")
    notebook = compose(release(), {"conv2d": wrong.source})
    wanted = ("start-3", "conv2d", "test_conv2d")
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") in wanted]
    notebook.cells.append(new_code_cell('hint("conv2d")'))
    lab.open(page, put(lab, "mistaken.ipynb", notebook))
    run_all(page)
    screenshot(page, "diagnosis-and-hint")
    told = page.locator(".jp-OutputArea-output").all_inner_texts()
    assert any("✗" in text and "a turn by 180°" in text for text in told)
    assert any("Hint 1 of 3." in text and "Hint 2 of 3." not in text for text in told)
    assert "Error" not in "".join(told)
