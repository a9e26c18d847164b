# Detours that hide their call from the lint, which does not try to follow them: they lead through
# values, texts and tables. What stops them is the watch in the learner's process: whatever road was
# taken, torch's own operator is seen at work.

# %% case="attrgetter" exercise="conv2d"
import operator
def conv2d(x, w):
    return operator.attrgetter("functional.conv2d")(nn)(x, w)

# %% case="a lambda that is given the module" exercise="conv2d"
def conv2d(x, w):
    return (lambda tools: tools.conv2d(x, w))(F)

# %% case="a function made by a function" exercise="conv2d"
def make():
    slide = tool
    return lambda x, w: slide(x, w)
tool = F.conv2d
conv2d = make()
tool = None

# %% case="a harmless library name replaced" exercise="conv2d"
F.relu = F.conv2d
# %%
def conv2d(x, w):
    return F.relu(x, w)

# %% case="a module handed to a helper" exercise="conv2d"
def h(m, x, w):
    return m.conv2d(x, w)
def conv2d(x,w):
    return h(F, x, w)

# %% case="a match statement" exercise="conv2d"
def conv2d(x,w):
    match F:
        case m:
            return m.conv2d(x,w)

# %% case="a context manager that hands it out" exercise="conv2d"
import contextlib
def conv2d(x,w):
    with contextlib.nullcontext(F) as m:
        return m.conv2d(x,w)

# %% case="a generator" exercise="conv2d"
def get():
    yield F
def conv2d(x,w):
    return next(get()).conv2d(x,w)

# %% case="one of two returned things" exercise="conv2d"
def h():
    return F, 1
m, _ = h()
def conv2d(x,w):
    return m.conv2d(x,w)

# %% case="an attribute of the exercise itself" exercise="conv2d"
def conv2d(x,w):
    return conv2d.op(x,w)
conv2d.op = F.conv2d
