"""The judge inside stock nbgrader, as one step of `nbgrader autograde`.

course/nbgrader_config.py puts it where nbgrader's own Execute stands. It leaves each result where
nbgrader looks for one: in the outputs of the test cells.
"""

from __future__ import annotations

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course import Course
from autograder.errors import InfrastructureError
from autograder.feedback import feedback_notebook
from autograder.judging.grading import grade_notebook


class JudgedExecute(NbGraderPreprocessor):
    """Runs and judges a submission, and writes results and points into its test cells."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        unit = Course.load().unit(resources["nbgrader"]["assignment"])
        graded = grade_notebook(unit, nb)
        for repair in graded.repaired:
            self.log.warning("Repaired: %s", repair)
        for note in graded.looked_at:
            self.log.warning("To be looked at: %s", note)
        for check in graded.failures:  # nbgrader then gives no score, and goes on with the next
            raise InfrastructureError(f"{check.id}: {check.message}\n{check.traceback}")
        return feedback_notebook(graded, unit), resources
