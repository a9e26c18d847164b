"""Running the checks of a exercise, visible or hidden: every check ends in a result."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import COURSE_ANSWERS, Check, Exercise
from cnnlab.check.shortcuts import find_refused
from cnnlab.learner import LearnerCode, NoAnswer
from cnnlab.learner.neutral import neutral_torch

UNFORESEEN = Wrong(
    "unforeseen_answer",
    "The answer has a form that this check cannot work with. Compare it with the docstring.",
)


@dataclass(frozen=True)
class Result:
    """How one check ended. `message` holds no input; `detail` may: visible checks only."""

    name: str
    verdict: str
    points: float
    max_points: float
    mistake: str = ""
    message: str = ""
    detail: str = ""

    @property
    def passed(self) -> bool:
        return self.verdict == "pass"


def run_checks(
    exercise: Exercise,
    checks: Iterable[Check],
    learner: LearnerCode,
    seed: int,
    patience: int | None = None,
) -> list[Result]:
    """One result for each check, in order. A refused shortcut fails them all.

    After `patience` checks that ran out of time, the rest is not asked and counts as that, too.
    """
    checks = list(checks)
    if refused := refusal(exercise, learner.sources):
        return [_failed(check, "fail", refused) for check in checks]
    results: list[Result] = []
    for check in checks:
        late = [result for result in results if result.verdict == "timeout"]
        if patience is not None and len(late) >= patience:
            results.append(replace(late[-1], name=check.name, max_points=check.points))
        else:
            results.append(run_check(check, learner, seed))
    return results


def run_check(check: Check, learner: LearnerCode, seed: int) -> Result:
    # The name enters the seed, so that two checks of one run never draw the same inputs.
    draw = Draw(zlib.crc32(f"{seed}/{check.name}".encode()))
    try:
        with neutral_torch(), torch.random.fork_rng(devices=[]):
            learner.seed(draw.seed)  # start weights and dropout are part of what a seed repeats
            check.ask(learner, draw)
    except Wrong as wrong:
        return _failed(check, "fail", wrong)
    except NoAnswer as problem:
        return _failed(check, problem.verdict, problem)
    except Exception:  # an answer of a form that nobody foresaw is a wrong answer, not our crash
        return _failed(check, "fail", UNFORESEEN)
    return Result(check.name, "pass", check.points, check.points)


def refusal(exercise: Exercise, sources: Sequence[str]) -> Wrong | None:
    """The shortcut that this exercise refuses and the learner's code takes, if there is one."""
    offences = find_refused(sources, exercise.names, [*exercise.refuses, *COURSE_ANSWERS])
    if not offences:
        return None
    first = offences[0]
    through = " → ".join(first.reached_through)
    return Wrong(
        "refused_call",
        f"This exercise is about writing what `{first.called}` does, so it may not be used here"
        f" (found in `{first.line_text.strip()[:100]}`"
        + (f", reached from {through})." if through else ")."),
    )


def _failed(check: Check, verdict: str, problem: Wrong | NoAnswer) -> Result:
    return Result(
        check.name,
        verdict,
        0.0,
        check.points,
        problem.mistake,
        problem.message,
        problem.detail,
    )
