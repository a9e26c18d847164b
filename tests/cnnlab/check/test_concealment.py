"""Constructs that hide what they call are told with their place, and honest notebooks have none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from refused_cases import Case, cases

from cnnlab.check.concealment import (
    LOOKS_UP,
    REACHES_AROUND,
    REPLACES,
    RUNS_FILES,
    RUNS_LATER,
    RUNS_TEXT,
    UNREADABLE,
    WRITES_NAMES,
    hides_its_calls,
)

SOLVED = sorted((Path(__file__).parents[3] / "source_notebooks").glob("*/*.ipynb"))

HIDING = [
    (RUNS_TEXT, "exec('def conv2d' + rest)"),
    (RUNS_TEXT, "import inspect\nexec(inspect.getsource(g))"),
    (RUNS_TEXT, "from code import InteractiveInterpreter as I\nI().runsource('a')"),
    (RUNS_TEXT, "import timeit\ntimeit.timeit('conv2d = 1', globals=space)"),
    (RUNS_TEXT, "import pickle\nf = pickle.loads(b'ctorch')"),
    (RUNS_TEXT, "get_ipython().run_cell(text)"),
    (WRITES_NAMES, "globals()['con' + 'v2d'] = f"),
    (WRITES_NAMES, "globals().update({name: f})"),
    (WRITES_NAMES, "get_ipython().user_ns.update({name: f})"),
    (LOOKS_UP, "import sys\nsetattr(sys.modules['__main__'], name, f)"),
    (LOOKS_UP, "import importlib\nimportlib.import_module('tor' + 'ch')"),
    (LOOKS_UP, "import pkgutil\nf = pkgutil.resolve_name('torch.nn.functional:conv2d')"),
    (LOOKS_UP, "from pydoc import locate\nf = locate('torch.conv2d')"),
    (LOOKS_UP, "import typing\ntyping.get_type_hints(A)"),
    (LOOKS_UP, "import torch.nn.functional as F\ngetattr(F, 'conv' + '2d')"),
    (LOOKS_UP, "import torch.nn.functional as F\nvars(F)['conv2d']"),
    (LOOKS_UP, "import functools, torch\nfunctools.reduce(getattr, ['nn'], torch)"),
    (RUNS_LATER, "import threading\nthreading.Timer(1, f).start()"),
    (RUNS_LATER, "get_ipython().events.register('post_execute', f)"),
    (RUNS_FILES, "%run tools.py"),
    (RUNS_FILES, "run tools.py"),
    (RUNS_FILES, "%%writefile tools.py\nfrom torch.nn.functional import conv2d"),
    (RUNS_FILES, "!echo 'import torch' > tools.py"),
    (RUNS_FILES, "from pathlib import Path\nPath('tools.py').write_text('x')"),
    (RUNS_FILES, "with open('tools.py', 'w') as file:\n    pass"),
    (RUNS_FILES, "import torch\ntorch.hub.load('.', 'f', source='local')"),
    (REACHES_AROUND, "import ctypes\nctypes.pythonapi.PyRun_SimpleString(b'x')"),
    (REACHES_AROUND, "found = Base.__subclasses__()"),
    (REACHES_AROUND, "from cnnlab.learner.agent import _workbench"),
    (REACHES_AROUND, "import __main__\n__main__.conv2d = f"),
    (REPLACES, "import torch.nn.functional as F\nF.relu = F.conv2d"),
    (REPLACES, "import builtins\nsetattr(builtins, 'f', g)"),
    (UNREADABLE, "x = [" + "a," * 120_000 + "]"),
    (UNREADABLE, "y = " + " + ".join(["1"] * 20_000)),
    (UNREADABLE, "f = " + "lambda x: " * 100 + "x"),
    (UNREADABLE, "\n".join(f"if x:\n    from a{i} import b" for i in range(30))),
]

HONEST = [
    "get_ipython().run_line_magic('matplotlib', 'inline')",
    "if 'google.colab' in str(get_ipython()): get_ipython().system('pip install -q it')",
    "!pip install 'torch>2'",
    "!python -m pip install torch",
    "!ls *.png",
    "%load_ext autoreload\n%autoreload 2",
    "import torch\ntorch.backends.cudnn.benchmark = True\ntorch.manual_seed(0)",
    "model.eval()\nimport re\nre.compile('a')",
    "class A:\n    def __init__(self):\n        setattr(self, f'conv{i}', 1)",
    "import sys\nprint(sys.version)",
    "import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 100",
    "if 'model' not in globals():\n    model = 1",
    "with open('notes.txt', 'w') as file: file.write('x')",
    "%%timeit\nconv2d(x, w)",
    "import timeit\ntimeit.timeit(lambda: f(x), number=3)",
    "import numpy as np\nnp.set_printoptions(precision=2)",
    "def f(:\n    x",
]


@pytest.mark.parametrize(("what", "cell"), HIDING)
def test_what_hides_is_told(what, cell):
    assert what in {found.what for found in hides_its_calls([cell])}


def test_its_place_is_told():
    found = hides_its_calls(["x = 1", "%matplotlib inline\n\ndef f(text):\n    exec(text)"])
    assert [(one.cell, one.line, one.line_text) for one in found] == [(1, 4, "exec(text)")]


@pytest.mark.parametrize("cell", HONEST)
def test_what_is_usual_is_not_told(cell):
    assert hides_its_calls([cell]) == []


@pytest.mark.parametrize("case", cases("honest"), ids=lambda case: case.name)
def test_honest_work_hides_nothing(case: Case):
    assert hides_its_calls(case.cells) == []


@pytest.mark.parametrize("notebook", SOLVED, ids=lambda path: path.stem)
def test_a_solved_lesson_hides_nothing(notebook: Path):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert hides_its_calls(["".join(c["source"]) for c in cells if c["cell_type"] == "code"]) == []


def test_fifty_are_told():
    assert len(hides_its_calls(["exec(text)\n" * 1000])) == 50
