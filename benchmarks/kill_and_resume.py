"""Grading killed with `kill -9` at random moments: are the results the same, is anything left?

Two victims. The driver is the command `autograder grade` itself: it is killed, and typed again. The
fork server is the process from which kernels are forked: whoever asks it next gets another one.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measuring import arguments, finish, section, spread

from autograder.course import Course
from autograder.kernels.inside import linux
from autograder.sample_class import write_sample_class

UNIT = "01_convolutions"
# What a killed run may take until the last of its processes has ended.
GONE_SECONDS = 30.0


@dataclass
class Findings:
    """What became of all kills of one victim."""

    kills: int = 0
    runs: int = 0
    graded_again: int = 0
    seconds_until_gone: list[float] = field(default_factory=list)
    processes_left: int = 0
    differences: int = 0
    folders_left: int = 0

    def row(self, victim: str) -> dict[str, Any]:
        return {
            "killed": victim,
            "times": self.kills,
            "runs": self.runs,
            "results that differ": self.differences,
            "results graded twice": self.graded_again,
            "processes left": self.processes_left,
            "folders left": self.folders_left,
            "seconds until all were gone": spread(self.seconds_until_gone or [0.0]),
        }


class Runs:
    """Runs of the command over one class, with temporary files in a folder of their own."""

    def __init__(self, root: Path, sandbox: str) -> None:
        self._root = root
        self._command = [sys.executable, "-m", "autograder", "grade", str(root / "submitted")]
        self._command += ["--unit", UNIT, "--seed", "1", "-j2", "--no-gradebook"]
        self._command += ["--sandbox", sandbox, "--results"]
        self.temporary = root / "t"
        self.temporary.mkdir()

    def start(self, results: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self._command, str(self._root / results)],
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def results(self, name: str) -> dict[str, Any]:
        """Each record by student, less what differs from run to run."""
        found = {}
        for path in self._files(name):
            record = json.loads(path.read_text(encoding="utf-8"))
            del record["seconds"]
            found[path.stem] = record
        return found

    def kept(self, name: str) -> dict[Path, int]:
        """When each result was written."""
        return {path: path.stat().st_mtime_ns for path in self._files(name)}

    def folders_left(self) -> int:
        return len(list(self.temporary.glob("cnnlab-*")))

    def _files(self, name: str) -> list[Path]:
        return sorted((self._root / name / UNIT).glob("*.json"))


def main() -> None:
    parser = arguments((__doc__ or "").splitlines()[0], rounds=1)
    parser.add_argument("--kills", type=int, default=20, help="of each victim")
    parser.add_argument("--students", type=int, default=17, help="how many of the sample class")
    parser.add_argument("--sandbox", default="auto", help="the level of isolation")
    parser.add_argument("--seed", type=int, default=0, help="draws the moments")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        root = Path(folder)
        students = write_sample_class(Course.load().unit(UNIT), root / "submitted")
        for student in students[options.students :]:
            shutil.rmtree(root / "submitted" / student)
        size = min(len(students), options.students)
        runs = Runs(root, options.sandbox)
        started = time.monotonic()
        runs.start("undisturbed").wait()
        seconds = time.monotonic() - started
        driver = kill_drivers(runs, options.kills, draw, seconds)
        server = kill_servers(runs, options.kills, draw, seconds)
    about = (
        f"{size} submissions to {UNIT}, two at a time, in sandbox {options.sandbox}; undisturbed "
        f"that took {seconds:.0f} s. Killed at random moments until the number was reached, and "
        "run once more to the end where results were missing. A result counts as graded twice if "
        "a later run wrote one that was there already. Folders are counted after the last run."
    )
    rows = [driver.row("driver"), server.row("fork server")]
    finish("kill_and_resume", section("Grading that is killed", about, rows, 1), options.save)


def kill_drivers(runs: Runs, kills: int, draw: random.Random, seconds: float) -> Findings:
    """Starts runs and kills each, until all kills are done; whole classes begin anew."""
    found = Findings()
    while found.kills < kills:
        name = f"driver-{found.runs}"
        found.runs += 1
        ended = False
        while not ended:
            before = runs.kept(name)
            process = runs.start(name)
            if found.kills < kills:
                ended = not _kill_after(process, draw.uniform(0, seconds / 2), found)
            else:
                ended = process.wait() is not None
            after = runs.kept(name)
            found.graded_again += sum(after.get(path) != when for path, when in before.items())
        found.differences += _differences(runs, name)
    found.folders_left = runs.folders_left()
    return found


def _kill_after(process: subprocess.Popen[bytes], seconds: float, found: Findings) -> bool:
    """Whether the run was still there to be killed."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pids = linux.descendants(process.pid)
        process.kill()
        process.wait()
        found.kills += 1
        _wait_until_gone(pids, found)
        return True
    return False


def kill_servers(runs: Runs, kills: int, draw: random.Random, seconds: float) -> Findings:
    """Kills fork servers while runs go on; a result that was lost for it is graded afterwards."""
    found = Findings()
    while found.kills < kills:
        name = f"server-{found.runs}"
        found.runs += 1
        process = runs.start(name)
        while process.poll() is None:
            time.sleep(draw.uniform(0, seconds / 4))
            if found.kills < kills and (servers := list(_fork_servers(process.pid))):
                pid = draw.choice(servers)
                pids = linux.descendants(pid)
                os.kill(pid, signal.SIGKILL)
                found.kills += 1
                _wait_until_gone(pids, found)
        before = runs.kept(name)
        failed = {path for path in before if '"infrastructure"' in path.read_text()}
        runs.start(name).wait()
        after = runs.kept(name)
        found.graded_again += sum(
            after.get(path) != when for path, when in before.items() if path not in failed
        )
        found.differences += _differences(runs, name)
    found.folders_left = runs.folders_left()
    return found


def _fork_servers(driver: int) -> Iterator[int]:
    """The outermost processes below the driver that have the fork server's program."""
    waiting = linux.children(driver)
    while waiting:
        pid = waiting.pop()
        words = _command_line(pid)
        if "inside.fork_server" in words and "bwrap" not in words[0]:
            yield pid
        else:
            waiting += linux.children(pid)


def _command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:  # it has just ended
        return [""]


def _wait_until_gone(pids: list[int], found: Findings) -> None:
    started = time.monotonic()
    left = pids
    while left and time.monotonic() - started < GONE_SECONDS:
        time.sleep(0.02)
        left = [pid for pid in left if linux.threads(pid)]
    found.seconds_until_gone.append(time.monotonic() - started)
    found.processes_left += len(left)


def _differences(runs: Runs, name: str) -> int:
    expected, got = runs.results("undisturbed"), runs.results(name)
    return sum(expected.get(who) != got.get(who) for who in {*expected, *got})


if __name__ == "__main__":
    main()
