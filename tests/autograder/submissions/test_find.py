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


@pytest.mark.parametrize(
    "name", ["../evil.ipynb", "/evil.ipynb", "a/../../evil.ipynb", "..\\evil.ipynb"]
)
def test_a_name_that_leads_out_of_a_zip_leads_nowhere_and_is_told(tmp_path, name):
    archive = tmp_path / "class.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(name, "{}")
        opened.writestr("honest.ipynb", "{}")
    with find_submissions(archive, "02_lenet") as found:
        by_name = {submission.student: submission for submission in found}
        assert not by_name["honest"].refused
        (evil,) = (s for s in found if s.student != "honest")
        assert "leads out" in evil.refused
        assert not evil.path.exists()
    assert not (tmp_path.parent / "evil.ipynb").exists()


def test_a_link_in_a_zip_is_refused(tmp_path):
    archive = tmp_path / "class.zip"
    link = zipfile.ZipInfo("me.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(link, "/etc/passwd")
    with find_submissions(archive, "02_lenet") as found:
        assert "link" in found[0].refused


def test_a_zip_that_unpacks_to_far_too_much_is_refused_before_it_does(tmp_path, monkeypatch):
    archive = tmp_path / "class.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for number in range(3):
            opened.writestr(f"{number}.ipynb", " " * 1000)
    monkeypatch.setattr("autograder.submissions.archive.MAX_BYTES", 999)
    with find_submissions(archive, "02_lenet") as found:
        assert all("large" in submission.refused for submission in found)
    monkeypatch.setattr("autograder.submissions.archive.MAX_BYTES", 1000)
    monkeypatch.setattr("autograder.submissions.archive.MAX_UNZIPPED", 2999)
    with pytest.raises(AutograderError, match="unpack what you trust"):
        students(archive)


def test_links_in_a_folder_are_refused_and_the_others_graded(tmp_path):
    put(tmp_path / "class" / "a" / "02_lenet" / "02_lenet.ipynb")
    put(tmp_path / "elsewhere" / "02_lenet" / "02_lenet.ipynb")
    folder = tmp_path / "class" / "b" / "02_lenet"
    folder.mkdir(parents=True)
    (folder / "02_lenet.ipynb").symlink_to(tmp_path / "class" / "a" / "02_lenet" / "02_lenet.ipynb")
    with find_submissions(tmp_path / "class", "02_lenet") as found:
        assert {s.student: bool(s.refused) for s in found} == {"a": False, "b": True}
    with find_submissions(folder / "02_lenet.ipynb", "02_lenet") as found:
        assert not found[0].refused  # whoever typed the command meant it


def test_a_renamed_file_counts_and_an_empty_folder_gets_a_verdict(tmp_path):
    put(tmp_path / "a" / "02_lenet" / "my LeNet (final).ipynb")
    put(tmp_path / "b" / "02_lenet" / "02_lenet-Copy1.ipynb")
    put(tmp_path / "b" / "02_lenet" / "02_lenet.ipynb")
    (tmp_path / "c" / "02_lenet").mkdir(parents=True)
    with find_submissions(tmp_path, "02_lenet") as found:
        a, b, c = found
    assert a.path.name == "my LeNet (final).ipynb"
    assert (b.path.name, [path.name for path in b.others]) == (
        "02_lenet.ipynb",
        ["02_lenet-Copy1.ipynb"],
    )
    assert c.refused == "No notebook was handed in."


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("doejane_12345_67890_02_lenet.ipynb", "doejane_12345"),
        ("doejane_LATE_12345_67890_02_lenet-2.ipynb", "doejane_12345"),
        ("Jané Doe_4711_assignsubmission_file_/work.ipynb", "Jané Doe_4711"),
        ("Jané Doe_4711_assignsubmission_file_work.ipynb", "Jané Doe_4711"),
        ("group/my_lenet.ipynb", "group-my_lenet"),
    ],
)
def test_platforms_names_tell_the_student(tmp_path, name, student):
    put(tmp_path / name)
    assert students(tmp_path) == [student]


def test_ids_are_fit_for_file_names_and_never_the_same(tmp_path):
    put(tmp_path / "a\nb.ipynb")
    put(tmp_path / "a:b.ipynb")
    put(tmp_path / "A_b.ipynb")
    put(tmp_path / ("x" * 240 + ".ipynb"))
    found = students(tmp_path)
    assert len({name.casefold() for name in found}) == 4
    assert all(len(name) < 110 and name.isprintable() and ":" not in name for name in found)


def test_nothing_to_grade_is_an_error_with_the_layout(tmp_path):
    with pytest.raises(AutograderError, match="<student>/<unit>"):
        students(tmp_path)
    with pytest.raises(AutograderError, match="nowhere"):
        students(tmp_path / "nowhere")
    (tmp_path / "bad.zip").write_bytes(b"PK not a zip")
    with pytest.raises(AutograderError, match="zip"):
        students(tmp_path / "bad.zip")
