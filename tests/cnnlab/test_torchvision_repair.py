"""The repair of torchvision, tried in fresh interpreters on stand-ins for each state it meets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEALTHY = "__version__ = '9.0'\n"

# What torchvision itself does when its compiled library did not load.
MISMATCHED = """
__version__ = '9.0'
import torchvision.extension, torch
@torch.library.register_fake('torchvision::nms')
def meta_nms(dets, scores, iou_threshold):
    return dets.new_empty(0, dtype=torch.long)
@torch.library.register_fake('torchvision::qnms')
def meta_qnms(dets, scores, iou_threshold):
    return dets.new_empty(0, dtype=torch.long)
"""

BEYOND_REPAIR = "raise RuntimeError('operator torchvision::roi_align does not exist')\n"
OTHER_FAILURE = "raise RuntimeError('disk on fire')\n"


@pytest.fixture
def run_with(tmp_path: Path):
    """Run a script in a new interpreter that sees the given source as its torchvision."""

    def run(torchvision_source: str, script: str) -> list[str]:
        package = tmp_path / "torchvision"
        package.mkdir()
        (package / "__init__.py").write_text(torchvision_source)
        (package / "extension.py").write_text("")
        preamble = f"import sys, warnings; sys.path.insert(0, {str(tmp_path)!r})\n"
        result = subprocess.run(
            [sys.executable, "-c", preamble + script], capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()

    return run


IMPORT_TWICE_AND_COUNT_WARNINGS = """
from cnnlab._torchvision import diagnose, import_torchvision
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    assert import_torchvision() is import_torchvision()
import torchvision
print(torchvision.__version__, len(caught), diagnose().status)
print('torch' in sys.modules)
"""


def test_a_healthy_torchvision_is_left_alone(run_with) -> None:
    version_and_state, torch_loaded = run_with(HEALTHY, IMPORT_TWICE_AND_COUNT_WARNINGS)
    assert version_and_state == "9.0 0 ok"
    assert torch_loaded == "False"  # the repair never ran


def test_missing_operators_are_declared_and_one_warning_is_given(run_with) -> None:
    assert run_with(MISMATCHED, IMPORT_TWICE_AND_COUNT_WARNINGS)[0] == "9.0 1 repaired"


def test_lessons_may_ask_for_no_warning(run_with) -> None:
    script = IMPORT_TWICE_AND_COUNT_WARNINGS.replace(
        "import_torchvision() is", "import_torchvision(quiet=True) is"
    )
    assert run_with(MISMATCHED, script)[0] == "9.0 0 repaired"


def test_it_also_works_after_the_user_has_met_the_failure(run_with) -> None:
    script = """
try:
    import torchvision
except RuntimeError as error:
    print(error)
"""
    lines = run_with(MISMATCHED, script + IMPORT_TWICE_AND_COUNT_WARNINGS)
    assert "torchvision::nms does not exist" in lines[0]
    assert lines[1] == "9.0 1 repaired"


PRINT_ERROR_AND_DIAGNOSIS = """
from cnnlab._torchvision import diagnose, import_torchvision
try:
    import_torchvision()
except Exception as error:
    print(type(error).__name__, error)
print(diagnose().status, diagnose().explanation)
"""


def test_what_cannot_be_repaired_says_so_with_a_remedy(run_with) -> None:
    error, diagnosis = run_with(BEYOND_REPAIR, PRINT_ERROR_AND_DIAGNOSIS)
    assert error.startswith("TorchvisionError")
    assert "pip uninstall" in error
    assert diagnosis.startswith("broken")


def test_other_failures_are_not_disguised(run_with) -> None:
    error, diagnosis = run_with(OTHER_FAILURE, PRINT_ERROR_AND_DIAGNOSIS)
    assert error == "RuntimeError disk on fire"
    assert diagnosis == "broken disk on fire"


def test_a_missing_torchvision_names_the_command_to_type(run_with) -> None:
    hidden = "sys.modules['torchvision'] = None\n"
    error, diagnosis = run_with(HEALTHY, hidden + PRINT_ERROR_AND_DIAGNOSIS)
    assert error.startswith("TorchvisionError") and "pip install torchvision" in error
    assert diagnosis.startswith("broken")


def test_here_models_and_transforms_are_usable() -> None:
    import torch

    from cnnlab._torchvision import import_torchvision

    torchvision = import_torchvision()
    from torchvision.transforms import v2

    assert v2.CenterCrop(2)(torch.zeros(3, 4, 4)).shape == (3, 2, 2)
    with torch.device("meta"):
        assert torchvision.models.resnet18().fc.out_features == 1000
