"""A learner's progress in one small file: checks passed, hints taken, predictions made."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from cnnlab.home import home, write_atomically

_EMPTY: dict[str, dict[str, Any]] = {"checks": {}, "hints": {}, "predictions": {}}


def state_file() -> Path:
    return home() / "progress.json"


def load() -> dict[str, dict[str, Any]]:
    """The whole state; a missing or damaged file counts as a fresh start."""
    try:
        found = json.loads(state_file().read_text(encoding="utf-8"))
        return {part: dict(found.get(part, {})) for part in _EMPTY}
    except (OSError, ValueError, AttributeError, TypeError):
        return {part: {} for part in _EMPTY}


def record_check(todo_id: str, passed: bool) -> None:
    before = load()["checks"].get(todo_id, {})
    _record("checks", todo_id, {"passed": passed, "tries": int(before.get("tries", 0)) + 1})


def record_hint(todo_id: str, shown: int) -> None:
    _record("hints", todo_id, shown)


def record_prediction(name: str, guess: Any) -> None:
    _record("predictions", name, guess)


def forget(todo_ids: list[str], predictions: list[str] | None = None) -> None:
    """Starts these exercises afresh, as `cnnlab reset` does."""
    state = load()
    for todo_id in todo_ids:
        state["checks"].pop(todo_id, None)
        state["hints"].pop(todo_id, None)
    for name in predictions or []:
        state["predictions"].pop(name, None)
    _save(state)


def _record(part: str, key: str, value: Any) -> None:
    state = load()
    state[part][key] = value
    _save(state)


def _save(state: dict[str, dict[str, Any]]) -> None:
    text = json.dumps(state, indent=1, sort_keys=True)
    try:
        write_atomically(state_file(), text.encode())
    except OSError as problem:
        warnings.warn(
            f"Your progress could not be written to {state_file()} ({problem.strerror}). The "
            "lesson goes on without it. Set CNNLAB_HOME to a folder you may write to.",
            stacklevel=2,
        )
