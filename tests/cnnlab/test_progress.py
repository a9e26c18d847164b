"""Progress is kept in one small file that nothing can break."""

import pytest

from cnnlab import progress


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))


def test_checks_hints_and_predictions_are_remembered():
    progress.record_check("conv2d", False)
    progress.record_check("conv2d", True)
    progress.record_hint("conv2d", 2)
    progress.record_prediction("shape", "(4, 4)")
    assert progress.load() == {
        "checks": {"conv2d": {"passed": True, "tries": 2}},
        "hints": {"conv2d": 2},
        "predictions": {"shape": "(4, 4)"},
    }
    progress.forget(["conv2d"])
    assert progress.load()["checks"] == {}


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"checks": 3}', "null"])
def test_a_damaged_file_is_a_fresh_start(damage):
    progress.record_check("conv2d", True)
    progress.state_file().write_text(damage)
    assert progress.load()["checks"] == {}
    progress.record_check("pool2d", True)
    assert progress.load()["checks"]["pool2d"]["passed"]


def test_a_home_that_cannot_be_written_only_warns(tmp_path, monkeypatch):
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("CNNLAB_HOME", str(blocker))
    with pytest.warns(UserWarning, match="CNNLAB_HOME"):
        progress.record_check("conv2d", True)
