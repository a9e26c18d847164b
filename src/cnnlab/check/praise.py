"""A friendly line for an exercise whose checks all pass, and what comes next."""

from __future__ import annotations

import zlib

from cnnlab import progress
from cnnlab.catalogue import OURS, Unit, find_exercise
from cnnlab.errors import CnnlabError

_WORDS = (
    "Well done: {checks}.",
    "That works: {checks}.",
    "Good work. {Checks}.",
    "{Checks}. Nicely done.",
    "Solved: {checks}.",
    "{Checks}. Good job.",
)


def praise(exercise_id: str, checks: int, package: str = OURS) -> str:
    """The line for an exercise; always the same one for the same exercise."""
    counted = {1: "the check passes", 2: "both checks pass"}.get(
        checks, f"all {checks} checks pass"
    )
    words = _WORDS[zlib.crc32(exercise_id.encode()) % len(_WORDS)]
    said = words.format(checks=counted, Checks=counted[0].upper() + counted[1:])
    return " ".join(part for part in (said, _next_step(exercise_id, package)) if part)


def _next_step(exercise_id: str, package: str) -> str:
    """The unit's next exercise that is still open, in the lesson's order; empty if unknown."""
    try:
        unit, _ = find_exercise(exercise_id, package)
    except CnnlabError:  # a course without a catalogue, or an exercise that is being written
        return ""
    following = _still_open(unit, exercise_id)
    if following:
        return f"Next: {following[0]}."
    return f"That was the last open exercise of {unit.id}."


def _still_open(unit: Unit, done: str) -> list[str]:
    """First those that come after `done`, then those that were left out before it."""
    names = [exercise.id for exercise in unit.exercises]
    place = names.index(done)
    passed = progress.load()["checks"]
    return [
        name
        for name in [*names[place + 1 :], *names[:place]]
        if not (isinstance(passed.get(name), dict) and passed[name].get("passed"))
    ]
