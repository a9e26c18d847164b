"""What the course's pages say of the units is what the course says."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("course_pages", ROOT / "tools" / "course_pages.py")
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)


@pytest.mark.parametrize("path", TOOL.PAGES, ids=lambda path: path.stem)
def test_the_generated_part_is_current(path):
    assert TOOL.current(path) == path.read_text("utf-8"), "Run: python tools/course_pages.py"
