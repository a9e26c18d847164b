"""What a person sees while a model trains: one calm line, and in notebooks a live picture."""

from __future__ import annotations

import sys
import time
from typing import Any

from cnnlab.terminal import in_notebook
from cnnlab.training.history import History

# A live picture may cost at most this share of the run's time. Together with the guess for the
# first one, it also keeps runs of a few seconds free of pictures.
DRAWING_SHARE = 0.05
DRAWING_SECONDS = 0.15


class _NotebookLine:
    """A file for tqdm to write to: one output in the notebook, replaced at each update.

    A terminal's carriage returns would be stored in the notebook as a heap of lines.
    """

    encoding = "utf-8"

    def __init__(self) -> None:
        self._handle: Any = None

    def write(self, text: str) -> None:
        line = text.strip("\r\n ")
        if not line:
            return
        from IPython.display import display

        if self._handle is None:
            self._handle = display({"text/plain": line}, raw=True, display_id=True)
        else:
            self._handle.update({"text/plain": line}, raw=True)

    def flush(self) -> None:
        """Nothing is kept back."""


class Line:
    """A tqdm bar over all steps, shown only where someone can watch it move."""

    def __init__(self, total: int, done: int, shown: bool) -> None:
        from tqdm.std import tqdm

        notebook = in_notebook()
        watched = notebook or sys.stdout.isatty()
        self._bar = tqdm(
            total=total,
            initial=done,
            disable=not (shown and watched),
            file=_NotebookLine() if notebook else sys.stdout,
            desc="training",
            unit="step",
            bar_format="{desc} {percentage:3.0f}% |{bar:24}| {elapsed}<{remaining}{postfix}",
        )

    def update(self, step: int, text: str) -> None:
        self._bar.n = step
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.refresh()

    def close(self) -> None:
        self._bar.close()


class LivePlot:
    """The curves so far, redrawn after an epoch when drawing has not become a burden."""

    def __init__(self, wanted: bool | None, progress: bool) -> None:
        self._on = in_notebook() and (progress if wanted is None else wanted)
        self._wanted = bool(wanted)
        self._handle: Any = None
        self._cost = 0.0 if wanted else DRAWING_SECONDS
        self._last = time.perf_counter()

    def update(self, history: History, final: bool = False) -> float:
        """Redraw if it is time to; the seconds that one drawing takes."""
        if not self._on or not history.rows:
            return 0.0
        started = time.perf_counter()
        if final and self._handle is None and not self._wanted:
            return 0.0
        if not final and self._cost > DRAWING_SHARE * (started - self._last):
            return self._cost
        from IPython.display import display

        picture = history.plot()
        if self._handle is None:
            self._handle = display(picture, display_id=True)
        else:
            self._handle.update(picture)
        self._last = time.perf_counter()
        self._cost = self._last - started
        return self._cost
