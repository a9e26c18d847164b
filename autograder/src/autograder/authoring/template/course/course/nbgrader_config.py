"""nbgrader's settings for this course; `autograder build` reads them too, so both agree.

nbgrader is run from the folder that holds this file: `cd course && nbgrader export`.
"""

import os
import shutil
import sys
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute

c = get_config()  # noqa: F821  (traitlets puts it here)

# nbgrader starts alembic by its bare name, which is not found when the environment is used without
# being activated (`.venv/bin/nbgrader`). It lies beside the Python that runs us.
if shutil.which("alembic") is None:
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

c.CourseDirectory.root = str(Path(__file__).resolve().parent.parent)
c.CourseDirectory.source_directory = "source_notebooks"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer here: replace this line.*"

# The judge runs in the place of nbgrader's Execute; everything around it stays as nbgrader has it.
c.Autograde.autograde_preprocessors = [
    "autograder.stock.JudgedExecute" if step is Execute else step
    for step in Autograde().autograde_preprocessors
]

# nbgrader's own page has no language, and colours that some cannot read.
c.GenerateFeedback.exporter_class = "autograder.feedback.page.FeedbackPage"
