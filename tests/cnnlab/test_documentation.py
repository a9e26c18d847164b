"""What the documentation shows is what the library does: every example is run."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
import torch

import cnnlab

PAGE = Path(__file__).parents[2] / "docs" / "library.md"
# The parts whose names people type. Lessons themselves show the checks, notebooks the widgets.
PUBLIC = ("data", "models", "training", "anatomy", "pictures", "deploy")


def modules() -> list[str]:
    found = [info.name for info in pkgutil.walk_packages(cnnlab.__path__, "cnnlab.")]
    return ["cnnlab", *(name for name in found if not name.endswith("__main__"))]


@pytest.fixture(autouse=True)
def randomness_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with torch.random.fork_rng():
        yield


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings_say_what_happens(name: str):
    # By hand, not by pytest's finder: that one asks lazy modules for everything they could have.
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def public_functions() -> list[tuple[str, object]]:
    found = []
    for part in PUBLIC:
        module = importlib.import_module(f"cnnlab.{part}")
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isfunction(thing):
                found.append((f"{part}.{name}", thing))
    return found


@pytest.mark.parametrize(
    ("name", "thing"), public_functions(), ids=[name for name, _ in public_functions()]
)
def test_every_public_function_has_an_example(name: str, thing: object):
    text = inspect.getdoc(thing) or ""
    assert ">>>" in text, f"{name} lacks an example in its docstring"


def test_the_page_about_the_library_runs_from_top_to_bottom(capsys: pytest.CaptureFixture):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for number, block in enumerate(blocks, 1):
        # The same code with less to learn from: what it does is not what takes its time.
        quick = block.replace("n_train=3000, n_test=500", "n_train=300, n_test=100")
        exec(compile(quick, f"{PAGE.name}, example {number}", "exec"), names)
    shown = capsys.readouterr().out
    assert len(blocks) >= 8
    assert "in_channels must be" in shown  # the one example of an error
    assert "receptive field" in shown


def test_the_page_names_every_part():
    text = PAGE.read_text(encoding="utf-8")
    for part in PUBLIC:
        module = importlib.import_module(f"cnnlab.{part}")
        assert sum(f"{name}" in text for name in module.__all__) >= 3, part
