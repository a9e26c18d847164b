"""Every kind of question, a thousand draws each, against an answer that is found another way."""

import math
import re

import pytest
from brute_force import UNITS, independent

from cnnlab.practice import kinds

DRAWS = 1000
ALL = kinds()
COMPUTED = [kind for kind in ALL if independent(kind.name)]
PLACEHOLDERS = re.compile(
    r"[{}]|\bTODO\b|\bnan\b|\binf\b|\bNone\b(?!:)|tensor\(|\d\.\d{10,}|\de[-+]\d"
)


def drawn(kind, count=DRAWS):
    return [kind.question("test", str(number)) for number in range(count)]


def name_of(kind):
    return kind.name


@pytest.fixture(scope="module", params=ALL, ids=name_of)
def questions(request):
    return request.param, drawn(request.param)


def test_there_are_many_kinds_in_every_unit():
    assert len(ALL) >= 150
    assert {kind.unit for kind in ALL} == set(range(1, 13))
    assert len({kind.name for kind in ALL}) == len(ALL)


def test_every_answer_that_is_computed_is_found_another_way_as_well():
    without = [k.name for k in ALL if not k.question("x").choices and not independent(k.name)]
    assert without == []
    helpers = {"independent", "positions", "reach", "side", "size"}
    here = {n for unit in UNITS for n, f in vars(unit).items() if callable(f) and n.islower()}
    from_elsewhere = {"fmean", "pvariance", "variance", "stdev", "pstdev", "pairwise"}
    assert here - helpers - from_elsewhere <= {kind.name for kind in ALL}


def test_answers(questions):
    kind, asked = questions
    another_way = independent(kind.name)
    for question in asked:
        if another_way is None:
            assert question.choices
            continue
        expected = another_way(**question.given)
        if isinstance(question.answer, (tuple, str)):
            assert question.answer == expected, question
        else:
            assert math.isclose(question.answer, expected, rel_tol=1e-6, abs_tol=1e-7), question


def test_questions_can_be_answered_and_their_texts_are_whole(questions):
    kind, asked = questions
    for question in asked:
        told = "\n".join([question.text, *question.steps, question.asks])
        told += "\n".join(said for _, said in question.slips)
        if kind.name not in ("curves_and_cause", "norms_and_cause"):  # tables with nan and 1e-05
            assert not PLACEHOLDERS.search(told), told
        assert question.steps and all(question.steps)
        assert question.text.strip() == question.text
        if question.choices:
            check_choices(question)
        elif isinstance(question.answer, tuple):
            assert all(side >= 1 for side in question.answer), question
        else:
            assert math.isfinite(question.answer)
        answers_itself(question)


def check_choices(question):
    texts = [choice.text for choice in question.choices]
    assert len(set(texts)) == len(texts) >= 3, texts
    assert [choice.right for choice in question.choices].count(True) == 1
    assert all(choice.reason for choice in question.choices)
    assert not any(PLACEHOLDERS.search(choice.text + choice.reason) for choice in question.choices)


def answers_itself(question):
    """What is shown as the answer is accepted as the answer; slips and other choices aren't."""
    if question.choices:
        for letter, choice in zip("abcd", question.choices, strict=False):
            assert question.check(letter).right is choice.right
        return
    shown, *_ = question.shown_answer.split(" (")
    assert question.check(shown).right, (shown, question)
    for wrong, said in question.slips:
        verdict = question.check(wrong if isinstance(wrong, tuple) else repr(wrong))
        assert not verdict.right, (wrong, question)
        assert verdict.reason == said, (wrong, question)


def test_numbers_differ_from_draw_to_draw(questions):
    kind, asked = questions
    texts = {str(question) for question in asked}
    assert len(texts) >= (2 if kind.topic == "rapid" else 8), kind.name


def test_the_longest_choice_is_no_better_a_guess_than_another():
    """The right answer tends to be written longer than the others, and learners notice."""
    asked = [kind.question("length", str(n)) for kind in ALL for n in range(5)]
    with_choices = [question.choices for question in asked if question.choices]
    longest = [max(choices, key=lambda choice: len(choice.text)) for choices in with_choices]
    assert sum(choice.right for choice in longest) / len(longest) < 0.4
