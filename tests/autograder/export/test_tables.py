"""Scores for other programs: quoted, without formulas, in the columns that they expect."""

import csv
import io

import pytest
from fake_class import broken_machine, fake_graded, unreadable

from autograder.command import main
from autograder.export import FORMS
from autograder.results import Store
from autograder.results.digests import Digests

UNIT = "01_convolutions"


def rows(form, unit, results):
    return list(csv.DictReader(io.StringIO(FORMS[form](unit, results), newline="")))


def test_csv_has_a_column_for_each_exercise_that_adds_up(unit):
    results = [fake_graded("a", lambda check: "conv2d" not in check), broken_machine("b")]
    first, second = rows("csv", unit, results)
    todos = {check.exercise for check in results[0].results}
    assert sum(float(first[todo]) for todo in todos) == float(first["score"]) == 46
    assert (second["score"], second["conv2d"], second["status"]) == ("", "", "infrastructure")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", " =", "＝"])
def test_no_text_is_a_formula(form, unit, start):
    evil = f'{start}cmd|"/c calc"!A1, "x"\nnext'
    bad = fake_graded(evil, repaired=[evil])
    for row in csv.reader(io.StringIO(FORMS[form](unit, [bad]), newline="")):
        assert not any(
            cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝")) for cell in row
        )
    assert any(evil in cell for row in rows(form, unit, [bad]) for cell in row.values())


def test_canvas_names_students_of_its_downloads_by_number(unit):
    points, first, second = rows(
        "canvas", unit, [fake_graded("doejane_12345"), fake_graded("jd42")]
    )
    column = f"{UNIT} {unit.title}"
    assert (points["Student"].strip(), points[column]) == ("Points Possible", "60")
    assert (first["Student"], first["ID"], first[column]) == ("doejane", "12345", "60")
    assert (second["SIS Login ID"], second["ID"]) == ("jd42", "")


def test_moodle_takes_participants_grades_and_comments(unit):
    results = [fake_graded("Jané Doe_4711", lambda c: c != "conv2d.1"), unreadable("x")]
    first, second = rows("moodle", unit, results)
    assert (first["Identifier"], first["Full name"]) == ("Participant 4711", "Jané Doe")
    assert "Turned." in first["Feedback comments"]
    assert "not a Jupyter notebook" in second["Feedback comments"]


def test_the_command_writes_a_file_or_the_screen(tmp_path, capsys):
    Store(tmp_path / UNIT, UNIT).keep(fake_graded("ä"), Digests("s", "u", "g", "e"))
    out = tmp_path / "a.csv"
    assert main(["export", "csv", UNIT, "--results", str(tmp_path), "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    capsys.readouterr()
    assert main(["export", "csv", UNIT, "--results", str(tmp_path)]) == 0
    assert next(csv.DictReader(io.StringIO(capsys.readouterr().out)))["student"] == "ä"
