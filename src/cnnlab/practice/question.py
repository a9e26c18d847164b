"""A question with numbers of its own: what is asked, what is right, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnlab.practice import reading
from cnnlab.practice.wording import shown, times
from cnnlab.terminal import CROSS, TICK, wrap

_WORDS_FROM = 10**6  # from here on "11.7 million" is exact enough
_FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from, and what is said to those that choose it."""

    text: str
    reason: str
    right: bool = False


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer."""

    right: bool
    headline: str
    reason: str = ""
    """The thought behind a wrong answer, where it is known."""
    explanation: tuple[str, ...] = ()
    readable: bool = True
    """False where no answer could be read at all; then none was given."""

    def __str__(self) -> str:
        lines = [self.headline, *([wrap(self.reason, "    ")] if self.reason else [])]
        return "\n".join([*lines, *(wrap(step, "    ") for step in self.explanation)])


@dataclass(frozen=True, repr=False)
class Question:
    """What is asked. `check(answer)` judges an answer and explains the right one."""

    text: str
    answer: Any
    steps: tuple[str, ...]
    """The way to the answer, computed with the numbers of this question."""
    asks: str
    """What to type, and how near is near enough."""
    tolerance: float = 0.0
    percent: bool = False
    slips: tuple[tuple[Any, str], ...] = ()
    """Wrong answers that a known thought leads to, and that thought."""
    choices: tuple[Choice, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    """The numbers that were drawn, by name."""
    kind: str = ""
    unit: int = 0
    topic: str = ""

    def __str__(self) -> str:
        return "\n".join([self.text, *self.lettered, f"({self.asks})"])

    def __repr__(self) -> str:
        return f"<Question {self.kind}: {self.text.splitlines()[0]}>"

    @property
    def lettered(self) -> list[str]:
        """The choices as lines, each with its letter."""
        pairs = zip(reading.LETTERS, self.choices, strict=False)
        return [f"  {letter}) {choice.text}" for letter, choice in pairs]

    @property
    def shown_answer(self) -> str:
        if self.choices:
            return self.lettered[self._right_choice].strip()
        if isinstance(self.answer, tuple):
            return times(self.answer)
        return shown(self.answer, self.tolerance) + (" %" if self.percent else "")

    def check(self, answer: object) -> Verdict:
        """Judges an answer; whatever it is, the verdict explains the right one."""
        if self.choices:
            return self._check_choice(answer)
        if isinstance(self.answer, tuple):
            return self._check_shape(answer)
        return self._check_number(answer)

    def explained(self) -> Verdict:
        """The answer and the way to it, without an answer to judge."""
        if self.choices:
            reasons = [f"{line.strip()[:2]} {c.reason}" for line, c in self._with_letters()]
            return Verdict(False, f"The answer is {self.shown_answer}", explanation=tuple(reasons))
        return Verdict(False, f"It's {self.shown_answer}.", explanation=self.steps)

    def _check_number(self, answer: object) -> Verdict:
        read = reading.number(answer)
        if read is None:
            return self._unreadable(answer)
        values = [read.value]
        if self.percent and not read.percent and abs(read.value) <= 1 < abs(self.answer):
            values.append(100 * read.value)  # 0.96 where 96 % is meant
        if read.percent and not self.percent:
            values = [read.value / 100]
        in_words = read.scaled and abs(self.answer) >= _WORDS_FROM
        enough = in_words and read.digits >= _FEWEST_DIGITS and read.rounds_to(self.answer)
        if enough or any(self._near(value, self.answer) for value in values):
            return self._right()
        for wrong, said in self.slips:
            if any(self._near(value, wrong) for value in values):
                return self._wrong(said)
        return self._wrong("")

    def _check_shape(self, answer: object) -> Verdict:
        read = reading.shape(answer)
        if read is None or len(read) == 1:  # a single number is no shape
            return self._unreadable(answer)
        if read == self.answer:
            return self._right()
        return self._wrong(next((said for wrong, said in self.slips if read == wrong), ""))

    def _check_choice(self, answer: object) -> Verdict:
        number = reading.chosen(answer, [choice.text for choice in self.choices])
        if number is None:
            return self._unreadable(answer)
        choice, right = self.choices[number], self.choices[self._right_choice]
        if choice.right:
            return Verdict(True, f"{TICK} Right.", explanation=(choice.reason,))
        return Verdict(
            False, f"{CROSS} The answer is {self.shown_answer}", choice.reason, (right.reason,)
        )

    def _near(self, value: float, target: Any) -> bool:
        # The last bit of a float must not decide; no tolerance that we state is as fine as that.
        return abs(value - target) <= self.tolerance * (1 + 1e-9) + 1e-9 * abs(target)

    def _right(self) -> Verdict:
        return Verdict(True, f"{TICK} Right: {self.shown_answer}.", explanation=self.steps)

    def _wrong(self, reason: str) -> Verdict:
        return Verdict(False, f"{CROSS} It's {self.shown_answer}.", reason, self.steps)

    def _unreadable(self, answer: object) -> Verdict:
        typed = str(answer).strip()
        said = f"{typed!r} can't be read here" if typed else "There's no answer yet"
        return Verdict(False, f"{said}. What's asked for: {self.asks}.", readable=False)

    def _with_letters(self) -> list[tuple[str, Choice]]:
        return list(zip(self.lettered, self.choices, strict=True))

    @property
    def _right_choice(self) -> int:
        return next(number for number, choice in enumerate(self.choices) if choice.right)
