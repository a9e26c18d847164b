"""`hint`: the open hints of an exercise, in a notebook as a card, elsewhere as words."""

from __future__ import annotations

from cnnlab.hints import open_next
from cnnlab.terminal import in_notebook


def hint(exercise_id: str) -> None:
    """Shows the hints of an exercise up to the next one you have not seen."""
    hints = open_next(exercise_id)
    if in_notebook():
        from cnnlab.widgets.hints import HintCard  # imports torch

        HintCard(hints).show()
    else:
        print(hints)
