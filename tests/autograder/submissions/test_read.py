"""Files that claim to be notebooks."""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.submissions import UnreadableError, read_notebook
from autograder.submissions.read import parse_submitted


@pytest.fixture
def text():
    return nbformat.writes(new_notebook(cells=[new_code_cell("x = 'ä'")]))


HARMLESS = {
    "as it is": lambda text: text.encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "trailing zeros": lambda text: text.encode() + b"\0\0\0",
    "Latin-1": lambda text: text.encode("latin-1"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without mark": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "old minor version": lambda text: text.replace('_minor": 5', '_minor": 0').encode(),
    "Windows lines": lambda text: text.replace("\n", "\r\n").encode(),
    "cell without id": lambda text: edited(text, lambda cell: cell.pop("id")),
    "no metadata": lambda text: edited(text, lambda cell: cell.pop("metadata")),
    "odd metadata": lambda text: edited(text, lambda cell: cell.update(metadata=[1])),
    "odd outputs": lambda text: edited(text, lambda cell: cell.update(outputs={"a": None})),
    "source in lines": lambda text: edited(text, lambda cell: cell.update(source=["x =", " 'ä'"])),
    "format 3": lambda text: json.dumps(
        {
            "nbformat": 3,
            "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 'ä'"], "outputs": []}]}],
        }
    ).encode(),
}


def edited(text, change):
    notebook = json.loads(text)
    change(notebook["cells"][0])
    return json.dumps(notebook, ensure_ascii=False).encode()


@pytest.mark.parametrize("mangle", HARMLESS.values(), ids=HARMLESS)
def test_harmless_damage_costs_nothing(tmp_path, text, mangle):
    path = tmp_path / "a.ipynb"
    path.write_bytes(mangle(text))
    assert read_notebook(path).cells[0].source == "x = 'ä'"


def test_of_a_file_that_is_cut_off_the_whole_cells_count():
    cells = [new_code_cell(f"x = {number}") for number in range(9)]
    text = nbformat.writes(new_notebook(cells=cells))
    read = parse_submitted(text[: text.index("x = 5")].encode(), "mine")
    assert [cell.source for cell in read.notebook.cells] == [f"x = {n}" for n in range(5)]
    assert "cut off" in read.repaired[0]


def test_half_a_letter_in_a_source_is_no_letter(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x\\ud800y\\u0000"}]}'
    )
    assert read_notebook(path).cells[0].source == "x?y"


def test_a_pipe_is_not_waited_for_and_a_link_not_followed(tmp_path, text):
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "real.ipynb").write_text(text)
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    for name in ("pipe", "link"):
        with pytest.raises(UnreadableError):
            read_notebook(tmp_path / f"{name}.ipynb")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"cells": []}',
        b"\xff\xfe\xfa",
        b'{"nbformat": "four"}',
        b"hello",
        b"[" * 100_000,
        b'{"nbformat": 4, "cells": ' + b"[" * 100_000,
        b"1" * 10_000,
    ],
    ids=range(10),
)
def test_what_is_no_notebook_is_told_with_the_next_step(tmp_path, data):
    path = tmp_path / "a.ipynb"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"not a Jupyter notebook.*ask for"):
        read_notebook(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableError, match="nowhere"):
        read_notebook(tmp_path / "nowhere.ipynb")
