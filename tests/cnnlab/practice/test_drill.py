"""The drill: each learner's own numbers, and always the same ones."""

import hashlib
import os
import subprocess
import sys

import pytest

from cnnlab.errors import CnnlabError
from cnnlab.practice import drill
from cnnlab.practice.drilling import KINDS

# The drill of "ada.lovelace" as it was handed out. If this test fails, learners who have begun
# their drill would be graded by other questions: give drilling.EDITION a new number.
HANDED_OUT = "472824195f540a12"


def fingerprint(learner):
    told = "\n".join(f"{question.text} {question.shown_answer}" for question in drill(learner))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def test_there_are_twelve_questions_of_twelve_kinds():
    assert [question.kind for question in drill("x")] == list(KINDS)
    assert len(set(KINDS)) == 12


def test_everything_can_be_typed():
    assert not any(question.choices for question in drill("x"))


def test_the_drill_is_the_one_that_was_handed_out():
    assert fingerprint("ada.lovelace") == HANDED_OUT


def test_another_process_with_other_hashes_finds_the_same():
    program = (
        "from cnnlab.practice import drill\n"
        "print([(question.text, question.answer) for question in drill('ada')])"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert told.stdout.strip() == str([(q.text, q.answer) for q in drill("ada")])


def test_learners_get_numbers_of_their_own():
    drills = [tuple(q.text for q in drill(f"learner{number}")) for number in range(300)]
    assert len(set(drills)) == 300
    for place in range(12):
        assert len({texts[place] for texts in drills}) > 10, KINDS[place]


def test_an_answer_is_judged_by_the_learners_own_numbers():
    mine, theirs = drill("ada"), drill("grace")
    for question in mine:
        assert question.check(question.shown_answer.split(" (")[0]).right
    crossed = [a.check(b.shown_answer).right for a, b in zip(mine, theirs, strict=True)]
    assert crossed.count(True) <= 3


@pytest.mark.parametrize("spelled", [" ada ", "ADA", "Ada"])
def test_capital_letters_and_spaces_make_no_difference(spelled):
    assert fingerprint(spelled) == fingerprint("ada")


def test_accents_make_no_difference_however_they_are_typed():
    assert fingerprint("jos\u00e9") == fingerprint("jose\u0301")


def test_without_an_id_there_is_no_drill():
    with pytest.raises(CnnlabError, match="needs your id"):
        drill("  ")
