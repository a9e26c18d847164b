"""Both packages installed as wheels, as instructors do who have no checkout to edit."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The programs of an environment with both wheels, and with what this one has besides."""
    folder = tmp_path_factory.mktemp("installed")
    for project in (ROOT, ROOT / "autograder"):
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, project]
        subprocess.run(build, check=True, capture_output=True)
    venv.create(folder / "venv", symlinks=True)
    (packages,) = (folder / "venv").glob("lib/python3*/site-packages")
    ours = [place for place in sys.path if Path(place).name in ("site-packages", "dist-packages")]
    (packages / "after_the_wheels.pth").write_text("\n".join(ours))
    programs = folder / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-deps"]
    subprocess.run([*pip, *folder.glob("*.whl")], check=True, capture_output=True)
    return programs


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_submission_is_graded_in_bubblewrap(installed, submission, unit, tmp_path):
    path, table = tmp_path / "solved.ipynb", tmp_path / "table.json"
    nbformat.write(submission, path)
    options = ["--sandbox", "bubblewrap", "--results", tmp_path / "results", "--json", table]
    done = subprocess.run(
        [installed / "autograder", "grade", path, "--unit", unit.id, *options],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (row,) = json.loads(table.read_text())
    assert (row["sandbox"], row["score"]) == ("bubblewrap", row["max_score"])
