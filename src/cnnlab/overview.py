"""How far a learner is: the table of `cnnlab list`, in notebooks a card with every exercise."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from cnnlab import progress
from cnnlab.catalogue import Unit, units
from cnnlab.terminal import TICK, table

SIDE = 12  # of the small square that stands for one exercise
LEFT = "text-align:left;vertical-align:top"


@dataclass(frozen=True)
class ExerciseState:
    """What is known of one exercise."""

    id: str
    solved: bool
    tries: int
    hints: int

    def __str__(self) -> str:
        taken = [_counted(self.tries, "try", "tries"), _counted(self.hints, "hint", "hints")]
        known = ", ".join(part for part in taken if part)
        return f"{self.id} ({known})" if known else self.id


@dataclass(frozen=True)
class UnitState:
    """A unit and the exercises in it."""

    unit: Unit
    exercises: tuple[ExerciseState, ...]

    @property
    def solved(self) -> list[ExerciseState]:
        return [exercise for exercise in self.exercises if exercise.solved]

    @property
    def tried(self) -> list[ExerciseState]:
        return [exercise for exercise in self.exercises if exercise.tries and not exercise.solved]

    @property
    def untouched(self) -> list[ExerciseState]:
        return [e for e in self.exercises if not e.tries and not e.solved]

    @property
    def complete(self) -> bool:
        return len(self.solved) == len(self.exercises)

    def __str__(self) -> str:
        return f"{len(self.solved)} of {len(self.exercises)}"


class Overview:
    """All units with the state of their exercises, as text or as a card."""

    def __init__(self, states: list[UnitState]) -> None:
        self.units = states

    def table(self, tick: str = TICK) -> str:
        """What `cnnlab list` prints; `tick` marks a unit in which everything is solved."""
        rows = [
            [
                state.unit.id,
                state.unit.title,
                f"{state.unit.minutes} min",
                f"{state} {tick}" if state.complete else f"{state}",
            ]
            for state in self.units
        ]
        return table(["unit", "what you learn", "time", "solved"], rows, right=(2,))

    def summary(self) -> str:
        """One sentence: how many are solved, and where to go on."""
        solved = sum(len(state.solved) for state in self.units)
        total = sum(len(state.exercises) for state in self.units)
        text = f"{solved} of {total} exercises solved."
        for state in self.units:
            if open_ones := [*state.tried, *state.untouched]:
                return f"{text} Next: {open_ones[0].id} in {state.unit.id}."
        return text

    def __repr__(self) -> str:
        return f"{self.table()}\n{self.summary()}"

    def _repr_html_(self) -> str:
        # Colours are those of the page around it, so the card reads on light and dark alike.
        heads = ("unit", "what you learn", "solved", "exercises")
        head = "".join(f'<th scope="col" style="{LEFT}">{text}</th>' for text in heads)
        body = "".join(map(_row, self.units))
        return (
            '<table style="max-width:62em"><caption style="text-align:left;font-weight:bold">'
            f"Your progress: {escape(self.summary())}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def my_progress() -> Overview:
    """The units, and how far you are in each: a card in a notebook, a table in a terminal."""
    state = progress.load()
    return Overview([_unit_state(unit, state["checks"], state["hints"]) for unit in units()])


def _unit_state(unit: Unit, checks: dict[str, dict], hints: dict[str, int]) -> UnitState:
    states = []
    for exercise in unit.exercises:
        known = checks.get(exercise.id, {})
        states.append(
            ExerciseState(
                exercise.id,
                bool(known.get("passed")),
                int(known.get("tries", 0)),
                int(hints.get(exercise.id, 0)),
            )
        )
    return UnitState(unit, tuple(states))


def _row(state: UnitState) -> str:
    groups = (("✓ solved", state.solved), ("… tried", state.tried), ("○ open", state.untouched))
    lines = [
        f"<div><strong>{name}:</strong> {escape(', '.join(map(str, exercises)))}</div>"
        for name, exercises in groups
        if exercises
    ]
    return (
        f'<tr><th scope="row" style="{LEFT}">{escape(state.unit.id)}</th>'
        f'<td style="{LEFT}">{escape(state.unit.title)}<br>{state.unit.minutes} min</td>'
        f'<td style="{LEFT};white-space:nowrap">{_squares(state)}{state}'
        f"{f' {TICK}' if state.complete else ''}</td>"
        f'<td style="{LEFT}">{"".join(lines)}</td></tr>'
    )


def _squares(state: UnitState) -> str:
    """One square an exercise: full where it is solved, half full where it was tried."""
    squares = []
    for place, exercise in enumerate(state.exercises):
        x, filled = place * (SIDE + 3) + 1, 0
        if exercise.solved or exercise.tries:
            filled = SIDE if exercise.solved else SIDE // 2
        squares.append(
            f'<rect x="{x}" y="{1 + SIDE - filled}" width="{SIDE}" height="{filled}" '
            f'fill="currentColor"/><rect x="{x}" y="1" width="{SIDE}" height="{SIDE}" '
            'fill="none" stroke="currentColor"/>'
        )
    words = f"{len(state.solved)} solved, {len(state.tried)} tried, {len(state.untouched)} open"
    width = len(state.exercises) * (SIDE + 3)
    return (
        f'<svg role="img" aria-label="{words}" width="{width}" height="{SIDE + 2}" '
        # Jupyter shrinks pictures to the width of a column that it would not widen for them.
        f'style="display:block;max-width:none;height:{SIDE + 2}px">{"".join(squares)}</svg>'
    )


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}" if number else ""
