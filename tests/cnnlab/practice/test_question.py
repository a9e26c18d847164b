"""Answers are read as people write them, and a wrong one is told the thought behind it."""

import pytest

from cnnlab.practice import find_kind
from cnnlab.practice.draw import Draw
from cnnlab.practice.forms import choice, decimal, near, percent, shape, whole

STEPS = ["One step."]


def right(question, typed):
    verdict = question.check(typed)
    assert verdict.readable
    return verdict.right


@pytest.mark.parametrize(
    "typed", ["1792", "1,792", " 1 792 ", 1792, 1792.0, "64*(27+1)", "64 · (3·3·3 + 1)", "=1792"]
)
def test_a_whole_number_in_many_ways(typed):
    question = whole("How many?", 1792, STEPS)
    assert right(question, str(typed).lstrip("=") if isinstance(typed, str) else typed)


@pytest.mark.parametrize("typed", ["1793", "1,791", "1.8 thousand", "~1800", "-1792"])
def test_a_whole_number_has_to_be_exact(typed):
    assert not right(whole("How many?", 1792, STEPS), typed)


@pytest.mark.parametrize(
    ("typed", "enough"),
    [("11.7 million", True), ("11,689,512", True), ("12 million", False), ("11.6 million", False)],
)
def test_large_numbers_may_be_given_in_words(typed, enough):
    question = whole("How many?", 11_689_512, STEPS)
    assert "11.7 million" in question.asks
    assert right(question, typed) is enough


@pytest.mark.parametrize(
    ("typed", "enough"), [("0.79", True), ("0,79", True), ("0.78", True), ("0.775", False)]
)
def test_decimals_have_the_tolerance_that_is_stated(typed, enough):
    question = decimal("What?", 0.7869, STEPS)
    assert "0.01" in question.asks
    assert right(question, typed) is enough


@pytest.mark.parametrize(
    ("typed", "enough"), [("37.4", True), ("37.4 %", True), ("0.374", True), ("37", False)]
)
def test_percent_with_and_without_its_sign(typed, enough):
    assert right(percent("What share?", 37.41, STEPS), typed) is enough


def test_a_fraction_may_be_given_in_percent():
    assert right(decimal("Which probability?", 0.55, STEPS), "55 %")


def test_near_means_near_for_small_numbers_too():
    question = near("What rate?", 3.2e-6, STEPS)
    assert right(question, "3.2e-6") and right(question, "0.0000032")
    assert not right(question, "3.3e-6")
    assert question.shown_answer == "3.2·10⁻⁶"
    assert right(question, question.shown_answer)


@pytest.mark.parametrize("typed", ["(16, 14, 12)", "16 x 14 x 12", "16×14×12", [16, 14, 12]])
def test_shapes(typed):
    question = shape("Which shape?", (16, 14, 12), STEPS, {(16, 12, 14): "Height first."})
    assert right(question, typed)
    assert question.check("16, 12, 14").reason == "Height first."


@pytest.mark.parametrize(
    "typed", ["", "  ", "abc", "import os", "1/0", "((", "9**9**9", "__import__('os')", "1" * 500]
)
def test_what_cannot_be_read_is_no_wrong_answer(typed):
    verdict = whole("How many?", 4, STEPS).check(typed)
    assert typed == "1" * 500 or (not verdict.readable and "a whole number" in verdict.headline)
    assert not verdict.right


def lettered(verdict_of):
    return choice(
        Draw("order"),
        "What happens?",
        ("It moves.", "It's equivariant."),
        [("It stays.", "That's invariance."), ("It's gone.", "It isn't.")],
    ).check(verdict_of)


@pytest.mark.parametrize("typed", ["It moves.", "it moves", " IT MOVES. "])
def test_a_choice_by_its_words(typed):
    assert lettered(typed).right


def test_a_wrong_choice_is_told_its_misconception_and_the_right_reason():
    verdict = lettered("It stays")
    assert not verdict.right
    assert verdict.reason == "That's invariance."
    assert verdict.explanation == ("It's equivariant.",)
    assert "It moves." in verdict.headline


@pytest.mark.parametrize("typed", ["d", "e)", "4", "perhaps"])
def test_a_choice_that_is_not_there(typed):
    assert not lettered(typed).readable


def test_a_slip_that_could_be_taken_for_the_answer_is_left_out():
    question = decimal("What?", 0.5, STEPS, {0.51: "Too near.", 0.9: "Far.", 0.905: "As far."})
    assert question.slips == ((0.9, "Far."),)


def test_the_explanation_of_a_choice_says_something_about_each():
    question = find_kind("kernel_depth").question("any")
    told = question.explained().explanation
    assert [line[:2] for line in told] == ["a)", "b)", "c)", "d)"]


def test_the_same_key_gives_the_same_question_everywhere():
    # Found once and written down: another Python or another machine has to find the same.
    assert [Draw("ada", "x").whole(1, 1000) for _ in range(2)] == [278, 278]
    assert Draw("ada", "x").shuffled("abcdef") == list("bfadce")
    draw = Draw("ada")
    rolled = [draw.whole(1, 6) for _ in range(60_000)]
    assert all(9_700 < rolled.count(side) < 10_300 for side in range(1, 7))
