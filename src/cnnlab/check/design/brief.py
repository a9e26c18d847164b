"""What a design task asks for, and what each result is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def percent(step: float) -> str:
    """A step in words: 86% or 85.5%."""
    return f"{100 * step:g}%"


@dataclass(frozen=True)
class Brief:
    """The limits that a design keeps to, and the curve of points.

    `measured` says what the score is, as in "accuracy on clothes it has never seen". `steps` maps
    each score to the points that are earned by reaching it. `baseline` names the course's own
    design and `baseline_score` what that reaches. `floors` holds what a design has at least.
    """

    measured: str
    baseline: str
    baseline_score: float
    steps: Mapping[float, float]
    limits: Mapping[str, int] = field(default_factory=dict)
    points_for_limits: float = 2.0
    floors: Mapping[str, int] = field(default_factory=dict)

    @property
    def points(self) -> float:
        return self.points_for_limits + sum(self.steps.values())

    def earned(self, score: float) -> float:
        """The points for a design that keeps to the limits and reaches `score`."""
        reached = [points for step, points in self.steps.items() if score >= step]
        return self.points_for_limits + sum(reached)

    def standing(self, score: float) -> str:
        """Where a design with this score stands, in words."""
        text = f"{score:.1%} {self.measured}: {self.earned(score):g} of {self.points:g} points."
        higher = [step for step in sorted(self.steps) if step > score]
        return (
            f"{text} The next step is at {percent(higher[0])}."
            if higher
            else f"{text} The top step!"
        )

    def __str__(self) -> str:
        """The limits and the curve, as a table."""
        rows = [(f"{name}", f"at most {limit:,}") for name, limit in self.limits.items()]
        rows += [(name, f"at least {floor:,}") for name, floor in self.floors.items()]
        rows.append(("keeping to the limits", f"{self.points_for_limits:g} points"))
        rows += [
            (f"{percent(step)} {self.measured}", f"{points:g} more")
            for step, points in self._rising()
        ]
        rows.append((self.baseline, f"reaches {self.baseline_score:.0%}"))
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)

    def _rising(self) -> list[tuple[float, float]]:
        return sorted(self.steps.items())
