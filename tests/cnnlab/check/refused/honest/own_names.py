# %% case="own function of the library's name" exercise="cross_entropy"
def softmax(logits):
    e = (logits - logits.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True)
def cross_entropy(logits, targets):
    return -softmax(logits).log().gather(1, targets[:, None]).mean()

# %% case="own function written after a star import" exercise="cross_entropy"
from torch.nn.functional import *
# %%
def softmax(logits):
    e = logits.exp()
    return e / e.sum(-1, keepdim=True)
# %%
def cross_entropy(logits, targets):
    return -softmax(logits).log()[0, targets].mean()

# %% case="own method of the library's name" exercise="softmax"
class Maths:
    def softmax(self, x):
        e = x.exp()
        return e / e.sum(-1, keepdim=True)
def softmax(logits):
    return Maths().softmax(logits)

# %% case="own method called through self" exercise="cross_entropy"
class Loss:
    def softmax(self, x):
        return x.exp() / x.exp().sum(-1, keepdim=True)
    def __call__(self, x, y):
        return -self.softmax(x).log()[0, y].mean()
cross_entropy = Loss()

# %% case="own static method used as a namespace" exercise="conv2d"
class Both:
    @staticmethod
    def mine(x, w):
        return x * w
    @staticmethod
    def theirs(x, w):
        return F.conv2d(x, w)
def conv2d(x, w):
    return Both.mine(x, w)

# %% case="a local variable of the library's name" exercise="cross_entropy"
def cross_entropy(logits, targets):
    softmax = logits.exp() / logits.exp().sum(-1, keepdim=True)
    log_softmax = softmax.log()
    return -log_softmax[0, targets].mean()

# %% case="a parameter of the library's name" exercise="cross_entropy"
from torch.nn.functional import softmax
def cross_entropy(logits, targets, softmax=None):
    scale = softmax if softmax else 1
    return (logits * scale).mean()

# %% case="an attribute that is no call" exercise="softmax"
def softmax(logits, config=None):
    if config is not None and config.softmax:
        return logits
    return logits.exp() / logits.exp().sum(-1, keepdim=True)

# %% case="own callable kept as self.softmax" exercise="conv2d"
class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.softmax = my
    def forward(self,x):
        return self.softmax(x)
def my(x): return x
def conv2d(x):
    return M()(x)

# %% case="a parameter that is called F" exercise="conv2d"
def conv2d(x, F):
    return F.conv2d(x)

# %% case="a parameter that is called torch" exercise="conv2d"
def conv2d(x):
    return sorted(x, key=lambda torch: torch.conv2d)

# %% case="a setting called softmax" exercise="conv2d"
def conv2d(x, cfg={}):
    return x * cfg.get('softmax', 1)

# %% case="own names that begin like the library's" exercise="conv2d"
def convolve(x): return x
def conv2d(x):
    conv1d = convolve
    return conv1d(x)

# %% case="an exception called F" exercise="conv2d"
def conv2d(m):
    try:
        return m.x
    except Exception as F:
        return F.conv2d

# %% case="an own Adam" exercise="conv2d"
class Adam:
    def step(self): pass
def conv2d(p):
    Adam().step(); return p
