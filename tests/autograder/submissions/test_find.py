"""Submissions are found wherever a teacher may have them."""

import zipfile

import pytest

from autograder.errors import AutograderError
from autograder.submissions import find_submissions


def put(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


def students(place, unit="02_lenet"):
    with find_submissions(place, unit) as found:
        return [submission.student for submission in found]


def test_nbgraders_tree_gives_the_students_names(tmp_path):
    put(tmp_path / "b" / "02_lenet" / "02_lenet.ipynb")
    put(tmp_path / "a" / "02_lenet" / "02_lenet.ipynb")
    put(tmp_path / "a" / "01_convolutions" / "01_convolutions.ipynb")
    assert students(tmp_path) == ["a", "b"]


def test_a_flat_folder_gives_the_files_names(tmp_path):
    put(tmp_path / "second.ipynb")
    put(tmp_path / "first.ipynb")
    put(tmp_path / ".ipynb_checkpoints" / "first-checkpoint.ipynb")
    (tmp_path / "notes.txt").write_text("")
    assert students(tmp_path) == ["first", "second"]


def test_one_notebook(tmp_path):
    put(tmp_path / "me.ipynb")
    assert students(tmp_path / "me.ipynb") == ["me"]


def test_a_zip_gives_its_notebooks_and_leaves_nothing(tmp_path):
    archive = tmp_path / "class.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("a/02_lenet/02_lenet.ipynb", "{}")
        opened.writestr("readme.txt", "")
    with find_submissions(archive, "02_lenet") as found:
        path = found[0].path
        assert found[0].student == "a"
        assert path.exists()
    assert not path.exists()


@pytest.mark.parametrize("name", ["../evil.ipynb", "/evil.ipynb", "a/../../evil.ipynb"])
def test_a_zip_with_a_name_that_leads_out_is_refused(tmp_path, name):
    archive = tmp_path / "class.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(name, "{}")
    with pytest.raises(AutograderError, match="leads out"):
        students(archive)
    assert not (tmp_path.parent / "evil.ipynb").exists()


def test_nothing_to_grade_is_an_error_with_the_layout(tmp_path):
    with pytest.raises(AutograderError, match="<student>/<unit>"):
        students(tmp_path)
    with pytest.raises(AutograderError, match="nowhere"):
        students(tmp_path / "nowhere")
    (tmp_path / "bad.zip").write_bytes(b"PK not a zip")
    with pytest.raises(AutograderError, match="zip"):
        students(tmp_path / "bad.zip")
