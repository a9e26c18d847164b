"""`LearnerCode`: how a check speaks to a learner's code, wherever that code runs.

The same check serves twice. In the notebook it speaks to the objects there (`local_learner`); in
grading it speaks to another process, and only plain data comes back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from cnnlab.learner import problems
from cnnlab.learner.outcomes import Backward, ChainLink, Outcome
from cnnlab.learner.wire import Opaque, Ref, WireError, carried, decode, encode, visible
from cnnlab.learner.workbench import Request, Workbench

if TYPE_CHECKING:
    import torch

Ask = Callable[[bytes], bytes]


class LearnerCode:
    """A learner's code, spoken to in a narrow vocabulary. `ask` carries bytes there and back.

    If it is `watched`, the names of the operators that torch executes while the learner's own code
    runs are collected in `operators`: evidence of what it calls, see `cnnlab.learner.watch`.
    """

    def __init__(self, ask: Ask, sources: Sequence[str], watched: bool = False) -> None:
        self.carry = ask
        self.sources = list(sources)
        self.watched = watched
        self.operators: set[str] = set()
        self.seconds = 0.0
        """What the answers took of the processor's time, as their own process tells it."""
        self.found: dict[str, Any] = {}
        """What took long to find out, for the other checks of the same run."""
        self.recognised: dict[str, Any] = {}
        """By name, the mistake that explained the last wrong answer: the first to try again."""

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """What the learner's function `name` returns."""
        return self.outcome(name, *args, **kwargs).value

    def outcome(self, name: str, *args: Any, **kwargs: Any) -> Outcome:
        reply = self._ask("call", name, args, kwargs)
        return Outcome(
            reply["result"],
            bool(reply["inputs_changed"]),
            bool(reply["inputs_tracked"]),
            bool(reply["autograd_off"]),
            bool(reply["graph_kept"]),
        )

    def gradient(
        self, name: str, *args: Any, weights: torch.Tensor | None = None
    ) -> torch.Tensor | None:
        """The gradient of the sum of `weights` · result with respect to the first argument.

        None if what the learner's function returns does not depend on it as autograd sees it.
        """
        return self._ask("gradient", name, args, weights)

    def chain(
        self, name: str, first: Any, links: Sequence[tuple[Any, Mapping[str, Any]]]
    ) -> list[ChainLink]:
        """The learner's `name(first, item, carried, **settings)` for each item and its settings.

        The function returns a pair, which becomes `first` and `carried` of the next call; `carried`
        is None at first. Where no pair comes back, the chain ends.
        """
        links = [(item, dict(settings)) for item, settings in links]
        return [
            ChainLink(link["result"], bool(link["is_pair"]), bool(link["inputs_changed"]))
            for link in self._ask("chain", name, first, links)
        ]

    def groups(self, name: str, network: Network, *args: Any) -> Any:
        """What the learner's `name(network, *args)` returns as groups of parameters.

        Parameters of the network are given by name, others as None.
        """
        return self._ask("groups", name, network.ref, args)

    def create(self, name: str, *args: Any, **kwargs: Any) -> Instance:
        """What the learner's class `name` makes, a network or not; it stays where it is."""
        return Instance(self, name, self._ask("create", name, args, kwargs))

    def build(self, name: str, *args: Any, **kwargs: Any) -> Network:
        """The network that the learner's class or function `name` makes; it stays where it is."""
        made = self._ask("build", name, args, kwargs)
        if isinstance(made, Opaque):
            gave = f"a {made.type_name}, not a torch.nn.Module."
            if made.type_name == "NoneType":
                gave = "None. Is a `return` missing?"
            raise problems.NoAnswer(
                f"`{name}(…)` gave {gave}",
                mistake="not_a_module",
                verdict="fail",
            )
        return Network(self, name, made)

    def named(self, name: str) -> Ref:
        """The learner's own function or class `name`, to be passed on as an argument."""
        return self._ask("named", name)

    def layer(self, kind: str) -> Ref:
        """The class of a trusted layer such as "DepthwiseBlock", to be passed on as an argument."""
        return self._ask("layer", kind)

    def seed(self, seed: int) -> None:
        """Starts torch's random numbers in the learner's process afresh."""
        self._ask("seed", seed)

    def network(self, *layers: tuple[Any, ...]) -> Network:
        """A network of trusted layers, from rows such as `("Linear", 4, 2)`.

        A row `("Sequential", row, …)` nests; `named` gives a learner's own layer for a row.
        """
        return Network(self, "the network", self._ask("network", list(layers)))

    def backbone(self, widths: Sequence[int], num_classes: int) -> Network:
        """A small network with torchvision's names: see `fixtures.Backbone`."""
        made = self._ask("backbone", list(widths), num_classes)
        return Network(self, "the network", made)

    def optimizer(self, of: Network, kind: str = "SGD", **settings: Any) -> Ref:
        return self._ask("optimizer", of.ref, kind, **settings)

    def generator(self, seed: int) -> Ref:
        return self._ask("generator", seed)

    def table(self, values: Mapping[str, Mapping[int, float]]) -> Ref:
        """A function of a name and an effort that looks its value up, and notes every call."""
        return self._ask("table", {name: dict(row) for name, row in values.items()})

    def looked_up(self, table: Ref) -> list[str]:
        """The calls of such a function, such as "a at effort 2"."""
        calls = self._ask("attribute", table, "calls")
        return [str(call) for call in calls] if isinstance(calls, list) else []

    def one_pass(self, items: list[Any]) -> Ref:
        """Batches that can be walked through once and have no length, as a stream's have not."""
        return self._ask("one_pass", items)

    def _ask(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        request = self._packed((verb, args, kwargs, self.watched))
        try:
            reply = self._reply(request)
        except WireError as problem:
            raise problems.NotPlain(str(problem)) from None
        if not isinstance(reply, dict) or not ({"value", "problem"} & reply.keys()):
            raise problems.NotPlain("it is not a reply to the question")
        self.seconds += _seconds(reply.get("seconds"))
        told = reply.get("operators")
        self.operators.update(str(each) for each in (told if isinstance(told, list) else ()))
        if "problem" in reply:
            raise _problem(reply["problem"], args)
        return reply["value"]

    def _packed(self, request: Request) -> Any:
        return encode(request)

    def _reply(self, packed: Any) -> Any:
        return decode(self.carry(packed), trusted=False)


class _LocalCode(LearnerCode):
    """A learner's code in this process; what goes to and fro is copied, and as plain as ever."""

    def __init__(self, bench: Workbench, sources: Sequence[str], watched: bool) -> None:
        super().__init__(bench.answer, sources, watched)
        self._bench = bench

    def _packed(self, request: Request) -> Any:
        return carried(request)

    def _reply(self, packed: Any) -> Any:
        return carried(self._bench.answer_here(packed), trusted=False)


class Instance:
    """An object of the learner's own class, in their process."""

    def __init__(self, learner: LearnerCode, name: str, ref: Ref) -> None:
        self._learner = learner
        self.name = name
        self.ref = ref

    def call(self, method: str, *args: Any) -> Any:
        try:
            return self._learner._ask("method", self.ref, method, args)
        except problems.NotWritten:
            raise problems.NotWritten(f"{self.name}.{method}") from None

    def attribute(self, name: str) -> Any:
        return self._learner._ask("attribute", self.ref, name)


class Network:
    """A network in the learner's process: ours by question, theirs by substance."""

    def __init__(self, learner: LearnerCode, name: str, ref: Ref) -> None:
        self._learner = learner
        self.name = name
        self.ref = ref

    def _ask(self, verb: str, *args: Any) -> Any:
        try:
            return self._learner._ask(verb, self.ref, *args)
        except problems.NotWritten:  # such as a class whose forward is still open
            raise problems.NotWritten(self.name) from None

    def forward(self, *inputs: torch.Tensor) -> Any:
        """The output, computed without gradients in the mode that is set."""
        return self._ask("forward", inputs)

    def parameters(self) -> dict[str, torch.Tensor]:
        return self._ask("parameters")

    def buffers(self) -> dict[str, torch.Tensor]:
        return self._ask("buffers")

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter, by name; cheaper than the parameters themselves."""
        return self._ask("shapes")

    def load(self, values: Mapping[str, torch.Tensor]) -> None:
        """Copies `values` into the parameters and buffers of those names."""
        self._ask("load", dict(values))

    def layers(self) -> list[dict[str, Any]]:
        """Qualified name, type and settings of every submodule, the network itself first."""
        return self._ask("layers")

    def gradients(
        self, *inputs: torch.Tensor, targets: torch.Tensor
    ) -> dict[str, torch.Tensor | None]:
        """Gradients of the mean cross-entropy, by parameter name; None where there is none."""
        return self._ask("gradients", inputs, targets)

    def backpropagate(self, x: torch.Tensor, weights: torch.Tensor) -> Backward:
        """Sends `weights`, as the gradient of a loss for the output, back through the network."""
        told = self._ask("backpropagate", x, weights)
        return Backward(
            told["input"],
            told["parameters"],
            bool(told["input_changed"]),
            list(told["graph_kept"]),
        )

    def descend(
        self,
        optimizer: Ref,
        batches: Sequence[tuple[torch.Tensor, torch.Tensor]],
        rates: Sequence[float],
    ) -> float:
        """Learns each batch once, at its rate; gives the mean cross-entropy."""
        return self._ask("descend", optimizer, list(batches), list(rates))

    def multiply_adds(self, images: torch.Tensor) -> float:
        """What a forward pass costs for one of the images."""
        return self._ask("multiply_adds", images)

    def depth(self, images: torch.Tensor, channels: int, work: int) -> int:
        """How many convolutions lie one after another, counting those that do enough work."""
        return self._ask("depth", images, channels, work)

    def stored_gradients(self) -> dict[str, torch.Tensor | None]:
        """What lies in `.grad` of each parameter; None where it is empty."""
        return self._ask("stored_gradients")

    def load_gradients(self, values: Mapping[str, torch.Tensor]) -> None:
        """Puts `values` into `.grad` of the parameters of those names."""
        self._ask("load_gradients", dict(values))

    def train(self) -> Network:
        self._ask("train")
        return self

    def eval(self) -> Network:
        self._ask("eval")
        return self

    def set_modes(self, modes: Mapping[str, bool]) -> None:
        """Sets the mode of the named submodules alone, not of what they contain."""
        self._ask("set_modes", dict(modes))

    def modes(self) -> dict[str, bool]:
        """Whether each submodule is in training mode, by qualified name."""
        return self._ask("modes")

    def part(self, name: str) -> Ref:
        """The submodule of that qualified name, to be handed to a learner's function."""
        return self._ask("part", name)

    def hooks(self) -> dict[str, int]:
        """How many hooks are registered on each submodule, by qualified name."""
        return self._ask("hooks")

    def trainable(self) -> dict[str, bool]:
        """Whether each parameter asks for gradients, by name."""
        return self._ask("trainable")

    def set_trainable(self, values: Mapping[str, bool]) -> None:
        """Says of the named parameters whether they ask for gradients."""
        self._ask("set_trainable", dict(values))

    def witnessed(self) -> list[dict[str, bool]]:
        """What the network's `Witness` layers saw: one entry for each pass through each of them."""
        return self._ask("witnessed")


def local_learner(
    namespace: MutableMapping[str, Any], sources: Sequence[str] = (), watched: bool = False
) -> LearnerCode:
    """A learner whose code lives in this process, as in the notebook."""
    return _LocalCode(Workbench(namespace), sources, watched)


def _seconds(told: Any) -> float:
    return told if isinstance(told, float) and 0 < told < math.inf else 0.0


def _problem(told: Any, args: tuple[Any, ...]) -> problems.NoAnswer:
    """The exception that a problem told by the learner's process stands for."""
    if not isinstance(told, dict):
        return problems.NotPlain("it is not a reply to the question")
    kind, text = str(told.get("kind")), str(told.get("text", ""))[:500]
    name = str(args[0]) if args and isinstance(args[0], str) else "the code"
    if kind == "missing":
        return problems.Missing(name)
    if kind == "not_written":
        return problems.NotWritten(name)
    if kind == "not_plain":
        return problems.NotPlain(text)
    error_type, where = str(told.get("type"))[:80], str(told.get("where", ""))[:120]
    return problems.Raised(visible(error_type), text, visible(where))
