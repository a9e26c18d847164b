"""The practice card: a question, a place for the answer, and three buttons."""

from __future__ import annotations

from typing import Any

from cnnlab.errors import CnnlabError
from cnnlab.practice import reading
from cnnlab.practice.question import Verdict
from cnnlab.practice.session import Session
from cnnlab.practice.sheet import Sheet
from cnnlab.widgets.controls import Button, HBox, Layout, Text, ToggleButtons, VBox, Widget
from cnnlab.widgets.shell import LivePicture, Shown, show_controls

INSTEAD = (
    'No buttons here? Answer in a cell: practice.answer("…"). For another question: practice.card()'
)
_open: Session | None = None  # whose question `answer` answers


class NothingAskedError(CnnlabError):
    """An answer came before any question."""


class PracticeCard(Shown):
    """Asks one question after the other. What is shown stays in a saved notebook."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.check_button = Button(description="Check", tooltip="Judge my answer")
        self.explain_button = Button(description="Explain", tooltip="Show the answer and the way")
        self.next_button = Button(description="Next question", tooltip="Ask another question")
        self.check_button.on_click(self._check)
        self.explain_button.on_click(self._explain)
        self.next_button.on_click(self._next)
        self.answer: Widget = Text()
        self.box = VBox([])
        self._shown: LivePicture | None = None
        self._ask()

    def _show(self) -> None:
        self._shown = LivePicture(self.sheet)
        show_controls(self.box, INSTEAD)

    def _ask(self) -> None:
        question = self.session.next()
        self.sheet = Sheet(question)
        self.answer = _place_for(len(question.choices))
        buttons = HBox([self.check_button, self.explain_button, self.next_button])
        buttons.layout.flex_flow = "row wrap"
        self.box.children = (self.answer, buttons)
        self._answered(False)

    def _check(self, _: object) -> None:
        self._tell(self.session.answer(self.answer.value or ""))

    def _explain(self, _: object) -> None:
        self._tell(self.session.explain())

    def _next(self, _: object) -> None:
        self._ask()
        self._update()

    def _tell(self, verdict: Verdict) -> None:
        self.sheet = Sheet(self.sheet.question, verdict, self.session.memory.problem)
        self._answered(verdict.readable)
        self._update()

    def _answered(self, done: bool) -> None:
        """A question is judged once; then only the next one can be asked for."""
        self.check_button.disabled = self.explain_button.disabled = done
        self.answer.disabled = done

    def _update(self) -> None:
        if self._shown is not None:
            self._shown.update(self.sheet)


def card(topic: str | None = None, unit: int | None = None) -> PracticeCard:
    """A card that asks about a topic, about a unit, or about everything you have reached."""
    global _open
    _open = Session(topic, unit)
    made = PracticeCard(_open)
    made.show()
    return made


def answer(typed: object) -> Sheet:
    """Answers the question of the latest card, where its buttons don't show."""
    if _open is None or _open.question is None:
        raise NothingAskedError(
            "No question has been asked yet. Type practice.card() for one, then answer it."
        )
    question = _open.question
    return Sheet(question, _open.answer(typed), _open.memory.problem)


def _place_for(choices: int) -> Any:
    """Letters to press for a question with choices, else a line to type in."""
    if choices:
        place = ToggleButtons(options=list(reading.LETTERS[:choices]), value=None)
        place.style.button_width = "3em"
    else:
        place = Text(layout=Layout(width="24em", max_width="100%"))
        place.placeholder = "a number, a sum, or a shape"
    place.description = "My answer"
    place.style.description_width = "initial"
    return place
