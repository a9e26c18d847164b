"""docs/own_course.md is followed to the letter, and ends with a graded class."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "own_course.md"
EXAMPLE = ROOT / "examples" / "numpy_course"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(PAGE.read_text("utf-8")) if kind == language]


def test_the_code_on_the_page_is_the_examples_own():
    code = {path: path.read_text("utf-8") for path in EXAMPLE.rglob("*.py")}
    for block in blocks("python"):
        assert any(block in text for text in code.values()), block


def write_what_the_page_asks_for(course: Path) -> None:
    """The exercise of the example, in the unit and the places that `autograder new` made."""
    packages = EXAMPLE / "packages"
    for path in sorted(packages.rglob("*")):
        belongs = path.stem == "_telling" or "moving_average" in path.as_posix()
        if path.is_file() and path.suffix == ".py" and belongs:
            text = path.read_text("utf-8").replace("u01_neighbours", "u02_neighbours")
            inside = path.relative_to(EXAMPLE).as_posix().replace("u01_", "u02_")
            (course / inside).write_text(text, encoding="utf-8")
    whole = (EXAMPLE / "course/units/01_neighbours/lesson.py").read_text("utf-8")
    unit = course / "course/units/02_neighbours"
    (unit / "lesson.py").write_text(whole[: whole.index("# %% [markdown]\n# ## 2. ")], "utf-8")
    hints = (EXAMPLE / "course/units/01_neighbours/hints.toml").read_text("utf-8")
    (unit / "hints.toml").write_text(hints[: hints.index("[life_step]")], "utf-8")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_command_works_in_the_order_of_the_page(tmp_path):
    folder, told = tmp_path, ""
    for line in [line for block in blocks("") for line in block.splitlines()]:
        program, *words = line.split()
        if program == "cd":
            folder = folder / words[0]
            continue
        assert program == "autograder", line
        if words[0] == "grade":
            shutil.copytree(folder / "demo" / "submitted", folder / "submitted")
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *words], cwd=folder, capture_output=True, text=True
        )
        told = done.stdout + done.stderr
        unfinished = words == ["build"] and (folder / "course/units/02_neighbours").exists()
        wrong_answers = words[0] == "grade"
        assert done.returncode == (1 if unfinished or wrong_answers else 0), f"{line}\n{told}"
        if unfinished:
            assert "UNFINISHED:" in told
            write_what_the_page_asks_for(folder)
    assert "02_neighbours" in told
