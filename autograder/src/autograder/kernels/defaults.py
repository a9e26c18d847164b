"""What kernels have imported, and must not have, where no course says so."""

from __future__ import annotations

from autograder.course_settings import PRELOADS
from autograder.kernels.inside.import_plan import ImportPlan

DEFAULT_PRELOADS = PRELOADS
DEFAULT_HIDES: tuple[str, ...] = ()
DEFAULT_PLAN = ImportPlan(DEFAULT_PRELOADS, DEFAULT_HIDES)
