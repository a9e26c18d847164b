"""Commands that grade get a fork server ahead of time; slips are left to the command."""

from importlib import import_module

import pytest

from autograder.command.head_start import head_start


@pytest.fixture
def started(monkeypatch):
    levels = []
    module = import_module("autograder.command.head_start")  # the package has a function so called
    monkeypatch.setattr(module, "choose", lambda name: name)
    monkeypatch.setattr(module, "server_for", lambda level, plan: levels.append(level))
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
