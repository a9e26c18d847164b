"""What was measured, in one JSON file for each experiment; written after every run."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stories.story import Found, Story


@dataclass(frozen=True)
class Record:
    """One finished run: from which seed, with which settings, where, and what came of it."""

    run: str
    seed: int
    settings: Mapping[str, Any]
    machine: Mapping[str, str]
    seconds: float  # of processor time, measuring included
    rows: Found


class Records:
    """The runs of one experiment. A path of None keeps them in memory alone."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.runs: list[Record] = []
        if path is not None and path.exists():
            plain = json.loads(path.read_text(encoding="utf-8"))
            self.runs = [Record(**{**run, "rows": _read(run["rows"])}) for run in plain["runs"]]

    def find(self, run: str, seed: int, settings: Mapping[str, Any]) -> Record | None:
        """The run of exactly these settings, if it was made."""
        asked = (run, seed, settings)
        return next((r for r in self.runs if (r.run, r.seed, r.settings) == asked), None)

    def add(self, record: Record) -> None:
        """Keep a run in place of an older one of the same name and seed, and write the file."""
        place = (record.run, record.seed)
        self.runs = [r for r in self.runs if (r.run, r.seed) != place] + [record]
        if self.path is not None:
            self._write(self.path)

    def _write(self, path: Path) -> None:
        """Whole or not at all: a run that is killed while writing loses nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        runs = sorted(self.runs, key=lambda r: (r.run, r.seed))
        plain = [{**asdict(run), "rows": _written(run.rows)} for run in runs]
        text = json.dumps({"runs": plain}, indent=1, ensure_ascii=False, allow_nan=False)
        temporary = path.with_suffix(".json.partial")
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(path)


def _written(rows: Found) -> dict[str, dict[str, float | None]]:
    """JSON has no number for a loss that exploded."""
    return {
        row: {name: value if math.isfinite(value) else None for name, value in figures.items()}
        for row, figures in rows.items()
    }


def _read(rows: Mapping[str, Mapping[str, float | None]]) -> Found:
    return {
        row: {name: math.inf if value is None else value for name, value in figures.items()}
        for row, figures in rows.items()
    }


def is_known(story: Story, run: str, seed: int) -> bool:
    """Whether the lesson shows a recording of this run, so that it needn't be made again."""
    return seed < len(story.known().get(run, ()))


def complete_seeds(story: Story, records: Records) -> list[Found]:
    """For every seed of which all runs were made, in order: all rows of the experiment."""
    known = story.known()
    settings = {run: story.settings(run) for run in story.runs}
    seeds = {record.seed for record in records.runs}
    seeds |= {seed for found in known.values() for seed in range(len(found))}
    complete: list[Found] = []
    for seed in sorted(seeds):
        rows: dict[str, Any] = {}
        for run in story.runs:
            if seed < len(known.get(run, ())):
                rows |= known[run][seed]
            elif record := records.find(run, seed, settings[run]):
                rows |= record.rows
            else:
                break
        else:
            complete.append(rows)
    return complete
