"""How the time of grading grows with the class: it should be a straight line.

Run: python benchmarks/class_growth.py [--sizes 1 10 100 500] [--save]
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from grading_speed import ours, write_class
from measuring import arguments, finish, section

from autograder.course import Course
from autograder.submissions import read_notebook

UNIT = "01_convolutions"


def main() -> None:
    parser = arguments(__doc__.splitlines()[0], rounds=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100, 500])
    options = parser.parse_args()
    unit = Course.load().unit(UNIT)
    release = read_notebook(unit.release_notebook)
    grade = ours(unit, "-j2")
    seconds = {}
    with tempfile.TemporaryDirectory() as name:
        for size in options.sizes:
            folder = Path(name, str(size), "submitted")
            write_class(release, unit, folder, size)
            started = time.perf_counter()
            grade(folder)
            seconds[size] = time.perf_counter() - started
    line = statistics.linear_regression(list(seconds), list(seconds.values()))
    rows = [
        {
            "submissions": size,
            "seconds": f"{taken:.1f}",
            "a submission": f"{taken / size:.2f}",
            "by the line": f"{line.intercept + line.slope * size:.1f}",
        }
        for size, taken in seconds.items()
    ]
    about = (
        f"`autograder grade -j 2` of right submissions to {UNIT}, start included. The line that "
        f"fits best: {line.intercept:.1f} s and {line.slope:.3f} s for each submission."
    )
    finish("class_growth", section("Grading larger classes", about, rows, 1), options.save)


if __name__ == "__main__":
    main()
