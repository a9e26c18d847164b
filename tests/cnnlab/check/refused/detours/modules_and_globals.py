# Detours that hide their call from the lint, which does not try to follow them: they lead through
# values, texts and tables. What stops them is the watch in the learner's process: whatever road was
# taken, torch's own operator is seen at work.

# %% case="sys.modules" exercise="conv2d"
import sys
def conv2d(x, w):
    return sys.modules["torch.nn.functional"].conv2d(x, w)

# %% case="module dictionary" exercise="conv2d"
def conv2d(x, w):
    return torch.nn.functional.__dict__["conv2d"](x, w)

# %% case="vars" exercise="conv2d"
def conv2d(x, w):
    return vars(F).get("conv2d")(x, w)

# %% case="__getattribute__" exercise="conv2d"
def conv2d(x, w):
    return F.__getattribute__("conv2d")(x, w)

# %% case="globals" exercise="conv2d"
def conv2d(x, w):
    return globals()["F"].conv2d(x, w)

# %% case="globals written to" exercise="conv2d"
globals()["conv2d"] = F.conv2d

# %% case="exec" exercise="conv2d"
def conv2d(x, w):
    space = {}
    exec("import torch; y = torch.conv2d", space)
    return space["y"](x, w)

# %% case="eval under another name" exercise="conv2d"
import builtins
work = getattr(builtins, "ev" + "al")
def conv2d(x, w):
    return work("F.conv2d")(x, w)

# %% case="written by a function through global" exercise="conv2d"
def go():
    global conv2d
    conv2d = F.conv2d
go()

# %% case="made by exec at top level" exercise="conv2d"
exec('conv2d = F.conv2d')

# %% case="made by an exec that cannot be read" exercise="conv2d"
import base64
exec(base64.b64decode('Y29udjJkID0gRi5jb252MmQ='))

# %% case="made by run_cell" exercise="conv2d"
get_ipython().run_cell('conv2d = F.conv2d')

# %% case="a helper that imports" exercise="conv2d"
def get():
    import torch.nn.functional as q
    return q
def conv2d(x,w):
    return get().conv2d(x,w)

# %% case="__import__ out of __builtins__" exercise="conv2d"
def conv2d(x,w):
    return __builtins__.__import__('torch').conv2d(x,w)

# %% case="an attribute of __main__" exercise="conv2d"
import __main__
__main__.conv2d = F.conv2d

# %% case="setattr on __main__" exercise="conv2d"
import sys
setattr(sys.modules['__main__'],'conv2d',F.conv2d)

# %% case="the globals of a frame" exercise="conv2d"
import inspect
def conv2d(x,w):
    return inspect.currentframe().f_globals['F'].conv2d(x,w)

# %% case="the globals of a function" exercise="conv2d"
def z(): pass
def conv2d(x,w):
    return z.__globals__['F'].conv2d(x,w)
