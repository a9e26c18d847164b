"""Frames: the same piece of code entered from different places counts as different frames."""

from __future__ import annotations

import ast

from cnnlab.check.refusal.scopes import ALWAYS, Frame, Scope, inner_scope
from cnnlab.check.refusal.values import Values


class Frames:
    """Makes each frame and each inner scope once."""

    def __init__(self, session: Scope):
        self._session = session
        self._scopes: dict[int, Scope] = {}
        self._frames: dict[tuple[object, ...], Frame] = {}

    def top(self, horizon: float = ALWAYS) -> Frame:
        return self.make(self._session, None, horizon, None)

    def make(
        self,
        scope: Scope,
        parent: Frame | None,
        horizon: float,
        arguments: dict[str, Values] | None,
    ) -> Frame:
        given = None if arguments is None else frozenset(arguments.items())
        key = (id(scope), parent, horizon, given)
        if key not in self._frames:
            self._frames[key] = Frame(scope, parent, horizon, arguments)
        return self._frames[key]

    def scope(self, node: ast.AST) -> Scope:
        if id(node) not in self._scopes:
            self._scopes[id(node)] = inner_scope(node)
        return self._scopes[id(node)]

    def inside(self, node: ast.AST, frame: Frame) -> Frame:
        """The frame of a comprehension or class body met while `frame` runs."""
        return self.make(self.scope(node), frame, frame.horizon, None)
