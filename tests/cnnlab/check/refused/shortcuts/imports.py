# %% case="plain call" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return F.conv2d(x, w)

# %% case="full path" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return torch.nn.functional.conv2d(x, w)

# %% case="the short road in torch itself" exercise="conv2d" called="torch.conv2d"
def conv2d(x, w):
    return torch.conv2d(x, w)

# %% case="alias in an import" exercise="conv2d" called="torch.nn.functional.conv2d"
from torch.nn.functional import conv2d as slide
# %%
def conv2d(x, w):
    return slide(x, w)

# %% case="import inside the function" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    from torch.nn import functional as tools
    return tools.conv2d(x, w)

# %% case="star import" exercise="softmax" called="torch.nn.functional.log_softmax"
from torch.nn.functional import *
# %%
def softmax(logits):
    return log_softmax(logits, -1).exp()

# %% case="star import after the learner's own function replaces it" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return x
# %%
from torch.nn.functional import *

# %% case="assignment at top level" exercise="conv2d" called="torch.nn.functional.conv2d"
slide = F.conv2d
# %%
def conv2d(x, w):
    return slide(x, w)

# %% case="assignment through several names, later hidden" exercise="conv2d" called="torch.nn.functional.conv2d"
a = F
b = a.conv2d
def conv2d(x, w, g=b):
    return g(x, w)
b = None

# %% case="the exercise is the alias" exercise="conv2d" called="torch.nn.functional.conv2d"
conv2d = F.conv2d

# %% case="the exercise is imported" exercise="conv2d" called="torch.nn.functional.conv2d"
from torch.nn.functional import conv2d

# %% case="the exercise is imported from the course" exercise="conv2d" called="cnnlab.models.conv2d"
from cnnlab.models import conv2d

# %% case="through torch's inner modules" exercise="conv2d" called="torch.nn.functional.conv2d"
from torch.nn.modules import conv as inner
def conv2d(x, w):
    return inner.F.conv2d(x, w)

# %% case="the layer instead of the function" exercise="conv2d" called="torch.nn.Conv2d"
def conv2d(x, w):
    layer = nn.Conv2d(1, 1, 3)
    return layer(x)

# %% case="torch.ops" exercise="conv2d" called="torch.ops.aten.conv2d.default"
def conv2d(x, w):
    return torch.ops.aten.conv2d.default(x, w)

# %% case="a layer's own subclass" exercise="conv2d" called="torch.nn.Conv2d"
class B(nn.Conv2d):
    pass
def conv2d(x,w):
    return B(1,1,1)(x)

# %% case="a star import that brings the module" exercise="conv2d" called="torch.nn.functional.conv2d"
from torch import *
def conv2d(x,w):
    return nn.functional.conv2d(x,w)

# %% case="an alias deleted afterwards" exercise="conv2d" called="torch.nn.functional.conv2d"
g=F.conv2d
def conv2d(x,w,_g=[g]):
    return _g[0](x,w)
del g
