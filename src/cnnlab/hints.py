"""Hints in three steps: each call shows one more, so that nobody reads the last one first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from cnnlab import progress
from cnnlab.catalogue import OURS, find_exercise
from cnnlab.terminal import wrap

LAST = "That was the last hint."


@dataclass(frozen=True, repr=False)
class Hints:
    """The hints of an exercise that are open: words in a terminal, a card in a notebook."""

    exercise: str
    opened: tuple[str, ...]
    total: int
    package: str = OURS

    @property
    def all_open(self) -> bool:
        return len(self.opened) == self.total

    def __repr__(self) -> str:
        lines = [
            wrap(f"Hint {number} of {self.total}. {text}")
            for number, text in enumerate(self.opened, start=1)
        ]
        return "\n".join([*lines, LAST] if self.all_open else lines)

    def _repr_html_(self) -> str:
        # Colours are those of the page around it, so the card reads on light and dark alike.
        steps = "".join(
            f'<p style="margin:.5em 0"><strong>Hint {number} of {self.total}.</strong> '
            f"{_marked_up(text)}</p>"
            for number, text in enumerate(self.opened, start=1)
        )
        name = escape(self.exercise)
        more = LAST if self.all_open else f'For one more, run <code>hint("{name}")</code> again.'
        return (
            f'<section aria-label="Hints for {name}" style="border:1px solid;border-left-width:5px;'
            'border-radius:6px;padding:.2em 1em;max-width:46em;line-height:1.5">'
            f'{steps}<p style="margin:.5em 0"><em>{more}</em></p></section>'
        )


def open_next(exercise_id: str, package: str = OURS) -> Hints:
    """Opens one hint more and records that; the last one stays open."""
    _, exercise = find_exercise(exercise_id, package)
    seen = int(progress.load()["hints"].get(exercise_id, 0))
    shown = min(seen + 1, len(exercise.hints))
    progress.record_hint(exercise_id, shown)
    return Hints(exercise_id, exercise.hints[:shown], len(exercise.hints), package)


def _marked_up(text: str) -> str:
    """HTML in which `code` and *stress* look like what they are."""
    parts = escape(text, quote=False).split("`")
    for place, part in enumerate(parts):
        stressed = re.sub(r"\*(\w+)\*", r"<em>\1</em>", part)
        parts[place] = f"<code>{part}</code>" if place % 2 else stressed
    return "".join(parts)
