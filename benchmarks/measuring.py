"""What every benchmark shares: interleaved rounds, the machine's name, tables and JSON sections."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

SECTIONS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"


def arguments(about: str, rounds: int) -> argparse.ArgumentParser:
    """The options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", "-n", type=int, default=rounds, help="repetitions of each")
    parser.add_argument("--threads", type=int, default=1, help="threads that torch may use")
    parser.add_argument("--save", action="store_true", help="write the section for docs")
    return parser


def machine() -> dict[str, str]:
    """Where and with what this was measured; `load` above `cores` means others were at work."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": version("torchvision"),
        "threads": str(torch.get_num_threads()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "date": date.today().isoformat(),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def interleaved(
    alternatives: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds of each alternative, round by round, so that a slow minute hits them all alike.

    One round before the first is not counted: it pays for imports and caches. The order turns
    by one place each round, so that no alternative always follows the same other one.
    `clock` may be time.process_time where all work is done by this process: the processor's time
    does not count what other people's programs take.
    """
    names = list(alternatives)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            started = clock()
            alternatives[name]()
            elapsed = clock() - started
            if number > 0:
                seconds[name].append(elapsed)
        if sys.stderr.isatty():
            end = "\n" if number == rounds else ""
            print(f"\rround {number} of {rounds}", end=end, file=sys.stderr, flush=True)
    return seconds


def spread(values: Sequence[float]) -> str:
    """Median, and the interquartile range (the whole range below four values)."""
    middle = statistics.median(values)
    if len(values) < 2:
        return f"{middle:.3g}"
    if len(values) < 4:
        return f"{middle:.3g} ({min(values):.3g} – {max(values):.3g})"
    low, _, high = statistics.quantiles(values, n=4)
    return f"{middle:.3g} ({low:.3g} – {high:.3g})"


def section(title: str, about: str, rows: list[dict[str, Any]], n: int) -> dict[str, Any]:
    """What `finish` shows and saves; the command is the one that is running."""
    options = [option for option in sys.argv[1:] if option != "--save"]
    command = " ".join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *options])
    return {
        "title": title,
        "command": command,
        "about": about,
        "n": n,
        "machine": machine(),
        "rows": rows,
    }


def show(found: Mapping[str, Any]) -> None:
    """Print a section as an aligned table under its machine."""
    print(f"{found['title']} (n = {found['n']})")
    print(", ".join(f"{name} {value}" for name, value in found["machine"].items()))
    columns = list(found["rows"][0])
    cells = [columns] + [[str(row[name]) for name in columns] for row in found["rows"]]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    for line in cells:
        pairs = zip(line, widths, strict=True)
        print("  ".join(cell.ljust(width) for cell, width in pairs).rstrip())


def finish(name: str, found: Mapping[str, Any], save: bool) -> None:
    """Show a section, and write it to docs/benchmarks/NAME.json if asked."""
    show(found)
    if save:
        SECTIONS.mkdir(parents=True, exist_ok=True)
        path = SECTIONS / f"{name}.json"
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        print(f"wrote {path}; `python benchmarks/report.py` renders the page")
