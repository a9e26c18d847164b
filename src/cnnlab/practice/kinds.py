"""A kind of question: a name, the unit and topic it belongs to, and how one is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cnnlab.practice.draw import Draw
from cnnlab.practice.question import Question

Generate = Callable[[Draw], Question]

REGISTERED: dict[str, Kind] = {}


@dataclass(frozen=True)
class Kind:
    """All questions that differ in their numbers only."""

    name: str
    unit: int
    topic: str
    generate: Generate

    def question(self, *key: str) -> Question:
        """The question that belongs to a key: the same key, the same numbers."""
        drawn = self.generate(Draw(*key, self.name))
        return replace(drawn, kind=self.name, unit=self.unit, topic=self.topic)


def kind(unit: int, topic: str) -> Callable[[Generate], Generate]:
    """Makes a function that draws a question a kind; its name is the function's."""

    def register(generate: Generate) -> Generate:
        name = generate.__name__
        if name in REGISTERED:
            raise ValueError(f"There are two kinds of question called {name!r}.")
        REGISTERED[name] = Kind(name, unit, topic, generate)
        return generate

    return register
