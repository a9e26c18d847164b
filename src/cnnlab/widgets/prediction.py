"""The prediction card: a question, a place for the answer, and a button that commits to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets
from IPython.display import display

from cnnlab import predict

THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+")  # 1,000,000
DECIMAL_COMMA = re.compile(r"-?0,\d+")


class PredictionCard:
    """A card that records one guess under `name`, as `predict.commit` does."""

    def __init__(self, name: str, question: str, choices: Sequence[Any] = ()) -> None:
        self.name = name
        self.question = question
        self.answer: ipywidgets.ValueWidget
        if choices:
            self.answer = ipywidgets.RadioButtons(
                options=[(str(choice), choice) for choice in choices], value=None
            )
        else:
            self.answer = ipywidgets.Text(
                placeholder="a number, a name, or a shape such as (4, 4)",
                layout={"width": "28em", "max_width": "100%"},
            )
        self.answer.description = "I predict"
        self.answer.style.description_width = "initial"
        self.button = ipywidgets.Button(description="Commit", tooltip=f"Record: {question}")
        self.button.on_click(self._commit)
        self.reply = ipywidgets.HTML("<em>Nothing committed yet.</em>")
        self.box = ipywidgets.VBox([self.answer, self.button, self.reply])

    def show(self) -> None:
        """The question as an ordinary output, which stays where no card can live; then the card."""
        words = f"Predict: {self.question}"
        html = f"<strong>Predict:</strong> {escape(self.question)}"
        display({"text/plain": words, "text/html": html}, raw=True)
        instead = f'No card here? predict.commit("{self.name}", …) takes your answer.'
        display({**self.box._repr_mimebundle_(), "text/plain": instead}, raw=True)

    def _commit(self, _: object) -> None:
        guess = self.answer.value
        if guess in (None, ""):
            self.reply.value = "<em>Choose or type an answer first.</em>"
            return
        predict.record(self.name, value_of(guess))
        self.reply.value = f"✓ Recorded: {escape(str(guess))}. Run the next cell."


def value_of(answer: Any) -> Any:
    """What was typed as a number or a shape where it is one (55 % is 55), else as it stands."""
    if not isinstance(answer, str):
        return answer
    text = answer.strip().removesuffix("%").strip()
    if THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    elif DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return answer


def prediction(name: str, question: str, choices: Sequence[Any] = ()) -> PredictionCard:
    """A card for the prediction `name`; `predict.reveal(name, …)` in a later cell answers it."""
    card = PredictionCard(name, question, choices)
    card.show()
    return card
