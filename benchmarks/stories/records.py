"""What was measured, in one JSON file for each experiment; written after every run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stories.story import Outcome, Setting, Size


@dataclass(frozen=True)
class Record:
    """One finished run: which row, from which seed, with which settings, where, and what came."""

    size: Size
    row: str
    seed: int
    setting: Mapping[str, Any]
    machine: Mapping[str, str]
    outcome: Outcome

    def answers(self, size: Size, row: str, seed: int, setting: Setting) -> bool:
        """Whether this run is the one asked for."""
        same_place = (self.size, self.row, self.seed) == (size, row, seed)
        return same_place and self.setting == setting.plain()


class Records:
    """The runs of one experiment. A path of None keeps them in memory alone."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.runs: list[Record] = []
        if path is not None and path.exists():
            plain = json.loads(path.read_text(encoding="utf-8"))
            self.runs = [_record(run) for run in plain["runs"]]

    @property
    def seeds(self) -> int:
        """So many seeds, counted from 0, have a run of some row."""
        return max((run.seed + 1 for run in self.runs), default=0)

    def find(self, size: Size, row: str, seed: int, setting: Setting) -> Record | None:
        """The run of exactly these settings, if it was made."""
        return next((r for r in self.runs if r.answers(size, row, seed, setting)), None)

    def add(self, record: Record) -> None:
        """Keep a run in place of an older one of the same row and seed, and write the file."""
        place = (record.size, record.row, record.seed)
        self.runs = [r for r in self.runs if (r.size, r.row, r.seed) != place] + [record]
        if self.path is not None:
            self._write(self.path)

    def _write(self, path: Path) -> None:
        """Whole or not at all: a run that is killed while writing loses nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        runs = sorted(self.runs, key=lambda r: (r.size, r.row, r.seed))
        text = json.dumps({"runs": [asdict(run) for run in runs]}, indent=1, ensure_ascii=False)
        temporary = path.with_suffix(".json.partial")
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(path)


def _record(plain: dict[str, Any]) -> Record:
    return Record(**{**plain, "outcome": Outcome(**plain["outcome"])})
