"""The class report: one HTML page that needs nothing else, from the results that were kept."""

from autograder.report.page import report_page
from autograder.report.statistics import Statistics

__all__ = ["Statistics", "report_page"]
