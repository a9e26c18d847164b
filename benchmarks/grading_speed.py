"""A class graded by stock nbgrader and by `autograder grade`, on the same submissions.

Stock nbgrader grades a throwaway copy of the unit, whose tests stand as asserts in the notebook:
whole, as an instructor would run it, and cut down to the cells that grading needs. Ours runs with
two workers and warm kernels, then without each of the two, to say what comes from where.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from measuring import arguments, finish, section, spread
from nbformat import NotebookNode
from stock_course import StockCourse

from autograder.course import Course, Unit
from autograder.sample_class import compose, solutions
from autograder.submissions import read_notebook

Grade = Callable[[Path], None]


def cut_down(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the cells that grading does not need."""
    notebook.cells = [c for c in notebook.cells if "explore" not in c.metadata.get("tags", [])]
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
def measured(into: list[tuple[float, float]]) -> Iterator[None]:
    """Wall time and processor time of everything that is started, and has ended, inside."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    yield
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    into.append((time.perf_counter() - started, cpu))


def main() -> None:
    parser = arguments(__doc__ or "", rounds=3)
    parser.add_argument("--unit", default="02_lenet")
    parser.add_argument("--size", type=int, default=20, help="submissions")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    unit = Course.load().unit(options.unit)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = StockCourse(folder / "whole", read_notebook(unit.source_notebook), unit.id, 300)
        short = cut_down(read_notebook(unit.source_notebook))
        cut = StockCourse(folder / "cut", short, unit.id, 300)
        for course in (whole, cut):
            write_class(course.release, unit, course.root / "submitted", options.size)
        mine = folder / "submitted"
        write_class(read_notebook(unit.release_notebook), unit, mine, options.size)
        arms: dict[str, tuple[int, Callable[[], None]]] = {
            # One round of the whole notebook takes many minutes, and one tells enough.
            "stock nbgrader, whole notebook": (1, whole.autograde),
            "stock nbgrader, cut down": (options.rounds, cut.autograde),
            "autograder grade -j 2": (options.rounds, lambda: ours(unit, "-j2")(mine)),
            "autograder grade -j 1": (options.rounds, lambda: ours(unit, "-j1")(mine)),
            "autograder grade -j 1, cold kernels": (
                options.rounds,
                lambda: ours(unit, "-j1", "--kernel=cold")(mine),
            ),
        }
        times: dict[str, list[tuple[float, float]]] = {arm: [] for arm in arms}
        for number in range(options.rounds):
            for arm, (rounds, grade) in arms.items():
                if number < rounds:
                    with measured(times[arm]):
                        grade()
    base = sorted(times["autograder grade -j 2"])[options.rounds // 2]
    rows = [
        {
            "grader": arm,
            "seconds": spread([wall for wall, _ in of_arm]),
            "a submission": f"{sorted(of_arm)[len(of_arm) // 2][0] / options.size:.2f}",
            "processor seconds": spread([cpu for _, cpu in of_arm]),
            "times ours, wall": f"{sorted(of_arm)[len(of_arm) // 2][0] / base[0]:.1f}",
            "times ours, processor": f"{sorted(of_arm)[len(of_arm) // 2][1] / base[1]:.1f}",
        }
        for arm, of_arm in times.items()
    ]
    about = (
        f"{options.size} right submissions to {unit.id}. Cut down: without the cells that grading "
        "does not need; ours never runs them. The whole notebook was graded once."
    )
    finish(
        f"grading_speed_{unit.id}",
        section(f"Grading {unit.id}", about, rows, options.rounds),
        options.save,
    )


if __name__ == "__main__":
    main()
