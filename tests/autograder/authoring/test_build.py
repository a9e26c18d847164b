"""Building: the same bytes always, nothing half-written, drift found, students see only theirs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from toy_course import HINTS, LESSON

from autograder.authoring import build
from autograder.errors import UnknownUnitError


def _built(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("release", "source_notebooks")
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def _release(toy):
    path = toy.load().unit("01_toy").release_notebook
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def test_two_builds_give_the_same_bytes_and_the_second_changes_nothing(toy):
    assert build(toy.load()).ok
    first = _built(toy.root)
    report = build(toy.load())
    assert report.ok
    assert report.changes == []
    for path in first:
        (toy.root / path).unlink()
    assert build(toy.load()).ok
    assert _built(toy.root) == first


def test_stock_nbgrader_gives_the_same_release(toy):
    (toy.lesson().parent / "helper.txt").write_text("one\n", encoding="utf-8")
    assert build(toy.load()).ok
    ours = _built(toy.root)
    command = ["generate_assignment", "01_toy", "--force"]
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=toy.root / "course",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Removing existing assignment" in done.stderr
    assert _built(toy.root) == ours
    assert (toy.root / "gradebook.db").is_file()


def test_release_shows_stubs_and_no_trace_of_answers(toy):
    build(toy.load())
    cells = {cell.id: cell for cell in _release(toy).cells}
    assert cells["double"].source.endswith("    # YOUR CODE HERE\n    raise NotImplementedError")
    assert "Rubric" not in cells["transfer"].source
    text = toy.load().unit("01_toy").release_notebook.read_text(encoding="utf-8").lower()
    for trace in ("2 * x", "rubric", "n solution", "jupytext", "autograder", str(toy.root)):
        assert trace not in text


def test_cells_carry_nbgrader_metadata_and_stable_ids(toy):
    build(toy.load())
    notebook = _release(toy)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert ids == [
        *("start-1", "colab-badge", "colab-install", "start-2", "start-3", "double"),
        *("test_double", "test_double-1", "test_double-2", "test_double-3", "table"),
        *("transfer", "transfer-1"),
    ]
    test = next(cell for cell in notebook.cells if cell.id == "test_double")
    expected = {"grade": True, "solution": False, "locked": True, "points": 8, "schema_version": 3}
    assert expected.items() <= test.metadata.nbgrader.items()
    explore = next(cell for cell in notebook.cells if cell.id == "test_double-1")
    assert explore.metadata.tags == ["explore"]


def test_code_tagged_hide_is_collapsed_in_both_notebooks_and_still_read(toy):
    toy.rewrite('# %% tags=["explore"]', '# %% tags=["explore", "hide"]')
    assert build(toy.load()).ok
    unit = toy.load().unit("01_toy")
    for path in (unit.source_notebook, unit.release_notebook):
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
        collapsed = {cell.id: cell for cell in notebook.cells if "jupyter" in cell.metadata}
        assert list(collapsed) == ["test_double-1"]
        assert collapsed["test_double-1"].metadata.jupyter == {"source_hidden": True}
        assert collapsed["test_double-1"].metadata.cellView == "form"
        assert "double(3)" in collapsed["test_double-1"].source
    assert build(toy.load(), check=True).ok


def test_a_long_opening_comes_after_the_badge(toy):
    toy.rewrite("# It doubles numbers.\n", "# One.\n#\n# Two.\n#\n# Three.\n")
    build(toy.load())
    assert [cell.id for cell in _release(toy).cells][:3] == [
        *("colab-badge", "colab-install", "start-1"),
    ]


def test_colab_line_installs_only_in_colab(toy):
    build(toy.load())
    source = next(cell for cell in _release(toy).cells if cell.id == "colab-install").source
    assert "\n" not in source

    class Shell:
        def __init__(self, name):
            self.name, self.ran = name, []

        def __str__(self):
            return self.name

        def system(self, command):
            self.ran.append(command)

    colab, other = Shell("<google.colab._shell.Shell>"), Shell("<ZMQInteractiveShell>")
    for shell in (colab, other):
        exec(source, {"get_ipython": lambda shell=shell: shell})
    assert colab.ran == ["pip install -q git+https://github.com/example/toy@main"]
    assert other.ran == []


def test_catalogue_tells_the_students_package_everything(toy):
    toy.add_unit("02_more", prerequisites='["01_toy"]')
    build(toy.load())
    catalogue = json.loads((toy.root / "release/catalogue.json").read_text(encoding="utf-8"))
    assert catalogue["course"]["repository"] == "https://github.com/example/toy"
    assert [unit["id"] for unit in catalogue["units"]] == ["01_toy", "02_more"]
    unit = catalogue["units"][1]
    assert unit["prerequisites"] == ["01_toy"]
    assert (unit["minutes"], unit["points"], unit["budget_seconds"]) == (60, 10.5, 120)
    (todo,) = unit["todos"]
    assert (todo["id"], todo["points"], todo["test"]) == ("double", 8, "test_double")
    assert todo["hints"] == ["Think of adding.", "Add x to itself.", "Return x + x."]
    assert unit["written"] == [{"id": "transfer", "points": 2.5}]


def test_building_one_unit_keeps_the_others_in_the_catalogue(toy):
    toy.add_unit("02_more")
    build(toy.load())
    before = _built(toy.root)
    toy.rewrite("The end.", "The very end.", "02_more")
    report = build(toy.load(), ["02_more"])
    assert {change.path for change in report.changes} == {
        "release/02_more/02_more.ipynb",
        "source_notebooks/02_more/02_more.ipynb",
    }
    after = _built(toy.root)
    assert after["release/01_toy/01_toy.ipynb"] == before["release/01_toy/01_toy.ipynb"]
    assert after["release/catalogue.json"] == before["release/catalogue.json"]
    assert build(toy.load(), check=True).ok


def test_unit_files_reach_the_students_but_lesson_and_hints_do_not(toy):
    folder = toy.lesson().parent
    (folder / "images").mkdir()
    (folder / "images" / "cat.png").write_bytes(b"\x89PNG\x00")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    build(toy.load())
    assert sorted(_built(toy.root)) == [
        "release/01_toy/01_toy.ipynb",
        "release/01_toy/images/cat.png",
        "release/catalogue.json",
        "source_notebooks/01_toy/01_toy.ipynb",
        "source_notebooks/01_toy/images/cat.png",
    ]


def test_check_names_what_drifted_and_the_command_that_mends_it(toy):
    (toy.lesson().parent / "data.txt").write_text("1\n", encoding="utf-8")
    build(toy.load())
    (toy.lesson().parent / "data.txt").unlink()
    toy.rewrite("The end.", "The very end.")
    (toy.root / "release/catalogue.json").unlink()
    before = _built(toy.root)
    report = build(toy.load(), check=True)
    assert not report.ok
    assert report.exit_code == 1
    assert [(change.state, change.path) for change in report.changes] == [
        ("differs", "release/01_toy/01_toy.ipynb"),
        ("stale", "release/01_toy/data.txt"),
        ("missing", "release/catalogue.json"),
        ("differs", "source_notebooks/01_toy/01_toy.ipynb"),
        ("stale", "source_notebooks/01_toy/data.txt"),
    ]
    assert "autograder build" in str(report)
    assert _built(toy.root) == before
    assert build(toy.load()).ok
    assert build(toy.load(), check=True).ok


def test_leftovers_of_a_removed_unit_are_found_and_removed(toy):
    toy.add_unit("02_gone")
    build(toy.load())
    text = toy.manifest.read_text(encoding="utf-8")
    toy.manifest.write_text(text[: text.rindex("[[units]]")], encoding="utf-8")
    report = build(toy.load(), check=True)
    assert ("stale", "release/02_gone/02_gone.ipynb") in [(c.state, c.path) for c in report.changes]
    assert build(toy.load()).ok
    assert not (toy.root / "release/02_gone").exists()
    assert not (toy.root / "source_notebooks/02_gone").exists()
    assert build(toy.load(), check=True).ok


def test_somebodys_own_notebook_is_reported_and_left_alone(toy):
    build(toy.load())
    folder = toy.root / "source_notebooks/01_toy"
    own, copy = folder / "Untitled.ipynb", folder / "01_toy-Copy1.ipynb"
    own.write_text(nbformat.writes(nbformat.v4.new_notebook()), encoding="utf-8")
    copy.write_bytes((folder / "01_toy.ipynb").read_bytes())
    report = build(toy.load(), check=True)
    assert [change.state for change in report.changes] == ["foreign", "foreign"]
    assert not report.ok
    build(toy.load())
    assert own.is_file()
    assert copy.is_file()


def test_edits_in_the_notebook_are_not_overwritten(toy):
    build(toy.load())
    path = toy.load().unit("01_toy").source_notebook
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    notebook.metadata.language_info["version"] = "3.12.1"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    assert build(toy.load()).ok, "saved without an edit: nothing to lose"

    notebook.cells[-1].source = "The end, at last."
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    edited = path.read_bytes()
    report = build(toy.load())
    assert not report.ok
    assert "autograder pull 01_toy" in str(report)
    assert "(transfer-1)" in str(report)
    assert path.read_bytes() == edited


def test_a_damaged_notebook_is_built_anew(toy):
    build(toy.load())
    path = toy.load().unit("01_toy").source_notebook
    whole = path.read_bytes()
    path.write_bytes(b"<<<<<<< ours\n" + whole)
    assert build(toy.load()).ok
    assert path.read_bytes() == whole


def test_a_build_that_dies_leaves_only_whole_files(toy, monkeypatch):
    build(toy.load())
    toy.rewrite("The end.", "The very end.")
    before = _built(toy.root)
    replace = Path.replace
    calls = []

    def dies_at_the_second(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        build(toy.load())
    monkeypatch.undo()
    after = _built(toy.root)
    assert after.keys() == before.keys()
    for content in after.values():
        json.loads(content)
    assert not build(toy.load(), check=True).ok
    assert build(toy.load()).ok
    assert build(toy.load(), check=True).ok


def test_what_a_killed_write_leaves_is_swept_by_the_next_build(toy):
    build(toy.load())
    for folder in ("release", "source_notebooks"):
        half = toy.root / folder / "01_toy" / ".01_toy.ipynb.0123abcd.tmp"
        half.write_text("half", encoding="utf-8")
    assert not build(toy.load(), check=True).ok
    build(toy.load())
    assert build(toy.load(), check=True).ok


def test_jupyters_checkpoints_are_no_drift(toy):
    build(toy.load())
    folder = toy.root / "source_notebooks/01_toy/.ipynb_checkpoints"
    folder.mkdir()
    (folder / "01_toy-checkpoint.ipynb").write_text("{}", encoding="utf-8")
    assert build(toy.load(), check=True).ok


def test_an_unknown_unit_is_named(toy):
    with pytest.raises(UnknownUnitError, match="Did you mean '01_toy'"):
        build(toy.load(), ["01_toi"])


def test_one_bad_unit_keeps_everything_from_being_written(toy):
    toy.add_unit("02_bad", lesson=LESSON.replace(" points=8", ""), hints=HINTS)
    assert not build(toy.load()).ok
    assert _built(toy.root) == {}
