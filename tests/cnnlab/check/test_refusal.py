"""Refused library calls: every shortcut is found, and no honest work is accused."""

from __future__ import annotations

import pytest
from refusal_cases import CONV, Case, cases

from cnnlab.check.refusal import find_refused

IMPORTS = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
"""

FUNCTIONAL_CONV = "torch.nn.functional.conv2d"


def names_called(case: Case) -> set[str]:
    found = find_refused([IMPORTS, *case.cells], [case.exercise], case.refused)
    return {offence.called for offence in found}


@pytest.mark.parametrize("case", cases("shortcuts"), ids=lambda case: case.name)
def test_shortcut_is_found(case):
    assert case.called in names_called(case)


@pytest.mark.parametrize("case", cases("honest"), ids=lambda case: case.name)
def test_honest_work_is_not_accused(case):
    assert names_called(case) == set()


def test_offence_tells_where_and_how():
    sources = [
        IMPORTS,
        "from torch.nn.functional import conv2d as slide",
        "%matplotlib inline\n\ndef helper(x, w):\n    return 2 * slide(x,\n                     w)",
        "def conv2d(x, w):\n    return helper(x, w)",
    ]
    (offence,) = find_refused(sources, ["conv2d"], CONV)
    assert offence.called == FUNCTIONAL_CONV
    assert offence.written == "slide(x, w)"
    assert offence.line_text == "return 2 * slide(x,"
    assert (offence.cell, offence.line) == (2, 4)
    assert offence.reached_through == ("conv2d", "helper")


def test_columns_are_right_after_other_alphabets():
    source = "def conv2d(x, w):\n    é, ж = 'ünï', F.conv2d(x, w)"
    (offence,) = find_refused([IMPORTS, source], ["conv2d"], CONV)
    assert offence.written == "F.conv2d(x, w)"


def test_imported_exercise_quotes_the_import():
    line = "from torch.nn.functional import conv2d"
    (offence,) = find_refused([line], ["conv2d"], CONV)
    assert offence.written == offence.line_text == line


def test_one_line_is_told_once_and_offences_follow_the_notebook():
    sources = [
        IMPORTS,
        "def helper(x, w):\n    return F.conv2d(x, w) + F.conv2d(w, x)",
        "def conv2d(x, w):\n    y = helper(x, w)\n    return y + F.conv1d(x, w)",
    ]
    found = find_refused(sources, ["conv2d"], CONV)
    assert [(one.cell, one.line, one.called) for one in found] == [
        (1, 2, FUNCTIONAL_CONV),
        (2, 3, "torch.nn.functional.conv1d"),
    ]


def test_several_names_of_one_exercise():
    source = "def a(x):\n    return x\ndef b(x):\n    return F.conv2d(x, x)"
    assert find_refused([IMPORTS, source], ["a"], CONV) == []
    assert len(find_refused([IMPORTS, source], ["a", "b"], CONV)) == 1


def test_a_name_nobody_defines_is_no_offence():
    assert find_refused([IMPORTS, "y = F.conv2d"], ["conv2d"], CONV) == []
    assert find_refused([], ["conv2d"], CONV) == []


CALL = "def conv2d(x, w):\n    return F.conv2d(x, w)"
HARD_TO_READ = {
    "deep brackets": "y = " + "(" * 5000 + "1" + ")" * 5000,
    "a long sum": "y = " + " + ".join(["1"] * 20_000),
    "a long chain of attributes": "y = x" + ".a" * 3000,
    "a null byte": "y = '\0'",
    "a lone surrogate": "y = '\ud800'",
    "quotes left open": "!echo '\n" + "'\"(" * 10_000,
    "another language": "%%html\n<b>F.conv2d</b>",
    "names that go round": "x = x\nx = [x]\nx.append(x)\nclass y(y): pass\ndef f(): return f()(y)",
    "a byte order mark": "\ufeffy = 1",
}


@pytest.mark.parametrize("cell", HARD_TO_READ.values(), ids=HARD_TO_READ)
def test_a_cell_that_is_hard_to_read_hides_nothing_in_the_others(cell):
    found = find_refused([cell, IMPORTS, CALL], ["x", "y", "f", "conv2d"], CONV)
    assert {one.called for one in found} == {FUNCTIONAL_CONV}


@pytest.mark.parametrize(
    "body",
    [
        " + ".join(["x"] * 20_000),
        "x" + ".a()" * 2000,
        "f(" * 150 + "x" + ")" * 150,
        "nest([F])",
        "spread0(F, x)",
    ],
    ids=["sum", "chain", "nested calls", "growing list", "spreading calls"],
)
def test_reached_code_of_any_shape_comes_to_an_end(body):
    spread = "\n".join(
        f"def spread{i}(a, b): return spread{i + 1}(a, b), spread{i + 1}(b, [a])" for i in range(40)
    )
    helpers = f"def nest(s): return nest([s])\n{spread}\ndef spread40(a, b): return a"
    source = f"def conv2d(x, f=abs):\n    return {body}"
    assert find_refused([IMPORTS, helpers, source], ["conv2d"], CONV) == []


def test_a_call_behind_a_long_row_of_helpers_is_found():
    row = "\n".join(f"def h{i}(x):\n    return h{i + 1}(x)" for i in range(500))
    last = "def h500(x):\n    return F.conv2d(x, x)\ndef conv2d(x):\n    return h0(x)"
    (offence,) = find_refused([IMPORTS, f"{row}\n{last}"], ["conv2d"], CONV)
    assert offence.called == FUNCTIONAL_CONV
