"""What is not there cannot be called: modules that are hidden from a kernel."""

import py_compile

import pytest
from talking import Talk

from autograder.course_plan import plan_of_course
from autograder.kernels.inside.import_plan import ImportPlan
from autograder.kernels.isolation import view

SECRET = "def solve():\n    return 6 * 7\n"
TOY = {
    "toy/__init__.py": "value = 1\n",
    "toy/answers/__init__.py": SECRET,
    "toy/answers/deep.py": SECRET,
    "toy/shortcuts.py": SECRET,
    "toy/kept.py": "from toy.answers import solve\nvalue = 2\n",
}
PLAN = ImportPlan(
    preloads=(*plan_of_course().preloads, "toy.kept", "toy.answers", "toy.shortcuts:solve"),
    hides=("toy.answers", "toy.answers.deep", "toy.shortcuts", "torchvision.models"),
)
# As a learner could who knows how they are hidden.
WITHOUT_THE_FINDER = """
import importlib, sys
sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "HiddenModules"]
for name in [n for n in sys.modules if n.split(".")[0] in ("toy", "torchvision")]:
    del sys.modules[name]
importlib.invalidate_caches()
"""
FILES = """
import os
files = []
for place in ("/run", "/usr", "/root", "/home", "/opt", "/tmp"):
    for folder, _, names in os.walk(place):
        files += [os.path.join(folder, name) for name in names]
def content(*parts):
    found = [path for path in files if any(part in path for part in parts)]
    return [path for path in found if readable(path)]
def readable(path):
    try:
        return open(path, "rb").read(1)
    except OSError:
        return False
"""
IN_MEMORY = """
import gc, sys, types
gc.unfreeze()
def left(*names):
    def named(name):
        return str(name).startswith(names)
    def has_content(module):
        own = [value for name, value in vars(module).items() if not name.startswith("__")]
        return any(type(value).__name__ != "StandIn" for value in own)
    found = [m for m in sys.modules.values() if named(m.__name__) and has_content(m)]
    for thing in gc.get_objects():
        if isinstance(thing, (type, types.FunctionType)) and named(thing.__module__):
            found.append(thing)
    return [str(thing) for thing in found]
"""


@pytest.fixture(scope="module", params=["bubblewrap", "none"])
def talk(request, tmp_path_factory):
    place = tmp_path_factory.mktemp("installed") / "site-packages"
    for name, content in TOY.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        py_compile.compile(str(file))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(place)
        with Talk(request.param, plan=PLAN) as talk:
            yield talk


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("import toy.answers; toy.answers.solve()", "toy.answers.solve"),
        ("from toy import answers; answers.other", "toy.answers.other"),
        ("from toy.answers import solve as mine; mine()", "toy.answers.solve"),
        ("from toy.answers.deep import solve; solve.name", "toy.answers.deep.solve.name"),
        ("import toy.kept; toy.kept.solve()", "toy.answers.solve"),
        ("import toy.shortcuts; toy.shortcuts.solve()", "toy.shortcuts.solve"),
        ("from toy.answers import Base\nclass Mine(Base): pass", "toy.answers.Base"),
        ("import torchvision; torchvision.models.resnet18()", "torchvision.models.resnet18"),
        ("from torchvision.models.resnet import resnet18; resnet18()", "torchvision.models.resnet"),
    ],
)
def test_what_is_hidden_can_be_imported_and_not_used(talk, code, asked):
    said = talk.error(code)
    assert said.startswith(f"NotThereWhileGraded: {asked}"), said
    assert "is not there while exercises are graded" in said
    assert "costs nothing" in said


def test_what_stands_beside_it_works(talk):
    assert talk.value("toy.value, toy.kept.value", first="import toy.kept") == (1, 2)
    flipped = "torchvision.transforms.functional.hflip(torch.arange(2.0)[None, None]).tolist()"
    assert talk.value(flipped, first="import torch, torchvision") == [[[1.0, 0.0]]]
    assert talk.error("from toy.answers import *") == ""
    assert talk.value("hasattr(toy.answers, 'solve_all')", first="import toy.answers") is False


def test_nothing_of_it_is_in_memory(talk):
    names = "'toy.answers', 'toy.shortcuts', 'torchvision.models'"
    assert talk.value(f"left({names})", first=IN_MEMORY) == []
    assert talk.value("len(left('toy.kept', 'torchvision.ops'))") > 10  # it would be found


def test_in_bubblewrap_its_files_are_not_there_either(talk):
    """At other levels, whoever undoes the hiding finds the files."""
    with Talk(talk.level, plan=PLAN) as own:
        said = own.error(f"{WITHOUT_THE_FINDER}\nfrom toy.answers import solve; solve()")
        if talk.level == "none":
            assert said == ""
            return
        assert "Error" in said
        assert "Error" in own.error("from toy.shortcuts import solve")
        hidden = (
            "toy/answers/",
            "toy/shortcuts",
            "toy/__pycache__/shortcuts",
            "torchvision/models/",
        )
        assert own.value(f"content(*{hidden})", first=FILES) == []
        assert own.value("len(content('toy/kept', 'torchvision/ops/'))") > 10  # it would be found


def test_nothing_that_answers_an_exercise_of_this_course_is_left(course):
    """And the first cell of every notebook runs all the same."""
    grading = course.grading
    with Talk("bubblewrap", plan=ImportPlan(grading.preloads, grading.hides)) as talk:
        first = "from cnnlab import check, hint, predict, models, training, anatomy, widgets"
        assert talk.error(first) == ""
        assert talk.error("check.conv2d(None)") == ""
        assert talk.value("check.use(abs) is abs") is True
        assert talk.value(f"left(*{grading.hides})", first=IN_MEMORY) == []
        assert talk.error("models.SmallCNN()").startswith("NotThereWhileGraded: cnnlab.models")
        hidden = [f"/{name.replace('.', '/')}{end}" for name in grading.hides for end in ("/", ".")]
        assert talk.value(f"content(*{hidden})", first=FILES) == []


def test_a_second_copy_is_covered_as_well(tmp_path, monkeypatch):
    """Packages lie below the standard library, too, where nothing is imported from."""
    copy = tmp_path / "lib" / "python3.99" / "site-packages" / "toy"
    copy.mkdir(parents=True)
    (copy / "answers.py").touch()
    monkeypatch.setattr(view, "standard_library", lambda: [tmp_path])
    assert copy / "answers.py" in view.files_of_modules(["toy.answers"])
