"""The shape of the code in figures: how much there is, and what one change touches.

python tools/house.py            this checkout
python tools/house.py FOLDER     another one, such as an earlier commit in a worktree
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

# Answers and attacks are programs of learners; templates become files of other courses.
NOT_OURS = ("bank", "attacks", "template")


def main(root: Path) -> None:
    library, grader = root / "src" / "cnnlab", root / "autograder" / "src" / "autograder"
    files = [*sources(library), *sources(grader)]
    rows = {
        "lines of src/cnnlab": lines(sources(library)),
        "lines of autograder, without the answer bank": lines(sources(grader)),
        "files": len(files),
        "files over 300 lines": sum(lines([path]) > 300 for path in files),
        "functions with a return type": typed(files),
        "functions that let a mistake explain a difference": len(explainers(files)),
        "hand-written files for one exercise (pool2d)": len(parts_of(root, "pool2d")),
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:<{width}}  {value}")


def sources(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if not set(NOT_OURS) & set(path.parts) and not is_bank(path)
    ]


def is_bank(path: Path) -> bool:
    return path.name == "answers.py" and path.parent.name != "command"


def lines(paths: list[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def typed(paths: list[Path]) -> str:
    found = [
        node.returns is not None
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    return f"{100 * sum(found) / len(found):.1f} % of {len(found)}"


def explainers(paths: list[Path]) -> list[str]:
    """Functions that go through the known mistakes of an exercise and raise the one that fits."""
    found = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                text = ast.unparse(node)
                asks = re.search(r"\.(suspects|mistakes)(_of\(|\b)", text)
                tells = re.search(
                    r"Wrong\(\w+\.(diagnosis|id), |expect\(|\(s\.\w+, s\.message", text
                )
                if asks and tells and node.name not in ("register",):
                    found.append(f"{path.name}:{node.name}")
    return found


def parts_of(root: Path, exercise: str) -> list[Path]:
    """The hand-written files that name the exercise's id, outside tests and pages."""
    named = re.compile(rf"[\"'\[]{exercise}[\"'\]]|\b{exercise.upper()}\b")
    folders = ("src/cnnlab", "autograder/src/autograder", "course/units")
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".py", ".toml") or "template" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            inside = exercise in (path.stem, path.parent.name)
            if text.strip() and (inside or named.search(text)):
                found.append(path)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
