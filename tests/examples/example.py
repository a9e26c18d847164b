"""Typing commands in a course's folder, as its author would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def typed(folder: Path, words: Sequence[str], code: int = 0) -> str:
    """What an `autograder` command prints; it must end with that exit code."""
    environment = {name: text for name, text in os.environ.items() if name != "CNNLAB_COURSE"}
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout
