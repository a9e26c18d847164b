"""Refused library calls: every shortcut is found, and no honest work is accused."""

from __future__ import annotations

import textwrap

import pytest

from cnnlab.check.refusal import find_refused

CONV = (
    "torch.nn.functional.conv*",
    "torch.conv*",
    "torch.nn.Conv*",
    "torch.ops.*",
    "torch.nn.functional.unfold",
    "cnnlab.*",
)
SOFTMAX = (
    "torch.softmax",
    "torch.log_softmax",
    "torch.nn.functional.softmax",
    "torch.nn.functional.log_softmax",
    "torch.nn.functional.cross_entropy",
    "torch.nn.functional.nll_loss",
    "torch.nn.Softmax",
    "torch.nn.CrossEntropyLoss",
    ".softmax",
    ".log_softmax",
)
BATCHNORM = ("torch.nn.BatchNorm*", "torch.nn.functional.batch_norm", "torch.batch_norm")
OPTIM = ("torch.optim.*",)

IMPORTS = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
"""

FUNCTIONAL_CONV = "torch.nn.functional.conv2d"


def cells(text: str) -> list[str]:
    """Cells, divided by lines of dashes."""
    return [part.strip("\n") for part in textwrap.dedent(text).split("\n---\n")]


def names_called(text: str, entry: str, refused: tuple[str, ...]) -> set[str]:
    return {offence.called for offence in find_refused([IMPORTS, *cells(text)], [entry], refused)}


# (what the learner did, source, entry, refused, the canonical name that must be reported)
SHORTCUTS = [
    (
        "plain call",
        """
        def conv2d(x, w):
            return F.conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "full path",
        """
        def conv2d(x, w):
            return torch.nn.functional.conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "the short road in torch itself",
        """
        def conv2d(x, w):
            return torch.conv2d(x, w)
        """,
        "conv2d",
        CONV,
        "torch.conv2d",
    ),
    (
        "alias in an import",
        """
        from torch.nn.functional import conv2d as slide
        ---
        def conv2d(x, w):
            return slide(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "import inside the function",
        """
        def conv2d(x, w):
            from torch.nn import functional as tools
            return tools.conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "star import",
        """
        from torch.nn.functional import *
        ---
        def softmax(logits):
            return log_softmax(logits, -1).exp()
        """,
        "softmax",
        SOFTMAX,
        "torch.nn.functional.log_softmax",
    ),
    (
        "star import after the learner's own function replaces it",
        """
        def conv2d(x, w):
            return x
        ---
        from torch.nn.functional import *
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "assignment at top level",
        """
        slide = F.conv2d
        ---
        def conv2d(x, w):
            return slide(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "assignment through several names, later hidden",
        """
        a = F
        b = a.conv2d
        def conv2d(x, w, g=b):
            return g(x, w)
        b = None
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    ("the exercise is the alias", "conv2d = F.conv2d", "conv2d", CONV, FUNCTIONAL_CONV),
    (
        "the exercise is imported",
        "from torch.nn.functional import conv2d",
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "the exercise is imported from the course",
        "from cnnlab.models import conv2d",
        "conv2d",
        CONV,
        "cnnlab.models.conv2d",
    ),
    (
        "getattr",
        """
        f = getattr(F, "conv2d")
        def conv2d(x, w):
            return f(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "getattr with a name in pieces",
        """
        def conv2d(x, w):
            return getattr(F, "conv" + "2d")(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "getattr with a name spelt backwards and joined",
        """
        part = "vnoc"[::-1]
        def conv2d(x, w):
            return getattr(F, "".join([part, f"{2}d"]))(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "getattr with a name from character codes",
        """
        def conv2d(x, w):
            return getattr(F, "".join(chr(c) for c in [99, 111, 110, 118, 50, 100]))(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "getattr with a name that cannot be read",
        """
        def conv2d(x, w):
            name = min(n for n in dir(F) if n.startswith("conv2"))
            return getattr(F, name)(x, w)
        """,
        "conv2d",
        CONV,
        "torch.nn.functional.?",
    ),
    (
        "importlib",
        """
        import importlib
        def conv2d(x, w):
            return importlib.import_module("torch.nn.functional").conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "__import__",
        """
        def conv2d(x, w):
            return __import__("torch").nn.functional.conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "sys.modules",
        """
        import sys
        def conv2d(x, w):
            return sys.modules["torch.nn.functional"].conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "module dictionary",
        """
        def conv2d(x, w):
            return torch.nn.functional.__dict__["conv2d"](x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "vars",
        """
        def conv2d(x, w):
            return vars(F).get("conv2d")(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "__getattribute__",
        """
        def conv2d(x, w):
            return F.__getattribute__("conv2d")(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "globals",
        """
        def conv2d(x, w):
            return globals()["F"].conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "globals written to",
        'globals()["conv2d"] = F.conv2d',
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "attrgetter",
        """
        import operator
        def conv2d(x, w):
            return operator.attrgetter("functional.conv2d")(nn)(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "partial",
        """
        from functools import partial
        slide = partial(F.conv2d, stride=1)
        def conv2d(x, w):
            return slide(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a table of functions",
        """
        OPERATIONS = {"slide": F.conv2d}
        def conv2d(x, w):
            return OPERATIONS["slide"](x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a table filled later",
        """
        tools = []
        ---
        tools.append(F.conv2d)
        ---
        def conv2d(x, w):
            return tools[0](x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "helpers behind helpers",
        """
        def conv2d(x, w):
            return outer(x, w)
        ---
        def inner(x, w):
            return F.conv2d(x, w)
        def outer(x, w):
            return inner(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a helper that is told the name",
        """
        def fetch(module, name):
            return getattr(module, name)
        def conv2d(x, w):
            return fetch(F, "conv2d")(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a lambda",
        """
        slide = lambda x, w: F.conv2d(x, w)
        def conv2d(x, w):
            return slide(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a lambda that is given the module",
        """
        def conv2d(x, w):
            return (lambda tools: tools.conv2d(x, w))(F)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a function made by a function",
        """
        def make():
            slide = tool
            return lambda x, w: slide(x, w)
        tool = F.conv2d
        conv2d = make()
        tool = None
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a nested function",
        """
        def conv2d(x, w):
            def work():
                return F.conv2d(x, w)
            return work()
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a default argument",
        """
        def conv2d(x, w, slide=F.conv2d):
            return slide(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a decorator",
        """
        def instead(function):
            return lambda x, w: F.conv2d(x, w)
        @instead
        def conv2d(x, w):
            return x
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a method of a helper class",
        """
        class Slider:
            def run(self, x, w):
                return F.conv2d(x, w)
        def conv2d(x, w):
            return Slider().run(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a layer kept in an object",
        """
        class Slider(nn.Module):
            def __init__(self):
                super().__init__()
                self.op = F.conv2d
            def forward(self, x, w):
                return self.op(x, w)
        conv2d = Slider()
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "an attribute set from outside",
        """
        class Tools: pass
        Tools.slide = F.conv2d
        ---
        def conv2d(x, w):
            return Tools.slide(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a harmless library name replaced",
        """
        F.relu = F.conv2d
        ---
        def conv2d(x, w):
            return F.relu(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "the code object replaced",
        """
        def conv2d(x, w):
            return x
        conv2d.__code__ = F.conv2d.__code__
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a later definition replaces an honest one",
        """
        def conv2d(x, w):
            return x * w
        ---
        def conv2d(x, w):
            return F.conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "through torch's inner modules",
        """
        from torch.nn.modules import conv as inner
        def conv2d(x, w):
            return inner.F.conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "the layer instead of the function",
        """
        def conv2d(x, w):
            layer = nn.Conv2d(1, 1, 3)
            return layer(x)
        """,
        "conv2d",
        CONV,
        "torch.nn.Conv2d",
    ),
    (
        "torch.ops",
        """
        def conv2d(x, w):
            return torch.ops.aten.conv2d.default(x, w)
        """,
        "conv2d",
        CONV,
        "torch.ops.aten.conv2d.default",
    ),
    (
        "handed on to map",
        """
        def conv2d(x, w):
            return next(map(F.conv2d, [x], [w]))
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "in a comprehension",
        """
        def conv2d(x, w):
            return [f(x, w) for f in (F.conv2d,)][0]
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "in one branch only",
        """
        try:
            import torch.nn.functional as tools
        except ImportError:
            tools = None
        def conv2d(x, w):
            if tools is not None:
                y = tools.conv2d(x, w)
            else:
                y = x
            return y
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "under the time magic",
        """
        %time slide = F.conv2d
        !pip install nothing
        def conv2d(x, w):
            return slide(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "exec",
        """
        def conv2d(x, w):
            space = {}
            exec("import torch; y = torch.conv2d", space)
            return space["y"](x, w)
        """,
        "conv2d",
        CONV,
        "exec",
    ),
    (
        "eval under another name",
        """
        import builtins
        work = getattr(builtins, "ev" + "al")
        def conv2d(x, w):
            return work("F.conv2d")(x, w)
        """,
        "conv2d",
        CONV,
        "eval",
    ),
    (
        "the method of a tensor",
        """
        def softmax(logits):
            return logits.softmax(-1)
        """,
        "softmax",
        SOFTMAX,
        ".softmax",
    ),
    (
        "the method of an intermediate result",
        """
        def cross_entropy(logits, targets):
            return -(logits - logits.max()).log_softmax(-1)[0, targets].mean()
        """,
        "cross_entropy",
        SOFTMAX,
        ".log_softmax",
    ),
    (
        "the method through getattr",
        """
        def softmax(logits):
            return getattr(logits, "softmax")(-1)
        """,
        "softmax",
        SOFTMAX,
        ".softmax",
    ),
    (
        "the method through methodcaller",
        """
        from operator import methodcaller
        def softmax(logits):
            return methodcaller("softmax", -1)(logits)
        """,
        "softmax",
        SOFTMAX,
        ".softmax",
    ),
    (
        "the method off the class",
        """
        def softmax(logits):
            return Tensor.softmax(logits, -1)
        """,
        "softmax",
        SOFTMAX,
        "torch.Tensor.softmax",
    ),
    (
        "the library's loss in one line",
        """
        def cross_entropy(logits, targets):
            return nn.CrossEntropyLoss()(logits, targets)
        """,
        "cross_entropy",
        SOFTMAX,
        "torch.nn.CrossEntropyLoss",
    ),
    (
        "base class",
        "class BatchNorm2d(nn.BatchNorm2d):\n    pass",
        "BatchNorm2d",
        BATCHNORM,
        "torch.nn.BatchNorm2d",
    ),
    (
        "base class made on the fly",
        'BatchNorm2d = type("BatchNorm2d", (nn.BatchNorm2d,), {})',
        "BatchNorm2d",
        BATCHNORM,
        "torch.nn.BatchNorm2d",
    ),
    (
        "base class of the base class",
        """
        class Start(nn.modules.batchnorm.BatchNorm2d):
            pass
        class BatchNorm2d(Start):
            pass
        """,
        "BatchNorm2d",
        BATCHNORM,
        "torch.nn.BatchNorm2d",
    ),
    (
        "in forward",
        """
        class BatchNorm2d(nn.Module):
            def __init__(self, n):
                super().__init__()
                self.inner = nn.BatchNorm2d(n)
            def forward(self, x):
                return self.inner(x)
        """,
        "BatchNorm2d",
        BATCHNORM,
        "torch.nn.BatchNorm2d",
    ),
    (
        "method borrowed from outside",
        """
        class BatchNorm2d(nn.Module):
            pass
        BatchNorm2d.forward = nn.BatchNorm2d.forward
        """,
        "BatchNorm2d",
        BATCHNORM,
        "torch.nn.BatchNorm2d",
    ),
    (
        "optimiser",
        """
        from torch import optim
        def adam_step(param, grad, state):
            optim.Adam([param]).step()
            return param, state
        """,
        "adam_step",
        OPTIM,
        "torch.optim.Adam",
    ),
]

HONEST = [
    (
        "own loops, with the library named in words",
        '''
        def conv2d(x, w):
            """The same as F.conv2d(x, w), and as torch.conv2d."""
            # F.conv2d(x, w) would do it
            print("compare with F.conv2d")
            return (x * w).sum()
        ''',
        "conv2d",
        CONV,
    ),
    (
        "compared with the library in another cell",
        """
        def conv2d(x, w):
            return x * w
        ---
        x, w = torch.randn(1, 1, 5, 5), torch.randn(1, 1, 3, 3)
        expected = F.conv2d(x, w)
        print(torch.allclose(conv2d(x, w), expected))
        """,
        "conv2d",
        CONV,
    ),
    (
        "layers used in another exercise",
        """
        def conv2d(x, w):
            return x * w
        ---
        class SimpleCNN(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Conv2d(3, 32, 3, padding=1)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a first try, replaced later",
        """
        def conv2d(x, w):
            return F.conv2d(x, w)
        ---
        def conv2d(x, w):
            return x * w
        """,
        "conv2d",
        CONV,
    ),
    (
        "a helper that was a first try",
        """
        helper = F.conv2d
        ---
        def helper(x, w):
            return x * w
        def conv2d(x, w):
            return helper(x, w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "own function of the library's name",
        """
        def softmax(logits):
            e = (logits - logits.amax(-1, keepdim=True)).exp()
            return e / e.sum(-1, keepdim=True)
        def cross_entropy(logits, targets):
            return -softmax(logits).log().gather(1, targets[:, None]).mean()
        """,
        "cross_entropy",
        SOFTMAX,
    ),
    (
        "own function written after a star import",
        """
        from torch.nn.functional import *
        ---
        def softmax(logits):
            e = logits.exp()
            return e / e.sum(-1, keepdim=True)
        ---
        def cross_entropy(logits, targets):
            return -softmax(logits).log()[0, targets].mean()
        """,
        "cross_entropy",
        SOFTMAX,
    ),
    (
        "own method of the library's name",
        """
        class Maths:
            def softmax(self, x):
                e = x.exp()
                return e / e.sum(-1, keepdim=True)
        def softmax(logits):
            return Maths().softmax(logits)
        """,
        "softmax",
        SOFTMAX,
    ),
    (
        "own method called through self",
        """
        class Loss:
            def softmax(self, x):
                return x.exp() / x.exp().sum(-1, keepdim=True)
            def __call__(self, x, y):
                return -self.softmax(x).log()[0, y].mean()
        cross_entropy = Loss()
        """,
        "cross_entropy",
        SOFTMAX,
    ),
    (
        "own static method used as a namespace",
        """
        class Both:
            @staticmethod
            def mine(x, w):
                return x * w
            @staticmethod
            def theirs(x, w):
                return F.conv2d(x, w)
        def conv2d(x, w):
            return Both.mine(x, w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a local variable of the library's name",
        """
        def cross_entropy(logits, targets):
            softmax = logits.exp() / logits.exp().sum(-1, keepdim=True)
            log_softmax = softmax.log()
            return -log_softmax[0, targets].mean()
        """,
        "cross_entropy",
        SOFTMAX,
    ),
    (
        "a parameter of the library's name",
        """
        from torch.nn.functional import softmax
        def cross_entropy(logits, targets, softmax=None):
            scale = softmax if softmax else 1
            return (logits * scale).mean()
        """,
        "cross_entropy",
        SOFTMAX,
    ),
    (
        "an attribute that is no call",
        """
        def softmax(logits, config=None):
            if config is not None and config.softmax:
                return logits
            return logits.exp() / logits.exp().sum(-1, keepdim=True)
        """,
        "softmax",
        SOFTMAX,
    ),
    (
        "a namesake in another library",
        """
        import scipy.signal as F
        def conv2d(x, w):
            return F.convolve2d(x, w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a namesake of another object",
        """
        def conv2d(x, w, engine):
            return engine.conv2d(x, w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "an alias taken by another library later",
        """
        import numpy as F
        def conv2d(x, w):
            return F.conv2d if False else F.sum(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "other functions of the same module",
        """
        def conv2d(x, w, padding=0):
            x = F.pad(x, (padding,) * 4)
            return torch.einsum("nchwij,ocij->nohw", x.unfold(2, 3, 1).unfold(3, 3, 1), w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "getattr with a harmless name",
        """
        def conv2d(x, w, activation="relu"):
            return getattr(F, activation)(x * w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "getattr with a name from a harmless table",
        """
        NAMES = {"r": "relu", "t": "tanh"}
        def conv2d(x, w):
            for name in ("relu", "gelu"):
                x = getattr(F, name)(x)
            return getattr(torch, NAMES["t"])(x * w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a dtype fetched by name",
        """
        def conv2d(x, w):
            kind = getattr(torch, str(w.dtype).split(".")[1])
            return x.to(kind) * w
        """,
        "conv2d",
        CONV,
    ),
    (
        "types asked for",
        """
        def fold(layer: nn.BatchNorm2d, x: "nn.BatchNorm2d") -> nn.BatchNorm2d:
            kept: nn.BatchNorm2d = layer
            if isinstance(kept, nn.BatchNorm2d) or type(kept) is nn.BatchNorm1d:
                return kept.weight * x
            return x
        """,
        "fold",
        BATCHNORM,
    ),
    (
        "a layer from scratch on nn.Module",
        """
        class BatchNorm2d(nn.Module):
            \"\"\"Like nn.BatchNorm2d.\"\"\"
            def __init__(self, n):
                super().__init__()
                self.weight = nn.Parameter(torch.ones(n))
                self.register_buffer("running_mean", torch.zeros(n))
            def forward(self, x):
                mean = x.mean((0, 2, 3))
                return (x - mean[:, None, None]) * self.weight[:, None, None]
        """,
        "BatchNorm2d",
        BATCHNORM,
    ),
    (
        "eval and compile that are not Python's",
        """
        import re
        def conv2d(x, w):
            model = nn.Linear(2, 2).eval()
            pattern = re.compile("a")
            return x * w
        """,
        "conv2d",
        CONV,
    ),
    (
        "a cell that is not Python and a cell that does not parse",
        """
        %%bash
        conv2d = F.conv2d
        ---
        conv2d = F.conv2d(
        ---
        def conv2d(x, w):
            return x * w
        """,
        "conv2d",
        CONV,
    ),
    (
        "magics, help and shell lines around honest code",
        """
        %matplotlib inline
        F.conv2d?
        ?F.conv2d
        !echo "it's F.conv2d("
        files = !ls
        def conv2d(x, w):
            return x * w
        %timeit F.conv2d(x, w)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a nested function that is never called",
        """
        def conv2d(x, w):
            def reference():
                return F.conv2d(x, w)
            return x * w
        """,
        "conv2d",
        CONV,
    ),
    (
        "an exploration comprehension with the exercise's name",
        """
        def conv2d(x, w):
            return x * w
        ---
        [conv2d(x, w) for conv2d in (F.conv2d, torch.conv2d)]
        """,
        "conv2d",
        CONV,
    ),
    (
        "a function elsewhere with a local of the exercise's helper name",
        """
        def window(x):
            return x
        def explore(x, w):
            window = F.conv2d
            return window(x, w)
        def conv2d(x, w):
            return window(x) * w
        """,
        "conv2d",
        CONV,
    ),
    (
        "recursion",
        """
        def a(x):
            return b(x)
        def b(x):
            return a(x) if x else softmax(x)
        def softmax(x):
            return a(x)
        """,
        "softmax",
        SOFTMAX,
    ),
    (
        "the documentation printed",
        """
        def conv2d(x, w):
            help(F.conv2d)
            print(F.conv2d.__doc__)
            return x * w
        """,
        "conv2d",
        CONV,
    ),
    (
        "the optimiser used to try the step",
        """
        def sgd_step(param, grad, lr):
            return param - lr * grad
        ---
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
        optimizer.step()
        """,
        "sgd_step",
        OPTIM,
    ),
]


@pytest.mark.parametrize(
    ("text", "entry", "refused", "called"),
    [case[1:] for case in SHORTCUTS],
    ids=[case[0] for case in SHORTCUTS],
)
def test_shortcut_is_found(text, entry, refused, called):
    assert called in names_called(text, entry, refused)


@pytest.mark.parametrize(
    ("text", "entry", "refused"),
    [case[1:] for case in HONEST],
    ids=[case[0] for case in HONEST],
)
def test_honest_work_is_not_accused(text, entry, refused):
    assert names_called(text, entry, refused) == set()
