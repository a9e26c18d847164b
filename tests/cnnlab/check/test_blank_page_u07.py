"""The worked answer to unit 07's blank page runs, and learns something in two epochs."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from cnnlab import models

WORKED = Path(__file__).parents[3] / "course" / "worked" / "transfer_script.py"


def test_the_worked_script_beats_guessing_after_two_epochs() -> None:
    try:
        models.pretrained("efficientnet-lite0")
    except models.PretrainedError as missing:
        pytest.skip(str(missing))
    worked = runpy.run_path(str(WORKED))
    assert worked["main"](seed=0, epochs=2, test_a_class=60) > 0.28  # guessing: 20 %, ± 2.3
