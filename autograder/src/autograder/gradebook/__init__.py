"""nbgrader's gradebook and its `autograded` folder, as `nbgrader autograde` would leave them.

So formgrader, `nbgrader generate_feedback` and `nbgrader export` go on from there.
"""

from __future__ import annotations

from autograder.gradebook.writer import GradebookWriter

__all__ = ["GradebookWriter"]
