"""What a learner knows, and when each kind of question is due again: boxes, as Leitner had them.

A kind of question moves one box further with each right answer and back to the first with a wrong
one. The further the box, the longer until it's due again:

    wrong        10 minutes
    right once   1 day        then 3 days, 7 days, 16 days, 35 days, and every 75 days from then on

It's the kind that is remembered, not the numbers: each time it's asked with new ones.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cnnlab.home import home, write_atomically

INTERVALS = (
    timedelta(minutes=10),
    *(timedelta(days=days) for days in (1, 3, 7, 16, 35, 75)),
)
VERSION = 1


@dataclass(frozen=True)
class Record:
    """How a kind of question has gone so far."""

    box: int
    due: float
    """Seconds since 1970, UTC."""
    asked: int = 0
    right: int = 0

    def after(self, right: bool, now: datetime) -> Record:
        """The record after one more answer."""
        box = min(self.box + 1, len(INTERVALS) - 1) if right else 0
        due = (now + INTERVALS[box]).timestamp()
        return Record(box, due, self.asked + 1, self.right + right)


@dataclass
class Memory:
    """The records of all kinds that were asked, kept in the learner's own file."""

    records: dict[str, Record] = field(default_factory=dict)
    problem: str = ""
    """What is wrong with the file, in words; empty if all is well."""

    def due(self, names: list[str], now: datetime) -> list[str]:
        """Those of the names that are due, the longest overdue first."""
        seen = [name for name in names if name in self.records]
        late = [name for name in seen if self.records[name].due <= now.timestamp()]
        return sorted(late, key=lambda name: self.records[name].due)

    def new(self, names: list[str]) -> list[str]:
        """Those of the names that were never asked."""
        return [name for name in names if name not in self.records]

    def next_due(self, names: list[str]) -> datetime | None:
        """When the next of the names is due; None if none was ever asked."""
        times = [self.records[name].due for name in names if name in self.records]
        return datetime.fromtimestamp(min(times), timezone.utc) if times else None

    def record(self, name: str, right: bool, now: datetime) -> None:
        """Takes an answer into account, and keeps it. Another window's answers stay."""
        found = load()
        self.records = {**self.records, **found.records}
        self.problem = found.problem or self.problem
        before = self.records.get(name, Record(0, 0.0))
        self.records[name] = before.after(right, now)
        self._save()

    def _save(self) -> None:
        kept = {name: asdict(record) for name, record in sorted(self.records.items())}
        text = json.dumps({"version": VERSION, "kinds": kept}, indent=1)
        try:
            write_atomically(state_file(), text.encode())
        except OSError as problem:
            self.problem = (
                f"What you've practised could not be written to {state_file()} "
                f"({problem.strerror}). You can go on; it just won't be remembered. Set "
                "CNNLAB_HOME to a folder that you may write to."
            )


def state_file() -> Path:
    return home() / "practice.json"


def now() -> datetime:
    return datetime.now(timezone.utc)


def load() -> Memory:
    """What the file holds; a fresh start without one. A damaged file is put aside, and said so."""
    path = state_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError) as problem:
        return _put_aside(path, problem)
    try:
        found = json.loads(text)
        kinds = found["kinds"].items()
        return Memory({name: _record(entry) for name, entry in kinds})
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        return _put_aside(path, problem)


def _record(entry: dict[str, Any]) -> Record:
    box, due = int(entry["box"]), float(entry["due"])
    asked, right = int(entry["asked"]), int(entry["right"])
    if not (0 <= box < len(INTERVALS) and 0 <= due < 1e11 and 0 <= right <= asked):
        raise ValueError("numbers that no answer gives")
    return Record(box, due, asked, right)


def _put_aside(path: Path, problem: Exception) -> Memory:
    kept = path.with_name("practice.damaged.json")
    try:
        path.replace(kept)
    except OSError:
        kept = path
    return Memory(
        problem=f"{path} can't be read ({problem or type(problem).__name__}), so practice begins "
        f"afresh. What was in it is kept in {kept}."
    )
