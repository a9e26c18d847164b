"""The controls below a picture: those of ipywidgets, or stand-ins where it cannot be imported.

Only kinds that ipywidgets has had since version 7.7, which Colab brings.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any


class StandIn:
    """Takes what a control of ipywidgets takes and holds its value. Nothing shows or moves it."""

    def __init__(
        self,
        value: Any = None,
        min: Any = None,
        max: Any = None,
        *,
        options: Sequence[Any] = (),
        description: str = "",
        **settings: Any,
    ) -> None:
        if value is None and options:  # a list begins with its first entry
            first = options[0]
            value = first[1] if isinstance(first, tuple) else first
        self.value = value
        self.min, self.max = min, max
        self.description = description
        self.disabled = False
        self.comm = None
        self.style = SimpleNamespace()
        self.layout = SimpleNamespace()

    def observe(self, handler: Any, names: Any = None) -> None:
        """Never calls `handler`: nobody can move what is not shown."""

    def on_click(self, handler: Any) -> None:
        """Never calls `handler`: nobody can press what is not shown."""


try:
    from ipywidgets import (
        HTML,
        Button,
        Checkbox,
        Dropdown,
        FloatSlider,
        HBox,
        IntSlider,
        Layout,
        RadioButtons,
        SelectionSlider,
        Text,
        ToggleButtons,
        VBox,
        Widget,
    )
except ImportError:
    HTML = Button = Checkbox = Dropdown = FloatSlider = HBox = IntSlider = Layout = StandIn
    RadioButtons = SelectionSlider = Text = ToggleButtons = VBox = Widget = StandIn

AVAILABLE = Widget is not StandIn

__all__ = [
    "AVAILABLE",
    "HTML",
    "Button",
    "Checkbox",
    "Dropdown",
    "FloatSlider",
    "HBox",
    "IntSlider",
    "Layout",
    "RadioButtons",
    "SelectionSlider",
    "Text",
    "ToggleButtons",
    "VBox",
    "Widget",
]
