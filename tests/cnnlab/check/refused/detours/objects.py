# Detours that hide their call from the lint, which does not try to follow them: they lead through
# values, texts and tables. What stops them is the watch in the learner's process: whatever road was
# taken, torch's own operator is seen at work.

# %% case="a table filled later" exercise="conv2d"
tools = []
# %%
tools.append(F.conv2d)
# %%
def conv2d(x, w):
    return tools[0](x, w)

# %% case="an attribute set from outside" exercise="conv2d"
class Tools: pass
Tools.slide = F.conv2d
# %%
def conv2d(x, w):
    return Tools.slide(x, w)

# %% case="a module in a table" exercise="conv2d"
M={'f':F}
def conv2d(x,w):
    return M['f'].conv2d(x, w)

# %% case="a module kept in an object" exercise="conv2d"
class A:
    def __init__(self, m):
        self.m = m
    def go(self, x, w):
        return self.m.conv2d(x, w)
a=A(F)
def conv2d(x,w):
    return a.go(x, w)

# %% case="a SimpleNamespace" exercise="conv2d"
from types import SimpleNamespace as N
T=N(c=F)
def conv2d(x,w):
    return T.c.conv2d(x,w)

# %% case="a field of a dataclass" exercise="conv2d"
from dataclasses import dataclass
@dataclass
class T:
    m: object = F
def conv2d(x,w):
    return T().m.conv2d(x,w)
