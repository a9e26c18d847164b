"""Guesses are read as people write them."""

import pytest

from cnnlab.guesses import number_in, shape_in


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("154", 154),
        ("154 million", 154e6),
        ("154M", 154e6),
        ("154 million parameters", 154e6),
        ("~150", 150),
        ("≈ 150", 150),
        ("about 150", 150),
        ("roughly 1.5 billion", 1.5e9),
        ("60k", 60e3),
        ("1.5e8", 1.5e8),
        ("1.5E+8", 1.5e8),
        ("1.5 × 10^8", 1.5e8),
        ("1.5*10**8", 1.5e8),
        ("10⁸", 1e8),
        ("2.2·10⁻¹⁷", 2.2e-17),
        ("10^-17", 1e-17),
        ("3 x 224 x 224", 150_528),
        ("150,000", 150_000),
        ("150 000", 150_000),
        ("150'000", 150_000),
        ("150_000", 150_000),
        ("154,140,672", 154_140_672),
        ("154.140.672", 154_140_672),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("0,5", 0.5),
        ("2,3", 2.3),
        ("0,125", 0.125),
        (".5", 0.5),
        ("55 %", 55),
        ("55 percent", 55),
        ("-3", -3),
        ("−3", -3),
        ("half", 0.5),
        ("half a million", 500_000),
        ("two thirds", 2 / 3),
        ("ten", 10),
        ("a hundred", 100),
        ("1/3", 1 / 3),
        ("12 pixels", 12),
        ("405 of 450", 405),
        ("12 ms", 12),
        ("I think 7.", 7),
        (7, 7),
        (0.25, 0.25),
    ],
)
def test_numbers(typed, value):
    assert number_in(typed).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "lots", "a", "a lot", "conv2d", "7layer", True, None, float("nan"), float("inf")),
        *("150 to 160", "150-160", "4, 4", "(4, 4)"),
        *("9" * 400, "1e999", "9**9**9", "9**99999999"),
    ],
)
def test_what_is_no_number(typed):
    assert number_in(typed) is None


@pytest.mark.parametrize(
    ("typed", "truth", "right"),
    [
        ("0.15", 0.1505, True),
        ("0.2", 0.1505, False),
        ("0.1505", 0.15049, True),
        ("1.5e8", 154_140_672, True),
        ("154 million", 154_140_672, True),
        ("153 million", 154_140_672, False),
        ("~150", 154, True),
        ("150", 154, False),
        ("~150", 157, False),
        ("110", 112, False),
        ("150,000", 150_528, True),
        ("1000", 1024, False),
        ("2.3", 2.302585, True),
        ("2", 2.302585, False),
        ("0.1", 0.09, False),
        ("0", 0, True),
        ("0", 0.2, False),
        (0.15, 0.1505, True),
        (154e6, 154_140_672, True),
        (2, 2.0, True),
    ],
)
def test_a_number_is_meant_as_exactly_as_it_was_written(typed, truth, right):
    assert number_in(typed).rounds_to(truth) is right


@pytest.mark.parametrize("typed", ["(16, 5, 5)", "16, 5, 5", "16 x 5 x 5", "16×5×5", "[16,5,5]"])
def test_shapes(typed):
    assert shape_in(typed) == (16, 5, 5)


@pytest.mark.parametrize("typed", ["torch.Size([4, 4])", "4 by 4", "4 4", (4, 4), [4, 4]])
def test_more_shapes(typed):
    assert shape_in(typed) == (4, 4)


@pytest.mark.parametrize("typed", ["", "square", None, ("a", 4)])
def test_what_is_no_shape(typed):
    assert shape_in(typed) is None
