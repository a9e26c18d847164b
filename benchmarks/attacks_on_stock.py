"""The attacks of the hostile corpus against stock nbgrader, beside what our grader makes of them.

Stock nbgrader grades a throwaway copy of the unit, cut down to the cells that grading needs, whose
tests stand as asserts in the notebook. A wrong answer worth 6 points (8 for conv2d) goes with each
attack. Bombs are left out for stock nbgrader: it has nothing to stop them, and they would take this
machine with them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from grading_speed import cut_down
from measuring import arguments, finish, section
from nbgrader.api import Gradebook, MissingEntry
from stock_course import StockCourse
from tqdm import tqdm

from autograder.course import Course
from autograder.hostile import Case, corpus
from autograder.hostile.corpus import UNIT
from autograder.judging.grading import grade_all
from autograder.submissions import Submission, read_notebook

BOMBS = {19, 20}


def by_stock(course: StockCourse, case: Case) -> str:
    """What a class list would show for this student, in words."""
    course.submit(case.student, case.content)
    course.autograde(case.student, seconds=120)
    with Gradebook(course.database) as gradebook:
        try:
            found = gradebook.find_submission(course.unit_id, case.student)
        except MissingEntry:
            return "no grade"
        if not found.notebooks:
            return "no grade"
        scores = {grade.name: grade.auto_score for grade in found.notebooks[0].grades}
        most = {grade.name: grade.max_score for grade in found.notebooks[0].grades}
    graded = course.root / "autograded" / case.student / course.unit_id / f"{course.unit_id}.ipynb"
    if not graded.exists() or all(score is None for score in scores.values()):
        return "no grade"
    if "LEAKED" in _printed(graded):
        return "looked where it should not"
    paid = [name for name in ("test_conv_output_size", "test_conv2d") if scores[name] == most[name]]
    if case.number < 26 and len(paid) == 2:
        return "full marks for a wrong answer"
    return f"{sum(score or 0 for score in scores.values()):g} points"


def _printed(path: Path) -> str:
    outputs = [out for c in read_notebook(path).cells for out in c.get("outputs", [])]
    return "".join(str(out.get("text", "")) for out in outputs)


def main() -> None:
    parser = arguments(__doc__ or "", rounds=1)
    options = parser.parse_args()
    course = Course.load()
    unit = course.unit(UNIT)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = cut_down(read_notebook(unit.source_notebook))
        stock = StockCourse(root / "stock", source, UNIT)
        theirs = {case.student: case for case in corpus(course, stock.release)}
        cases = corpus(course)
        submissions = [Submission(case.student, root / f"{case.student}.ipynb") for case in cases]
        for case, submission in zip(cases, submissions, strict=True):
            submission.path.write_bytes(case.content)
        ours = grade_all(unit, submissions, seed=0)
        for case, graded in tqdm(zip(cases, ours, strict=True), total=len(cases), disable=None):
            known = "not tried" if case.number in BOMBS else by_stock(stock, theirs[case.student])
            if case.leaves.startswith("/"):
                Path(case.leaves).unlink(missing_ok=True)  # stock nbgrader leaves it there
            rows.append(
                {
                    "attack": f"{case.number}. {case.name}",
                    "deserved": f"{case.points:g}",
                    "stock nbgrader": known,
                    "autograder grade": f"{graded.score:g} points",
                }
            )
    about = (
        f"{len(cases)} submissions to {UNIT} (60 points), each with the points that its honest "
        "part deserves. Stock nbgrader runs the unit cut down to the cells that grading needs, its "
        "hidden tests as asserts, and gives each cell 30 seconds. “No grade” is what it leaves "
        "where it gives up: such a submission waits for a person. Where it gives 40 points, the "
        "wrong answer has also cost the exercise that builds on it."
    )
    finish("attacks", section("Attacks, stock nbgrader and ours", about, rows, 1), options.save)


if __name__ == "__main__":
    main()
