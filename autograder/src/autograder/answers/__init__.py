"""The answer bank: right and wrong answers to every exercise, with which the checks are tested."""

from autograder.answers.bank_files import Answer, missing_answers, read_bank, shown_answers
from autograder.answers.evaluate import evaluate_units
from autograder.answers.row import Row

__all__ = ["Answer", "Row", "evaluate_units", "missing_answers", "read_bank", "shown_answers"]
