"""Charts as inline SVG, in the page's own colours, each with words for those who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from autograder.report.html import Html, text

_WIDTH, _HEIGHT = 720, 240
_LEFT, _RIGHT, _BOTTOM, _TOP = 44, 24, 44, 24
MOST_BINS = 12


def histogram(values: Sequence[float], highest: float, title: str, unit: str) -> Html:
    """How many values fall into each of equally wide bins from 0 to `highest`."""
    bins = _bins(highest)
    counts = [0] * len(bins)
    for value in values:
        inside = [i for i, (low, _) in enumerate(bins) if value >= low]
        counts[inside[-1] if inside else 0] += 1
    tallest = max([*counts, 1])
    slot = (_WIDTH - _LEFT) / len(bins)
    marks = [_grid_line(tick, tallest) for tick in _ticks(tallest)]
    for index, ((low, high), count) in enumerate(zip(bins, counts, strict=True)):
        x = _LEFT + index * slot
        height = _plot_height() * count / tallest
        y = _HEIGHT - _BOTTOM - height
        if count:
            marks.append(
                f'<rect class="mark" x="{x + 2:.1f}" y="{y:.1f}" width="{slot - 4:.1f}" '
                f'height="{height:.1f}" rx="3"><title>{low:g} to {high:g}: {count}</title></rect>'
                f'<text x="{x + slot / 2:.1f}" y="{y - 6:.1f}" text-anchor="middle">{count}</text>'
            )
        marks.append(_label(x, _HEIGHT - _BOTTOM + 18, f"{low:g}"))
    marks.append(_label(_WIDTH - 4, _HEIGHT - _BOTTOM + 18, f"{highest:g}", "end"))
    marks.append(_label((_LEFT + _WIDTH) / 2, _HEIGHT - 6, unit))
    told = ", ".join(
        f"{count} from {low:g} to {high:g}"
        for (low, high), count in zip(bins, counts, strict=True)
        if count
    )
    return _svg(marks, title, f"{title}, number of submissions: {told or 'none'}.")


def difficulty_map(checks: Sequence[tuple[str, float, float]], title: str) -> Html:
    """A dot for each check: the share that passed it, and how well it tells strong from weak."""
    marks = []
    for tick in (-0.5, 0.0, 0.5, 1.0):
        y = _y_of(tick)
        marks.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        marks.append(_label(_LEFT - 8, y + 4, f"{tick:g}", "end"))
    for tick in (0, 25, 50, 75, 100):
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * tick / 100
        marks.append(_label(x, _HEIGHT - _BOTTOM + 18, f"{tick} %"))
    for name, rate, discrimination in checks:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * rate
        marks.append(
            f'<circle class="mark dot" cx="{x:.1f}" cy="{_y_of(discrimination):.1f}" r="6">'
            f"<title>{text(name)}: {100 * rate:.0f} % passed, r = {discrimination:.2f}</title>"
            "</circle>"
        )
    marks.append(_label((_LEFT + _WIDTH) / 2, _HEIGHT - 6, "passed by"))
    told = f"{title}: {len(checks)} checks; the table below has their numbers."
    return _svg(marks, title, told)


def _y_of(discrimination: float) -> float:
    """-0.5 at the bottom, 1 at the top; what lies below is drawn at the bottom."""
    share = (max(discrimination, -0.5) + 0.5) / 1.5
    return _HEIGHT - _BOTTOM - _plot_height() * share


def _bins(highest: float) -> list[tuple[float, float]]:
    """Bins of a round width, the last of which ends at `highest`."""
    width = _round_up(max(highest, 1e-9) / MOST_BINS)
    number = math.ceil(max(highest, 1e-9) / width - 1e-9)
    edges = [round(index * width, 6) for index in range(number)] + [highest]
    return list(pairwise(edges))


def _ticks(tallest: int) -> list[int]:
    step = max(1, round(_round_up(tallest / 4)))
    return list(range(0, tallest + 1, step))


def _round_up(value: float) -> float:
    """The next number of the form 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value - 1e-12)


def _plot_height() -> int:
    return _HEIGHT - _BOTTOM - _TOP


def _grid_line(tick: int, tallest: int) -> str:
    y = _HEIGHT - _BOTTOM - _plot_height() * tick / tallest
    line = f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return line + _label(_LEFT - 8, y + 4, str(tick), "end")


def _label(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text(words)}</text>'


def _svg(marks: Sequence[str], title: str, told: str) -> Html:
    return Html(
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{text(told)}">'
        f"{''.join(marks)}</svg><figcaption>{text(title)}</figcaption></figure>"
    )
