"""Means, spreads, and whether an expected order holds by more than the spread."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from stories.story import MEASURES, Claim, Measure, Outcome

LOWER_IS_BETTER: set[Measure] = {"train_loss", "gap"}


@dataclass(frozen=True)
class Figure:
    """Mean and standard deviation over the seeds; the deviation is NaN for a single seed."""

    mean: float
    spread: float

    def show(self, form: str = ".1f") -> str:
        if math.isnan(self.mean):
            return "not finite"
        text = format(self.mean, form)
        return text if math.isnan(self.spread) else f"{text} ± {format(self.spread, form)}"


def figure(values: Sequence[float]) -> Figure:
    measurable = len(values) > 1 and all(map(math.isfinite, values))
    spread = statistics.stdev(values) if measurable else math.nan
    return Figure(statistics.fmean(values), spread)


def values(outcomes: Sequence[Outcome], measure: Measure) -> list[float]:
    """One value for each run: accuracies and other shares in percent, losses as they are."""
    if measure == "train_loss":
        return [math.nan if o.train_loss is None else o.train_loss for o in outcomes]
    if measure not in MEASURES:
        return [100 * o.extra[measure] for o in outcomes]
    return [100 * getattr(o, measure) for o in outcomes]


@dataclass(frozen=True)
class Verdict:
    """How one claim came out. `spread` is the sum of both rows' standard deviations."""

    claim: Claim
    lead: float
    spread: float
    seeds_for: int
    seeds: int

    @property
    def holds(self) -> bool:
        """The better row leads by more than the spread; a single seed proves nothing."""
        return self.lead > self.spread

    def sentence(self) -> str:
        unit = "" if self.claim.measure == "train_loss" else " points"
        form = ".2f" if self.claim.measure == "train_loss" else ".1f"
        if math.isnan(self.lead):
            found = "one of them is not finite"
        else:
            found = f"leads by {self.lead:{form}}{unit}"
        if not math.isnan(self.spread):
            found += f", spread {self.spread:{form}}"
        says = "holds" if self.holds else "does not hold"
        return f"{self._compared()}: {says} ({found}; in {self.seeds_for} of {self.seeds} seeds)"

    def _compared(self) -> str:
        claim = self.claim
        measure = MEASURES.get(claim.measure, claim.measure)
        if claim.worse_measure is None:
            return f"{claim.better} beats {claim.worse} in {measure}"
        other = MEASURES.get(claim.worse_measure, claim.worse_measure)
        return f"{measure} ({claim.better}) beats {other} ({claim.worse})"


def judge(claim: Claim, better: Sequence[Outcome], worse: Sequence[Outcome]) -> Verdict:
    """Compare two rows whose runs are in the same order of seeds."""
    sign = -1 if claim.measure in LOWER_IS_BETTER else 1
    high = values(better, claim.measure)
    low = values(worse, claim.worse_measure or claim.measure)
    leads = [sign * (a - b) for a, b in zip(high, low, strict=True)]
    return Verdict(
        claim=claim,
        lead=statistics.fmean(leads),
        spread=figure(high).spread + figure(low).spread,
        seeds_for=sum(lead > 0 for lead in leads),
        seeds=len(leads),
    )


def conclusion(verdicts: Sequence[Verdict]) -> str:
    """One sentence on all claims of an experiment together."""
    right = sum(verdict.holds for verdict in verdicts)
    if right == len(verdicts):
        return f"The expected order holds by more than the spread in all {right} comparisons."
    failed = len(verdicts) - right
    return (
        f"The expected order does NOT hold by more than the spread in {failed} of "
        f"{len(verdicts)} comparisons."
    )
