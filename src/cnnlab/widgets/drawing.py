"""Pictures that can be redrawn in a few milliseconds: inline SVG with a description in words.

matplotlib takes longer than a slider may wait. A `Drawing` knows rectangles, lines, text, images,
brings a white background of its own, and shows like any other output of a notebook.
"""

from __future__ import annotations

import base64
import io
from html import escape

import numpy as np
from PIL import Image

from cnnlab.pictures.picture import INK, PAPER

FONT = "DejaVu Sans, Verdana, sans-serif"
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
SHOWN = 4 / 3  # pixels a unit, if there is room: then the smallest letters have 9 points


class Drawing:
    """An SVG picture of `width` × `height` units, y downwards. `alt` says what it shows."""

    def __init__(self, width: float, height: float, alt: str = "") -> None:
        self.width = width
        self.height = height
        self.alt = alt
        self._parts: list[str] = []

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "none",
        stroke: str = "none",
        stroke_width: float = 1.0,
        dashed: bool = False,
    ) -> None:
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="{stroke_width:g}"{dash}/>'
        )

    def line(
        self,
        points: list[tuple[float, float]],
        stroke: str = INK,
        stroke_width: float = 1.5,
        dashed: bool = False,
    ) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{stroke}" '
            f'stroke-width="{stroke_width:g}"{dash}/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 11,
        align: str = "left",
        fill: str = INK,
        bold: bool = False,
    ) -> None:
        """Words whose baseline starts (or has its middle, or its end) at (x, y)."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" '
            f'text-anchor="{ANCHORS[align]}"{weight}>{escape(words)}</text>'
        )

    def image(self, x: float, y: float, width: float, height: float, pixels: np.ndarray) -> None:
        """Pixels (H, W, 3), floats from 0 to 1, each drawn as a sharp square."""
        file = io.BytesIO()
        Image.fromarray((pixels * 255).round().astype(np.uint8)).save(file, format="png")
        data = base64.b64encode(file.getvalue()).decode("ascii")
        self._parts.append(
            f'<image x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'preserveAspectRatio="none" style="image-rendering:pixelated" '
            f'href="data:image/png;base64,{data}"/>'
        )

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" width="{SHOWN * self.width:g}" '
            f'style="max-width:100%;height:auto;background:{PAPER}" font-family="{FONT}">'
            f"<title>{escape(self.alt)}</title>"
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(self._parts)}</svg>'
        )

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.svg(), "text/plain": self.alt}
