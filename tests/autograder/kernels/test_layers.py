"""The package of kernels is built in layers, and knows nothing of courses, checks or grades."""

import ast
from pathlib import Path

import pytest

import autograder
from autograder import kernels

PLACE = Path(kernels.__file__).parent
WHERE_A_COURSE_LIES = (
    "autograder.course_folder",
    "autograder.course_manifest",
    "autograder.course_packages",
)
# Each may use itself and what stands before it.
LAYERS = (
    {"inside"},
    {"place", "files"},
    {"isolation"},
    {"forking"},
    {"channels", "line", "outputs", "limits"},
    {"process"},
    {"kernel"},
    {"engine"},
)
ELSEWHERE = {"autograder", "autograder.errors", *WHERE_A_COURSE_LIES}
OF_THE_LIBRARY = {
    "cnnlab",
    "cnnlab.catalogue",
    "cnnlab.errors",
    "cnnlab.learner.problems",
    "cnnlab.other_answers",
}


def imported(file):
    """The modules of this project that a file imports, by their full names."""
    package = ["autograder", "kernels", *file.relative_to(PLACE).parent.parts]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names = [base]
            if (Path(autograder.__file__).parents[1] / base.replace(".", "/")).is_dir():
                names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in ("autograder", "cnnlab"))


def layer_of(name):
    return next(number for number, layer in enumerate(LAYERS) if name in layer)


FILES = sorted(path for path in PLACE.rglob("*.py") if path != PLACE / "__init__.py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PLACE)))
def test_a_file_uses_only_layers_below_it(file):
    mine = layer_of(file.relative_to(PLACE).parts[0].removesuffix(".py"))
    for name in imported(file):
        words = name.split(".")
        if words[:2] == ["autograder", "kernels"]:
            assert layer_of(words[2]) <= mine, name
        else:
            assert mine > 0, f"inside the box there is no {name}"
            assert name in ELSEWHERE | OF_THE_LIBRARY, name
