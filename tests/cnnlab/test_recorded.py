"""The recorded runs: every file is whole, says where it comes from, and draws its curves."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnlab import pictures, recorded
from cnnlab.errors import UnknownNameError

NAMES = sorted(file.stem for file in Path(recorded.__file__).parent.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_the_same_seeds(name: str) -> None:
    record = recorded.load(name)
    seeds = {tuple(run["seed"] for run in runs) for runs in record.rows.values()}
    assert len(seeds) == 1
    assert name in record.command
    assert all(row in record.table() for row in record.rows)


def test_differences_are_taken_seed_by_seed() -> None:
    record = recorded.load("long_runs")
    tests = record.values("test")
    expected = [a - b for a, b in zip(tests["residual-26"], tests["plain-26"], strict=True)]
    assert record.differences("residual-26", "plain-26") == expected


def test_curves_can_be_drawn() -> None:
    histories = recorded.load("long_runs").histories()
    assert all(len(history) == 30 for runs in histories.values() for history in runs)
    assert "residual-26" in pictures.curves(histories).alt


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(UnknownNameError, match="long_runs"):
        recorded.load("long_rums")
