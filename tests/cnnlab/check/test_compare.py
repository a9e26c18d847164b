"""A comparison says what is wrong, and names the mistake if it knows it."""

import math

import pytest
import torch

from cnnlab.check.compare import Wrong, agrees, difference, expect
from cnnlab.learner import Opaque


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (3, 3),
        (0.1 + 0.2, 0.3),
        (torch.tensor(0.25), 0.25),
        (2, 2.0),
        ([1, 2], (1, 2)),
        (torch.ones(2, 3), torch.ones(2, 3, dtype=torch.float64)),
        (torch.tensor([1.0, 2.0]), torch.tensor([1, 2])),
        ({"a": torch.zeros(2)}, {"a": torch.zeros(2)}),
        (math.inf, math.inf),
        (torch.empty(0, 2), torch.empty(0, 2)),
        (torch.full((3,), 1e-9), torch.zeros(3)),
        (torch.ones(3) * (1 + 3e-6), torch.ones(3)),
    ],
)
def test_good_answers_agree(actual, expected):
    assert agrees(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "kind"),
    [
        (None, 3, "returns_none"),
        (3.0, 3, "float_not_int"),
        (True, 1, "wrong_type"),
        (4, 3, "wrong_value"),
        ("3", 3, "wrong_type"),
        (1, True, "wrong_type"),
        (0.31, 0.3, "wrong_value"),
        (torch.zeros(1), 0.5, "wrong_type"),
        (Opaque("Linear"), torch.ones(2), "wrong_type"),
        ([1.0, 2.0], torch.ones(2), "wrong_type"),
        (torch.ones(2, 3), torch.ones(3, 2), "wrong_shape"),
        (torch.tensor([1.0, math.nan]), torch.ones(2), "not_finite"),
        (torch.tensor([1.0, 1.1]), torch.ones(2), "wrong_values"),
        (torch.ones(2, dtype=torch.float64) + 1e-6, torch.ones(2).double(), "wrong_values"),
        ([1, 2, 3], [1, 2], "wrong_length"),
        ((1, 5), (1, 2), "wrong_value"),
        ({"a": 1}, {"a": 1, "b": 2}, "missing_key"),
        ({"a": 1, "b": 2}, {"a": 1}, "extra_key"),
        (5, {"a": 1}, "wrong_type"),
    ],
)
def test_differences_are_named(actual, expected, kind):
    assert difference(actual, expected).kind == kind


def test_messages_hold_no_input_but_details_do():
    found = difference(torch.tensor([1.0, 5.0]), torch.tensor([1.0, 2.0]), "the output")
    assert "5" not in found.message
    assert "got 5" in found.detail


def test_one_item_is_one_item():
    assert difference([1], [1, 2], "the list").message == "the list has 1 item, expected 2."
    assert difference([1, 2], [1], "the list").message == "the list has 2 items, expected 1."


def test_the_pair_that_max_returns_is_explained():
    pair = tuple(torch.ones(2, 2).max(dim=0))
    assert "`.values` gives you the values alone" in difference(pair, torch.ones(2)).message
    assert "`.values`" not in difference((1, 2, 3), torch.ones(2)).message


def test_a_difference_is_raised_with_what_was_given():
    expect(1.0, 1.0)
    with pytest.raises(Wrong) as caught:
        expect(7.0, 1.0, given="The call was f(1).")
    assert caught.value.mistake == "wrong_value"
    assert "f(1)" in caught.value.detail
