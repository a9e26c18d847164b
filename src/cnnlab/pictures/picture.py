"""A matplotlib figure that carries its own look and a description in words.

Figures made here never touch matplotlib's global state: no pyplot, no current figure, no changed
rcParams. They bring a white background of their own, so they read the same on light and
dark pages, and they show in notebooks (and in the HTML exported from them) as an image with
alternative text for people who listen to the page.
"""

from __future__ import annotations

import base64
import html
import io
import math
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart with every common kind of colour vision; its yellow is
# left out (too faint on white), and the order keeps neighbours far apart.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
INK = "#222222"
MUTED = "#767676"
PAPER = "#ffffff"
PIXELS_PER_INCH = 110
READABLE = 4.0  # inches to which a narrow picture may grow for its title
WIDEST_LETTER = 0.58  # mean width of a letter in our font, as a share of its size, or a bit more

STYLE: dict[str, Any] = {
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.usetex": False,
}


@contextmanager
def style() -> Iterator[None]:
    """Our look, whatever the caller has set, for the time of one drawing."""
    with matplotlib.rc_context(STYLE):  # type: ignore[arg-type,unused-ignore]
        yield


class Picture(Figure):
    """A figure with `alt`, a description in words of what it shows."""

    alt: str = ""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), dpi=PIXELS_PER_INCH, layout="constrained")
        FigureCanvasAgg(self)

    def headline(self, title: str | None, size: float = 11) -> None:
        """Write `title` above everything, from the left.

        A picture too narrow for it grows, up to a width that reads well; what is still too long
        goes on in further lines, for which the picture grows in height.
        """
        if not title:
            return
        letter = WIDEST_LETTER * size / 72
        width, height = self.get_size_inches()
        width = max(width, min(READABLE, letter * (len(title) + 2)))
        lines = textwrap.wrap(title, max(1, math.floor(width / letter) - 1)) or [""]
        self.set_size_inches(width, height + (len(lines) - 1) * 1.25 * size / 72)
        self.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=size)

    def png(self) -> bytes:
        """The picture as a PNG file's bytes."""
        file = io.BytesIO()
        with style():
            self.savefig(
                file, format="png", dpi=PIXELS_PER_INCH, metadata={"Description": self.alt}
            )
        return file.getvalue()

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png()).decode("ascii")
        alt = html.escape(self.alt, quote=True)
        look = f"max-width:100%;height:auto;background:{PAPER}"
        return f'<img alt="{alt}" style="{look}" src="data:image/png;base64,{data}">'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        _keep_inline_backend_away()
        return {"text/html": self._repr_html_(), "text/plain": self.alt}


def _keep_inline_backend_away() -> None:
    """Stop IPython's inline backend from drawing our pictures a second time.

    It has a PNG printer for every Figure, whose image would double the time and the size
    of the notebook and carries no alternative text.
    """
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and shell.display_formatter is not None:
        for kind, formatter in shell.display_formatter.formatters.items():
            if kind.startswith("image/"):
                formatter.for_type(Picture, _draw_nothing)


def _draw_nothing(picture: Picture) -> None:
    return None


def describe(figure: Figure) -> str:
    """What a figure shows, in words: its own description, or its titles and axes.

    >>> picture = Picture(3, 2)
    >>> _ = picture.add_subplot(title="Loss", xlabel="epoch", ylabel="loss")
    >>> describe(picture)
    'Figure with 1 panel. Loss: loss over epoch.'
    """
    written = getattr(figure, "alt", "")
    if written:
        return written
    panels = []
    for axes in figure.axes:
        title = axes.get_title(loc="left") or axes.get_title() or "untitled panel"
        labels = [label for label in (axes.get_ylabel(), axes.get_xlabel()) if label]
        panels.append(f"{title}: {' over '.join(labels)}." if labels else f"{title}.")
    count = len(panels)
    return f"Figure with {count} panel{'' if count == 1 else 's'}. {' '.join(panels)}".strip()
