"""Commands that grade get a warm parent ahead of time; slips are left to the command."""

import pytest

from autograder.command.head_start import head_start
from autograder.engine import Engine


@pytest.fixture
def started(monkeypatch):
    levels = []
    monkeypatch.setattr(Engine, "ready", lambda engine: levels.append(engine.sandbox))
    return levels


@pytest.mark.parametrize(
    ("typed", "levels"),
    [
        ("grade submitted --unit 01_convolutions -j 2", ["auto"]),
        ("demo --sandbox=none", ["none"]),
        ("grade submitted --sandbox uid --unit x", ["uid"]),
        ("grade --help", []),
        ("grade submitted --kernel cold", []),
        ("grade submitted --sandbox", []),
        ("build 01_convolutions", []),
        ("", []),
    ],
)
def test_who_gets_it(started, capsys, typed, levels):
    head_start(typed.split())
    assert started == levels
    assert capsys.readouterr() == ("", "")


def test_a_level_that_nobody_knows_is_for_the_command_to_refuse(capsys):
    head_start(["grade", "submitted", "--sandbox", "nonsense"])
    assert capsys.readouterr() == ("", "")
