"""How far the points of a design depend on the hidden seed.

    python benchmarks/design_stability.py 02_lenet 05_resnet --rounds 20 --save

Every answer of the bank to a design task that gets as far as being measured is graded under many
hidden seeds: other images to learn from, another order, other start weights. Points may differ by
one step of the published curve at most.
"""

from __future__ import annotations

import re
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import torch
from measuring import arguments, finish, section, spread

from autograder.answers.bank_files import Answer, read_bank
from autograder.answers.evaluate import handed_in
from autograder.course import Course, Unit
from autograder.hidden_checks import hidden_checks
from cnnlab.check.cell_runner import run_cells
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

_SCORE = re.compile(r"reaches ([\d.]+)%")


def graded(seed: int, unit: Unit, answer: Answer) -> tuple[float, float, float]:
    """Points, score in per cent and seconds of one grading."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    hidden = hidden_checks(unit)[answer.exercise]
    sources = handed_in(unit, answer)
    learner = local_learner(run_cells(sources), sources)
    started = time.process_time()
    results = run_checks(hidden.exercise, hidden.checks, learner, seed)
    seconds = time.process_time() - started
    scores = [float(found[1]) for r in results if (found := _SCORE.search(r.message))]
    return sum(r.points for r in results), scores[0] if scores else -1.0, seconds


def row(unit: Unit, answer: Answer, seeds: int, pool: ProcessPoolExecutor) -> dict[str, Any] | None:
    """None for an answer that is refused before anything is measured."""
    if graded(0, unit, answer)[1] < 0:
        return None
    found = list(pool.map(partial(graded, unit=unit, answer=answer), range(seeds)))
    points, scores, seconds = zip(*found, strict=True)
    checks = hidden_checks(unit)[answer.exercise].checks
    earned = [sum(c.points for c in checks[: n + 1]) for n in range(len(checks))]
    steps = [number for number, total in enumerate(earned) if total in points]
    return {
        "unit": unit.id,
        "design": answer.name,
        "score in per cent": spread(scores),
        "lowest and highest": f"{min(scores):.1f} – {max(scores):.1f}",
        "points": " or ".join(f"{each:g}" for each in sorted(set(points))),
        "steps apart": max(steps) - min(steps),
        "seconds of one core": spread(seconds),
    }


def main() -> None:
    parser = arguments(__doc__ or "", rounds=20)
    parser.add_argument("units", nargs="*", help="units; all that have a design task if none")
    options = parser.parse_args()
    units = Course.load().select(options.units)
    rows: list[dict[str, Any]] = []
    with ProcessPoolExecutor(2) as pool:
        for unit in units:
            designs = {n for n, h in hidden_checks(unit).items() if h.exercise.brief}
            for answer in read_bank(unit):
                if answer.exercise in designs:
                    found = row(unit, answer, options.rounds, pool)
                    rows += [found] if found else []
                    print(found or f"{answer.name}: refused", flush=True)
    about = (
        "Each design of the answer bank, graded under many hidden seeds. A seed draws the images "
        "to learn from, their order and the start weights."
    )
    finish(
        "design_stability",
        section("Design tasks under many seeds", about, rows, options.rounds),
        options.save,
    )


if __name__ == "__main__":
    main()
