"""`hint`: the open hints of an exercise, in a notebook as a card, elsewhere as words."""

from __future__ import annotations

from cnnlab.catalogue import OURS
from cnnlab.hints import open_next
from cnnlab.terminal import in_notebook


def hint(exercise_id: str, package: str = OURS) -> None:
    """Shows the hints of an exercise up to the next one you have not seen.

    `package` is what learners of another course install.
    """
    hints = open_next(exercise_id, package)
    if in_notebook():
        from cnnlab.widgets.hints import HintCard  # imports torch

        HintCard(hints).show()
    else:
        print(hints)
