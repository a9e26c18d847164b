"""Where an answer is not as the bank states, it is said what is not."""

from autograder.answers.bank_files import Answer
from autograder.answers.row import Row
from cnnlab.check.run import Result


def passed(points=0.0):
    return Result("a check", "pass", points, points)


def failed(mistake, points=0.0, detail=""):
    return Result("a check", "fail", 0.0, points, mistake, f"You made {mistake}.", detail)


def wrong(mistake="flipped", points=0.0, seen=True):
    return Answer("01_x", "conv", "flips", False, "", mistake, points, seen)


def test_an_answer_as_stated_lacks_nothing():
    row = Row.of(wrong(points=2), [failed("flipped")], [[passed(2), failed("flipped", 3)]] * 3)
    assert (row.ok, row.unlike, row.message) == (True, (), "You made flipped.")


def test_what_visible_checks_miss_is_said():
    row = Row.of(wrong(), [passed()], [[failed("flipped", 5)]])
    assert row.unlike == ('visible checks miss it, and the bank does not say visible="missed"',)
    row = Row.of(wrong(seen=False), [failed("flipped")], [[failed("flipped", 5)]])
    assert row.unlike == ('visible checks catch it, and the bank says visible="missed"',)


def test_another_mistake_and_other_points_are_said():
    row = Row.of(wrong(), [failed("raises")], [[failed("raises", 5), passed(2)]])
    assert row.unlike == (
        "visible checks call it raises, the bank flipped",
        "hidden checks call it raises, the bank calls it flipped",
        "it keeps 2 points, by the bank 0",
    )


def test_what_one_seed_alone_shows_is_said_too():
    row = Row.of(wrong(), [failed("flipped")], [[failed("flipped", 5)], [passed(5)]])
    assert not row.ok
    assert row.unlike == (
        "hidden checks miss it, the bank calls it flipped",
        "it keeps 5 points, by the bank 0",
    )


def test_a_right_answer_that_is_refused_is_told_where():
    answer = Answer("01_x", "conv", "a loop", True, "")
    row = Row.of(answer, [passed()], [[failed("wrong_values", 5, "At [0]: got 1.")]])
    assert row.unlike == ("hidden checks refuse it",)
    assert row.message == "You made wrong_values. At [0]: got 1."
