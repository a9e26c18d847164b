"""What the build refuses: every fault is named with its file, its line and the way to mend it."""

from __future__ import annotations

import pytest
from toy_course import HINTS, LESSON

from autograder.authoring import Problem, build
from autograder.errors import CourseError


def _line(text: str, marker: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if marker in line)


# (name, text in the lesson, its replacement, what the problem says, text of the line it names)
FAULTS = [
    ("test missing", '\n# %% test="double" points=8\ncheck.double(double)\n', "",
     "the exercise 'double' has no test cell", 'todo="double"'),
    ("test without todo", ' todo="double"', "",
     "the test 'double' has no exercise", 'test="double"'),
    ("test misspelt", 'test="double"', 'test="doubel"',
     "Did you mean 'double'", 'test="doubel"'),
    ("no points", '"double" points=8', '"double"',
     "test='double' has no points", 'test="double"'),
    ("zero points", "points=8", "points=0", "has points=0", 'test="double"'),
    ("negative points", "points=8", "points=-1", "has points=-1", 'test="double"'),
    ("points are text", "points=8", 'points="8"', "has points='8'", 'test="double"'),
    ("points are true", "points=8", "points=true", "has points=True", 'test="double"'),
    ("no points on an answer", '"transfer" points=2.5', '"transfer"',
     "written='transfer' has no points", 'written="transfer"'),
    ("points on a plain cell", 'tags=["explore"]', "points=3",
     "points on a cell that is not graded", "# %% points=3"),
    ("duplicate id", 'locked="table"', 'locked="double"',
     "the id 'double' is already used in line 20", 'locked="double"'),
    ("no solution", "    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n",
     "    return 2 * x\n", "todo='double' has no solution region", 'todo="double"'),
    ("no model answer", "# ### BEGIN SOLUTION\n# Nothing. Rubric: 2.5 for saying so.\n"
     "# ### END SOLUTION", "# Nothing.", "written='transfer' has no solution region",
     'written="transfer"'),
    ("never ends", "    return 2 * x\n    ### END SOLUTION\n", "    return 2 * x\n",
     "a solution begins and never ends", "### BEGIN SOLUTION"),
    ("never began", "    ### BEGIN SOLUTION\n    return 2 * x\n", "    return 2 * x\n",
     "a solution ends that never began", "### END SOLUTION"),
    ("nested", "    return 2 * x\n", "    # BEGIN SOLUTION again\n    return 3 * x\n",
     "a solution begins inside the one of line 26", "SOLUTION again"),
    ("stray solution", "import math\n", "### BEGIN SOLUTION\nimport math\n### END SOLUTION\n",
     "a solution outside of a todo or written cell", "### BEGIN SOLUTION"),
    ("syntax error", "import math\n", "import math\nx = = 2\n",
     "not valid Python", "x = = 2"),
    ("stub is no python", "    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n",
     "    if x:\n    ### BEGIN SOLUTION\n        return 2 * x\n    ### END SOLUTION\n",
     "without its solution the cell is not valid Python", 'todo="double"'),
    ("unknown attribute", 'tags=["explore"]', 'tag=["explore"]',
     "unknown cell attribute 'tag'. Did you mean 'tags'", "# %% tag="),
    ("text after the marker", 'tags=["explore"]', "explore this",
     "unknown cell attribute 'explore this'", "# %% explore this"),
    ("tags are text", 'tags=["explore"]', 'tags="explore"', "no notebook can hold", "# %% tags="),
    ("a hidden text", "# %% [markdown]\n# The end.", '# %% [markdown] tags=["hide"]\n# The end.',
     "the tag 'hide' hides what learners must see", '# %% [markdown] tags='),
    ("a hidden exercise", 'todo="double"', 'todo="double" tags=["hide"]',
     "the tag 'hide' hides what learners must see", 'todo="double"'),
    ("two roles", 'locked="table"', 'locked="table" written="note" points=1',
     "one cell is both written and locked", 'locked="table"'),
    ("todo in markdown", '[markdown] written="transfer" points=2.5', '[markdown] todo="transfer"',
     "a todo cell cannot be a markdown cell", 'todo="transfer"'),
    ("no name", 'locked="table"', 'locked="my-table"',
     "locked='my-table' is not a name", "# %% locked="),
    ("points do not add up", "points=8", "points=9",
     "the points add up to 11.5, but course.toml says 10.5", "# %% [markdown]"),
    ("hidden tests", "check.double(double)\n",
     "check.double(double)\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n",
     "keeps tests in the notebook", "BEGIN HIDDEN TESTS"),
    ("trace of the grader", "# The end.", "# The end.\n# See autograder/exercises.",
     "students would read 'autograder'", "# See autograder/exercises."),
    ("local path", "# The end.", "# See /home/ada/notes.", "students would read '/home/'",
     "# See /home/ada"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "says", "named"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_faults_in_a_lesson_are_named_with_line_and_mend(toy, old, new, says, named):
    toy.rewrite(old, new)
    report = build(toy.load())
    assert not report.ok
    assert report.exit_code == 1
    found = [problem for problem in report.problems if says in f"{problem.what}. {problem.mend}"]
    assert len(found) == 1, [str(problem) for problem in report.problems]
    text = toy.lesson().read_text(encoding="utf-8")
    assert found[0].file == toy.lesson()
    assert found[0].line == _line(text, named)
    assert str(found[0]).startswith(f"{toy.lesson()}:{found[0].line}: ")
    assert found[0].mend
    assert not (toy.root / "release").exists()


def test_a_test_above_its_todo_is_refused(toy):
    cell = '# %% test="double" points=8\ncheck.double(double)\n\n'
    toy.rewrite(cell, "")
    toy.rewrite('# %% todo="double"', cell + '# %% todo="double"')
    assert "the test of 'double' stands above its exercise" in str(build(toy.load()))


@pytest.mark.parametrize(
    ("hints", "says", "line"),
    [
        (HINTS.replace(', "Return x + x."', ""), "are 2, not 3", 1),
        (HINTS.replace(', "Return', ', "More.", "Return'), "are 4, not 3", 1),
        (HINTS.replace("Think of adding.", "  "), "hold an empty one", 1),
        (HINTS.replace("hints =", "hint ="), "are not written as hints =", 1),
        (HINTS + '\n[doubel]\nhints = ["a", "b", "c"]\n', "Did you mean [double]", 4),
        (HINTS + "\nhints = oops\n", "not valid TOML", 4),
    ],
)
def test_faults_in_the_hints_are_named(toy, hints, says, line):
    path = toy.load().unit("01_toy").hints
    path.write_text(hints, encoding="utf-8")
    (problem,) = build(toy.load()).problems
    assert says in str(problem)
    assert (problem.file, problem.line) == (path, line)


@pytest.mark.parametrize("delete", [True, False])
def test_a_todo_without_hints_is_refused_where_it_stands(toy, delete):
    path = toy.load().unit("01_toy").hints
    path.unlink() if delete else path.write_text("", encoding="utf-8")
    (problem,) = build(toy.load()).problems
    assert "the exercise 'double' has no hints" in problem.what
    assert (problem.file, problem.line) == (toy.lesson(), _line(LESSON, 'todo="double"'))


def test_all_problems_of_all_units_are_reported_at_once(toy):
    toy.rewrite(" points=8", "")
    toy.rewrite("import math", "import import")
    toy.add_unit("02_also", hints="")
    toy.add_unit("03_missing")
    toy.lesson("03_missing").unlink()
    report = build(toy.load(), check=True)
    assert {problem.file.parent.name for problem in report.problems} == {
        *("01_toy", "02_also", "03_missing"),
    }
    assert len(report.problems) == 4
    assert report.problems == sorted(report.problems)


def test_a_lesson_that_is_not_text_is_refused_with_its_line(toy):
    toy.lesson().write_bytes(b"# %%\nx = 1\n# \xff\n")
    assert "lesson.py:3: not UTF-8" in str(build(toy.load()))


def test_a_lesson_with_a_header_is_refused(toy):
    path = toy.lesson()
    path.write_text("# ---\n# jupyter:\n#   x: 1\n# ---\n\n" + LESSON, encoding="utf-8")
    (problem,) = build(toy.load()).problems
    assert "above the first cell marker" in problem.what
    assert (problem.file, problem.line) == (path, 1)


def test_problems_are_shown_as_one_would_type_the_path(toy, monkeypatch):
    toy.rewrite("import math", "import import")
    monkeypatch.chdir(toy.root)
    assert str(build(toy.load()).problems[0]).startswith("course/units/01_toy/lesson.py:7: ")


def test_missing_nbgrader_settings_are_named(toy):
    (toy.root / "course" / "nbgrader_config.py").unlink()
    with pytest.raises(CourseError, match=r"nbgrader_config\.py is missing"):
        build(toy.load())


def test_a_second_notebook_in_a_unit_is_refused(toy):
    (toy.lesson().parent / "other.ipynb").write_text("{}", encoding="utf-8")
    assert "a second notebook" in str(build(toy.load()))


def test_what_nbgrader_refuses_is_a_problem_of_the_unit(toy):
    toy.rewrite("# The end.", "# ### BEGIN MARK SCHEME\n# 1\n# ### END MARK SCHEME")
    (problem,) = build(toy.load()).problems
    assert problem.file == toy.lesson()
    assert "nbgrader refuses" in problem.what


class Answers:
    """Stands for those who know the checks; notes what they are asked."""

    def __init__(self, problems=(), passes=None):
        self.problems, self.passes, self.asked = list(problems), passes, []

    def problems_of_course(self):
        return []

    def problems_of_unit(self, unit, cells):
        self.asked.append((unit.id, len(cells)))
        return self.problems

    def points_of_stub(self, unit, exercise, release):
        (cell,) = [cell for cell in release.cells if cell.id == exercise]
        assert "YOUR CODE HERE" in cell.source
        return self.passes


def test_what_the_checks_know_is_a_reason_to_refuse(toy):
    known = Problem(toy.lesson(), 1, "no checks", "Write some", exit_code=2)
    checks = Answers([known])
    report = build(toy.load(), checks=checks)
    assert report.problems == [known]
    assert report.exit_code == 2
    assert [unit for unit, _ in checks.asked] == ["01_toy"]
    assert build(toy.load(), checks=Answers()).ok


def test_checks_are_not_asked_about_a_lesson_that_makes_no_sense(toy):
    toy.rewrite("points=8", 'points="many"')
    checks = Answers()
    assert len(build(toy.load(), checks=checks).problems) == 1
    assert checks.asked == []


def test_a_stub_that_passes_is_refused(toy):
    checks = Answers(passes="passes the check “values”")
    (problem,) = build(toy.load(), checks=checks).problems
    left = "the exercise 'double', left as students get it"
    assert problem.what == f"{left}, passes the check “values”"
    assert problem.line == _line(LESSON, 'todo="double"')


@pytest.mark.parametrize("name", ["2doubles", "dou-ble", "lambda", "x" * 49])
def test_an_exercise_is_called_as_python_can_call_it(toy, name):
    toy.rewrite('todo="double"', f'todo="{name}"')
    report = build(toy.load())
    (problem,) = [p for p in report.problems if "is not a name" in p.what]
    assert problem.line == _line(LESSON, 'todo="double"')
    assert report.exit_code == 2
    assert not (toy.root / "release").exists()
