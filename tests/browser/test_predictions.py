"""Prediction cards in JupyterLab: the truth is always told, and guesses are kept."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook, writes
from tests.browser.jupyter import run_all, save, wait_until_idle

CARD = """\
from cnnlab import predict, widgets
card = widgets.prediction("dense_weights", "How many million weights does the layer have?")"""
REVEAL = """\
predict.reveal(
    "dense_weights", truth=3 * 224 * 224 * 1024, unit="million", tolerance=0.1,
    reasons={51: "You counted one number a pixel."}, because="Each unit has its own weights.",
)"""
TRUTH = "it is 154,140,672 (about 154 million)."


@pytest.fixture
def open_card(lab, page):
    """The card and, folded away as the build does it, the cell that reveals."""

    def open_it(name):
        folded = {"jupyter": {"source_hidden": True}, "cellView": "form", "tags": ["hide"]}
        made = new_notebook(cells=[new_code_cell(CARD), new_code_cell(REVEAL, metadata=folded)])
        made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
        (lab.folder / name).write_text(writes(made))
        lab.open(page, name)

    return open_it


def told(page):
    """What the reveal printed."""
    return page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output").inner_text()


def commit(page, guess):
    page.get_by_label("I predict").fill(guess)
    page.get_by_label("I predict").press("Tab")
    page.get_by_role("button", name="Commit").click()
    page.get_by_text(f"Recorded: {guess}").wait_for()


@pytest.mark.timeout(300)
def test_without_a_guess_truth_and_reason_are_told_and_the_code_is_folded(
    lab, open_card, page, screenshot
):
    open_card("no-guess.ipynb")
    run_all(page)
    assert f"You made no prediction; {TRUTH}" in told(page)
    assert "Each unit has its own weights." in told(page)
    page.get_by_text("How many million weights").first.wait_for()
    assert not page.get_by_text("You counted one number a pixel").is_visible()
    screenshot(page, "prediction-without-a-guess")
    save(page)
    kept = json.loads((lab.folder / "no-guess.ipynb").read_text())["cells"][1]["metadata"]
    assert kept["jupyter"] == {"source_hidden": True}


@pytest.mark.timeout(300)
def test_a_guess_in_words_is_right_and_outlives_the_kernel(lab, open_card, page, screenshot):
    open_card("guess.ipynb")
    run_all(page)
    commit(page, "154 million")
    page.locator(".jp-Cell").nth(1).click()
    page.keyboard.press("Shift+Enter")
    page.get_by_text(f"✓ You predicted 154 million, and {TRUTH}").wait_for()
    screenshot(page, "prediction-right")
    kept = json.loads((lab.home / "progress.json").read_text())
    assert kept["predictions"] == {"dense_weights": "'154 million'"}
    page.evaluate("() => { jupyterapp.commands.execute('kernelmenu:restart') }")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_timeout(500)
    wait_until_idle(page)
    run_all(page)
    assert "✓ You predicted 154 million" in told(page)
    page.get_by_text("Recorded earlier: 154 million").wait_for()
    assert page.get_by_label("I predict").input_value() == "154 million"
