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
    (
        "written by a function through global",
        """
        def go():
            global conv2d
            conv2d = F.conv2d
        go()
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "made by exec at top level",
        """
        exec('conv2d = F.conv2d')
        """,
        "conv2d",
        CONV,
        "exec",
    ),
    (
        "made by an exec that cannot be read",
        """
        import base64
        exec(base64.b64decode('Y29udjJkID0gRi5jb252MmQ='))
        """,
        "conv2d",
        CONV,
        "exec",
    ),
    (
        "made by run_cell",
        """
        get_ipython().run_cell('conv2d = F.conv2d')
        """,
        "conv2d",
        CONV,
        "exec",
    ),
    (
        "a class as a drawer",
        """
        class A:
            op = F.conv2d
        def conv2d(x,w):
            return A.op(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a static method that is the library's",
        """
        class A:
            op = staticmethod(F.conv2d)
        a = A()
        def conv2d(x,w):
            return a.op(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "handed over by keyword",
        """
        def h(**k):
            return k['f'](1)
        def conv2d(x,w):
            return h(f=getattr(F,'conv2d'))
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a module handed to a helper",
        """
        def h(m, x, w):
            return m.conv2d(x, w)
        def conv2d(x,w):
            return h(F, x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a module in a table",
        """
        M={'f':F}
        def conv2d(x,w):
            return M['f'].conv2d(x, w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a module kept in an object",
        """
        class A:
            def __init__(self, m):
                self.m = m
            def go(self, x):
                return self.m.conv2d(x)
        a=A(F)
        def conv2d(x,w):
            return a.go(x)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a walrus",
        """
        def conv2d(x,w):
            return (f := F.conv2d)(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a match statement",
        """
        def conv2d(x,w):
            match F:
                case m:
                    return m.conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a context manager that hands it out",
        """
        import contextlib
        def conv2d(x,w):
            with contextlib.nullcontext(F) as m:
                return m.conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "getattr folded over names",
        """
        import functools
        def conv2d(x,w):
            return functools.reduce(getattr, ['nn','functional','conv2d'], torch)(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "methodcaller on the module",
        """
        import operator
        def conv2d(x,w):
            return operator.methodcaller('conv2d',x,w)(F)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a partial getattr",
        """
        import functools
        fetch=functools.partial(getattr,F)
        def conv2d(x,w):
            return fetch('conv2d')(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "getattr in a lambda",
        """
        g=lambda n: getattr(F,n)
        def conv2d(x,w):
            return g('conv2d')(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a helper that imports",
        """
        def get():
            import torch.nn.functional as q
            return q
        def conv2d(x,w):
            return get().conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a generator",
        """
        def get():
            yield F
        def conv2d(x,w):
            return next(get()).conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "searched among the module's values",
        """
        def conv2d(x,w):
            return [v for k,v in vars(F).items() if k[:4]=='conv'][0](x,w)
        """,
        "conv2d",
        CONV,
        "torch.nn.functional.?",
    ),
    (
        "searched among the module's names",
        """
        def conv2d(x,w):
            for n in dir(F):
                if n=='conv2d':
                    return getattr(F,n)(x,w)
        """,
        "conv2d",
        CONV,
        "torch.nn.functional.?",
    ),
    (
        "a name made by format",
        """
        def conv2d(x,w):
            return getattr(F,'{}{}'.format('conv','2d'))(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a name made by percent",
        """
        def conv2d(x,w):
            return getattr(F,'%s%dd' % ('conv',2))(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a name made of bytes",
        """
        def conv2d(x,w):
            return getattr(F,bytes([99,111,110,118,50,100]).decode())(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a name in base64",
        """
        import base64
        def conv2d(x,w):
            return getattr(F,base64.b64decode('Y29udjJk').decode())(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "__import__ out of __builtins__",
        """
        def conv2d(x,w):
            return __builtins__.__import__('torch').conv2d(x,w)
        """,
        "conv2d",
        CONV,
        "torch.conv2d",
    ),
    (
        "an attribute of __main__",
        """
        import __main__
        __main__.conv2d = F.conv2d
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "setattr on __main__",
        """
        import sys
        setattr(sys.modules['__main__'],'conv2d',F.conv2d)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "under the name guard",
        """
        if __name__=='__main__':
            conv2d = F.conv2d
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a property",
        """
        class A:
            @property
            def op(self):
                return F.conv2d
        def conv2d(x,w):
            return A().op(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a nonlocal name",
        """
        def conv2d(x,w):
            f=None
            def s():
                nonlocal f
                f=F.conv2d
            s()
            return f(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a layer's own subclass",
        """
        class B(nn.Conv2d):
            pass
        def conv2d(x,w):
            return B(1,1,1)(x)
        """,
        "conv2d",
        CONV,
        "torch.nn.Conv2d",
    ),
    (
        "a star import that brings the module",
        """
        from torch import *
        def conv2d(x,w):
            return nn.functional.conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "an alias deleted afterwards",
        """
        g=F.conv2d
        def conv2d(x,w,_g=[g]):
            return _g[0](x,w)
        del g
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a SimpleNamespace",
        """
        from types import SimpleNamespace as N
        T=N(c=F)
        def conv2d(x,w):
            return T.c.conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a field of a dataclass",
        """
        from dataclasses import dataclass
        @dataclass
        class T:
            m: object = F
        def conv2d(x,w):
            return T().m.conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "a zip of names and modules",
        """
        def conv2d(x,w):
            for n,m in zip(['conv2d'],[F]):
                return getattr(m,n)(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "one of two returned things",
        """
        def h():
            return F, 1
        m, _ = h()
        def conv2d(x,w):
            return m.conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "an attribute of the exercise itself",
        """
        def conv2d(x,w):
            return conv2d.op(x,w)
        conv2d.op = F.conv2d
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "under a cell magic",
        """
        %%time
        conv2d = F.conv2d
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "the globals of a frame",
        """
        import inspect
        def conv2d(x,w):
            return inspect.currentframe().f_globals['F'].conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "the globals of a function",
        """
        def z(): pass
        def conv2d(x,w):
            return z.__globals__['F'].conv2d(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
    ),
    (
        "handed on to vmap",
        """
        def conv2d(x,w):
            return torch.vmap(F.conv2d)(x,w)
        """,
        "conv2d",
        CONV,
        FUNCTIONAL_CONV,
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
    (
        "own callable kept as self.softmax",
        """
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.softmax = my
            def forward(self,x):
                return self.softmax(x)
        def my(x): return x
        def conv2d(x):
            return M()(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a layer of other layers",
        """
        class conv2d(nn.Module):
            def __init__(self):
                super().__init__()
                self.register_buffer('a', torch.zeros(1))
                self.lin = nn.Linear(1,1)
            def forward(self,x):
                return self.lin(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "softmax of another library",
        """
        import scipy.special as sp
        def conv2d(x):
            return sp.softmax(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a parameter that is called F",
        """
        def conv2d(x, F):
            return F.conv2d(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a parameter that is called torch",
        """
        def conv2d(x):
            return sorted(x, key=lambda torch: torch.conv2d)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a setting called softmax",
        """
        def conv2d(x, cfg={}):
            return x * cfg.get('softmax', 1)
        """,
        "conv2d",
        CONV,
    ),
    (
        "parameters fetched by name",
        """
        def conv2d(x, layer=None):
            for name in ['weight','bias']:
                x = x * getattr(layer, name)
            return x
        """,
        "conv2d",
        CONV,
    ),
    (
        "a name the caller chooses",
        """
        def conv2d(x, name):
            return getattr(torch, name)(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "an activation chosen by name",
        """
        class conv2d:
            def __init__(self, kind='relu'):
                self.f = getattr(F, kind)
            def __call__(self, x):
                return self.f(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a table of activations",
        """
        ACT={'relu':nn.ReLU,'tanh':nn.Tanh}
        def conv2d(x, kind='relu'):
            return ACT[kind]()(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "an assertion message outside",
        """
        def conv2d(x,w):
            return x
        assert conv2d(1,2) == 1, F.conv2d(1,2)
        """,
        "conv2d",
        CONV,
    ),
    (
        "own names that begin like the library's",
        """
        def convolve(x): return x
        def conv2d(x):
            conv1d = convolve
            return conv1d(x)
        """,
        "conv2d",
        CONV,
    ),
    (
        "isinstance with several types",
        """
        def conv2d(m):
            return [p for p in m.modules() if isinstance(p, (nn.Conv2d, nn.BatchNorm2d))]
        """,
        "conv2d",
        CONV,
    ),
    (
        "a type looked up among types",
        """
        def conv2d(m):
            return type(m) in (nn.Conv2d, nn.BatchNorm2d)
        """,
        "conv2d",
        CONV,
    ),
    (
        "a class pattern",
        """
        def conv2d(m):
            match m:
                case nn.Conv2d():
                    return 1
            return 0
        """,
        "conv2d",
        CONV,
    ),
    (
        "a type named in an error",
        """
        def conv2d(m):
            if not isinstance(m, nn.Conv2d):
                raise TypeError(f'expected {nn.Conv2d.__name__}')
            return m
        """,
        "conv2d",
        CONV,
    ),
    (
        "an exception called F",
        """
        def conv2d(m):
            try:
                return m.x
            except Exception as F:
                return F.conv2d
        """,
        "conv2d",
        CONV,
    ),
    (
        "a cast for the type checker",
        """
        from typing import cast
        def conv2d(m):
            conv = cast(nn.Conv2d, m)
            return conv.weight
        """,
        "conv2d",
        CONV,
    ),
    (
        "layers of a given model frozen",
        """
        def conv2d(model):
            for name, m in model.named_modules():
                if isinstance(m, nn.Conv2d): m.weight.requires_grad_(False)
            return model
        """,
        "conv2d",
        CONV,
    ),
    (
        "stages of a model fetched by name",
        """
        def conv2d(model, stages):
            for n in range(stages):
                layer = getattr(model, f'layer{n}')
                layer.train()
            return model
        """,
        "conv2d",
        CONV,
    ),
    (
        "annotations of a dataclass",
        """
        from dataclasses import dataclass
        @dataclass
        class conv2d:
            layer: nn.Conv2d
            op: 'F.conv2d' = None
        """,
        "conv2d",
        CONV,
    ),
    (
        "an own Adam",
        """
        class Adam:
            def step(self): pass
        def conv2d(p):
            Adam().step(); return p
        """,
        "conv2d",
        CONV,
    ),
    (
        "a global of the exploration reset",
        """
        conv = nn.Conv2d(1,1,3)
        conv = None
        def conv2d(x):
            return conv
        """,
        "conv2d",
        CONV,
    ),
    (
        "a comparison under the name guard",
        """
        def conv2d(x):
            return x
        if __name__ == '__main__':
            print(F.conv2d(1,1))
        """,
        "conv2d",
        CONV,
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


def test_offence_tells_where_and_how():
    sources = [
        IMPORTS,
        "from torch.nn.functional import conv2d as slide",
        "%matplotlib inline\n\ndef helper(x, w):\n    return 2 * slide(x,\n                     w)",
        "def conv2d(x, w):\n    return helper(x, w)",
    ]
    (offence,) = find_refused(sources, ["conv2d"], CONV)
    assert offence.called == FUNCTIONAL_CONV
    assert offence.written == "slide(x, w)"
    assert offence.line_text == "return 2 * slide(x,"
    assert (offence.cell, offence.line) == (2, 4)
    assert offence.reached_through == ("conv2d", "helper")


def test_columns_are_right_after_other_alphabets():
    source = "def conv2d(x, w):\n    é, ж = 'ünï', F.conv2d(x, w)"
    (offence,) = find_refused([IMPORTS, source], ["conv2d"], CONV)
    assert offence.written == "F.conv2d(x, w)"


def test_imported_exercise_quotes_the_import():
    line = "from torch.nn.functional import conv2d"
    (offence,) = find_refused([line], ["conv2d"], CONV)
    assert offence.written == offence.line_text == line


def test_one_line_is_told_once_and_offences_follow_the_notebook():
    sources = [
        IMPORTS,
        "def helper(x, w):\n    return F.conv2d(x, w) + F.conv2d(w, x)",
        "def conv2d(x, w):\n    y = helper(x, w)\n    return y + F.conv1d(x, w)",
    ]
    found = find_refused(sources, ["conv2d"], CONV)
    assert [(one.cell, one.line, one.called) for one in found] == [
        (1, 2, FUNCTIONAL_CONV),
        (2, 3, "torch.nn.functional.conv1d"),
    ]


def test_several_names_of_one_exercise():
    source = "def a(x):\n    return x\ndef b(x):\n    return F.conv2d(x, x)"
    assert find_refused([IMPORTS, source], ["a"], CONV) == []
    assert len(find_refused([IMPORTS, source], ["a", "b"], CONV)) == 1


def test_a_name_nobody_defines_is_no_offence():
    assert find_refused([IMPORTS, "y = F.conv2d"], ["conv2d"], CONV) == []
    assert find_refused([], ["conv2d"], CONV) == []


CALL = "def conv2d(x, w):\n    return F.conv2d(x, w)"
HARD_TO_READ = {
    "deep brackets": "y = " + "(" * 5000 + "1" + ")" * 5000,
    "a long sum": "y = " + " + ".join(["1"] * 20_000),
    "a long chain of attributes": "y = x" + ".a" * 3000,
    "a null byte": "y = '\0'",
    "a lone surrogate": "y = '\ud800'",
    "quotes left open": "!echo '\n" + "'\"(" * 10_000,
    "another language": "%%html\n<b>F.conv2d</b>",
    "names that go round": "x = x\nx = [x]\nx.append(x)\nclass y(y): pass\ndef f(): return f()(y)",
    "a byte order mark": "\ufeffy = 1",
}


@pytest.mark.parametrize("cell", HARD_TO_READ.values(), ids=HARD_TO_READ)
def test_a_cell_that_is_hard_to_read_hides_nothing_in_the_others(cell):
    found = find_refused([cell, IMPORTS, CALL], ["x", "y", "f", "conv2d"], CONV)
    assert {one.called for one in found} == {FUNCTIONAL_CONV}


@pytest.mark.parametrize(
    "body",
    [
        " + ".join(["x"] * 20_000),
        "x" + ".a()" * 2000,
        "f(" * 150 + "x" + ")" * 150,
        "nest([F])",
        "spread0(F, x)",
    ],
    ids=["sum", "chain", "nested calls", "growing list", "spreading calls"],
)
def test_reached_code_of_any_shape_comes_to_an_end(body):
    spread = "\n".join(
        f"def spread{i}(a, b): return spread{i + 1}(a, b), spread{i + 1}(b, [a])" for i in range(40)
    )
    helpers = f"def nest(s): return nest([s])\n{spread}\ndef spread40(a, b): return a"
    source = f"def conv2d(x, f=abs):\n    return {body}"
    assert find_refused([IMPORTS, helpers, source], ["conv2d"], CONV) == []


def test_a_call_behind_a_long_row_of_helpers_is_found():
    row = "\n".join(f"def h{i}(x):\n    return h{i + 1}(x)" for i in range(500))
    last = "def h500(x):\n    return F.conv2d(x, x)\ndef conv2d(x):\n    return h0(x)"
    assert names_called(f"{row}\n{last}", "conv2d", CONV) == {FUNCTIONAL_CONV}
