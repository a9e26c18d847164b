"""Cards in JupyterLab: how far one is, and hints that open by mouse or keyboard."""

import json

import pytest
from tests.browser.jupyter import run_all

LABS = {"light": "lab", "dark": "dark_lab"}
SOME_WORK = """\
import cnnlab
from cnnlab import hint, progress
for exercise in ("conv_output_size", "edge_kernels"):
    progress.record_check(exercise, True)
progress.record_check("conv2d", False)
progress.record_hint("conv2d", 2)"""
OUTPUT = ".jp-OutputArea-output"


@pytest.fixture(params=LABS)
def themed(request):
    return request.param, request.getfixturevalue(LABS[request.param])


@pytest.fixture
def open_cells(page, notebook):
    def open_them(lab, *sources):
        lab.open(page, notebook("cards.ipynb", SOME_WORK, *sources, lab=lab))
        run_all(page)

    return open_them


@pytest.mark.timeout(300)
def test_progress_is_a_table_that_everybody_can_read(themed, open_cells, page, faults, screenshot):
    theme, lab = themed
    open_cells(lab, "cnnlab.my_progress()")
    table = page.get_by_role("table", name="Your progress")
    row = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="01_convolutions"))
    told = row.inner_text()
    assert "✓ solved: conv_output_size (1 try), edge_kernels (1 try)" in told
    assert "… tried: conv2d (1 try, 2 hints)" in told
    squares = row.get_by_role("img", name="2 solved, 1 tried")
    assert squares.bounding_box()["width"] == int(squares.get_attribute("width"))
    screenshot(page, f"progress-{theme}")
    assert faults(page, OUTPUT) == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("themed", "press"), [("light", "click"), ("dark", "keyboard")], indirect=["themed"]
)
def test_the_next_hint_opens_and_is_recorded(themed, press, open_cells, page, faults, screenshot):
    theme, lab = themed
    open_cells(lab, 'hint("pool2d")')
    card = page.get_by_role("region", name="Hints for pool2d")
    card.get_by_text("Hint 1 of 3.").wait_for()
    for number in (2, 3):
        assert card.get_by_text(f"Hint {number} of 3.").count() == 0
        button = page.get_by_role("button", name=f"Show hint {number} of 3")
        if press == "click":
            button.click()
        else:
            button.focus()
            page.keyboard.press("Enter")
        card.get_by_text(f"Hint {number} of 3.").wait_for()
        kept = json.loads((lab.home / "progress.json").read_text())
        assert kept["hints"]["pool2d"] == number
    card.get_by_text("That was the last hint.").wait_for()
    page.get_by_role("button", name="All 3 hints are open", disabled=True).wait_for()
    screenshot(page, f"hints-{theme}")
    assert faults(page, OUTPUT) == []
