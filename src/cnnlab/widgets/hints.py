"""The hint card: the hints that are open, and a button that opens the next one."""

from __future__ import annotations

from cnnlab.hints import Hints, open_next
from cnnlab.widgets.controls import Button, Layout
from cnnlab.widgets.shell import LivePicture, Shown, show_controls


class HintCard(Shown):
    """Hints of one exercise. The button records what it opens, as `hint` does."""

    def __init__(self, hints: Hints) -> None:
        self.hints = hints
        self.button = Button(
            tooltip=f"One more hint for {hints.exercise}", layout=Layout(width="auto")
        )
        self.button.on_click(self._open_next)
        self._shown: LivePicture | None = None
        self._label()

    def _show(self) -> None:
        """The card; what is open stays readable where buttons cannot live."""
        self._shown = LivePicture(self.hints)
        if not self.hints.all_open:
            show_controls(self.button)

    def _open_next(self, _: object) -> None:
        self.hints = open_next(self.hints.exercise, self.hints.package)
        self._label()
        if self._shown is not None:
            self._shown.update(self.hints)

    def _label(self) -> None:
        opened, total = len(self.hints.opened), self.hints.total
        self.button.disabled = self.hints.all_open
        self.button.description = (
            f"All {total} hints are open"
            if self.hints.all_open
            else f"Show hint {opened + 1} of {total}"
        )
