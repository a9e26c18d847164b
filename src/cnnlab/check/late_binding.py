"""Hooks made in a loop that read its variable: they all find what it held at the loop's end.

Python looks a variable up when a function runs, not when it is made. The slip shows as wrong names,
or as one entry instead of many, which no check can tell from other slips; so the source is read.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Sequence

from cnnlab.check.code_cells import parse_cells

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_BUILT_IN = frozenset(vars(builtins))


def late_bound(sources: Sequence[str], names: Collection[str]) -> str:
    """The loop variable that a hook in the code of `names` reads too late; empty if none does.

    Where a session defines a name several times, the last time counts.
    """
    latest = {
        statement.name: statement
        for tree in parse_cells(sources)
        if tree is not None
        for statement in tree.body
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef))
    }
    return next((v for name in names if name in latest for v in _in_loops(latest[name])), "")


def advice(variable: str) -> str:
    """What to say of it."""
    return (
        f"By the way: a hook in your loop reads `{variable}` only when it runs. By then the loop "
        f"is over, and every hook finds the last `{variable}`. Give each hook its own: "
        f"`def hook(module, inputs, output, {variable}={variable}):`."
    )


def _in_loops(code: ast.AST) -> Iterator[str]:
    for loop in ast.walk(code):
        if not isinstance(loop, (ast.For, ast.AsyncFor)):
            continue
        changing = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
        made = {node.name: node for node in ast.walk(loop) if isinstance(node, ast.FunctionDef)}
        for call in ast.walk(loop):
            if isinstance(call, ast.Call) and _registers_a_hook(call):
                for given in call.args:
                    hook = made.get(given.id) if isinstance(given, ast.Name) else given
                    if isinstance(hook, _Function):
                        yield from sorted(changing & _free_names(hook))


def _registers_a_hook(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name.startswith("register_") and name.endswith("hook")


def _free_names(function: _Function) -> set[str]:
    """What a function reads and neither takes as an argument nor makes itself."""
    args = function.args
    own = {a.arg for a in [*args.posonlyargs, *args.args, *args.kwonlyargs]}
    own |= {a.arg for a in (args.vararg, args.kwarg) if a}
    body = function.body if isinstance(function.body, list) else [function.body]
    names = [n for part in body for n in ast.walk(part) if isinstance(n, ast.Name)]
    own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return {name.id for name in names if isinstance(name.ctx, ast.Load)} - own - _BUILT_IN
