"""nbgrader's feedback page with what it lacks for some readers: a language, and contrast.

course/nbgrader_config.py names the exporter for `nbgrader generate_feedback`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter


class FeedbackPage(HTMLExporter):
    """Renders `page.html.j2`, which builds on the template of nbgrader's settings."""

    def __init__(self, config: Any = None, **options: Any) -> None:
        super().__init__(config=config, **options)
        self.template_paths = [*self.template_paths, str(Path(__file__).parent)]
        self.template_file = "page.html.j2"
