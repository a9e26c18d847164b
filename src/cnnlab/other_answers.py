"""`check.compare("conv2d")`: other right answers, for a learner whose own answer passes.

They travel with the release in one file, encoded so that it is not read by accident. That is no
lock: it can be decoded by hand. A course that wants none of this says so in course.toml, and
then there is no such file. Kernels in which answers are scored do not have it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cnnlab import progress
from cnnlab.catalogue import OURS, find_exercise, release_folder
from cnnlab.errors import CnnlabError
from cnnlab.terminal import in_notebook, wrap

FILE = "other_answers.json"


class NotPassedYetError(CnnlabError):
    """Somebody wants to see other answers before their own passes."""


@dataclass(frozen=True)
class OtherAnswer:
    """A right answer to an exercise, and what it does differently."""

    name: str
    differs: str
    source: str


@dataclass(frozen=True, repr=False)
class OtherAnswers:
    """What `compare` shows: words in a terminal, highlighted code in a notebook."""

    exercise: str
    answers: tuple[OtherAnswer, ...]

    def __repr__(self) -> str:
        if not self.answers:
            return self._none()
        parts = [
            f"{number}. {answer.name}\n{wrap(answer.differs, indent='   ')}\n\n"
            + "\n".join(f"    {line}".rstrip() for line in answer.source.splitlines())
            for number, answer in enumerate(self.answers, start=1)
        ]
        return "\n\n".join([self._title(), *parts])

    def _repr_markdown_(self) -> str:
        if not self.answers:
            return self._none()
        parts = [
            f"**{number}. {answer.name}**: {answer.differs}\n\n```python\n{answer.source}\n```"
            for number, answer in enumerate(self.answers, start=1)
        ]
        return "\n\n".join([self._title(), *parts])

    def _title(self) -> str:
        return f"Other right answers to {self.exercise}. Which do you find easiest to read?"

    def _none(self) -> str:
        return f"There are no other answers to show for {self.exercise}."


def other_answers(exercise_id: str, package: str = OURS) -> OtherAnswers:
    """The other right answers to an exercise; raises unless the learner's own one passed."""
    unit, exercise = find_exercise(exercise_id, package)
    state = progress.load()["checks"].get(exercise.id)
    if not (isinstance(state, dict) and state.get("passed") is True):
        raise NotPassedYetError(
            f"Other answers to {exercise.id} are shown once yours passes its checks. Run its check "
            f'first; if you are stuck, hint("{exercise.id}") helps.'
        )
    known = read_file(release_folder(package)).get(unit.id, {})
    return OtherAnswers(exercise.id, decoded(known.get(exercise.id, "")))


def are_shown(exercise_id: str, package: str = OURS) -> bool:
    """Whether there is anything to compare with."""
    try:
        unit, exercise = find_exercise(exercise_id, package)
        return exercise.id in read_file(release_folder(package)).get(unit.id, {})
    except CnnlabError:
        return False


def compare(exercise_id: str, package: str = OURS) -> None:
    """Shows other right answers, or says why not yet."""
    try:
        found = other_answers(exercise_id, package)
    except NotPassedYetError as problem:
        print(wrap(str(problem)))
        return
    if in_notebook():
        from IPython.display import display

        display(found)
    else:
        print(found)


def read_file(folder: Path) -> dict[str, dict[str, str]]:
    """The encoded answers, by unit and exercise; none where the course publishes none."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {unit: dict(exercises) for unit, exercises in found.items()}


def file_text(units: Mapping[str, Mapping[str, str]]) -> str:
    """The whole file."""
    return json.dumps(units, indent=1) + "\n"


def encoded(answers: Iterable[OtherAnswer]) -> str:
    """Base64, and not compressed: that would give other bytes on another machine."""
    plain = json.dumps([asdict(answer) for answer in answers], ensure_ascii=False)
    return base64.b64encode(plain.encode()).decode()


def decoded(text: str) -> tuple[OtherAnswer, ...]:
    return tuple(OtherAnswer(**row) for row in json.loads(base64.b64decode(text) or "[]"))
