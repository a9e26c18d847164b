"""A hook made in a loop that reads the loop's variable is pointed out, and nothing else is."""

import pytest
from torch import nn

from cnnlab import check
from cnnlab.check.late_binding import late_bound

LATE = """
def activation_stats(model, x):
    stats = {}
    for name, module in model.named_modules():
        def keep(module, inputs, output):
            stats[name] = output.mean().item()
        module.register_forward_hook(keep)
    model(x)
    return list(stats.values())
"""


@pytest.mark.parametrize(
    "source",
    [
        LATE,
        LATE.replace("model(x)", "%time model(x)"),
        "%%time\n" + LATE,
        """
def activation_stats(model, x):
    for name in names:
        model.get_submodule(name).register_forward_hook(lambda m, i, o: kept.update({name: o}))
""",
        """
class Watcher:
    def __init__(self, model):
        for name, module in model.named_modules():
            module.register_full_backward_hook(lambda *args: self.note(name, *args))
activation_stats = Watcher
""",
    ],
    ids=["def", "magic", "cell-magic", "lambda", "in-a-method"],
)
def test_the_variable_is_named(source):
    assert late_bound([source], ["activation_stats", "Watcher"]) == "name"


@pytest.mark.parametrize(
    "source",
    [
        LATE.replace("inputs, output)", "inputs, output, name=name)"),
        LATE.replace("stats[name]", "stats[len(stats)]"),
        LATE.replace("register_forward_hook", "apply"),
        LATE.replace("activation_stats", "another"),
        LATE.replace("            stats[name]", "            name = 3\n            stats[name]"),
        """
def activation_stats(model, x):
    def keep_under(name):
        return lambda m, i, o: kept.update({name: o})
    for name in names:
        model.get_submodule(name).register_forward_hook(keep_under(name))
""",
        """
def activation_stats(model, x):
    for name in names:
        order = sorted(kept, key=lambda k: (name, k))
""",
        "def activation_stats(model x):\n",
    ],
    ids=["default", "unread", "no-hook", "other", "own", "maker", "key", "no-python"],
)
def test_what_is_well_is_left_alone(source):
    assert late_bound([source], ["activation_stats"]) == ""


def test_the_last_definition_counts():
    good = LATE.replace("inputs, output)", "inputs, output, name=name)")
    assert late_bound([LATE, good], ["activation_stats"]) == ""
    assert late_bound([good, LATE], ["activation_stats"]) == "name"


def test_a_learner_whose_check_fails_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_HOME", str(tmp_path))
    monkeypatch.setattr("cnnlab.check.notebook._sources", lambda answers: [LATE])
    namespace = {"nn": nn}
    exec(LATE, namespace)
    check.activation_stats(namespace["activation_stats"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "✗ activation_stats" in shown
    assert "a hook in your loop reads `name` only when it runs" in shown
    assert "name=name" in shown
