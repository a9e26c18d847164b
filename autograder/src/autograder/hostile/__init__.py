"""Submissions that attack the grader or arrive broken, each with the score it deserves.

Read in this order: `case` (what one is), `attacks/` (code that a learner might write), `structure`
(files that were tampered with or damaged), `corpus` (all of them together).
"""

from autograder.hostile.case import Case
from autograder.hostile.corpus import corpus

__all__ = ["Case", "corpus"]
