"""The bank's answers are evaluated each in a process of its own."""

import pytest

from autograder.answers import evaluate, evaluate_units
from autograder.answers.bank_files import Answer
from autograder.errors import InfrastructureError


@pytest.fixture
def bank_of(monkeypatch, unit):
    """Puts answers to conv_output_size in the place of the bank: name and source, all right."""

    def put(**sources):
        answers = [Answer(unit.id, "conv_output_size", n, True, s) for n, s in sources.items()]
        monkeypatch.setattr(evaluate, "read_bank", lambda _: answers)

    return put


def test_what_an_answer_changes_ends_with_it(bank_of, unit, solved):
    right = solved["conv_output_size"]
    bank_of(first=right + "\ntorch.manual_seed = None", second=right + "\ntorch.manual_seed(0)")
    second = list(evaluate_units([unit], seed=0, jobs=1))[1]
    assert (second.answer, second.ok, second.points) == ("second", True, second.max_points)


def test_an_answer_that_ends_its_process_is_named(bank_of, unit):
    bank_of(leaves="import os\nos._exit(0)\n")
    with pytest.raises(InfrastructureError, match="“leaves” of conv_output_size ended"):
        list(evaluate_units([unit], seed=0, jobs=1))
