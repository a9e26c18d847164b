"""Refused library calls: plain shortcuts are found, and no honest work is accused."""

from __future__ import annotations

import time

import pytest
import torch.nn.functional  # noqa: F401 - what a star import brings is seen in what is imported
from refused_cases import CONV, IMPORTS, Case, cases

from cnnlab.check.shortcuts import find_refused

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


def test_a_lambda_or_a_call_chain_of_any_length_comes_to_an_end():
    bodies = (" + ".join(["x"] * 20_000), "x" + ".a()" * 2000, "lambda q: " * 150 + "x")
    for body in bodies:
        source = f"def conv2d(x):\n    return {body}"
        assert find_refused([IMPORTS, source], ["conv2d"], CONV) == []


def test_a_call_behind_a_long_row_of_helpers_is_found():
    row = "\n".join(f"def h{i}(x):\n    return h{i + 1}(x)" for i in range(500))
    last = "def h500(x):\n    return F.conv2d(x, x)\ndef conv2d(x):\n    return h0(x)"
    (offence,) = find_refused([IMPORTS, f"{row}\n{last}"], ["conv2d"], CONV)
    assert offence.called == FUNCTIONAL_CONV


def test_a_long_row_of_aliases_hides_nothing():
    row = "\n".join(["a0 = F.conv2d", *(f"a{i + 1} = a{i}" for i in range(500))])
    found = find_refused([IMPORTS, row, "def conv2d(x):\n    return a500(x)"], ["conv2d"], CONV)
    assert {one.called for one in found} == {FUNCTIONAL_CONV}


def _perhaps(count: int) -> list[str]:
    bound = "\n".join("if x:\n    zq = F" for _ in range(count))
    used = "\n".join("    zq.relu(x)" for _ in range(count))
    return [IMPORTS, bound, f"def conv2d(x):\n{used}\n    return zq.conv2d(x)"]


LONG = {
    "a huge list": lambda n: [IMPORTS, f"_ = [{'a,' * (20 * n)}]", CALL],
    "a name with many meanings": _perhaps,
    "blank lines under a magic": lambda n: [
        IMPORTS,
        "%pwd\nx = 1" + "\n" * (100 * n) + "y = 2",
        CALL,
    ],
    "a long line under a magic": lambda n: [IMPORTS, "%pwd\na" + " " * (100 * n) + "= 2", CALL],
    "many star imports": lambda n: [
        "\n".join(f"from a{i} import *" for i in range(n)),
        IMPORTS,
        "def conv2d(x):\n" + "\n".join(f"    u{i}(x)" for i in range(n)) + "\n    F.conv2d(x)",
    ],
    "a class with many methods": lambda n: [
        IMPORTS,
        "class A:\n" + "\n".join(f"    def m{i}(self): A.m{i + 1}(self)" for i in range(n)),
        "def conv2d(x):\n    A.m0(x)\n    return F.conv2d(x)",
    ],
}


@pytest.mark.parametrize("make", LONG.values(), ids=LONG)
def test_ten_times_the_code_takes_about_ten_times_as_long(make):
    def seconds(count: int) -> float:
        cells = make(count)
        started = time.process_time()
        found = find_refused(cells, ["conv2d"], CONV)
        assert {one.called for one in found} == {FUNCTIONAL_CONV}
        return time.process_time() - started

    assert seconds(2000) < 40 * seconds(200) + 0.2


def test_what_is_too_long_is_left_out():
    found = find_refused([f"import os\n_ = [{'a,' * 200_000}]", IMPORTS, CALL], ["conv2d"], CONV)
    assert len(found) == 1


def test_a_helper_whose_name_an_experiment_uses_later_is_no_offence():
    sources = [
        "from cnnlab import check, data",
        "def count(layers):\n    return len(layers)\ndef conv2d(x):\n    return count(x)",
        "count = check.use(conv2d)\nimages = data.load('digits')\nfor count in images: pass",
    ]
    assert find_refused(sources, ["conv2d"], CONV) == []
    (offence, *_) = find_refused(sources, ["count"], CONV)
    assert offence.called == "cnnlab.check.use"


def test_a_helper_mended_after_the_exercise_was_written_is_no_offence():
    sources = [IMPORTS, "helper = F.conv2d", "def conv2d(x):\n    return helper(x)"]
    assert len(find_refused(sources, ["conv2d"], CONV)) > 0
    mended = [*sources, "def helper(x):\n    return x"]
    assert find_refused(mended, ["conv2d"], CONV) == []


def test_a_star_import_is_the_answer_where_nothing_else_is():
    sources = ["from torch.nn.functional import *"]
    (offence,) = find_refused(sources, ["conv2d"], CONV)
    assert offence.written == sources[0]
    after_an_own_one = ["def conv2d(x):\n    return x", *sources]
    assert len(find_refused(after_an_own_one, ["conv2d"], CONV)) == 1


def test_a_star_import_brings_no_builtins_and_nothing_that_is_not_there():
    sources = ["def conv2d(x):\n    return max(len(x), own(x))", "def own(x): return x"]
    assert find_refused([*sources, "from cnnlab import *"], ["conv2d"], CONV) == []
