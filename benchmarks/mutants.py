"""How many small changes to the course's own solutions get full marks.

Every solution is changed in one place, and each changed notebook is graded as the answer bank is.
A change that no check notices is a survivor: either it changes nothing that the contract speaks of,
which `mutants_equivalent.toml` says with the reason, or a check is missing.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tomllib
from measuring import arguments, finish, section
from mutation import mutants

from autograder.answers.bank_files import Answer
from autograder.answers.evaluate import evaluate_answers
from autograder.course import Course, Unit
from autograder.errors import InfrastructureError
from autograder.parallel import in_order
from autograder.solutions import solutions

EQUIVALENT = Path(__file__).with_suffix("").with_name("mutants_equivalent.toml")
SECONDS = 20


@dataclass(frozen=True)
class Survivor:
    """A change that got full marks."""

    unit: str
    exercise: str
    change: str


def main() -> None:
    parser = arguments(__doc__ or "", rounds=1)
    parser.add_argument("units", nargs="*", help="such as 01_convolutions; all without")
    options = parser.parse_args()
    reasons = known_reasons()
    rows, unexplained = [], []
    for unit in Course.load().select(options.units):
        tried, survivors = survivors_of(unit)
        equivalent = [one for one in survivors if (one.exercise, one.change) in reasons]
        missed = [one for one in survivors if (one.exercise, one.change) not in reasons]
        unexplained += missed
        changing = tried - len(equivalent)
        rows.append(
            {
                "unit": unit.id,
                "mutants": tried,
                "that change nothing": len(equivalent),
                "that get full marks": len(missed),
                "share": f"{100 * len(missed) / max(changing, 1):.1f} %",
            }
        )
        print(rows[-1], flush=True)
    for one in unexplained:
        print(f"\n{one.unit} {one.exercise}\n{one.change}")
    about = (
        "Each of the course's solutions, changed in one operator, constant, name, argument or "
        "statement, in a whole notebook, under three seeds. What changes nothing that a contract "
        "speaks of is listed with its reason in `benchmarks/mutants_equivalent.toml`."
    )
    found = section("Mutants: small changes to right answers", about, rows, options.rounds)
    finish("mutants", found, options.save)
    sys.exit(1 if unexplained else 0)


def survivors_of(unit: Unit) -> tuple[int, list[Survivor]]:
    """How many mutants there are of the solutions of a unit, and those with full marks."""
    answers = [
        Answer(unit.id, name, mutant.change, right=True, source=mutant.source)
        for name, source in solutions(unit).items()
        for mutant in mutants(source)
    ]
    full = in_order(partial(has_full_marks, unit), answers, jobs=2)
    survivors = [
        Survivor(unit.id, answer.exercise, answer.name)
        for answer, passed in zip(answers, full, strict=True)
        if passed
    ]
    return len(answers), survivors


def has_full_marks(unit: Unit, answer: Answer) -> bool:
    """One that takes too long has none."""
    try:
        (row,) = evaluate_answers(unit, [answer], seed=0, jobs=1, seconds=SECONDS)
    except InfrastructureError:
        return False
    return min(row.points_by_seed) == row.max_points


def known_reasons() -> dict[tuple[str, str], str]:
    """The reason why a change is none, by exercise and change."""
    if not EQUIVALENT.exists():
        return {}
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    return {(one["exercise"], one["change"].strip("\n")): one["reason"] for one in listed}


if __name__ == "__main__":
    main()
