import sys

from autograder.answers import evaluate_units
from autograder.course import Course

c = Course.load()
bad = 0
n = 0
for row in evaluate_units(c.select(sys.argv[1:]), seed=1):
    n += 1
    if not row.ok:
        bad += 1
    print(
        "ok " if row.ok else "BAD",
        row.unit[:2],
        row.todo,
        row.kind,
        repr(row.answer),
        row.visible_points,
        row.points,
        row.max_points,
        row.diagnosis,
        "!=" if row.diagnosis != row.expected_diagnosis else "",
        row.expected_diagnosis,
    )
print(n, "answers", bad, "bad")
