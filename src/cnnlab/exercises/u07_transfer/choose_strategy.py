"""`choose_strategy`: how to begin, from two questions about one's data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cnnlab.check.compare import Difference, Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import describe_call, explain
from cnnlab.learner import LearnerCode


def choose_strategy(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    """How to begin, from how much data there is and how like the source it is."""
    if images_per_class < small_below:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"


WORDS = ("features", "features_then_last_stage", "fine_tune_all", "fine_tune_all_or_scratch")

exercise = Exercise("choose_strategy", {"choose_strategy": choose_strategy})


@exercise.mistake(
    "boundary_is_small",
    "Little means *fewer than* `small_below`. Exactly that many images count as much.",
)
def _(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    return choose_strategy(images_per_class, similar, small_below + 1)


@exercise.mistake(
    "limit_ignored",
    "You compare with 500, whatever `small_below` is. 500 is only its default.",
)
def _(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    return choose_strategy(images_per_class, similar)


@exercise.mistake(
    "different_means_scratch",
    "For little data that's different from the source, you start from scratch. Little data is "
    "the worst case for that: even different images share edges and corners with the source.",
)
def _(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    if not similar:
        return "fine_tune_all_or_scratch"
    return choose_strategy(images_per_class, similar, small_below)


@exercise.mistake(
    "only_size_counts",
    "Your answer doesn't depend on whether the data is similar.",
)
def _(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    return "features" if images_per_class < small_below else "fine_tune_all"


@exercise.mistake(
    "sizes_swapped",
    "You treat little data as much, and much as little. The fewer images you have, the fewer "
    "parameters they can train.",
)
def _(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    enough = images_per_class >= small_below
    return choose_strategy(0 if enough else small_below, similar, small_below)


@exercise.mistake(
    "similarity_swapped",
    "You treat similar data as different. The more alike source and target are, the more of the"
    " network you can use as it is.",
)
def _(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    return choose_strategy(images_per_class, not similar, small_below)


@exercise.mistake(
    "only_similarity_counts",
    "Your answer doesn't depend on how many images there are.",
)
def _(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    return "features" if similar else "fine_tune_all_or_scratch"


def _always(answer: str) -> Callable[..., str]:
    def choose_strategy(images_per_class: int, similar: bool, small_below: int = 500) -> str:
        return answer

    return choose_strategy


for _answer in WORDS:
    exercise.mistake(
        "one_answer_for_all",
        "Your answer is always the same. It depends on how much data there is, and how similar "
        "it is to the source.",
    )(_always(_answer))


@dataclass(frozen=True)
class Field:
    """A field of the table: so many images, and what is said of the limit, if anything."""

    images: int
    limit: int | None = None

    def answers(self, code: LearnerCode) -> dict[str, Any]:
        """What the function says of similar data and of different ones, by the call."""
        more = {} if self.limit is None else {"small_below": self.limit}
        return {
            describe_call("choose_strategy", (self.images, similar), more): code.call(
                "choose_strategy", self.images, similar, **more
            )
            for similar in (True, False)
        }


ASKED, NOT_ASKED = "the table", "the rest of the table"


def agree_on_fields(
    learner: LearnerCode, asked: Sequence[Field], not_asked: Sequence[Field] = ()
) -> None:
    """The learner's answers are ours; those not asked for only tell mistakes apart.

    All answers are one part: a single one of four words may be wrong for many reasons.
    """

    def observe(code: LearnerCode) -> Iterator[tuple[str, Any]]:
        for part, fields in ((ASKED, asked), (NOT_ASKED, not_asked)):
            yield (
                part,
                {call: word for field in fields for call, word in field.answers(code).items()},
            )

    explain(learner, exercise, observe, unjudged=[NOT_ASKED], unexplained=_unexplained)


def _unexplained(part: str, theirs: Any, ours: Any, gap: Difference) -> Wrong:
    call = next(call for call in ours if theirs[call] != ours[call])
    told = f"{call} gives {theirs[call]!r}, expected {ours[call]!r}."
    if theirs[call] is None:
        return Wrong("returns_none", "The answer is None. Is a `return` missing?", told)
    if theirs[call] not in WORDS:
        return Wrong(
            "unknown_word",
            "An answer isn't one of the four strings in the docstring. Check the spelling.",
            told,
        )
    return Wrong(gap.kind, "An answer isn't the one in the table.", told)


LITTLE, MUCH = Field(40), Field(9000)
LIMITS = (Field(500), Field(499), Field(150, 100), Field(150, 200))


@exercise.visible("little data")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_fields(learner, [LITTLE], [MUCH, *LIMITS])


@exercise.visible("much data")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_fields(learner, [MUCH], [LITTLE, *LIMITS])


@exercise.visible("where little data ends")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_fields(learner, LIMITS, [LITTLE, MUCH])
