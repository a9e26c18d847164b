"""A small course on disk, for each test to bend into the shape it needs."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.course import Course

REPOSITORY = Path(__file__).resolve().parents[3]

LESSON = '''\
# %% [markdown]
# # A toy unit
#
# It doubles numbers.

# %%
import math

# %matplotlib inline

# %% [markdown]
# Some $\\frac{1}{2}$ LaTeX, an é, a 猫.
#
# ```python
# # %% this is no cell
# print("fence")
# ```


# %% todo="double"
def double(x):
    """Twice x.

    # %% neither is this
    """
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% test="double" points=8
check.double(double)

# %% tags=["explore"]
# !ls
# %time double(3)

# %%

# %% language="bash"
# echo hello

# %% locked="table"
TABLE = [double(n) for n in range(3)]

# %% [markdown] written="transfer" points=2.5
# What changes for negative numbers?
#
# ### BEGIN SOLUTION
# Nothing. Rubric: 2.5 for saying so.
# ### END SOLUTION

# %% [markdown]
# The end.
'''

HINTS = '[double]\nhints = ["Think of adding.", "Add x to itself.", "Return x + x."]\n'


def unit_table(unit_id: str, points: float = 10.5, prerequisites: str = "[]") -> str:
    return f'''
[[units]]
id = "{unit_id}"
title = "Unit {unit_id}"
minutes = 60
points = {points}
budget_seconds = 120
graded_seconds = 20
data = ["digits"]
prerequisites = {prerequisites}
'''


HEAD = """[course]
title = "Toy"
repository = "https://github.com/example/toy"
branch = "main"
"""


class ToyCourse:
    """A course folder with one good unit, 01_toy."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "course").mkdir(parents=True)
        settings = REPOSITORY / "course" / "nbgrader_config.py"
        shutil.copy(settings, root / "course" / "nbgrader_config.py")
        self.manifest = root / "course" / "course.toml"
        self.manifest.write_text(HEAD, encoding="utf-8")
        self.add_unit("01_toy")

    def add_unit(self, unit_id: str, lesson: str = LESSON, hints: str = HINTS, **table) -> None:
        with self.manifest.open("a", encoding="utf-8") as stream:
            stream.write(unit_table(unit_id, **table))
        folder = self.root / "course" / "units" / unit_id
        folder.mkdir(parents=True)
        (folder / "lesson.py").write_text(lesson, encoding="utf-8")
        (folder / "hints.toml").write_text(hints, encoding="utf-8")

    def load(self) -> Course:
        return Course.load(self.root)

    def lesson(self, unit_id: str = "01_toy") -> Path:
        return self.load().unit(unit_id).lesson

    def rewrite(self, old: str, new: str, unit_id: str = "01_toy") -> None:
        """Replace `old`, which must be there, in the unit's lesson."""
        path = self.lesson(unit_id)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
