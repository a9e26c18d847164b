"""Running the checks of an exercise, visible or hidden: every check ends in a result."""

from __future__ import annotations

import contextlib
import sys
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.check.exercise import COURSE_ANSWERS, Check, Exercise
from cnnlab.check.explain import CourseFault
from cnnlab.check.refused_operators import refused_operator
from cnnlab.check.shortcuts import find_refused
from cnnlab.learner import LearnerCode, NoAnswer, local_learner

UNFORESEEN = Wrong(
    "unforeseen_answer",
    "Your answer has a form that this check can't work with. Compare it with the docstring.",
)
OUR_FAULT = NoAnswer(
    "This check itself failed. That's the course's fault, not yours, and it costs you nothing.",
    mistake="infrastructure",
    verdict="infrastructure",
)


@dataclass(frozen=True)
class Result:
    """How one check ended. `message` holds no input; `detail` may: visible checks only.

    `traceback` says where the course's own code failed; it is for those who teach. `number` counts
    the checks of an exercise from 1.
    """

    name: str
    verdict: str
    points: float
    max_points: float
    mistake: str = ""
    message: str = ""
    detail: str = ""
    traceback: str = ""
    exercise: str = ""
    number: int = 0

    @property
    def id(self) -> str:
        return f"{self.exercise}.{self.number}"

    @property
    def passed(self) -> bool:
        return self.verdict == "pass"


RunCheck = Callable[[Exercise, Check, LearnerCode, int], Result]


def run_checks(
    exercise: Exercise,
    checks: Iterable[Check],
    learner: LearnerCode,
    seed: int,
    patience: int | None = None,
    run: RunCheck | None = None,
) -> list[Result]:
    """One result for each check, in order. A refused shortcut in the source fails them all.

    Where `learner` is watched, a refused operator of torch's fails the checks in which it ran.
    After `patience` checks that ran out of time, the rest is not asked and counts as that, too.
    `run` stands in for `run_check` where a check may have to be asked more than once.
    """
    results: list[Result] = []
    learner.found.clear()
    refused = refusal(exercise, learner.sources)
    for number, check in enumerate(checks, start=1):
        late = [result for result in results if result.verdict == "timeout"]
        if refused:
            result = _failed(check, "fail", refused)
        elif patience is not None and len(late) >= patience:
            result = replace(late[-1], name=check.name, max_points=check.points)
        else:
            learner.operators.clear()
            result = (run or run_check)(exercise, check, learner, seed)
            shortcut = refused_operator(exercise.refuses_operators, learner.operators)
            if shortcut and result.verdict != OUR_FAULT.verdict:
                result = _failed(check, "fail", shortcut)
        results.append(replace(result, exercise=exercise.id, number=number))
    return results


def run_check(exercise: Exercise, check: Check, learner: LearnerCode, seed: int) -> Result:
    """How one check ends, whatever happens in it."""
    try:
        told = _ask(check, learner, seed)
    except Wrong as wrong:
        return _failed(check, "fail", wrong)
    except NoAnswer as problem:
        return _failed(check, problem.verdict, problem)
    except Exception as problem:
        where = "".join(traceback.format_exception(problem))
        if isinstance(problem, CourseFault) or not _passes_with_ours(exercise, check, seed):
            return replace(_failed(check, OUR_FAULT.verdict, OUR_FAULT), traceback=where)
        # Our own version passes: it is the form of the answer that nobody foresaw.
        return replace(_failed(check, "fail", UNFORESEEN), traceback=where)
    return Result(check.name, "pass", check.points, check.points, message=told or "")


def _ask(check: Check, learner: LearnerCode, seed: int) -> str | None:
    # The name enters the seed, so that two checks of one run never draw the same inputs.
    draw = Draw(zlib.crc32(f"{seed}/{check.name}".encode()))
    with _own_random_numbers():
        learner.seed(draw.seed)  # start weights and dropout are part of what a seed repeats
        return check.ask(learner, draw)


def _passes_with_ours(exercise: Exercise, check: Check, seed: int) -> bool:
    try:
        _ask(check, local_learner(exercise.ours()), seed)
    except Exception:  # whatever it is: our own answer must pass our own check
        return False
    return True


@contextlib.contextmanager
def _own_random_numbers() -> Iterator[None]:
    """Checks draw and build as they like; outside, torch's settings and numbers are as before."""
    if "torch" not in sys.modules:  # nothing of this course needs it
        yield
        return
    import torch

    from cnnlab.learner.neutral import neutral_torch

    with neutral_torch(), torch.random.fork_rng(devices=[]):
        yield


def refusal(exercise: Exercise, sources: Sequence[str]) -> Wrong | None:
    """The shortcut that this exercise refuses and the learner's code takes, if there is one."""
    offences = find_refused(sources, exercise.names, [*exercise.refuses, *COURSE_ANSWERS])
    if not offences:
        return None
    first = offences[0]
    through = " → ".join(first.reached_through)
    return Wrong(
        "refused_call",
        f"This exercise is about writing what `{first.called}` does, so you can't use it here"
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
