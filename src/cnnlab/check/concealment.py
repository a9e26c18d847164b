"""Constructs that hide what a notebook calls, for instructors to look at. They cost no points.

A lint that reads names cannot follow code that is put together while it runs, names that are looked
up, files that are written and imported, and tools that reach around the notebook. An honest answer
to an exercise needs none of these, so each is told with its place; whether it is mischief is for a
person to see.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from cnnlab.check.bindings import FUNCTIONS, MOST_PATHS, chain_of, constant_text, notebook_scope
from cnnlab.check.code_cells import (
    beyond_reading,
    other_lines,
    parse_cells,
    source_lines,
    too_deep,
)
from cnnlab.check.shortcuts import DEEPEST

__all__ = ["Concealment", "hides_its_calls"]

_MOST_TOLD = 50
_DEEPEST_PATH = 8

RUNS_TEXT = "runs text as code"
LOOKS_UP = "looks up a module or function by a name that is computed"
WRITES_NAMES = "gives values to the notebook's names by a detour"
RUNS_LATER = "lets code run later, or beside the cells"
RUNS_FILES = "writes, runs or imports files of code"
REACHES_AROUND = "reaches into Python, the notebook's kernel or the checks"
REPLACES = "replaces a part of a library"
UNREADABLE = "cannot be read"


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return {name: what for what, listed in names.items() for name in listed.split()}


# Builtin functions, by what using them means. Those called `model.eval()` are others.
_BUILTINS = _by_name({RUNS_TEXT: "exec eval compile", REACHES_AROUND: "__builtins__"})
# Library names. Each stands for all that lies in it, too.
_LIBRARY = _by_name(
    {
        RUNS_TEXT: """
            builtins.exec builtins.eval builtins.compile code codeop marshal dill pickle.load
            pickle.loads types.FunctionType types.CodeType torch.jit.CompilationUnit
            torch.utils.cpp_extension""",
        LOOKS_UP: """
            pkgutil.resolve_name pydoc.locate traitlets.utils.importstring traitlets.import_item
            typing.get_type_hints sys.modules""",
        RUNS_LATER: """
            threading _thread sched asyncio atexit concurrent os.fork multiprocessing.Process
            multiprocessing.Pool signal.setitimer signal.alarm signal.signal""",
        RUNS_FILES: """
            runpy imp zipimport importlib.util importlib.machinery sys.path torch.hub.load
            torch.ops.load_library subprocess os.system os.popen""",
        REACHES_AROUND: """
            __main__ builtins ctypes gc.get_objects gc.get_referrers sys._getframe sys.settrace
            sys.setprofile sys.meta_path inspect.stack inspect.currentframe IPython.core torch._C
            torch.library torch.overrides torch.utils._python_dispatch cnnlab.learner autograder""",
    }
)
_ATTRIBUTES = _by_name(
    {
        WRITES_NAMES: "user_ns user_global_ns",
        RUNS_TEXT: "run_cell run_code run_ast_nodes safe_execfile",
        REACHES_AROUND: """
            input_transformers_post ast_transformers __subclasses__ __globals__ __code__
            __closure__ __loader__ f_globals f_locals f_back""",
    }
)
_IMPORTERS = {"importlib.import_module", "importlib.reload", "__import__"}
_PATCHED = ("torch.", "cnnlab.", "builtins.", "IPython.", "sys.", "numpy.")
_SETTINGS = ("torch.backends.", "torch._dynamo.config.", "torch._inductor.config.", "sys.std")
_WRITERS = {"open", "Path", "write_text", "write_bytes", "joinpath", "symlink_to", "rename"}
_PUT_TOGETHER = {"join", "format", "decode", "chr", "replace", "lower", "upper", "strip"}
_TIMERS = {"timeit.timeit", "timeit.repeat", "timeit.Timer"}

_MAGIC_THAT_RUNS = r"%{0,2}(run|load|loadpy|macro|rerun|recall|pyfile)"
_HIDING_MAGIC = re.compile(rf"{_MAGIC_THAT_RUNS}\s+\S|%{{0,2}}(writefile|file)\b.*(\.py\b|[${{])")
_SHELL_WRITES = re.compile(r"!(?!.*\bpip3?\b).*(\.py\b|\bpython)")
_SHELL_CELL = re.compile(r"%%(bash|sh|script|system|sx|!|perl|ruby|python\d?|pypy)\b")


@dataclass(frozen=True)
class Concealment:
    """One construct: what it does, in words; its cell, from 0; its line, from 1, and the text."""

    what: str
    cell: int
    line: int
    line_text: str


def hides_its_calls(sources: Sequence[str]) -> list[Concealment]:
    """The first 50 constructs in these code cells that hide what they call. Never raises."""
    trees = parse_cells(sources)
    aliases = _imported(trees)
    unread = beyond_reading(sources)
    found: dict[tuple[int, int, str], Concealment] = {}
    for cell, (source, tree) in enumerate(zip(sources, trees, strict=True)):
        lines = source_lines(source)
        places = [(1, UNREADABLE)] if unread[cell] or (not tree and too_deep(source)) else []
        places += _in_other_lines(source) if not unread[cell] else []
        places += _in_code(tree, aliases) if tree else []
        for line, what in islice(places, _MOST_TOLD):
            text = lines[line - 1].strip()[:200] if line <= len(lines) else ""
            found.setdefault((cell, line, what), Concealment(what, cell, line, text))
    found.update(_many_meanings(trees, sources))
    return [found[key] for key in sorted(found)[:_MOST_TOLD]]


def _many_meanings(
    trees: Sequence[ast.Module | None], sources: Sequence[str]
) -> Iterator[tuple[tuple[int, int, str], Concealment]]:
    """Names with more meanings than are followed."""
    for meanings in notebook_scope(trees).meanings.values():
        for meaning in meanings:
            if len(meaning.paths) >= MOST_PATHS:
                cell, line = meaning.scope.cell, getattr(meaning.statement, "lineno", 1)
                text = source_lines(sources[cell])[line - 1].strip()[:200]
                yield (cell, line, UNREADABLE), Concealment(UNREADABLE, cell, line, text)
                return


def _imported(trees: Sequence[ast.Module | None]) -> dict[str, str]:
    """The library names behind all names that are imported anywhere; `conv` for `F as conv`."""
    aliases = {}
    for tree in trees:
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Import):
                for alias in node.names:
                    path = alias.name if alias.asname else alias.name.partition(".")[0]
                    aliases[alias.asname or path] = path
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return aliases


def _in_other_lines(source: str) -> Iterator[tuple[int, str]]:
    shell_cell = False
    for number, text in other_lines(source):
        shell_cell = shell_cell or bool(_SHELL_CELL.match(text))
        if _HIDING_MAGIC.match(text) or _SHELL_WRITES.match(f"!{text}" if shell_cell else text):
            yield number, RUNS_FILES


def _in_code(tree: ast.Module, aliases: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Line and kind of every construct in a cell that is Python."""
    pending: list[tuple[ast.AST, int, ast.AST | None]] = [(tree, 0, None)]
    while pending:
        node, depth, parent = pending.pop()
        line = getattr(node, "lineno", 1)
        if depth > DEEPEST:
            yield line, UNREADABLE
            continue
        for what in _kinds(node, parent, aliases):
            yield line, what
        inside = depth + isinstance(node, FUNCTIONS)
        pending.extend((child, inside, node) for child in ast.iter_child_nodes(node))


def _kinds(node: ast.AST, parent: ast.AST | None, aliases: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id not in aliases and node.id in _BUILTINS:
            yield _BUILTINS[node.id]
        if node.id == "getattr" and not (isinstance(parent, ast.Call) and parent.func is node):
            yield LOOKS_UP
        if node.id in aliases and not isinstance(parent, ast.Attribute):
            yield from _of_library(aliases[node.id])
    elif isinstance(node, ast.Attribute):
        if node.attr in _ATTRIBUTES:
            yield _ATTRIBUTES[node.attr]
        if isinstance(parent, ast.Attribute):
            return  # the whole chain has been looked at
        path = _path(node, aliases)
        yield from _of_library(path)
        if node.attr in ("__dict__", "__getattribute__") and path:
            yield LOOKS_UP
        if isinstance(node.ctx, ast.Store) and _is_part_of_a_library(path):
            yield REPLACES
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [alias.name for alias in node.names]
        module = getattr(node, "module", None)
        for path in [f"{module}.{name}" for name in names] if module else names:
            yield from _of_library(path)
    elif isinstance(node, ast.Call):
        yield from _of_call(node, parent, aliases)
    elif isinstance(node, ast.BinOp) and constant_text(node.right).endswith(".py"):
        yield RUNS_FILES


def _of_library(path: str) -> list[str]:
    parts = path.split(".")[:_DEEPEST_PATH]
    heads = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return [_LIBRARY[head] for head in heads if head in _LIBRARY][:1]


def _of_call(call: ast.Call, parent: ast.AST | None, aliases: dict[str, str]) -> Iterator[str]:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else ""
    method = function.attr if isinstance(function, ast.Attribute) else name
    path = _path(function, aliases) or name
    first = call.args[0] if call.args else None
    second = call.args[1] if len(call.args) > 1 else None
    if path in _IMPORTERS and first and not constant_text(first):
        yield LOOKS_UP
    elif path in _TIMERS and isinstance(first, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)):
        yield RUNS_TEXT
    elif name == "getattr" and first and second and _path(first, aliases):
        if _is_put_together(second):
            yield LOOKS_UP
    elif name == "setattr" and first and _path(first, aliases):
        yield REPLACES
    elif name == "vars" and first and _path(first, aliases):
        yield LOOKS_UP
    elif name in ("globals", "locals", "vars") and not call.args:
        if isinstance(parent, (ast.Attribute, ast.Subscript)):
            yield WRITES_NAMES
    elif method == "register" and constant_text(first or call).startswith(("pre_", "post_")):
        yield RUNS_LATER
    if method in _WRITERS and any(constant_text(each).endswith(".py") for each in call.args):
        yield RUNS_FILES


def _path(node: ast.expr, aliases: dict[str, str]) -> str:
    root, attributes = chain_of(node)
    if not isinstance(root, ast.Name) or root.id not in aliases:
        return ""
    return ".".join([aliases[root.id], *attributes])


def _is_part_of_a_library(path: str) -> bool:
    return path.startswith(_PATCHED) and not path.startswith(_SETTINGS)


def _is_put_together(name: ast.expr) -> bool:
    """Whether a text is made of pieces, rather than given, chosen or cut out of another."""
    if isinstance(name, ast.Call):
        function = name.func
        called = getattr(function, "attr", getattr(function, "id", ""))
        return called in _PUT_TOGETHER
    return isinstance(name, (ast.BinOp, ast.JoinedStr))
