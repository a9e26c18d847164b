"""What grading costs beyond a submission's own computing, stage by stage, and memory for a kernel.

Run: python benchmarks/engine_overhead.py [--rounds N] [--sandbox LEVEL] [--save]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from measuring import arguments, finish, section, spread

from autograder.cells import runs_in_grading
from autograder.course import Course, Unit
from autograder.hidden_checks import hidden_checks
from autograder.judging.grading import grade_notebook
from autograder.judging.one_core import use_one_core
from autograder.kernels.engine import Engine
from autograder.kernels.forking.memory import memory_of_all
from autograder.kernels.forking.pool import fork_kernel, server_for
from autograder.kernels.kernel import Kernel
from autograder.solutions import compose, solutions
from autograder.submissions import read_built
from cnnlab.check.cell_runner import run_cells
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

UNIT = "01_convolutions"
EXTRA_KERNELS = 4
# Each method of a kernel, and the stage that its time belongs to.
STAGES = {
    "__enter__": "a kernel is forked and answers",
    "run_cell": "its cells run",
    "ask": "hidden checks question it",
    "close": "it is ended, and what it left removed",
}
REST = "repair, references, comparisons, results"


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], rounds=15)
    parser.add_argument("--sandbox", default="auto", help="the level of isolation")
    parser.add_argument("--unit", default=UNIT)
    options = parser.parse_args()
    use_one_core()  # as grading is, so that the plain process computes in the same way
    engine = Engine(options.sandbox).chosen()
    unit = Course.load().unit(options.unit)
    rounds = [one_submission(unit, engine) for _ in range(options.rounds + 1)][1:]
    rows = [{"stage": name, "seconds": spread([r[name] for r in rounds])} for name in rounds[0]]
    rows.append({"stage": f"MiB of each further kernel, {memory(engine)}", "seconds": ""})
    about = (
        f"One right submission of {unit.id}, graded again and again in {engine.sandbox} by one "
        "process whose fork server is up. Median and quartiles of each stage. The own computing of "
        "cells and of hidden checks, answers included, is what they take in one plain process that "
        "has imported everything, without a border; the overhead is all the rest of grading."
    )
    title = "The grading engine: where one submission's time goes"
    finish("engine_overhead", section(title, about, rows, options.rounds), options.save)


def one_submission(unit: Unit, engine: Engine) -> dict[str, float]:
    """Seconds of each stage of grading the unit's own solution once."""
    release = read_built(unit, unit.release_notebook)
    submitted = compose(release, solutions(unit))
    sources = [cell.source for cell in submitted.cells if runs_in_grading(cell)]
    started = time.perf_counter()
    namespace = run_cells(sources)
    cells = time.perf_counter() - started
    started = time.perf_counter()
    for hidden in hidden_checks(unit).values():
        run_checks(hidden.exercise, hidden.checks, local_learner(namespace, sources), 0)
    checks = time.perf_counter() - started
    with stopwatch() as spent:
        started = time.perf_counter()
        graded = grade_notebook(unit, submitted, 0, engine)
        total = time.perf_counter() - started
    if graded.score != graded.max_score:
        sys.exit(f"the solution of {unit.id} got {graded.score:g} points; mend that first")
    stages = {stage: spent[method] for method, stage in STAGES.items()}
    return {
        **stages,
        REST: total - sum(stages.values()),
        "all of it": total,
        "the cells' own computing": cells,
        "the checks' own computing": checks,
        "overhead": total - cells - checks,
    }


@contextmanager
def stopwatch() -> Iterator[dict[str, float]]:
    """Seconds spent in each of the kernel's methods while the context lasts."""
    spent = dict.fromkeys(STAGES, 0.0)
    originals = {name: getattr(Kernel, name) for name in STAGES}

    def timed(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                spent[name] += time.perf_counter() - started

        return run

    for name, method in originals.items():
        setattr(Kernel, name, timed(name, method))
    try:
        yield spent
    finally:
        for name, method in originals.items():
            setattr(Kernel, name, method)


def memory(engine: Engine) -> str:
    """MiB (PSS) that each kernel adds to a fork server which has one already."""
    parent = server_for(engine.level, engine.plan)
    kernels = [fork_kernel(engine.level, engine.plan)]
    sizes = [memory_of_all(parent)]
    for _ in range(EXTRA_KERNELS):
        kernels.append(fork_kernel(engine.level, engine.plan))
        sizes.append(memory_of_all(parent))
    for kernel in kernels:
        kernel.close()
    added = [(after - before) / 2**20 for before, after in pairwise(sizes)]
    return f"median of {EXTRA_KERNELS} (PSS): {statistics.median(added):.0f}"


if __name__ == "__main__":
    main()
