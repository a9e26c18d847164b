"""One sitting of practice: which question comes next, and what becomes of the answers."""

from __future__ import annotations

import secrets
from datetime import datetime

from cnnlab import catalogue, progress
from cnnlab.errors import CnnlabError
from cnnlab.practice import memory
from cnnlab.practice.collection import kinds
from cnnlab.practice.draw import Draw
from cnnlab.practice.kinds import Kind
from cnnlab.practice.question import Question, Verdict


class Session:
    """Asks what is due first, then what is new, then what will be due soonest.

    New questions come from the units that the learner has reached, in random order, and only when
    those are used up from the next one. Asking for a topic or a unit lifts that limit.
    """

    def __init__(
        self, topic: str | None = None, unit: int | None = None, seed: str | None = None
    ) -> None:
        self._kinds = {kind.name: kind for kind in kinds(topic, unit)}
        self._reached = 99 if topic or unit else reached()
        self._seed = seed or secrets.token_hex(8)
        self.memory = memory.load()
        self.asked = 0
        self.right = 0
        self._drawn = 0
        self._counted = False
        self.question: Question | None = None

    @property
    def names(self) -> list[str]:
        return list(self._kinds)

    def next(self) -> Question:
        """The next question, with numbers of its own."""
        self._drawn += 1
        self._counted = False
        self.question = self._choose(memory.now()).question(self._seed, str(self._drawn))
        return self.question

    def answer(self, typed: object) -> Verdict:
        """Judges an answer to the question that was asked last, and remembers how it went."""
        verdict = self._asked().check(typed)
        if verdict.readable:
            self._remember(verdict.right)
        return verdict

    def explain(self) -> Verdict:
        """The way to the answer, for the asking. The question will come again soon."""
        verdict = self._asked().explained()
        self._remember(False)
        return verdict

    def _asked(self) -> Question:
        if self.question is None:
            raise CnnlabError("No question is open. Ask for the next one first.")
        return self.question

    def _remember(self, right: bool) -> None:
        if self._counted:  # the first answer counts; trying again costs and earns nothing
            return
        self._counted = True
        self.asked += 1
        self.right += right
        self.memory.record(self._asked().kind, right, memory.now())

    def _choose(self, now: datetime) -> Kind:
        names = self.names
        if self.question is not None and len(names) > 1:
            names.remove(self.question.kind)  # never the same kind twice in a row
        draw = Draw(self._seed, "order", str(self._drawn))
        if due := self.memory.due(names, now):
            return self._kinds[due[0]]
        if new := self.memory.new(names):
            first = min(self._kinds[name].unit for name in new)
            limit = max(self._reached, first)
            return self._kinds[draw.one_of([n for n in new if self._kinds[n].unit <= limit])]
        return self._kinds[min(names, key=lambda name: self.memory.records[name].due)]


def reached() -> int:
    """The number of the last unit in which a check has passed; 1 at the beginning."""
    passed = {name for name, state in progress.load()["checks"].items() if _passed(state)}
    units = [
        int(unit.id[:2])
        for unit in catalogue.units()
        if unit.id[:2].isdigit() and any(exercise.id in passed for exercise in unit.exercises)
    ]
    return max(units, default=1)


def _passed(state: object) -> bool:
    return isinstance(state, dict) and bool(state.get("passed"))
