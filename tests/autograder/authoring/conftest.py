"""Fixtures of the build's tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_course import ToyCourse


@pytest.fixture
def toy(tmp_path: Path) -> ToyCourse:
    return ToyCourse(tmp_path / "toy")
