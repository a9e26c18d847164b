"""Hints in three steps: each call shows one more, so that nobody reads the last one first."""

from __future__ import annotations

from cnnlab import progress
from cnnlab.catalogue import find_exercise
from cnnlab.terminal import wrap


def hint(exercise_id: str) -> None:
    """Prints the hints of an exercise up to the next one you have not seen."""
    print(next_hint(exercise_id))


def next_hint(exercise_id: str) -> str:
    _, exercise = find_exercise(exercise_id)
    seen = int(progress.load()["hints"].get(exercise_id, 0))
    shown = min(seen + 1, len(exercise.hints))
    progress.record_hint(exercise_id, shown)
    lines = [
        wrap(f"Hint {number} of {len(exercise.hints)}. {text}")
        for number, text in enumerate(exercise.hints[:shown], start=1)
    ]
    if shown == len(exercise.hints):
        lines.append("That was the last hint.")
    return "\n".join(lines)
