# %% case="attrgetter" exercise="conv2d" called="torch.nn.functional.conv2d"
import operator
def conv2d(x, w):
    return operator.attrgetter("functional.conv2d")(nn)(x, w)

# %% case="partial" exercise="conv2d" called="torch.nn.functional.conv2d"
from functools import partial
slide = partial(F.conv2d, stride=1)
def conv2d(x, w):
    return slide(x, w)

# %% case="helpers behind helpers" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return outer(x, w)
# %%
def inner(x, w):
    return F.conv2d(x, w)
def outer(x, w):
    return inner(x, w)

# %% case="a lambda" exercise="conv2d" called="torch.nn.functional.conv2d"
slide = lambda x, w: F.conv2d(x, w)
def conv2d(x, w):
    return slide(x, w)

# %% case="a lambda that is given the module" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return (lambda tools: tools.conv2d(x, w))(F)

# %% case="a function made by a function" exercise="conv2d" called="torch.nn.functional.conv2d"
def make():
    slide = tool
    return lambda x, w: slide(x, w)
tool = F.conv2d
conv2d = make()
tool = None

# %% case="a nested function" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    def work():
        return F.conv2d(x, w)
    return work()

# %% case="a default argument" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w, slide=F.conv2d):
    return slide(x, w)

# %% case="a decorator" exercise="conv2d" called="torch.nn.functional.conv2d"
def instead(function):
    return lambda x, w: F.conv2d(x, w)
@instead
def conv2d(x, w):
    return x

# %% case="a harmless library name replaced" exercise="conv2d" called="torch.nn.functional.conv2d"
F.relu = F.conv2d
# %%
def conv2d(x, w):
    return F.relu(x, w)

# %% case="the code object replaced" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return x
conv2d.__code__ = F.conv2d.__code__

# %% case="a later definition replaces an honest one" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return x * w
# %%
def conv2d(x, w):
    return F.conv2d(x, w)

# %% case="handed on to map" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return next(map(F.conv2d, [x], [w]))

# %% case="in a comprehension" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return [f(x, w) for f in (F.conv2d,)][0]

# %% case="in one branch only" exercise="conv2d" called="torch.nn.functional.conv2d"
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

# %% case="under the time magic" exercise="conv2d" called="torch.nn.functional.conv2d"
%time slide = F.conv2d
!pip install nothing
def conv2d(x, w):
    return slide(x, w)

# %% case="handed over by keyword" exercise="conv2d" called="torch.nn.functional.conv2d"
def h(**k):
    return k['f'](1)
def conv2d(x,w):
    return h(f=getattr(F,'conv2d'))

# %% case="a module handed to a helper" exercise="conv2d" called="torch.nn.functional.conv2d"
def h(m, x, w):
    return m.conv2d(x, w)
def conv2d(x,w):
    return h(F, x, w)

# %% case="a walrus" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    return (f := F.conv2d)(x,w)

# %% case="a match statement" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    match F:
        case m:
            return m.conv2d(x,w)

# %% case="a context manager that hands it out" exercise="conv2d" called="torch.nn.functional.conv2d"
import contextlib
def conv2d(x,w):
    with contextlib.nullcontext(F) as m:
        return m.conv2d(x,w)

# %% case="a generator" exercise="conv2d" called="torch.nn.functional.conv2d"
def get():
    yield F
def conv2d(x,w):
    return next(get()).conv2d(x,w)

# %% case="a nonlocal name" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    f=None
    def s():
        nonlocal f
        f=F.conv2d
    s()
    return f(x,w)

# %% case="one of two returned things" exercise="conv2d" called="torch.nn.functional.conv2d"
def h():
    return F, 1
m, _ = h()
def conv2d(x,w):
    return m.conv2d(x,w)

# %% case="an attribute of the exercise itself" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    return conv2d.op(x,w)
conv2d.op = F.conv2d

# %% case="handed on to vmap" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    return torch.vmap(F.conv2d)(x,w)
