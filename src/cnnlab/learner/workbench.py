"""The side of the handle that lives with the learner's code: it does what it is asked, no more.

Every request names one verb of a small fixed vocabulary. Objects (networks, optimisers) stay here
and are spoken of by number; only plain data goes back.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from cnnlab.learner.mishaps import NameMissing, describe
from cnnlab.learner.neutral import neutral_torch
from cnnlab.learner.values import holds_a_graph, plain
from cnnlab.learner.verbs import find_verb, verb
from cnnlab.learner.watch import learners_turn, names_of, watching
from cnnlab.learner.wire import Ref, carried, decode, encode

# A verb, its arguments, and whether operators are to be noted.
Request = tuple[str, tuple[Any, ...], dict[str, Any], bool]


class Workbench:
    """Answers requests about the names in `namespace`, a learner's own variables."""

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        self._namespace = namespace
        self._objects: dict[int, Any] = {}

    def answer(self, request: bytes) -> bytes:
        """The reply to one request; problems in the learner's code become data too."""
        return self._sent(encode, *decode(request))

    def answer_here(self, request: Request) -> Any:
        """The same, asked from within this process: nothing needs to become bytes."""
        return self._sent(carried, *request)

    def _sent(
        self,
        send: Callable[[Any], Any],
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        watched: bool,
    ) -> Any:
        started = time.process_time()
        with neutral_torch(), watching(watched) as noted:
            try:
                reply = self._reply(find_verb(name)(self, *args, **kwargs), started)
                sent = send(reply)
            except (Exception, SystemExit) as problem:
                reply = {"problem": describe(problem)}
                sent = send(reply)
        return send({**reply, "operators": names_of(noted)}) if noted else sent

    def _reply(self, value: Any, started: float) -> dict[str, Any]:
        """The value, and the processor's time that it took: a busy machine is nobody's mistake."""
        return {"value": self._plain(value), "seconds": time.process_time() - started}

    def find(self, name: str) -> Any:
        """What the learner called `name`."""
        if name not in self._namespace:
            raise NameMissing(name)
        return self._namespace[name]

    def held(self, ref: Ref) -> Any:
        """The object that is spoken of by this number."""
        return self._objects[ref.number]

    def keep(self, made: Any) -> Ref:
        """The number by which `made` is spoken of from now on."""
        number = len(self._objects)
        self._objects[number] = made
        return Ref(number)

    def resolve(self, value: Any) -> Any:
        """`value` with the objects in the places of their numbers."""
        if isinstance(value, Ref):
            return self.held(value)
        if isinstance(value, (list, tuple)):
            return type(value)(self.resolve(item) for item in value)
        if isinstance(value, dict):
            return {key: self.resolve(item) for key, item in value.items()}
        return value

    def _plain(self, value: Any) -> Any:
        return plain(value, as_tensors="torch" in self._namespace)


Args = tuple[Any, ...]


# What a learner wrote, called by name


@verb
def call(bench: Workbench, name: str, args: Args, kwargs: dict[str, Any]) -> dict[str, Any]:
    function, own_args, own_kwargs = bench.find(name), bench.resolve(args), bench.resolve(kwargs)
    given = encode(plain([own_args, own_kwargs], as_tensors=False))
    with learners_turn():
        value = function(*own_args, **own_kwargs)
    return {
        "result": value,
        "inputs_changed": encode(plain([own_args, own_kwargs], as_tensors=False)) != given,
        "inputs_tracked": holds_a_graph([*args, *kwargs.values()]),  # none was, as it came
        "autograd_off": _autograd_is_off(),  # it was on before: see `answer`
        "graph_kept": holds_a_graph(value),
    }


@verb
def chain(
    bench: Workbench, name: str, first: Any, links: list[tuple[Any, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """One outcome for each call; what is carried may be of any kind and stays here."""
    carried, outcomes = None, []
    for item, settings in links:
        given = encode(plain([first, item, carried], as_tensors=False))
        with learners_turn():
            value = bench.find(name)(first, item, carried, **settings)
        is_pair = isinstance(value, (list, tuple)) and len(value) == 2
        now = encode(plain([first, item, carried], as_tensors=False))
        outcomes.append(
            {
                "result": value[0] if is_pair else value,
                "is_pair": is_pair,
                "inputs_changed": now != given,
            }
        )
        if not is_pair:
            break
        first, carried = value
    return outcomes


@verb
def create(bench: Workbench, name: str, args: Args, kwargs: dict[str, Any]) -> Ref:
    with learners_turn():
        return bench.keep(bench.find(name)(*args, **kwargs))


@verb
def method(bench: Workbench, thing: Ref, name: str, args: Args) -> Any:
    with learners_turn():
        return getattr(bench.held(thing), name)(*args)


@verb
def attribute(bench: Workbench, thing: Ref, name: str) -> Any:
    with learners_turn():
        return getattr(bench.held(thing), name)


@verb
def named(bench: Workbench, name: str) -> Ref:
    return bench.keep(bench.find(name))


# What a check may use beside the learner's code


@verb
def seed(bench: Workbench, seed: int) -> None:
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(seed)  # all computing here is done by the processor


@verb
def one_pass(bench: Workbench, items: list[Any]) -> Ref:
    return bench.keep(_walked_through_once(bench.resolve(items)))


def _walked_through_once(items: list[Any]) -> Iterator[Any]:
    yield from items


def _autograd_is_off() -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and not torch.is_grad_enabled()
