"""Hints open one by one, are recorded, and show as words or as a card."""

import json

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from cnnlab import hint, progress
from cnnlab.catalogue import find_exercise
from cnnlab.hints import Hints, open_next
from cnnlab.widgets.hints import HintCard

TEXTS = find_exercise("conv2d")[1].hints


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))


def test_outside_of_notebooks_a_hint_is_words(capsys):
    hint("conv2d")
    told = capsys.readouterr().out
    assert told.startswith("Hint 1 of 3. ")
    assert "<" not in told
    assert progress.load()["hints"] == {"conv2d": 1}


def test_the_button_opens_and_records_one_at_a_time_until_all_are_open():
    card = HintCard(open_next("conv2d"))
    assert card.button.description == "Show hint 2 of 3"
    card.button.click()
    assert progress.load()["hints"] == {"conv2d": 2}
    assert card.hints.opened == TEXTS[:2]
    assert not card.button.disabled
    card.button.click()
    assert progress.load()["hints"] == {"conv2d": 3}
    assert card.button.disabled
    assert card.button.description == "All 3 hints are open"


def test_another_course_has_hints_of_its_own(tmp_path, monkeypatch, capsys):
    (tmp_path / "packages" / "signals").mkdir(parents=True)
    (tmp_path / "packages" / "signals" / "__init__.py").touch()
    (tmp_path / "release").mkdir()
    row = {
        **{"id": "01_waves", "title": "Waves", "minutes": 5, "points": 1},
        **{"prerequisites": [], "data": []},
        "todos": [{"id": "conv2d", "points": 1, "hints": ["Think.", "Draw.", "Add."]}],
    }
    (tmp_path / "release" / "catalogue.json").write_text(json.dumps({"units": [row]}))
    monkeypatch.syspath_prepend(tmp_path / "packages")
    hint("conv2d", package="signals")
    assert capsys.readouterr().out == "Hint 1 of 3. Think.\n"
    card = HintCard(open_next("conv2d", "signals"))
    card.button.click()
    assert card.hints.opened == ("Think.", "Draw.", "Add.")


def test_a_card_shows_what_is_open_and_nothing_more():
    page = open_next("conv2d")._repr_html_()
    assert "Hint 1 of 3." in page
    assert "Hint 2 of 3." not in page
    assert 'hint("conv2d")' in page


def test_code_and_stress_are_marked_and_nothing_else_is_markup():
    page = Hints("x", ("It *adds* `a * b * c` if a<b",), 1)._repr_html_()
    assert "It <em>adds</em> <code>a * b * c</code> if a&lt;b" in page
    assert "last hint" in page


def test_a_saved_notebook_keeps_the_card_without_its_button():
    cell = nbformat.v4.new_code_cell('from cnnlab import hint\nhint("conv2d")')
    notebook = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(notebook, timeout=120).execute()
    card, button = cell.outputs
    assert card.data["text/plain"].startswith("Hint 1 of 3. ")
    assert "application/vnd.jupyter.widget-view+json" in button.data
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert 'aria-label="Hints for conv2d"' in page
    assert "Button(" not in page
