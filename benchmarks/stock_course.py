"""A throwaway course for stock nbgrader: our unit with its hidden tests inside the notebook.

Stock nbgrader runs hidden tests in the learner's own kernel, so the tests stand here as asserts
between nbgrader's marks. The exercises, points and cells are those of the unit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.cells import exercise_of, is_test

# What stock nbgrader asks about the two exercises that attacks aim at, as its users write it.
ASSERTS = {
    "conv_output_size": """\
for size, *window in [(32, 5, 1, 0, 1), (28, 3, 2, 1, 1), (17, 3, 1, 2, 2)]:
    expected = torch.nn.Conv1d(1, 1, *window)(torch.zeros(1, 1, size))
    assert conv_output_size(size, *window) == expected.shape[-1]""",
    "conv2d": """\
x, weight, bias = torch.randn(2, 7, 6), torch.randn(3, 2, 3, 3), torch.randn(3)
expected = torch.nn.functional.conv2d(x[None], weight, bias, stride=2, padding=1)[0]
assert conv2d(x, weight, bias, stride=2, padding=1).shape == expected.shape
assert torch.allclose(conv2d(x, weight, bias, stride=2, padding=1), expected, atol=1e-4)""",
}
# nbgrader calls programs that lie beside this Python, such as alembic, by their bare names.
_PROGRAMS = (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
CONFIG = """\
c = get_config()
c.CourseDirectory.root = {root!r}
c.Execute.timeout = {timeout}
c.ClearSolutions.code_stub = {{"python": "# YOUR CODE HERE\\nraise NotImplementedError"}}
"""


class StockCourse:
    """A course in `root` that nothing of ours touches once it stands."""

    def __init__(self, root: Path, source: NotebookNode, unit_id: str, timeout: int = 30) -> None:
        root.mkdir(parents=True)
        self.root = root
        self.unit_id = unit_id
        (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root), timeout=timeout))
        path = root / "source" / unit_id / f"{unit_id}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(with_asserts(source), path)
        done = self.nbgrader("generate_assignment", unit_id)
        if done.returncode != 0:
            raise RuntimeError(f"nbgrader could not make the assignment:\n{done.stderr[-2000:]}")

    @property
    def release(self) -> NotebookNode:
        path = self.root / "release" / self.unit_id / f"{self.unit_id}.ipynb"
        return nbformat.read(path, as_version=4)

    @property
    def database(self) -> str:
        return f"sqlite:///{self.root / 'gradebook.db'}"

    def submit(self, student: str, content: bytes) -> None:
        path = self.root / "submitted" / student / self.unit_id / f"{self.unit_id}.ipynb"
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir(parents=True)
        path.write_bytes(content)

    def autograde(self, student: str = "", seconds: float = 3600) -> None:
        """Grade one student or all; what stock nbgrader cannot grade simply gets no score."""
        chosen = ["--student", student] if student else []
        with suppress(subprocess.TimeoutExpired):
            self.nbgrader("autograde", self.unit_id, "--force", *chosen, seconds=seconds)

    def nbgrader(self, *arguments: str, seconds: float = 3600) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=seconds,
            env={**os.environ, "PATH": os.pathsep.join(_PROGRAMS)},
        )


def with_asserts(source: NotebookNode) -> NotebookNode:
    """The instructor's notebook with hidden asserts in the test cells that have some."""
    for cell in source.cells:
        asserts = ASSERTS.get(exercise_of(cell)) if is_test(cell) else None
        if asserts:
            cell.source += (
                f"\n### BEGIN HIDDEN TESTS\nimport torch\n{asserts}\n### END HIDDEN TESTS"
            )
    return source
