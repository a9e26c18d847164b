"""Small pieces of HTML; every text that comes in is escaped here, and only here."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape


class Html(str):
    """Text that is HTML already."""


def text(value: object) -> Html:
    """Any value as HTML; what is HTML already stays. Signs that turn or hide text are shown."""
    if isinstance(value, Html):
        return value
    plain = "".join(
        f"\\u{ord(letter):04x}" if unicodedata.category(letter) in ("Cc", "Cf", "Cs") else letter
        for letter in str(value).replace("\n", " ").replace("\t", " ")
    )
    return Html(escape(plain))


def number(value: float, digits: int = 1, unit: str = "") -> Html:
    """A number that a table sorts by its value and not by its looks."""
    return Html(f'<td class="number" data-sort="{value:.6f}">{value:.{digits}f}{unit}</td>')


def folded(summary: str, content: str) -> Html:
    """Long text that opens when it is asked for, line by line."""
    lines = "\n".join(text(line) for line in content.splitlines())
    return Html(f"<details><summary>{text(summary)}</summary><pre>{lines}</pre></details>")


def nothing() -> Html:
    """A number that there is none of; it sorts below all that there are."""
    return Html('<td class="number" data-sort="-9">–</td>')


def points(value: float) -> Html:
    return Html(f'<td class="number" data-sort="{value:.6f}">{value:g}</td>')


def cell(value: object) -> Html:
    return (
        value
        if isinstance(value, Html) and value.startswith("<td")
        else Html(f"<td>{text(value)}</td>")
    )


def share(part: float, label: str) -> Html:
    """A share from 0 to 1 as a bar with its number; the number is what is read aloud."""
    return Html(
        f'<td class="number" data-sort="{part:.6f}"><span class="bar" aria-hidden="true">'
        f'<span style="width: {100 * part:.1f}%"></span></span>'
        f'<span class="value">{escape(label)}</span></td>'
    )


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Html:
    """A table that can be sorted by each of its columns."""
    lines = [[cell(value) for value in row] for row in rows]
    heads = "".join(
        _head(title, any('class="number"' in line[at][:20] for line in lines))
        for at, title in enumerate(header)
    )
    body = "".join(f"<tr>{''.join(line)}</tr>" for line in lines)
    return Html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}">'
        f"<table><caption>{text(caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(title: str, numeric: bool) -> str:
    side = ' class="number"' if numeric else ""
    return f'<th scope="col" aria-sort="none"{side}>{text(title)}</th>'


def section(anchor: str, title: str, *parts: str) -> Html:
    inside = "".join(parts)
    return Html(
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{text(title)}</h2>'
        f"{inside}</section>"
    )


def paragraph(content: str) -> Html:
    return Html(f"<p>{text(content)}</p>")
