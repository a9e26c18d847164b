"""The prediction card: a question, a place for the answer, and a button that commits to it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from cnnlab import predict
from cnnlab.widgets.controls import HTML, Button, RadioButtons, Text, VBox, Widget
from cnnlab.widgets.shell import Shown, show_controls, show_forms


class PredictionCard(Shown):
    """A card that records one guess under `name`, as `predict.commit` does."""

    def __init__(self, name: str, question: str, choices: Sequence[Any] = ()) -> None:
        self.name = name
        self.question = question
        self.choices = list(choices)
        if choices:
            self.answer: Widget = RadioButtons(
                options=[(str(choice), choice) for choice in choices], value=None
            )
        else:
            self.answer = Text(
                placeholder="a number, a name, or a shape such as (4, 4)",
                layout={"width": "28em", "max_width": "100%"},
            )
        self.answer.description = "I predict"
        self.answer.style.description_width = "initial"
        self.button = Button(description="Commit", tooltip=f"Record: {question}")
        self.button.on_click(self._commit)
        self.reply = HTML("<em>Nothing committed yet.</em>")
        self._recall()
        self.box = VBox([self.answer, self.button, self.reply])

    @property
    def instead(self) -> str:
        """How to answer where no card can be shown."""
        choices = f", one of {', '.join(map(repr, self.choices))}" if self.choices else ""
        return f'No card here? Answer in a cell: predict.commit("{self.name}", …){choices}'

    def _show(self) -> None:
        """The question as an ordinary output, which stays where no card can live; then the card."""
        html = f"<strong>Predict:</strong> {escape(self.question)}"
        show_forms({"text/plain": f"Predict: {self.question}", "text/html": html})
        show_controls(self.box, self.instead)

    def _recall(self) -> None:
        """Shows the guess that was made before the kernel was restarted, if there is one."""
        guess = predict.committed(self.name)
        if guess is None or (self.choices and guess not in self.choices):
            return
        self.answer.value = guess if self.choices else str(guess)
        self.reply.value = f"✓ Recorded earlier: {escape(str(guess))}. You can still change it."

    def _commit(self, _: object) -> None:
        guess = self.answer.value
        if guess in (None, ""):
            self.reply.value = "<em>Choose or type an answer first.</em>"
            return
        predict.record(self.name, guess)
        self.reply.value = f"✓ Recorded: {escape(str(guess))}. Run the next cell."


def prediction(name: str, question: str, choices: Sequence[Any] = ()) -> PredictionCard:
    """A card for the prediction `name`; `predict.reveal(name, …)` in a later cell answers it."""
    card = PredictionCard(name, question, choices)
    card.show()
    return card
