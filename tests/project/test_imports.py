"""Imports run one way: no two files, and no two packages, need each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = {
    "cnnlab": ROOT / "src" / "cnnlab",
    "autograder": ROOT / "autograder" / "src" / "autograder",
}
# Programs of learners, not code of ours.
NOT_OURS = ("answers.py", "template", "attacks", "bank")


def modules(name: str) -> dict[str, Path]:
    """Every module of a distribution by its dotted name."""
    folder = DISTRIBUTIONS[name]
    found = {}
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder)
        ours = path.parent.name == "command" or not set(NOT_OURS) & set(inside.parts)
        if ours:
            parts = [name, *inside.with_suffix("").parts]
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imported(path: Path, module: str, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the same distribution that a file imports, at its top or later."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], base]).strip(".")
            for alias in node.names:
                full = f"{base}.{alias.name}"
                if full in known:
                    yield full
                elif base in known:
                    yield base


def edges(name: str) -> set[tuple[str, str]]:
    known = modules(name)
    return {
        (module, target)
        for module, path in known.items()
        for target in imported(path, module, known)
        # `from package import part` asks the package only for its part
        if target != module and not module.startswith(f"{target}.")
    }


def part_of(module: str) -> str:
    """The package or the module right below the distribution."""
    return ".".join(module.split(".")[:2])


def circles(pairs: set[tuple[str, str]]) -> list[list[str]]:
    """Groups in which everybody reaches everybody."""
    after: dict[str, set[str]] = {}
    for one, other in pairs:
        after.setdefault(one, set()).add(other)

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for name in after.get(waiting.pop(), set()) - seen:
                seen.add(name)
                waiting.append(name)
        return seen

    reach = {name: reachable(name) for name in after}
    groups = {
        frozenset(other for other in reach[name] if name in reach.get(other, set()))
        for name in after
        if name in reach[name]
    }
    return sorted(sorted(group) for group in groups)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_no_two_files_import_each_other(name: str) -> None:
    assert circles(edges(name)) == []


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_no_two_packages_import_each_other(name: str) -> None:
    between = {(part_of(one), part_of(other)) for one, other in edges(name)}
    assert circles({pair for pair in between if pair[0] != pair[1]}) == []


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_what_is_imported_is_there(name: str) -> None:
    known = modules(name)
    missing = []
    for module, path in known.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                top = node.module.partition(".")[0]
                if top == name and node.module not in known:
                    missing.append(f"{module}: {node.module}")
    assert missing == []


def test_a_learners_package_does_not_import_the_grader() -> None:
    for path in DISTRIBUTIONS["cnnlab"].rglob("*.py"):
        assert "import autograder" not in path.read_text(encoding="utf-8"), path


def test_circles_are_found() -> None:
    assert circles({("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")}) == [["a", "b", "c"]]
