"""Files that claim to be notebooks."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.submissions import UnreadableError, read_notebook


@pytest.fixture
def text():
    return nbformat.writes(new_notebook(cells=[new_code_cell("x = 'ä'")]))


@pytest.mark.parametrize(
    "mangle",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode() + b"\0\0\0",
        lambda text: text.replace('"nbformat_minor": 5', '"nbformat_minor": 0').encode(),
    ],
    ids=["as it is", "byte order mark", "trailing zeros", "old minor version"],
)
def test_harmless_damage_costs_nothing(tmp_path, text, mangle):
    path = tmp_path / "a.ipynb"
    path.write_bytes(mangle(text))
    assert read_notebook(path).cells[0].source == "x = 'ä'"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[1, 2]", b'{"cells": []}', b"\xff\xfe\xfa", b'{"nbformat": "four"}', b"hello"],
)
def test_what_is_no_notebook_is_told_with_the_next_step(tmp_path, data):
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"not a Jupyter notebook.*ask for"):
        read_notebook(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableError, match="nowhere"):
        read_notebook(tmp_path / "nowhere.ipynb")
