"""Every widget shows itself wherever ipywidgets' own controls can live, and its picture elsewhere.

Widgets are called as docs/widgets.md calls them.
"""

import json
import subprocess
import sys

import nbformat
import pytest
from ipywidgets import Widget
from nbclient import NotebookClient
from tests.cnnlab.widgets.documented import CELLS, START, VIEW, faults, notebook

from cnnlab import widgets
from cnnlab.widgets import shell

# What comes with ipywidgets. Anything else would have to be installed, or fetched by the browser.
KNOWN = {"@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output"}


@pytest.fixture(scope="module")
def names():
    namespace = {}
    exec(START, namespace)
    return namespace


@pytest.fixture
def shown(monkeypatch):
    """The forms of what a test shows, as in a notebook."""
    found = []

    def display(thing, raw=False, display_id=None):
        found.append(thing if raw else thing._repr_mimebundle_())

    monkeypatch.setattr(shell, "in_notebook", lambda: True)
    monkeypatch.setattr(shell, "display", display)
    return found


def test_every_widget_is_documented():
    assert set(CELLS) == set(widgets.__all__)


def test_all_controls_are_those_of_ipywidgets_and_ask_the_network_for_nothing(shown, names):
    for cell in CELLS.values():
        exec(cell, names)
    live = [forms[VIEW]["model_id"] for forms in shown if VIEW in forms]
    assert len(live) == len(CELLS)
    state = Widget.get_manager_state()["state"]
    assert set(live) <= state.keys()
    assert {model["model_module"] for model in state.values()} <= KNOWN
    assert "src=" not in json.dumps(state)


def test_ipywidgets_7_which_has_no_mimebundle_will_do(shown, names, monkeypatch):
    monkeypatch.delattr(Widget, "_repr_mimebundle_")
    for name in ("shape_calculator", "prediction"):
        exec(CELLS[name], names)
    picture, controls, question, card = shown
    assert "8 pixels become 6" in picture["text/plain"]
    assert "Predict:" in question["text/html"]
    for forms in (controls, card):
        assert set(forms) == {"text/plain", VIEW}
        assert forms[VIEW]["version_major"] == 2


def test_without_ipywidgets_the_pictures_stand_and_a_sentence_says_so():
    program = "\n".join(("import sys", "sys.modules['ipywidgets'] = None", START, *CELLS.values()))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines.count(shell.NO_CONTROLS) == len(CELLS) - 2  # two have words of their own
    assert "8 pixels become 6" in done.stdout
    assert 'predict.commit("side", …)' in done.stdout
    assert "stop button" in done.stdout


def test_called_in_a_cell_a_widget_shows_picture_and_controls_and_nothing_more():
    made = notebook()
    again = "shell = widgets.shape_calculator(8)"
    made.cells.append(nbformat.v4.new_code_cell(again))
    made.cells.append(nbformat.v4.new_code_cell("shell"))
    NotebookClient(made, timeout=120).execute()
    *_, first, second = made.cells
    del made.cells[-2:]
    assert faults(made) == []
    assert [VIEW in output.data for output in first.outputs] == [False, True]
    assert [VIEW in output.data for output in second.outputs] == [False, True]
