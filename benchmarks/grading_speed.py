"""A class graded by stock nbgrader and by `autograder grade`, on the same submissions.

Stock nbgrader grades a throwaway copy of the unit, whose tests stand as asserts in the notebook:
whole, as an instructor would run it, and cut down to the cells that grading needs. Ours runs with
two workers and warm kernels, then without each of the two, to say what comes from where.

Run: python benchmarks/grading_speed.py [--unit UNIT] [--size 20] [--whole 5] [--save]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import nbformat
import psutil
from measuring import arguments, finish, section, spread
from nbformat import NotebookNode
from stock_course import StockCourse

from autograder.cells import is_experiment, runs_in_grading
from autograder.course import Course, Unit
from autograder.solutions import compose, solutions
from autograder.submissions import read_notebook
from cnnlab.check.cell_runner import run_cells

Grade = Callable[[Path], None]
OURS = "autograder grade -j 2"
CELL_SECONDS = 300


class Time(NamedTuple):
    """Seconds on the clock, and of processors."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Arm:
    """One way to grade a class of `size`; `once` if one round takes minutes."""

    name: str
    size: int
    grade: Callable[[], None]
    once: bool = False


def cut_down(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the cells that grading does not need."""
    notebook.cells = [c for c in notebook.cells if not is_experiment(c)]
    return notebook


def write_class(release: NotebookNode, unit: Unit, folder: Path, size: int) -> None:
    """`size` learners with the right answers, in nbgrader's layout."""
    content = nbformat.writes(compose(release, solutions(unit)))
    for number in range(size):
        path = folder / f"learner-{number:03}" / unit.id / f"{unit.id}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def ours(unit: Unit, *options: str) -> Grade:
    def grade(folder: Path) -> None:
        command = [sys.executable, "-m", "autograder", "grade", str(folder), "--unit", unit.id]
        run([*command, f"--results={folder}-results", "--force", *options])

    return grade


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode > 1:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-1000:]}{done.stderr[-2000:]}")


@contextmanager
def measured(into: list[Time]) -> Iterator[None]:
    """Wall time, and the time of all processors of the machine on which nothing else should run.

    Added up over our children, the kernels would be left out: nobody waits for them who is ours.
    """
    before, started = _busy(), time.perf_counter()
    yield
    into.append(Time(time.perf_counter() - started, _busy() - before))


def _busy() -> float:
    times = psutil.cpu_times()
    return times.user + times.system


def main() -> None:
    parser = arguments(__doc__ or "", rounds=3)
    parser.add_argument("--unit", default="02_lenet")
    parser.add_argument("--size", type=int, default=20, help="submissions")
    parser.add_argument(
        "--whole", type=int, default=5, help="of them, how many stock nbgrader runs whole, once"
    )
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    unit = Course.load().unit(options.unit)
    with tempfile.TemporaryDirectory() as name:
        arms = alternatives(unit, Path(name), options.size, options.whole)
        times: dict[str, list[Time]] = {arm.name: [] for arm in arms}
        for number in range(options.rounds):
            for arm in arms:
                if number < 1 or not arm.once:
                    with measured(times[arm.name]):
                        arm.grade()
    base = _each(times[OURS], options.size)
    rows = []
    for arm in arms:
        wall, processor = _each(times[arm.name], arm.size)
        rows.append(
            {
                "grader": arm.name,
                "submissions": arm.size,
                "seconds": spread([time.wall for time in times[arm.name]]),
                "a submission": f"{wall:.2f}",
                "processor seconds": spread([time.processor for time in times[arm.name]]),
                "times ours, wall": f"{wall / base[0]:.1f}",
                "times ours, processor": f"{processor / base[1]:.1f}",
            }
        )
    about = (
        f"Right submissions to {unit.id}, whose own computing in a plain process takes "
        f"{own_seconds(unit):.2f} s where grading runs it. Cut down: without the cells that "
        "grading does not need; ours never runs them. Stock nbgrader asks the hidden asserts of "
        "stock_course.py, ours every hidden check of the unit. Ratios are those of one submission. "
        "What takes long was graded once."
    )
    finish(
        f"grading_speed_{unit.id}",
        section(f"Grading {unit.id}", about, rows, options.rounds),
        options.save,
    )


def alternatives(unit: Unit, folder: Path, size: int, size_of_whole: int) -> list[Arm]:
    """What is compared, with a class for each written below `folder`."""
    mine = folder / "submitted"
    write_class(read_notebook(unit.release_notebook), unit, mine, size)
    short = cut_down(read_notebook(unit.source_notebook))
    cut = StockCourse(folder / "cut", short, unit.id, CELL_SECONDS)
    write_class(cut.release, unit, cut.root / "submitted", size)
    arms = [
        Arm(OURS, size, lambda: ours(unit, "-j2")(mine)),
        Arm("autograder grade -j 1", size, lambda: ours(unit, "-j1")(mine)),
        Arm(
            "autograder grade -j 1, cold kernels",
            size,
            lambda: ours(unit, "-j1", "--kernel=cold", "--sandbox=none")(mine),
            once=True,
        ),
        Arm("stock nbgrader, cut down", size, cut.autograde),
    ]
    if size_of_whole:
        source = read_notebook(unit.source_notebook)
        whole = StockCourse(folder / "whole", source, unit.id, CELL_SECONDS)
        write_class(whole.release, unit, whole.root / "submitted", size_of_whole)
        arms.append(
            Arm("stock nbgrader, whole notebook", size_of_whole, whole.autograde, once=True)
        )
    return arms


def own_seconds(unit: Unit) -> float:
    """What the cells that are graded take in a process that has imported everything already."""
    graded = compose(read_notebook(unit.release_notebook), solutions(unit)).cells
    started = time.perf_counter()
    run_cells([c.source for c in graded if runs_in_grading(c)])
    return time.perf_counter() - started


def _each(times: list[Time], size: int) -> tuple[float, float]:
    """Median seconds for one submission: wall and processor."""
    walls, processors = zip(*((time.wall, time.processor) for time in times), strict=True)
    return statistics.median(walls) / size, statistics.median(processors) / size


if __name__ == "__main__":
    main()
