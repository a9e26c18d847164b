"""What every widget has around its picture: controls below it, and something to try.

The picture is an ordinary output of the cell, exchanged at every change. So a saved notebook shows
the last one wherever it is opened, also where controls cannot live.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from cnnlab.errors import CnnlabError
from cnnlab.terminal import in_notebook
from cnnlab.widgets.controls import AVAILABLE, HTML, HBox, VBox, Widget
from cnnlab.widgets.drawing import Drawing

Render = Callable[..., Any]

VIEW = "application/vnd.jupyter.widget-view+json"
NO_CONTROLS = (
    "The controls need a running notebook with ipywidgets. Without them, what is shown above "
    "stays as it is."
)


def show_forms(forms: Mapping[str, Any]) -> None:
    """Shows an output in all its forms, by MIME type; outside of notebooks its plain text."""
    if in_notebook():
        display(dict(forms), raw=True)
    else:
        print(forms["text/plain"])


def show_controls(controls: Widget, instead: str = NO_CONTROLS) -> None:
    """Shows controls; wherever none can live, such as on GitHub, the sentence `instead` stands.

    ipywidgets 7 and 8 make their output in ways of their own; the form that front ends read is the
    same, so it is written here.
    """
    forms: dict[str, Any] = {"text/plain": instead}
    if AVAILABLE:
        forms[VIEW] = {"version_major": 2, "version_minor": 0, "model_id": controls.model_id}
    show_forms(forms)


class LivePicture:
    """A picture shown as an ordinary output, which can be exchanged."""

    def __init__(self, picture: Any) -> None:
        self._handle = display(picture, display_id=True)

    def update(self, picture: Any) -> None:
        if self._handle is not None:  # there is none outside of IPython
            self._handle.update(picture)


class Shown:
    """What shows itself when it is called, and does not do so twice as the last line of a cell."""

    _in_cell: int | None = None

    def show(self) -> None:
        """Shows it below the cell that is running."""
        self._in_cell = _running_cell()
        self._show()

    def _show(self) -> None:
        raise NotImplementedError

    def _ipython_display_(self) -> None:
        if self._in_cell is None or self._in_cell != _running_cell():
            self.show()


class Shell(Shown):
    """A picture that follows its controls.

    `render` gets the value of each control by name. `controls` are core ipywidgets, which work with
    mouse and keyboard; each is named by its own description.
    """

    def __init__(
        self,
        render: Render,
        controls: Mapping[str, Any],
        tries: Sequence[str],
        rows: Sequence[Sequence[str]] = (),
    ) -> None:
        """`tries` says what to do and look at; `rows` groups controls side by side by name."""
        self.controls = dict(controls)
        self._render = render
        self.tries = list(tries)
        self._rows = [list(row) for row in rows] or [[name] for name in controls]
        self._shown: LivePicture | None = None
        for control in self.controls.values():
            control.style.description_width = "initial"
            control.observe(self._changed, names="value")

    @property
    def values(self) -> dict[str, Any]:
        """The value of each control by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def picture(self) -> Any:
        """What the controls as they stand give; a sentence where they cannot be drawn."""
        try:
            return self._render(**self.values)
        except CnnlabError as problem:
            return sentence(str(problem))

    def _show(self) -> None:
        """Picture, controls and what to try. Without a front end, the picture alone stays."""
        self._shown = LivePicture(self.picture)
        rows = [HBox([self.controls[name] for name in row]) for row in self._rows]
        for row in rows:
            row.layout.flex_flow = "row wrap"
        items = "".join(f"<li>{escape(text)}</li>" for text in self.tries)
        prompt = HTML(f"<strong>Try this</strong><ul>{items}</ul>")
        show_controls(VBox([*rows, prompt]))

    def _changed(self, _: object) -> None:
        if self._shown is not None:
            self._shown.update(self.picture)

    def __repr__(self) -> str:
        return f"Shell({', '.join(f'{name}={value!r}' for name, value in self.values.items())})"


def sentence(text: str) -> Drawing:
    """A picture that only says something, in the place of one that cannot be drawn."""
    lines = textwrap.wrap(text, 80)
    drawing = Drawing(620, 24 + 18 * len(lines), alt=text)
    for number, line in enumerate(lines):
        drawing.text(12, 26 + 18 * number, line, size=12)
    return drawing


def _running_cell() -> int | None:
    """The number of the cell that is running; None outside of IPython."""
    shell = get_ipython()
    return None if shell is None else shell.execution_count
