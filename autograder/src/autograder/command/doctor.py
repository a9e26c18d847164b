"""`autograder doctor`: which sandbox this machine allows, and how to get a better one."""

from __future__ import annotations

import argparse
from typing import Any

from autograder.command.options import new_command
from autograder.course_plan import plan_of_course
from autograder.errors import INFRASTRUCTURE, AutograderError
from autograder.kernels.engine import Engine
from autograder.kernels.isolation import view
from autograder.kernels.isolation.bubblewrap import Bubblewrap
from autograder.kernels.isolation.choosing import LEVELS, problem_with
from autograder.kernels.isolation.none import WARNING, NoSandbox
from cnnlab.terminal import CROSS, TICK, bad, faint, good, wrap

EXAMPLES = """\
Each level is really tried. `autograder grade` takes the first one that works, and never `none`
unless it is asked for. Exit code 3 says that there is none, or that no kernel starts.

examples:
  autograder doctor
"""


def add(commands: Any) -> None:
    new_command(commands, "doctor", "Find out which sandbox this machine allows.", EXAMPLES, run)


def run(options: argparse.Namespace) -> int:
    best = None
    for name in LEVELS:
        if name == NoSandbox.name:
            continue
        problem = problem_with(name)
        print(f"{good(TICK) if problem is None else bad(CROSS)} sandbox {name}")
        if problem:
            print(faint(wrap(f"{problem}.", indent="    ")))
        elif best is None:
            best = name
    if best is None:
        print(wrap(f"Left is --sandbox none. {WARNING}"))
        return INFRASTRUCTURE
    print(f"{good(TICK)} grading uses: {best}")
    for note in readable_data_sets(best):
        print(faint(wrap(note, indent="    ")))
    return _try_a_kernel(best)


def readable_data_sets(level: str) -> list[str]:
    """At levels without a view of their own, whole data sets of the system can be trained on."""
    return [
        f"Submissions can read {folder} at this level, and train on the images that judge a "
        f"design. To prevent it, type: chmod o-rx {folder}"
        for folder in view.data_sets()
        if level != Bubblewrap.name and view.others_can_read(folder)
    ]


def _try_a_kernel(level: str) -> int:
    try:
        with Engine(level, plan=plan_of_course()).kernel() as kernel:
            run = kernel.run_cell("6 * 7", timeout=60)
    except AutograderError as problem:
        print(f"{bad(CROSS)} warm kernels")
        print(faint(wrap(str(problem), indent="    ")))
        return INFRASTRUCTURE
    works = run.status == "ok"
    print(f"{good(TICK) if works else bad(CROSS)} warm kernels")
    if not works:
        print(faint(wrap(f"a cell ended with: {run.status} {run.error}", indent="    ")))
    return 0 if works else INFRASTRUCTURE
