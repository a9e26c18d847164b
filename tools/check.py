"""What one runs before each commit: linters, types, the tests of what changed, and a fixed core.

`make check` takes under two minutes on two idle cores, and longer where the answers to a
changed unit are judged. Tests that are marked slow wait for `make test`, the whole.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LONGEST_SUBJECT = 72
SUBJECT = re.compile(r"[a-z0-9][\w ./,-]*: \S|Merge |Revert ")

# Tests that are quick and would notice most of what can go wrong.
CORE = (
    "tests/cnnlab/check/test_compare.py",
    "tests/cnnlab/check/test_explain.py",
    "tests/cnnlab/check/test_run.py",
    "tests/cnnlab/learner",
    "tests/autograder/submissions/test_rebuild.py",
    "tests/project",
)


def main() -> int:
    started = time.monotonic()
    changed = changed_files()
    tests = sorted({*CORE, *tests_of(changed)})
    steps: list[list[str]] = [
        [f"{BIN}/ruff", "check", "--quiet", "."],
        [f"{BIN}/ruff", "format", "--check", "--quiet", "."],
        [f"{BIN}/mypy"],
        [f"{BIN}/autograder", "build", "--check"],
    ]
    if units := units_of(changed):
        steps.append([f"{BIN}/autograder", "answers", *units])
    quick = ["-m", "not slow and not nightly"]
    steps.append([f"{BIN}/python", "-m", "pytest", "-q", "-n", "2", *quick, *tests])
    failed = [] if subjects_are_short() else ["the commits' subjects"]
    failed += [" ".join([Path(step[0]).name, *step[1:3]]) for step in steps if not passes(step)]
    seconds = time.monotonic() - started
    if failed:
        print(f"✗ {seconds:.0f} s; to mend: {', '.join(failed)}")
        return 1
    print(f"✓ {seconds:.0f} s. The whole: make test")
    return 0


def passes(step: list[str]) -> bool:
    print("·", Path(step[0]).name, *step[1:][:6], flush=True)
    return subprocess.run(step, cwd=ROOT, check=False).returncode == 0


def git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def base() -> str:
    """Where this work began: at the branch it follows, or else at the commit before."""
    found = git("merge-base", "HEAD", "@{upstream}") or git("rev-parse", "HEAD~1")
    return found[0] if found else "HEAD"


def changed_files() -> list[Path]:
    names = [*git("diff", "--name-only", base()), *git("ls-files", "-o", "--exclude-standard")]
    return [path for path in map(Path, names) if (ROOT / path).exists()]


def units_of(changed: list[Path]) -> list[str]:
    """The units whose lesson, exercises or hidden checks have changed."""
    found = set()
    for path in changed:
        for part in path.parts:
            if re.fullmatch(r"u?\d\d_\w+", part):
                found.add(part.removeprefix("u"))
    return sorted(unit for unit in found if (ROOT / "course" / "units" / unit).is_dir())


def tests_of(changed: list[Path]) -> list[str]:
    """The tests that have changed, and those that mirror a folder or a file that has."""
    found = set()
    for path in changed:
        if path.parts[0] == "tests" and path.name.startswith("test_"):
            found.add(str(path))
        mirrored = mirror(path)
        if mirrored is not None:
            found.add(mirrored)
    return sorted(found)


def mirror(path: Path) -> str | None:
    """The nearest file or folder of tests for a source file."""
    for root in ("autograder/src/autograder", "src/cnnlab"):
        if not path.is_relative_to(root) or path.suffix != ".py":
            continue
        inside = path.relative_to(root)
        tests = Path("tests") / Path(root).name
        candidates = [tests / inside.parent / f"test_{inside.name}", tests / inside.parent]
        for candidate in candidates:
            if candidate != tests and (ROOT / candidate).exists():
                return str(candidate)
    return None


def subjects_are_short() -> bool:
    """Whether each new commit says `area: what changed` in a line that fits."""
    wrong = [
        subject
        for subject in git("log", "--format=%s", f"{base()}..HEAD")
        if len(subject) > LONGEST_SUBJECT or not SUBJECT.match(subject)
    ]
    for subject in wrong:
        print(f"✗ “{subject}”: write `area: what changed`, at most {LONGEST_SUBJECT} characters")
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
