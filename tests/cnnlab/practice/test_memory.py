"""What was practised is remembered, and comes again after growing intervals."""

import json
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from cnnlab import progress
from cnnlab.catalogue import units
from cnnlab.practice import kinds, memory
from cnnlab.practice.memory import INTERVALS, Memory, load, state_file
from cnnlab.practice.session import Session

START = datetime(2030, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def clock(tmp_path, monkeypatch):
    """A home of one's own, and a clock that can be turned."""
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))

    class Clock:
        time = START

        def turn(self, **by):
            self.time += timedelta(**by)

    clock = Clock()
    monkeypatch.setattr(memory, "now", lambda: clock.time)
    return clock


def answered(session, right=True):
    question = session.question
    typed = "z" if not right and not question.choices else None
    if question.choices:
        number = [choice.right for choice in question.choices].index(right)
        typed = "abcd"[number]
    elif right:
        typed = question.shown_answer.split(" (")[0]
    else:
        typed = "-987654" if not isinstance(question.answer, tuple) else "1x1"
    verdict = session.answer(typed)
    assert verdict.right is right
    return question


def test_intervals_grow():
    assert all(a < b for a, b in pairwise(INTERVALS))


def test_right_answers_move_a_kind_further_away_and_a_wrong_one_back():
    found = Memory()
    time = START
    for interval in (*INTERVALS[1:], INTERVALS[-1]):
        found.record("conv_side", True, time)
        assert found.next_due(["conv_side"]) == time + interval
        time += interval
    found.record("conv_side", False, time)
    assert found.next_due(["conv_side"]) == time + INTERVALS[0]
    record = load().records["conv_side"]
    assert (record.box, record.asked, record.right) == (0, len(INTERVALS) + 1, len(INTERVALS))


def test_what_is_due_comes_first_and_the_longest_overdue_before_all(clock):
    session = Session("sizes")
    kept = []
    for right in (False, True, False):
        session.next()
        kept.append(answered(session, right).kind)
        clock.turn(minutes=2)
    clock.turn(days=2)
    later = Session("sizes")
    assert [later.next().kind for _ in range(1)] == [kept[0]]
    answered(later)
    assert later.next().kind == kept[2]
    answered(later)
    assert later.next().kind == kept[1]


def test_a_wrong_kind_comes_again_in_the_same_sitting_with_other_numbers(clock):
    session = Session("sizes")
    first = session.next()
    answered(session, right=False)
    clock.turn(minutes=11)
    session.next()
    if session.question.kind != first.kind:  # never twice in a row
        answered(session)
        session.next()
    assert session.question.kind == first.kind
    assert session.question.text != first.text


def test_the_same_kind_never_comes_twice_in_a_row():
    session = Session("loss")
    names = []
    for _ in range(40):
        names.append(session.next().kind)
        answered(session, right=len(names) % 3 > 0)
    assert all(a != b for a, b in pairwise(names))
    assert set(names) == set(session.names)


def test_practice_never_ends_even_with_one_kind():
    session = Session("optimisers", 11)
    assert session.names == ["too_large_steps"]
    texts = {session.next().text for _ in range(20)}
    assert len(texts) > 10


def test_new_questions_come_from_the_units_that_were_reached():
    assert Session()._reached == 1
    third = next(unit for unit in units() if unit.id.startswith("03"))
    progress.record_check(third.exercises[0].id, True)
    session = Session()
    seen = set()
    for _ in range(sum(kind.unit <= 3 for kind in kinds())):
        seen.add(session.next().unit)
        answered(session)
    assert seen == {1, 2, 3}
    assert session.next().unit == 4


def test_explaining_counts_as_not_known():
    session = Session("sizes")
    kind = session.next().kind
    assert session.explain().explanation
    assert (session.asked, session.right) == (1, 0)
    assert load().records[kind].box == 0


def test_only_the_first_answer_counts():
    session = Session("sizes")
    session.next()
    answered(session, right=False)
    answered(session, right=True)
    session.explain()
    assert (session.asked, session.right) == (1, 0)
    assert load().records[session.question.kind].asked == 1


def test_what_cannot_be_read_is_not_counted():
    session = Session("sizes", 1)
    while session.next().choices:
        pass
    assert not session.answer("hm").readable
    assert session.asked == 0
    assert not state_file().exists()


def test_two_windows_keep_each_others_answers():
    one, other = Session("sizes"), Session("loss")
    one.next(), other.next()
    kept = {answered(one).kind, answered(other).kind}
    assert set(load().records) == kept


def test_without_a_file_it_begins_afresh():
    assert load() == Memory()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"kinds": []}',
        '{"kinds": {"a": 3}}',
        '{"kinds": {"a": {"box": 99, "due": 0, "asked": 1, "right": 1}}}',
        '{"kinds": {"a": {"box": "x", "due": 0, "asked": 1, "right": 1}}}',
        '{"kinds": {"a": {"box": 1, "due": 1e300, "asked": 1, "right": 1}}}',
    ],
)
def test_a_damaged_file_is_put_aside_and_said(text):
    state_file().parent.mkdir(parents=True)
    state_file().write_text(text)
    session = Session("sizes")
    assert "begins afresh" in session.memory.problem
    kept = state_file().with_name("practice.damaged.json")
    assert kept.read_text() == text
    session.next()
    answered(session)
    assert len(json.loads(state_file().read_text())["kinds"]) == 1
    assert load().problem == ""


def test_bytes_that_are_no_text_are_put_aside_as_well():
    state_file().parent.mkdir(parents=True)
    state_file().write_bytes(b"\xff\xfe\x00")
    assert "begins afresh" in load().problem


def test_a_home_that_cannot_be_written_stops_nobody(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("CNNLAB_HOME", str(blocked))
    session = Session("sizes")
    session.next()
    answered(session)
    assert "could not be written" in session.memory.problem
    assert session.asked == 1


def test_kinds_that_are_gone_from_the_course_stay_in_the_file():
    state_file().parent.mkdir(parents=True)
    gone = {"box": 1, "due": 0, "asked": 1, "right": 1}
    state_file().write_text(json.dumps({"version": 1, "kinds": {"of_old": gone}}))
    session = Session("sizes")
    assert session.next().kind != "of_old"
    answered(session)
    assert "of_old" in load().records
