"""The overview tells each exercise's state, as text and as a table that everybody can read."""

import re

import pytest

import cnnlab
from cnnlab import progress
from cnnlab.catalogue import units


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path / "home"))


def solve(exercises):
    for exercise in exercises:
        progress.record_check(exercise.id, True)


def test_a_fresh_start_names_the_first_exercise():
    first = units()[0]
    total = sum(len(unit.exercises) for unit in units())
    expected = f"0 of {total} exercises solved. Next: {first.exercises[0].id} in {first.id}."
    assert cnnlab.my_progress().summary() == expected


def test_tries_and_hints_are_told_and_an_open_try_comes_before_what_is_untouched():
    first, second, third, *_ = units()[0].exercises
    solve([first])
    progress.record_check(third.id, False)
    progress.record_hint(third.id, 2)
    told = cnnlab.my_progress()
    state = told.units[0]
    assert [exercise.id for exercise in state.solved] == [first.id]
    assert [str(exercise) for exercise in state.tried] == [f"{third.id} (1 try, 2 hints)"]
    assert second.id in [exercise.id for exercise in state.untouched]
    assert f"Next: {third.id}" in repr(told)


def test_a_finished_unit_has_its_tick_and_the_next_one_is_named():
    one, two, *_ = units()
    solve(one.exercises)
    told = cnnlab.my_progress()
    lines = {line.split()[0]: line for line in told.table().splitlines()}
    assert lines[one.id].endswith("✓")
    assert lines[two.id].endswith(f"0 of {len(two.exercises)}")
    assert f"Next: {two.exercises[0].id} in {two.id}." in told.summary()


def test_a_finished_course_has_nothing_next():
    for unit in units():
        solve(unit.exercises)
    assert "Next" not in cnnlab.my_progress().summary()


def test_the_card_is_a_table_with_words_for_each_picture_and_no_colours_of_its_own():
    solve(units()[0].exercises[:2])
    page = cnnlab.my_progress()._repr_html_()
    assert page.count('<th scope="row"') == len(units())
    assert "<caption" in page
    assert f'aria-label="2 solved, 0 tried, {len(units()[0].exercises) - 2} open"' in page
    assert set(re.findall(r'(?:fill|stroke)="(.*?)"', page)) == {"currentColor", "none"}
    assert not re.search(r"color:|#[0-9a-f]{3}", page)
