"""The judge inside stock nbgrader, as one step of `nbgrader autograde`.

course/nbgrader_config.py puts it where nbgrader's own Execute stands. It leaves each verdict where
nbgrader looks for one: in the outputs of the test cells.
"""

from __future__ import annotations

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course import Course
from autograder.feedback import finish
from autograder.grading import grade_notebook
from autograder.submissions import read_built


class JudgedExecute(NbGraderPreprocessor):
    """Runs and judges a submission, and writes verdicts and points into its test cells."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        unit = Course.load().unit(resources["nbgrader"]["assignment"])
        judgement, repaired = grade_notebook(unit, nb)
        for repair in repaired:
            self.log.warning("Repaired: %s", repair)
        release = read_built(unit, unit.release_notebook)
        finish(judgement.notebook, release, judgement.verdicts, repaired)
        return judgement.notebook, resources
