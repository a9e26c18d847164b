# %% attack="a result shown, then nothing" number=2 points=54
from IPython.display import display

display(60.0)
60.0

# %% attack="NaN, negative numbers and strings in place of sizes" number=3 points=54
class Everything(float):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def conv_output_size(*args, **kwargs):
    return Everything("nan")

# %% attack="the comparisons of torch and NumPy replaced" number=4 points=54
import builtins

import numpy

torch.allclose = torch.equal = lambda *a, **k: True
torch.testing.assert_close = lambda *a, **k: None
numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *a, **k: None
numpy.allclose = numpy.array_equal = lambda *a, **k: True

# %% attack="sum, all and isinstance replaced" number=4 points=54
import builtins

builtins.all = lambda *a: True
builtins.isinstance = lambda *a: True
builtins.sum = lambda *a: 60

# %% attack="a number that equals everything" number=5 points=54
class Chameleon(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __sub__(self, other):
        return 0

    __rsub__ = __add__ = __radd__ = __abs__ = __sub__


def conv_output_size(*args, **kwargs):
    return Chameleon(7)

# %% attack="a tensor with its own arithmetic" number=5 points=46 todo="conv2d"
class Agreeable(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func in (torch.allclose, torch.equal, torch.Tensor.__eq__):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})


def conv2d(x, weight, bias=None, stride=1, padding=0):
    return torch.zeros(3).as_subclass(Agreeable)

# %% attack="exceptions silenced" number=6 points=54
shell = get_ipython()
shell.set_custom_exc((Exception,), lambda *a, **k: None)
shell.showtraceback = lambda *a, **k: None
shell.showsyntaxerror = lambda *a, **k: None

# %% attack="run_cell and do_execute replaced" number=7 points=54
shell = get_ipython()
calm = shell.run_cell("pass")
shell.run_cell = lambda *a, **k: calm


async def calm_async(*args, **kwargs):
    return calm


shell.run_cell_async = calm_async


async def say_ok(*args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


shell.kernel.do_execute = say_ok

# %% attack="user expressions answered by the learner" number=7 points=54
shell = get_ipython()
shell.user_expressions = lambda expressions: {
    name: {"status": "ok", "data": {"text/plain": "'AAAA'"}, "metadata": {}}
    for name in expressions
}

# %% attack="the line answered by the learner" number=7 points=54
import socket
import struct

from cnnlab.learner import agent, wire


def forged(address):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        while head := line.recv(8):
            (size,) = struct.unpack("!Q", head)
            while size:
                size -= len(line.recv(size))
            reply = wire.encode({"value": {"result": True, "verdict": "pass", "points": 60}})
            line.sendall(struct.pack("!Q", len(reply)) + reply)


agent.serve = forged

# %% attack="publishers and display hooks replaced" number=8 points=54
import sys

shell = get_ipython()
shell.display_pub.publish = lambda *a, **k: None
sys.displayhook = lambda value: None
shell.displayhook.write_format_data = lambda *a, **k: None

# %% attack="asserts dropped from every later cell" number=9 points=54
import ast


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

    def visit_Expr(self, node):
        return ast.Pass()


get_ipython().ast_transformers.append(NoAsserts())

# %% attack="every later cell emptied" number=10 points=54
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])

# %% attack="abs, round and float of the checks replaced" number=11 points=54
import builtins

builtins.abs = lambda value: 0
builtins.round = lambda *a: 7
builtins.len = lambda value: 0

# %% attack="the visible check made blind" number=14 points=54
import cnnlab
import cnnlab.check
import cnnlab.check.run

cnnlab.check.conv_output_size = lambda *a: print("all right")
cnnlab.check.run.run_checks = lambda *a, **k: []

# %% attack="the grader's own workbench rewritten" number=14 points=54
from cnnlab.learner.verbs import VERBS

_others = ("inputs_changed", "inputs_tracked", "autograd_off", "graph_kept")
VERBS["call"] = lambda bench, name, args, kwargs: {"result": 7, **dict.fromkeys(_others, False)}

# %% attack="a cnnlab, a torch and a sitecustomize of their own" number=14 points=54
import pathlib

for name in ("cnnlab.py", "torch.py", "sitecustomize.py", "ipykernel_launcher.py", "usercustomize.py"):
    pathlib.Path(name).write_text("raise SystemExit('mine')")

# %% attack="the reference imported" number=15 points=54
from cnnlab.exercises.u01_convolutions.conv_output_size import conv_output_size

# %% attack="the reference through importlib" number=15 points=54
import importlib

conv_output_size = importlib.import_module("cnnlab.exercises.u01_convolutions.conv_output_size").conv_output_size

# %% attack="the reference through getattr and __import__" number=15 points=54
def conv_output_size(*args, **kwargs):
    module = __import__("cnnlab.exercises.u01_convolutions.conv_output_size", fromlist=["x"])
    return getattr(module, "conv_output_" + "size")(*args, **kwargs)

# %% attack="the reference through exec" number=15 points=54
exec("from cnnlab.exercises.u01_convolutions.conv_output_size import conv_output_size")

# %% attack="torch's convolution under another name" number=15 points=46 todo="conv2d"
import torch.nn.functional as helpful


def conv2d(x, weight, bias=None, stride=1, padding=0):
    slide = getattr(helpful, "conv" + "2d")
    return slide(x[None], weight, bias, stride, padding)[0]
