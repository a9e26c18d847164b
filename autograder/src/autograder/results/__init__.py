"""Results of a class: kept one by one, so that a run may stop at any moment and go on later."""

from autograder.results.digests import Digests, digests_of
from autograder.results.run import Run, grade_class
from autograder.results.store import Store

__all__ = ["Digests", "Run", "Store", "digests_of", "grade_class"]
