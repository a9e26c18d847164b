"""Three lists of dependencies that must agree, and a student's package that holds no secrets."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]


def project(path):
    return tomllib.loads((ROOT / path).read_text())["project"]


def ranges(lines):
    found = {}
    for line in lines:
        requirement = Requirement(line)
        marker = requirement.marker
        applies = marker is None or marker.evaluate({"python_version": "3.11"})
        if applies and requirement.specifier:
            found[requirement.name.lower()] = requirement.specifier
    return found


STUDENT = ranges(project("pyproject.toml")["dependencies"])
INSTRUCTOR = ranges(project("autograder/pyproject.toml")["dependencies"])
EXTRAS = project("pyproject.toml")["optional-dependencies"]
NOTEBOOK, DEVELOPER = ranges(EXTRAS["notebook"]), ranges(EXTRAS["dev"])
PRETRAINED, DEPLOY = ranges(EXTRAS["pretrained"]), ranges(EXTRAS["deploy"])
EVERYTHING = {**DEPLOY, **STUDENT, **NOTEBOOK, **PRETRAINED, **INSTRUCTOR, **DEVELOPER}


def pinned(path):
    lines = (ROOT / path).read_text().splitlines()
    return dict(line.lower().split("==") for line in lines if "==" in line)


def test_environment_yml_has_the_same_ranges():
    text = (ROOT / "environment.yml").read_text()
    listed = ranges(re.findall(r"^      - ([A-Za-z][\w.-]*[<>=!~].*)$", text, re.MULTILINE))
    instructors = {**STUDENT, **NOTEBOOK, **PRETRAINED, **INSTRUCTOR}
    assert listed == {**instructors, "pytest": DEVELOPER["pytest"]}


def test_the_two_distributions_agree_where_they_share_a_dependency():
    for name in {**STUDENT, **NOTEBOOK}.keys() & INSTRUCTOR.keys():
        assert {**STUDENT, **NOTEBOOK}[name] == INSTRUCTOR[name], name


def test_constraints_satisfy_every_range():
    pins = pinned("constraints.txt")
    for name, specifier in EVERYTHING.items():
        assert name in pins, f"{name} is not pinned"
        assert specifier.contains(Version(pins[name]), prereleases=True), name


def test_a_student_in_colab_keeps_the_jupyter_that_is_there():
    colab = pinned("tools/colab.txt")
    for name in STUDENT.keys() & colab.keys():
        assert STUDENT[name].contains(Version(colab[name])), name
    assert {"ipython", "ipywidgets"} <= STUDENT.keys() & colab.keys()
    assert not STUDENT.keys() & {"jupyter", "jupyterlab", "notebook", "ipykernel"}


def test_every_dependency_has_its_reason():
    text = (ROOT / "CONTRIBUTING.md").read_text().lower()
    for name in EVERYTHING:
        assert re.search(rf"\b{re.escape(name)}\b", text), (
            f"{name} has no reason in CONTRIBUTING.md"
        )


@pytest.fixture(scope="module")
def students_wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_a_students_package_holds_the_release_and_no_answers(students_wheel):
    with zipfile.ZipFile(students_wheel) as opened:
        names = opened.namelist()
        contents = {name: opened.read(name) for name in names}
    units = [p.name for p in (ROOT / "course" / "units").iterdir() if p.is_dir()]
    for unit in units:
        assert f"cnnlab/release/{unit}/{unit}.ipynb" in names
    assert "cnnlab/release/catalogue.json" in names
    assert not [n for n in names if n.startswith(("autograder", "course", "source_notebooks"))]
    for data in ("fashion_mnist_small.npz", "FASHION_MNIST_LICENSE.txt", "photos/photos.toml"):
        assert f"cnnlab/data/files/{data}" in names
    assert not [n for n in names if "unseen" in n]
    assert students_wheel.stat().st_size < 12e6
    for name, content in contents.items():
        assert b"BEGIN SOLUTION" not in content, name


def test_a_students_package_works_offline_on_its_own(students_wheel, tmp_path):
    """`cnnlab list` and `get` from the wheel alone, without the checkout beside it."""
    with zipfile.ZipFile(students_wheel) as opened:
        opened.extractall(tmp_path / "site")
    for arguments, expected in (["list"], "01_convolutions"), (["get", "01"], "is ready"):
        program = "import sys; from cnnlab.command import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path), "PATH": "/usr/bin"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout
    assert (tmp_path / "01_convolutions" / "01_convolutions.ipynb").is_file()
