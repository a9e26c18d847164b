"""Results in the forms that other programs read: spreadsheets, Canvas, Moodle, Gradescope."""

from autograder.export.gradescope import write_gradescope_zip
from autograder.export.tables import FORMS

__all__ = ["FORMS", "write_gradescope_zip"]
