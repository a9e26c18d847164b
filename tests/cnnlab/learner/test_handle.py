"""The handle asks; a learner's code answers, or the reason why not is named."""

import inspect
import re

import numpy as np
import pytest
import torch
from torch import nn

from cnnlab.learner import Opaque, handle, local_learner, problems
from cnnlab.learner.verbs import VERBS, find_verb

SOURCE = """
import torch
from torch import nn

def double(x):
    return x * 2

def overwrite(x):
    x.zero_()
    return x

def stub(x):
    raise NotImplementedError

def divide(x):
    y = 0
    return x / y

def kinds():
    import numpy
    return {"n": numpy.float64(1.5), "a": numpy.ones((2, 3)), "s": torch.Size([4]), "t": (1, [2])}

def leave():
    raise SystemExit(0)

def default_dtype():
    return str(torch.zeros(1).dtype)

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(3, width)
        self.norm = nn.BatchNorm1d(width)
        self.last = nn.Linear(width, 2)

    def forward(self, x):
        return self.last(self.norm(self.first(x)))

def step(model, x, y, optimizer):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
    return [type(item).__name__ for item in (model, optimizer)]
"""


@pytest.fixture
def learner():
    namespace: dict = {}
    exec(compile(SOURCE, "<cell 1>", "exec"), namespace)
    return local_learner(namespace, [SOURCE])


def test_functions_are_called_by_name(learner):
    assert torch.equal(learner.call("double", torch.ones(2)), torch.full((2,), 2.0))


def test_changing_an_input_is_noticed_and_does_not_reach_the_check(learner):
    x = torch.ones(3)
    assert learner.outcome("overwrite", x).inputs_changed
    assert not learner.outcome("double", x).inputs_changed
    assert torch.equal(x, torch.ones(3))


def test_what_a_call_leaves_behind_is_noticed():
    def switches_autograd_off(x):
        torch.set_grad_enabled(False)

    weight = torch.ones(2, requires_grad=True)
    learner = local_learner(
        {"off": switches_autograd_off, "kept": lambda x: (1.0, [x * weight]), "plain": lambda x: x}
    )
    found = {name: learner.outcome(name, torch.ones(2)) for name in ("off", "kept", "plain")}
    assert [outcome.autograd_off for outcome in found.values()] == [True, False, False]
    assert [outcome.graph_kept for outcome in found.values()] == [False, True, False]


def test_a_given_tensor_left_tracked_by_autograd_is_noticed():
    learner = local_learner({"track": lambda x: x.requires_grad_().sum().item(), "sum": torch.sum})
    assert learner.outcome("track", torch.ones(2)).inputs_tracked
    assert not learner.outcome("sum", torch.ones(2)).inputs_tracked


def test_a_graph_inside_a_dictionary_is_noticed():
    weight = torch.ones(2, requires_grad=True)
    learner = local_learner({"graph": lambda: {"a": weight * 2}, "none": lambda: {"a": 1.0}})
    assert learner.outcome("graph").graph_kept
    assert not learner.outcome("none").graph_kept


def test_stored_gradients_are_those_that_were_loaded(learner):
    network = learner.network(("Linear", 2, 1))
    network.load_gradients({"0.weight": torch.tensor([[1.0, 2.0]])})
    gradients = network.stored_gradients()
    assert gradients["0.weight"].tolist() == [[1.0, 2.0]]
    assert gradients["0.bias"] is None


def test_what_goes_wrong_is_named(learner):
    with pytest.raises(problems.Missing, match="nowhere"):
        learner.call("nowhere")
    with pytest.raises(problems.NotWritten, match="stub"):
        learner.call("stub", 1)
    with pytest.raises(problems.Raised, match="ZeroDivisionError"):
        learner.call("divide", 1)
    with pytest.raises(problems.Raised, match="SystemExit"):
        learner.call("leave")


def test_the_learners_own_line_is_quoted(learner):
    import linecache

    linecache.cache["<cell 1>"] = (len(SOURCE), None, SOURCE.splitlines(True), "<cell 1>")
    with pytest.raises(problems.Raised, match=r"`return x / y`"):
        learner.call("divide", 1)


def test_numpy_and_torch_containers_become_plain(learner):
    answer = learner.call("kinds")
    assert answer["n"] == 1.5
    assert torch.equal(answer["a"], torch.ones(2, 3, dtype=torch.float64))
    assert answer["s"] == (4,)
    assert answer["t"] == (1, [2])


def test_networks_are_built_read_loaded_and_run(learner):
    network = learner.build("Net", 4).eval()
    values = {name: torch.full_like(p, 0.5) for name, p in network.parameters().items()}
    network.load(values)
    assert network.shapes() == {name: tuple(p.shape) for name, p in values.items()}
    assert all(torch.equal(p, values[name]) for name, p in network.parameters().items())
    ours = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)).eval()
    for parameter in ours.parameters():
        nn.init.constant_(parameter, 0.5)
    x = torch.randn(5, 3)
    assert torch.allclose(network.forward(x), ours(x))
    kinds = {layer["name"]: layer["type"] for layer in network.layers()}
    assert kinds == {"": "Net", "first": "Linear", "norm": "BatchNorm1d", "last": "Linear"}
    assert not any(network.modes().values())
    assert all(network.train().modes().values())


def test_gradients_are_those_of_the_mean_cross_entropy(learner):
    network = learner.build("Net", 4)
    x, y = torch.randn(6, 3), torch.tensor([0, 1, 1, 0, 1, 0])
    ours = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    with torch.no_grad():
        for mine, theirs in zip(ours.parameters(), network.parameters().values(), strict=True):
            mine.copy_(theirs)
    nn.functional.cross_entropy(ours(x), y).backward()
    found = network.gradients(x, targets=y)
    for parameter, gradient in zip(ours.parameters(), found.values(), strict=True):
        assert torch.allclose(parameter.grad, gradient, atol=1e-6)


def test_trusted_networks_and_optimisers_are_lent_to_the_learners_code(learner):
    network = learner.network(("Witness",), ("Linear", 3, 2))
    before = network.parameters()["1.weight"]
    x, y = torch.randn(4, 3), torch.tensor([0, 1, 0, 1])
    optimizer = learner.optimizer(network, "SGD", lr=1.0)
    assert learner.call("step", network.ref, x, y, optimizer) == ["Sequential", "SGD"]
    assert not torch.equal(before, network.parameters()["1.weight"])
    assert network.witnessed() == [{"training": True, "gradients": True}]


def test_parts_of_a_network_are_lent_and_hooks_left_on_them_are_counted():
    def leave_a_hook(layer, x):
        layer.register_forward_hook(lambda *_: None)
        return layer(x)

    learner = local_learner({"leave_a_hook": leave_a_hook})
    network = learner.network(("Sequential", ("Linear", 3, 2), ("ReLU",)), ("Tanh",))
    state = network.parameters()
    x = torch.ones(1, 3)
    result = learner.call("leave_a_hook", network.part("0.0"), x)
    assert torch.allclose(result, x @ state["0.0.weight"].T + state["0.0.bias"])
    assert network.hooks() == {"": 0, "0": 0, "0.0": 1, "0.1": 0, "1": 0}


def test_what_is_trainable_is_set_and_read():
    network = local_learner({}).network(("Linear", 3, 2))
    network.set_trainable({"0.weight": False})
    assert network.trainable() == {"0.weight": False, "0.bias": True}


def test_something_that_is_no_network_is_told_apart(learner):
    with pytest.raises(problems.NoAnswer, match=r"not a torch\.nn\.Module"):
        learner.build("double", 3)


def test_a_learners_global_settings_do_not_reach_a_check(learner):
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    try:
        assert learner.call("default_dtype") == "torch.float32"
        network = learner.build("Net", 4)
        assert network.gradients(
            torch.ones(4, 3, dtype=torch.float32), targets=torch.tensor([0, 1, 0, 1])
        )
        assert torch.get_default_dtype() == torch.float64
        assert not torch.is_grad_enabled()
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)


def test_a_chain_hands_each_result_to_the_next_call():
    class Count:  # what is carried may be of any kind
        def __init__(self, n):
            self.n = n

    def add(first, item, carried, times=1):
        return first + times * item, Count(1 if carried is None else carried.n + 1)

    def overwrite(first, item, carried):
        return first.add_(item), None

    learner = local_learner({"add": add, "overwrite": overwrite, "alone": lambda a, b, c: a})
    start, one = torch.zeros(1), torch.ones(1)
    links = learner.chain("add", start, [(one, {}), (one, {"times": 2}), (one, {})])
    assert [link.value.item() for link in links] == [1, 3, 4]
    assert not any(link.inputs_changed for link in links)
    assert learner.chain("overwrite", start, [(one, {})])[0].inputs_changed
    assert [link.is_pair for link in learner.chain("alone", start, [(one, {}), (one, {})])] == [
        False
    ]


def test_an_object_that_is_no_network_is_asked_by_method_and_attribute():
    class Counter:
        def __init__(self, start):
            self.count = start

        def up(self, by):
            self.count += by
            return self.count

        def open(self):
            raise NotImplementedError

    learner = local_learner({"Counter": Counter})
    counter = learner.create("Counter", 3)
    assert counter.call("up", 2) == 5
    assert counter.attribute("count") == 5
    with pytest.raises(problems.NotWritten, match=r"Counter\.open"):
        counter.call("open")
    with pytest.raises(problems.Raised, match="AttributeError"):
        counter.attribute("missing")


def test_hooks_are_counted_where_they_are(learner):
    assert learner.network(("Flatten",), ("Untidy", 4, 3)).hooks() == {
        **dict.fromkeys(("", "0", "1", "1.last", "1.second", "1.first", "1.third"), 0),
        "1.shared": 1,
    }


def test_what_comes_back_through_a_network_is_told(learner):
    layer = learner.network(("Linear", 2, 1))
    layer.load({"0.weight": torch.tensor([[2.0, -1.0]])})
    back = layer.backpropagate(torch.tensor([[3.0, 4.0]]), torch.tensor([[10.0]]))
    assert back.input is not None
    assert back.input.tolist() == [[20.0, -10.0]]
    assert back.parameters["0.weight"].tolist() == [[30.0, 40.0]]
    assert (back.input_changed, back.graph_kept) == (False, [])


def test_an_overwritten_input_and_a_kept_graph_are_told():
    class Careless(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("seen", torch.zeros(()))

        def forward(self, x):
            self.seen = self.seen + x.sum()
            x += 1
            return x * 2

    network = local_learner({"Careless": Careless}).build("Careless")
    back = network.backpropagate(torch.ones(2), torch.ones(2))
    assert (back.input_changed, back.graph_kept) == (True, ["seen"])


def test_an_output_without_a_graph_sends_nothing_back():
    network = local_learner({"cut": lambda: Cut()}).build("cut")
    back = network.backpropagate(torch.ones(2), torch.ones(2))
    assert back.input is None
    assert back.parameters == {"scale": None}


class Cut(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, x):
        return (x * self.scale).detach()


def test_control_characters_in_names_and_errors_are_made_visible():
    title = "\x1b]0;owned\x07"

    def fails():
        raise type(f"Error{title}", (Exception,), {})(f"first\nsecond{title}")

    unknown = type(f"Thing{title}", (), {})
    learner = local_learner({"fails": fails, "unknown": unknown})
    with pytest.raises(problems.Raised) as caught:
        learner.call("fails")
    assert caught.value.error_type == r"Error\x1b]0;owned\x07"
    assert caught.value.detail == "first\nsecond" + r"\x1b]0;owned\x07"
    assert learner.call("unknown") == Opaque(r"Thing\x1b]0;owned\x07")


def test_every_verb_that_the_handle_asks_for_is_answered():
    asked = set(re.findall(r'_ask\(\s*"(\w+)"', inspect.getsource(handle)))
    assert {find_verb(name).__name__ for name in asked} == set(VERBS) == asked


def test_arrays_become_tensors_where_torch_is_among_the_learners_names():
    names = {"f": lambda: np.ones(2)}
    assert isinstance(local_learner(names).call("f"), np.ndarray)
    assert isinstance(local_learner({**names, "torch": torch}).call("f"), torch.Tensor)


def test_a_function_from_a_table_notes_its_calls():
    learner = local_learner({"ask": lambda score, names: [score(name, 2) for name in names]})
    score = learner.table({"a": {1: 0.25, 2: 0.5}, "b": {1: 0.0, 2: 0.75}})
    assert learner.call("ask", score, ["b", "a", "b"]) == [0.75, 0.5, 0.75]
    assert learner.looked_up(score) == ["b at effort 2", "a at effort 2", "b at effort 2"]
    with pytest.raises(problems.Raised, match="one of the candidates"):
        learner.call("ask", score, [0])
