"""`autograder report`: the class report of a unit."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from autograder.command.options import add_results, new_command
from autograder.course import Course, Unit
from autograder.report import Statistics, report_page
from autograder.results import Store
from cnnlab.home import write_atomically

EXAMPLES = """\
The page needs nothing beside it: open it in a browser, or send it.

examples:
  autograder report 02_lenet
  autograder report 02_lenet -o monday.html
"""


def add(commands: Any) -> None:
    parser = new_command(commands, "report", "Write the class report of a unit.", EXAMPLES, run)
    parser.add_argument("unit", metavar="UNIT", help="such as 02_lenet")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: reports/UNIT.html"
    )
    add_results(parser)


def run(options: argparse.Namespace) -> int:
    unit = Course.load().unit(options.unit)
    path = options.output or unit.root / "reports" / f"{unit.id}.html"
    write_report(unit, Store.of(unit, options.results), path)
    print(f"The report of {unit.id} is in {path}.")
    return 0


def write_report(unit: Unit, store: Store, path: Path) -> None:
    page = report_page(Statistics.of(unit.id, store.all()), unit.title)
    write_atomically(path, page.encode("utf-8", "replace"))
