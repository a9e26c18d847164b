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

# %% case="a walrus" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    return (f := F.conv2d)(x,w)

# %% case="a nonlocal name" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    f=None
    def s():
        nonlocal f
        f=F.conv2d
    s()
    return f(x,w)

# %% case="handed on to vmap" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x,w):
    return torch.vmap(F.conv2d)(x,w)
