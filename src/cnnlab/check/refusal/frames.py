"""Frames: the same piece of code entered from different places counts as different frames."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable

from cnnlab.check.refusal.scopes import ALWAYS, Frame, Scope, inner_scope
from cnnlab.check.refusal.values import NOTHING, Container, Function, Values, elements

_MOST_CALLS = 6


class Frames:
    """Makes each frame and each inner scope once."""

    def __init__(self, session: Scope):
        self._session = session
        self._scopes: dict[int, Scope] = {}
        self._frames: dict[tuple[object, ...], Frame] = {}
        self._calls: Counter[tuple[object, ...]] = Counter()

    def top(self, horizon: float = ALWAYS) -> Frame:
        return self.make(self._session, None, horizon, None)

    def make(
        self,
        scope: Scope,
        parent: Frame | None,
        horizon: float,
        arguments: dict[str, Values] | None,
    ) -> Frame:
        body = (id(scope), parent, horizon)
        given = None if arguments is None else frozenset(arguments.items())
        if (body, given) not in self._frames and given is not None:
            # Beyond a few different calls of one function, its caller counts as unknown.
            self._calls[body] += 1
            if self._calls[body] > _MOST_CALLS:
                given = arguments = None
        if (body, given) not in self._frames:
            self._frames[body, given] = Frame(scope, parent, horizon, arguments)
        return self._frames[body, given]

    def scope(self, node: ast.AST) -> Scope:
        if id(node) not in self._scopes:
            self._scopes[id(node)] = inner_scope(node)
        return self._scopes[id(node)]

    def inside(self, node: ast.AST, frame: Frame) -> Frame:
        """The frame of a comprehension or class body met while `frame` runs."""
        return self.make(self.scope(node), frame, frame.horizon, None)


def positional(function: Function) -> list[str]:
    """The names of a function's positional parameters."""
    arguments = function.node.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]


def arguments_of(
    function: Function, call: ast.Call, values: Callable[[ast.expr], Values]
) -> dict[str, Values]:
    """What a call gives to each parameter, as far as it is known."""
    names = positional(function)
    given: dict[str, Values] = {}
    if function.receiver is not None and names:
        given[names.pop(0)] = frozenset({function.receiver})
    rest: Values = NOTHING
    for index, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            rest |= elements(values(argument))
        elif index < len(names):
            given[names[index]] = values(argument)
        else:
            rest |= values(argument)
    for keyword in call.keywords:
        if keyword.arg is None:
            rest |= elements(values(keyword.value))
        else:
            given[keyword.arg] = values(keyword.value)
            rest |= given[keyword.arg]
    if rest:
        for name in names:
            given.setdefault(name, rest)
        for catcher in (function.node.args.vararg, function.node.args.kwarg):
            if catcher is not None:
                given[catcher.arg] = frozenset({Container(rest)})
    return {name: found for name, found in given.items() if found}
