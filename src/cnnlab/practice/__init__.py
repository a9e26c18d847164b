"""Practice: questions over the whole course, each time with other numbers.

    practice.card("parameters")        # in a notebook
    practice.drill("ada.lovelace")     # twelve questions with numbers of your own
    cnnlab practice parameters         # in a terminal

Read in this order: `question` (what is asked and how it is judged), `draw` and `kinds` (where its
numbers come from), any file in `questions`, then `memory` and `session` (what comes next).
"""

from __future__ import annotations

from cnnlab.practice.cards import NothingAskedError, answer, card
from cnnlab.practice.collection import find_kind, kinds, topics
from cnnlab.practice.drilling import drill
from cnnlab.practice.kinds import Kind
from cnnlab.practice.question import Choice, Question, Verdict
from cnnlab.practice.session import Session

__all__ = [
    "Choice",
    "Kind",
    "NothingAskedError",
    "Question",
    "Session",
    "Verdict",
    "answer",
    "card",
    "drill",
    "find_kind",
    "kinds",
    "topics",
]
