"""A course without torch: functions of NumPy are questioned where torch cannot be imported."""

from __future__ import annotations

import subprocess
import sys

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchvision"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
"""

QUESTIONS = """
import numpy as np
from cnnlab.learner import Ref, local_learner
from cnnlab.learner.problems import Raised

def smooth(x, width=1):
    return (x + width).astype(np.float32)

def overwrite(x):
    x += 1
    return x

def kinds():
    return {"number": np.float64(1.5), "row": np.arange(3), "none": np.zeros((0, 2)), "big": 2**60}

def step(first, item, carried):
    return first + item, (carried or 0) + 1

class Counter:
    def __init__(self, start):
        self.count = np.asarray(start)
    def up(self, by):
        self.count = self.count + by
        return self.count

names = dict(smooth=smooth, overwrite=overwrite, kinds=kinds, step=step, Counter=Counter,
             total=lambda rows: sum(float(row.sum()) for row in rows))
learner = local_learner(names, watched=True)
x = np.ones((2, 3))
answer = learner.call("smooth", x, width=2)
assert type(answer) is np.ndarray and answer.dtype == np.float32, answer
assert (answer == 3).all()
assert learner.outcome("overwrite", x).inputs_changed
assert (x == 1).all()
outcome = learner.outcome("smooth", x)
assert not (outcome.inputs_changed or outcome.inputs_tracked or outcome.graph_kept)
found = learner.call("kinds")
assert found["number"] == 1.5 and type(found["number"]) is float
assert found["row"].tolist() == [0, 1, 2] and found["none"].shape == (0, 2)
links = learner.chain("step", np.zeros(2), [(np.ones(2), {}), (np.ones(2), {})])
assert [link.value.tolist() for link in links] == [[1, 1], [2, 2]]
counter = learner.create("Counter", [1, 2])
assert counter.call("up", 3).tolist() == [4, 5]
assert counter.attribute("count").tolist() == [4, 5]
stream = learner.one_pass([np.ones(2), np.ones(3)])
assert isinstance(stream, Ref) and learner.call("total", stream) == 5
learner.seed(3)
assert learner.operators == set()
try:
    learner.build("Counter", 1)
except Raised as problem:
    assert problem.error_type == "ModuleNotFoundError", problem
else:
    raise AssertionError("a network without torch")
assert "torch" not in sys.modules
"""


def test_functions_of_numpy_are_questioned_where_there_is_no_torch() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", BLOCKED + QUESTIONS], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_the_handle_does_not_import_torch_where_it_could() -> None:
    code = "import sys, cnnlab.learner, cnnlab.learner.agent; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
