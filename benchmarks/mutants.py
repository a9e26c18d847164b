"""How many small changes to the course's own solutions get full marks.

Every solution is changed in one place, and each changed notebook is put to the hidden checks under
three seeds. A change that no check notices is a survivor: either it changes nothing that the
contract speaks of, which `mutants_equivalent.toml` says with the reason, or a check is missing.

Run: python benchmarks/mutants.py [UNIT …] [--exercise NAME] [--caught FILE] [--save]

This takes hours. With `--caught`, what was caught is kept in FILE and not asked again.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import arguments, finish, section
from mutation import mutants

from autograder.answers.bank_files import Answer
from autograder.answers.evaluate import SEEDS, TooLong, handed_in
from autograder.course import Course, Unit
from autograder.hidden_checks import hidden_checks
from autograder.judging.one_core import use_one_core
from autograder.solutions import solutions
from cnnlab.check.cell_runner import run_cells
from cnnlab.check.run import run_check
from cnnlab.learner import local_learner

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EQUIVALENT = Path(__file__).with_name("mutants_equivalent.toml")
TIMES_AS_LONG = 5  # as the solution takes: a change may loop for ever
FULL_MARKS = 42  # how a process ends whose answer passed everything

Reasons = dict[tuple[str, str], str]


@dataclass
class Caught:
    """The changes that were caught, in a file if there is one: a stopped run can go on."""

    path: Path | None

    def __post_init__(self) -> None:
        there = self.path is not None and self.path.exists()
        self._known = set(self.path.read_text().split()) if self.path and there else set()

    def has(self, answer: Answer) -> bool:
        return _digest(answer) in self._known

    def add(self, answer: Answer) -> None:
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(f"{_digest(answer)}\n")


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], rounds=1)
    parser.add_argument("units", nargs="*", help="such as 01_convolutions; all without")
    parser.add_argument("--exercise", help="this exercise only")
    parser.add_argument("--caught", type=Path, help="a file that keeps what was caught")
    options = parser.parse_args()
    use_one_core()  # as grading is; and a process with running threads could not be forked safely
    reasons, caught = known_reasons(), Caught(options.caught)
    rows: list[dict[str, Any]] = []
    unexplained = []
    for unit in Course.load().select(options.units):
        answers = changed_answers(unit, options.exercise)
        survivors = survivors_of(unit, answers, caught)
        missed = [one for one in survivors if (one.exercise, one.name) not in reasons]
        unexplained += missed
        rows.append(_row(unit.id, len(answers), len(survivors) - len(missed), len(missed)))
        print(rows[-1], flush=True)
    if len(rows) > 1:
        tried, nothing, survived = (
            sum(row[column] for row in rows)
            for column in ("mutants", "that change nothing", "that get full marks")
        )
        rows.append(_row("together", tried, nothing, survived))
    about = (
        "Each of the course's solutions, changed in one operator, constant, name, argument or "
        "statement, in a whole notebook, put to the hidden checks under three seeds. What changes "
        "nothing that a contract speaks of is listed with its reason in "
        "`benchmarks/mutants_equivalent.toml`; the share is that of the others."
    )
    found = section("Mutants: small changes to right answers", about, rows, options.rounds)
    finish("mutants", found, options.save)
    sys.exit(1 if unexplained else 0)


def _row(name: str, tried: int, nothing: int, survived: int) -> dict[str, Any]:
    share = 100 * survived / max(tried - nothing, 1)
    return {
        "unit": name,
        "mutants": tried,
        "that change nothing": nothing,
        "that get full marks": survived,
        "share": f"{share:.1f} %",
    }


def changed_answers(unit: Unit, exercise: str | None) -> list[Answer]:
    """Every mutant of the unit's solutions, or of one of them; named by its change.

    Design tasks are left out: another design may be as good.
    """
    hidden = hidden_checks(unit)
    return [
        Answer(unit.id, name, mutant.change, right=True, source=mutant.source)
        for name, source in solutions(unit).items()
        if exercise in (None, name) and not hidden[name].exercise.brief
        for mutant in mutants(source)
    ]


def survivors_of(unit: Unit, answers: Sequence[Answer], caught: Caught) -> list[Answer]:
    """Those of `answers` with full marks."""
    allowed = {
        name: TIMES_AS_LONG * seconds_of_solution(unit, name)
        for name in {answer.exercise for answer in answers}
    }
    survivors = []
    for answer in answers:
        if caught.has(answer):
            continue
        if has_full_marks(unit, answer, allowed[answer.exercise]):
            survivors.append(answer)
            print(f"{answer.unit} {answer.exercise}\n{answer.name}\n", flush=True)
        else:
            caught.add(answer)
    return survivors


def seconds_of_solution(unit: Unit, exercise: str) -> float:
    """What it takes to judge the solution itself, and nothing less than a second.

    In this process, so that all which are forked from it have everything imported.
    """
    source = solutions(unit)[exercise]
    sources = handed_in(unit, Answer(unit.id, exercise, "unchanged", right=True, source=source))
    started = time.process_time()
    if not _passes(unit, exercise, sources):
        sys.exit(f"The solution of {exercise} itself loses points; mend that first.")
    return max(1.0, time.process_time() - started)


def has_full_marks(unit: Unit, answer: Answer, seconds: float) -> bool:
    """Whether an answer passes, in a process of its own. One that takes too long does not."""
    sources = handed_in(unit, answer)
    process = multiprocessing.get_context("fork").Process(
        target=_end_with_the_marks, args=(unit, answer.exercise, sources, seconds)
    )
    process.start()
    process.join()
    return process.exitcode == FULL_MARKS


def _end_with_the_marks(unit: Unit, exercise: str, sources: Sequence[str], seconds: float) -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    passed = False
    try:
        passed = _passes(unit, exercise, sources)
    except TooLong:
        pass
    finally:
        os._exit(FULL_MARKS if passed else 0)


def _passes(unit: Unit, exercise: str, sources: Sequence[str]) -> bool:
    """Whether every hidden check passes. The first that does not is enough.

    Shortcuts are not looked for: no change of these makes one.
    """
    hidden = hidden_checks(unit)[exercise]
    learner = local_learner(run_cells(sources), sources)
    return all(
        run_check(hidden.exercise, check, learner, seed).passed
        for seed in range(SEEDS)
        for check in hidden.checks
    )


def _too_long(*_: object) -> None:
    raise TooLong


def _digest(answer: Answer) -> str:
    told = f"{answer.unit}/{answer.exercise}/{answer.source}"
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def known_reasons() -> Reasons:
    """The reason why a change is none, by exercise and change."""
    if not EQUIVALENT.exists():
        return {}
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    return {(one["exercise"], one["change"].strip("\n")): one["reason"] for one in listed}


if __name__ == "__main__":
    main()
