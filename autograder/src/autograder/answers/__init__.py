"""The answer bank: right and wrong answers to every TODO, with which the checks are tested."""

from autograder.answers.bank_files import Answer, read_bank
from autograder.answers.evaluate import Row, evaluate_units

__all__ = ["Answer", "Row", "evaluate_units", "read_bank"]
