"""Right answers of the bank hold no construct that would be shown to an instructor."""

from __future__ import annotations

import pytest

from autograder.answers.bank_files import read_bank
from autograder.course import Course
from cnnlab.check.concealment import hides_its_calls

UNITS = Course.load().units


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_right_answers_hide_nothing(unit):
    right = [answer for answer in read_bank(unit) if answer.right]
    assert right
    assert {a.name: found for a in right if (found := hides_its_calls([a.source]))} == {}
