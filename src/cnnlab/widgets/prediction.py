"""The prediction card: a question, a place for the answer, and a button that commits to it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import ipywidgets
from IPython.display import display

from cnnlab import predict


class PredictionCard:
    """A card that records one guess under `name`, as `predict.commit` does."""

    def __init__(self, name: str, question: str, choices: Sequence[Any] = ()) -> None:
        self.name = name
        self.answer: ipywidgets.ValueWidget
        if choices:
            self.answer = ipywidgets.RadioButtons(
                options=[(str(choice), choice) for choice in choices], value=None
            )
        else:
            self.answer = ipywidgets.Text(placeholder="a number, a name, or a shape such as (4, 4)")
        self.answer.description = "I predict"
        self.answer.style.description_width = "initial"
        self.button = ipywidgets.Button(description="Commit", tooltip=f"Record: {name}")
        self.button.on_click(self._commit)
        self.reply = ipywidgets.HTML("<em>Nothing committed yet.</em>")
        self.box = ipywidgets.VBox(
            [ipywidgets.HTML(f"<strong>{question}</strong>"), self.answer, self.button, self.reply]
        )

    def _commit(self, _: object) -> None:
        guess = self.answer.value
        if guess in (None, ""):
            self.reply.value = "<em>Choose or type an answer first.</em>"
            return
        predict.record(self.name, value_of(guess))
        self.reply.value = f"✓ Recorded: {guess}. Run the next cell."


def value_of(text: Any) -> Any:
    """What a person typed as a number or a shape where it is one, else as it stands."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def prediction(name: str, question: str, choices: Sequence[Any] = ()) -> PredictionCard:
    """A card for the prediction `name`; `predict.reveal(name, …)` in a later cell answers it."""
    card = PredictionCard(name, question, choices)
    display({"text/plain": f"Predict: {question}"}, raw=True)
    display(card.box)
    return card
