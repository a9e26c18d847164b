"""The bank's answers are evaluated each in a process of its own."""

import pytest

from autograder.answers import evaluate, evaluate_units
from autograder.answers.bank_files import Answer
from autograder.cells import is_experiment
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
    assert (second.answer.name, second.ok) == ("second", True)


def test_an_answer_that_ends_its_process_is_named(bank_of, unit):
    bank_of(leaves="import os\nos._exit(0)\n")
    with pytest.raises(InfrastructureError, match="“leaves” of conv_output_size ended"):
        list(evaluate_units([unit], seed=0, jobs=1))


def test_an_answer_that_takes_too_long_can_be_tried_alone(unit):
    loops = Answer(unit.id, "conv_output_size", "loops", True, "while True:\n    pass\n")
    with pytest.raises(InfrastructureError, match=r"“loops” of .*--exercise conv_output_size"):
        list(evaluate.evaluate_answers(unit, [loops], seed=0, jobs=1, seconds=2))


def test_an_answer_whose_points_depend_on_what_is_drawn_is_no_answer(bank_of, unit, solved):
    by_chance = solved["conv_output_size"].replace("def conv_output_size", "def right") + (
        "\ndef conv_output_size(*args, **kwargs):\n"
        "    return right(*args, **kwargs) if torch.initial_seed() % 2 else 7\n"
    )
    bank_of(lottery=by_chance)
    (row,) = evaluate_units([unit], seed=0, jobs=1)
    assert row.is_lottery
    assert not row.ok
    assert row.as_dict()["points"] == row.points_by_seed[0]


def test_answers_stand_in_whole_notebooks(bank_of, unit, release, solved):
    """A helper may be called as the experiments call something of theirs."""
    experiments = "\n".join(cell.source for cell in release.cells if is_experiment(cell))
    assert "padded = " in experiments
    answer = solved["conv_output_size"].replace("def conv_output_size", "def padded")
    bank_of(helper=answer + "\nconv_output_size = padded\n")
    (row,) = evaluate_units([unit], seed=0, jobs=1)
    assert row.ok, row


def test_the_fields_of_the_json(bank_of, unit, solved):
    bank_of(ours=solved["conv_output_size"])
    (row,) = evaluate_units([unit], seed=0, jobs=1)
    assert list(row.as_dict()) == [
        "unit",
        "todo",
        "answer",
        "kind",
        "misconception",
        "visible_points",
        "points",
        "max_points",
        "diagnosis",
        "expected_diagnosis",
        "ok",
    ]
