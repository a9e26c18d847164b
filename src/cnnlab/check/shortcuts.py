"""A lint for library calls that an exercise refuses, where its own code uses them by name.

Some exercises are pointless if one library call answers them. `find_refused` reads the sources of a
notebook, runs nothing, and follows plain names from those of the exercise: to functions, classes,
imports, aliases (`slide = F.conv2d`), chains of attributes, a constant `getattr(F, "conv2d")`, a
star import. It finds what a learner writes who does not hide anything, in time proportional to the
length of the code, and accuses nobody of what their exercise never reaches.

It does not follow values: through containers, arguments, texts put together, `exec`, modules looked
up by a computed name. Against those stand the watch in the learner's process (`learner.watch`),
a kernel in which the course's own answers do not lie, and `concealment`, which tells instructors.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cnnlab.check.bindings import (
    ALWAYS,
    COMPREHENSIONS,
    FUNCTIONS,
    Function,
    Meaning,
    Scope,
    chain_of,
    inner_scope,
    names_in,
    notebook_scope,
    paths_of,
    shadowing_scope,
)
from cnnlab.check.code_cells import parse_cells
from cnnlab.check.offences import Found, Offence, told
from cnnlab.check.refused_names import RefusedNames

__all__ = ["Offence", "find_refused"]

_LONGEST_CHAIN = 12
# Nobody nests functions so deep; beyond, every look-up of a name would take long.
DEEPEST = 60

# Looking at a name is not using it.
_ONLY_LOOKED_AT = {"__doc__", "__name__", "__module__", "__qualname__", "__version__"}
_LOOKERS = {"isinstance", "issubclass", "help", "id", "cast"}
_LOOKED_AT = (ast.Name, ast.Attribute, ast.Tuple)
_SEQUENCES = (ast.Tuple, ast.List, ast.Set)


def find_refused(
    sources: Sequence[str], entry_names: Sequence[str], refused: Sequence[str]
) -> list[Offence]:
    """The refused uses that the exercise reaches (the first 100), in the order of the notebook.

    `sources` are code cells in the order they run; `entry_names` the exercise's own names;
    `refused` dotted names, which may end in `*`, and methods written ".softmax". Never raises: what
    cannot be read is left out, and told by `concealment.hides_its_calls`.

    A cell further down may give a helper's name to something else, as experiments do. Only what is
    refused both as the names stood when the exercise was written and as they stand at the end is
    told.
    """
    notebook = _notebook(tuple(sources))
    names = RefusedNames(refused)
    entries = [m for name in entry_names if (m := notebook.find(name, ALWAYS))]
    as_written = max((entry.position for entry in entries), default=ALWAYS)
    found: list[Found] = []
    for position in (ALWAYS, as_written):
        walker = _Walker(names, _own_methods(notebook), position)
        for entry in entries:
            walker.walk_from(entry)
        found = walker.found
        if not found:
            return []
    return told(found, sources)


@lru_cache(maxsize=1)  # one submission is asked about once for each of its exercises
def _notebook(sources: tuple[str, ...]) -> Scope:
    return notebook_scope(parse_cells(sources))


def _own_methods(notebook: Scope) -> frozenset[str]:
    """The methods of all classes of the notebook: calling `.softmax` may mean one of those."""
    return frozenset(
        item.name
        for meanings in notebook.meanings.values()
        for meaning in meanings
        if isinstance(meaning.statement, ast.ClassDef)
        for item in meaning.statement.body
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))
    )


@dataclass(frozen=True)
class _Errand:
    """A piece of code to look at: its names mean what they mean in `scope` at `position`."""

    nodes: tuple[ast.AST, ...]
    scope: Scope
    position: float
    chain: tuple[str, ...]


class _Walker:
    """Collects the refused uses behind some names. Every meaning is looked at once."""

    def __init__(self, refused: RefusedNames, own: frozenset[str], position: float) -> None:
        self._refused = refused
        self._own_methods = own
        self._position = position
        self._errands: deque[_Errand] = deque()
        self._seen: set[object] = set()
        self._methods: dict[ast.ClassDef, dict[str, Function]] = {}
        self.found: list[Found] = []

    def walk_from(self, entry: Meaning) -> None:
        """Looks at everything that a name of the exercise reaches."""
        for path in sorted(entry.paths) if not entry.code else ():  # it is imported
            self._note(path, entry.statement, entry.scope, (entry.name,))
        self._reach(entry, (entry.name,))
        while self._errands:
            self._look(self._errands.popleft())

    def _reach(self, meaning: Meaning | None, chain: tuple[str, ...]) -> None:
        while meaning is not None and meaning not in self._seen:
            self._seen.add(meaning)
            self._send(meaning.code, meaning.scope, meaning.position, _longer(chain, meaning.name))
            meaning = meaning.before

    def _send(
        self, nodes: Sequence[ast.AST], scope: Scope, position: float, chain: tuple[str, ...]
    ) -> None:
        for node in nodes:
            if isinstance(node, FUNCTIONS):
                self._send_function(node, scope, position, chain)
            elif isinstance(node, ast.ClassDef):
                self._send_class(node, scope, position, chain)
            else:
                self._errands.append(_Errand((node,), scope, position, chain))

    def _send_function(
        self, node: Function, scope: Scope, position: float, chain: tuple[str, ...]
    ) -> None:
        inside = inner_scope(node, scope, self._position)
        body = (node.body,) if isinstance(node, ast.Lambda) else tuple(node.body)
        self._errands.append(_Errand(body, inside, self._position, chain))
        decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
        defaults = [one for one in (*node.args.defaults, *node.args.kw_defaults) if one]
        self._errands.append(_Errand((*decorators, *defaults), scope, position, chain))

    def _send_class(
        self, node: ast.ClassDef, scope: Scope, position: float, chain: tuple[str, ...]
    ) -> None:
        inside = inner_scope(node, scope, position)
        bases = (*node.decorator_list, *node.bases, *(each.value for each in node.keywords))
        self._errands.append(_Errand(bases, scope, position, chain))
        for item in node.body:
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._send_function(item, scope, position, chain)  # the class's names are not its
            elif not isinstance(item, ast.ClassDef):
                self._errands.append(_Errand((item,), inside, position, chain))

    def _look(self, errand: _Errand) -> None:
        """Notes the refused names in a piece of code, and follows its plain names."""
        pending: list[tuple[ast.AST, Scope, ast.Call | None]] = [
            (node, errand.scope, None) for node in reversed(errand.nodes)
        ]
        while pending:
            node, scope, call = pending.pop()
            if scope.depth > DEEPEST:
                continue
            if isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
                following = self._use(node, scope, call, errand)
                pending.extend(reversed([(part, scope, of) for part, of in following]))
            elif isinstance(node, ast.Lambda):
                self._send_function(node, scope, errand.position, errand.chain)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if node.decorator_list:  # it may be used without being named
                    self._send_function(node, scope, errand.position, errand.chain)
            elif isinstance(node, ast.ClassDef):
                continue
            elif isinstance(node, COMPREHENSIONS):
                targets = [name for each in node.generators for name in names_in(each.target)]
                inside = shadowing_scope(targets, scope)
                first = node.generators[0].iter  # the only part that is read outside
                pending.extend(
                    (part, scope if part is first else inside, None) for part in _parts(node)
                )
            else:
                pending.extend((part, scope, None) for part in reversed(list(_parts(node))))

    def _use(
        self,
        node: ast.Name | ast.Attribute | ast.Call,
        scope: Scope,
        call: ast.Call | None,
        errand: _Errand,
    ) -> list[tuple[ast.AST, ast.Call | None]]:
        """Notes a refused use, follows the name behind it, and gives what is left to look at."""
        if not isinstance(node, ast.Call) and not isinstance(node.ctx, ast.Load):
            return [] if isinstance(node, ast.Name) else [(node.value, None)]
        root, attributes = chain_of(node)
        if isinstance(node, ast.Call) and not attributes:
            looks = isinstance(node.func, ast.Name) and node.func.id in _LOOKERS
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            kept = [
                a for a in arguments if not (looks and isinstance(a, (ast.Name, ast.Attribute)))
            ]
            if looks:
                kept = [a for a in kept if not isinstance(a, ast.Tuple)]
            return [(node.func, node), *((argument, None) for argument in kept)]
        if attributes and attributes[-1] in _ONLY_LOOKED_AT:
            return []
        paths = paths_of(node, scope, errand.position)
        noted = [self._note(p, call or node, scope, errand.chain) for p in sorted(paths)]
        if any(noted):
            return []
        if call and attributes and not paths and attributes[-1] in self._methods_of_others():
            self.found.append(Found(f".{attributes[-1]}", call, scope.cell, errand.chain))
            return []
        if not isinstance(root, ast.Name):
            return [(root, None)]
        self._follow(root, attributes, scope, errand)
        return []

    def _methods_of_others(self) -> set[str]:
        return self._refused.methods - self._own_methods

    def _follow(self, root: ast.Name, attributes: list[str], scope: Scope, errand: _Errand) -> None:
        meaning = scope.find(root.id, errand.position)
        method = self._method(meaning, attributes) if meaning else None
        if meaning is None or method is None:
            self._reach(meaning, errand.chain)
        elif method not in self._seen:
            self._seen.add(method)
            chain = _longer(_longer(errand.chain, root.id), attributes[0])
            self._send_function(method, meaning.scope, meaning.position, chain)

    def _method(self, meaning: Meaning, attributes: list[str]) -> Function | None:
        """The one function that is used of a class that may serve only to hold it."""
        holder = meaning.statement
        if not attributes or not isinstance(holder, ast.ClassDef) or meaning.before:
            return None
        if holder not in self._methods:
            functions = (item for item in holder.body if isinstance(item, ast.FunctionDef))
            self._methods[holder] = {item.name: item for item in functions}
        return self._methods[holder].get(attributes[0])

    def _note(self, path: str, node: ast.AST, scope: Scope, chain: tuple[str, ...]) -> bool:
        called = self._refused.match(path)
        if called is not None:
            self.found.append(Found(called, node, scope.cell, chain))
        return called is not None


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node that are used; types that are only asked about are not."""
    if isinstance(node, ast.Compare):
        for part in (node.left, *node.comparators):
            for one in part.elts if isinstance(part, _SEQUENCES) else [part]:
                if not isinstance(one, (ast.Name, ast.Attribute)):
                    yield one
    elif isinstance(node, ast.Expr):
        if not isinstance(node.value, (ast.Name, ast.Attribute)):
            yield node.value
    elif isinstance(node, ast.MatchClass):
        yield from (*node.patterns, *node.kwd_patterns)
    elif isinstance(node, ast.AnnAssign):
        yield from [node.value] if node.value else []
    elif not isinstance(node, ast.MatchValue):
        yield from ast.iter_child_nodes(node)


def _longer(chain: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The chain with one more name, told once; a very long chain stops growing."""
    return chain if name in chain or len(chain) >= _LONGEST_CHAIN else (*chain, name)
