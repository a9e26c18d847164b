"""What every widget has around its picture: controls below it, and something to try.

The picture is an ordinary output of the cell, exchanged at every change. So a saved notebook shows
the last one wherever it is opened, also where controls cannot live.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets
from IPython.display import display

from cnnlab.errors import CnnlabError
from cnnlab.widgets.drawing import Drawing

Render = Callable[..., Any]


NOT_RUNNING = "The controls are alive where this notebook is run."


def show_controls(controls: ipywidgets.Widget) -> None:
    """Shows widgets; where none can live, such as on GitHub, one sentence stands for them."""
    bundle = controls._repr_mimebundle_()
    display({**bundle, "text/plain": NOT_RUNNING}, raw=True)


class LivePicture:
    """A picture shown as an ordinary output, which can be exchanged."""

    def __init__(self, picture: Any) -> None:
        self._handle = display(picture, display_id=True)

    def update(self, picture: Any) -> None:
        if self._handle is not None:  # there is none outside of IPython
            self._handle.update(picture)


class Shell:
    """A picture that follows its controls.

    `render` gets the value of each control by name. `controls` are core ipywidgets, which work with
    mouse and keyboard; each is named by its own description.
    """

    def __init__(
        self,
        render: Render,
        controls: Mapping[str, ipywidgets.ValueWidget],
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
    def picture(self) -> Any:
        """What the controls as they stand give; a sentence where they cannot be drawn."""
        values = {name: control.value for name, control in self.controls.items()}
        try:
            return self._render(**values)
        except CnnlabError as problem:
            return sentence(str(problem))

    def show(self) -> None:
        """Shows picture, controls and what to try. Without a front end, the picture alone stays."""
        self._shown = LivePicture(self.picture)
        rows = [ipywidgets.HBox([self.controls[name] for name in row]) for row in self._rows]
        for row in rows:
            row.layout.flex_flow = "row wrap"
        items = "".join(f"<li>{escape(text)}</li>" for text in self.tries)
        prompt = ipywidgets.HTML(f"<strong>Try this</strong><ul>{items}</ul>")
        show_controls(ipywidgets.VBox([*rows, prompt]))

    def _changed(self, _: object) -> None:
        if self._shown is not None:
            self._shown.update(self.picture)


def sentence(text: str) -> Drawing:
    """A picture that only says something, in the place of one that cannot be drawn."""
    lines = textwrap.wrap(text, 80)
    drawing = Drawing(620, 24 + 18 * len(lines), alt=text)
    for number, line in enumerate(lines):
        drawing.text(12, 26 + 18 * number, line, size=12)
    return drawing
