# %% case="a namesake in another library" exercise="conv2d"
import scipy.signal as F
def conv2d(x, w):
    return F.convolve2d(x, w)

# %% case="a namesake of another object" exercise="conv2d"
def conv2d(x, w, engine):
    return engine.conv2d(x, w)

# %% case="an alias taken by another library later" exercise="conv2d"
import numpy as F
def conv2d(x, w):
    return F.conv2d if False else F.sum(x)

# %% case="other functions of the same module" exercise="conv2d"
def conv2d(x, w, padding=0):
    x = F.pad(x, (padding,) * 4)
    return torch.einsum("nchwij,ocij->nohw", x.unfold(2, 3, 1).unfold(3, 3, 1), w)

# %% case="getattr with a harmless name" exercise="conv2d"
def conv2d(x, w, activation="relu"):
    return getattr(F, activation)(x * w)

# %% case="getattr with a name from a harmless table" exercise="conv2d"
NAMES = {"r": "relu", "t": "tanh"}
def conv2d(x, w):
    for name in ("relu", "gelu"):
        x = getattr(F, name)(x)
    return getattr(torch, NAMES["t"])(x * w)

# %% case="a dtype fetched by name" exercise="conv2d"
def conv2d(x, w):
    kind = getattr(torch, str(w.dtype).split(".")[1])
    return x.to(kind) * w

# %% case="types asked for" exercise="fold"
def fold(layer: nn.BatchNorm2d, x: "nn.BatchNorm2d") -> nn.BatchNorm2d:
    kept: nn.BatchNorm2d = layer
    if isinstance(kept, nn.BatchNorm2d) or type(kept) is nn.BatchNorm1d:
        return kept.weight * x
    return x

# %% case="a layer from scratch on nn.Module" exercise="BatchNorm2d"
class BatchNorm2d(nn.Module):
    """Like nn.BatchNorm2d."""
    def __init__(self, n):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n))
        self.register_buffer("running_mean", torch.zeros(n))
    def forward(self, x):
        mean = x.mean((0, 2, 3))
        return (x - mean[:, None, None]) * self.weight[:, None, None]

# %% case="eval and compile that are not Python's" exercise="conv2d"
import re
def conv2d(x, w):
    model = nn.Linear(2, 2).eval()
    pattern = re.compile("a")
    return x * w

# %% case="recursion" exercise="softmax"
def a(x):
    return b(x)
def b(x):
    return a(x) if x else softmax(x)
def softmax(x):
    return a(x)

# %% case="a layer of other layers" exercise="conv2d"
class conv2d(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('a', torch.zeros(1))
        self.lin = nn.Linear(1,1)
    def forward(self,x):
        return self.lin(x)

# %% case="softmax of another library" exercise="conv2d"
import scipy.special as sp
def conv2d(x):
    return sp.softmax(x)

# %% case="parameters fetched by name" exercise="conv2d"
def conv2d(x, layer=None):
    for name in ['weight','bias']:
        x = x * getattr(layer, name)
    return x

# %% case="a name the caller chooses" exercise="conv2d"
def conv2d(x, name):
    return getattr(torch, name)(x)

# %% case="an activation chosen by name" exercise="conv2d"
class conv2d:
    def __init__(self, kind='relu'):
        self.f = getattr(F, kind)
    def __call__(self, x):
        return self.f(x)

# %% case="a table of activations" exercise="conv2d"
ACT={'relu':nn.ReLU,'tanh':nn.Tanh}
def conv2d(x, kind='relu'):
    return ACT[kind]()(x)

# %% case="isinstance with several types" exercise="conv2d"
def conv2d(m):
    return [p for p in m.modules() if isinstance(p, (nn.Conv2d, nn.BatchNorm2d))]

# %% case="a type looked up among types" exercise="conv2d"
def conv2d(m):
    return type(m) in (nn.Conv2d, nn.BatchNorm2d)

# %% case="a class pattern" exercise="conv2d"
def conv2d(m):
    match m:
        case nn.Conv2d():
            return 1
    return 0

# %% case="a type named in an error" exercise="conv2d"
def conv2d(m):
    if not isinstance(m, nn.Conv2d):
        raise TypeError(f'expected {nn.Conv2d.__name__}')
    return m

# %% case="a cast for the type checker" exercise="conv2d"
from typing import cast
def conv2d(m):
    conv = cast(nn.Conv2d, m)
    return conv.weight

# %% case="layers of a given model frozen" exercise="conv2d"
def conv2d(model):
    for name, m in model.named_modules():
        if isinstance(m, nn.Conv2d): m.weight.requires_grad_(False)
    return model

# %% case="stages of a model fetched by name" exercise="conv2d"
def conv2d(model, stages):
    for n in range(stages):
        layer = getattr(model, f'layer{n}')
        layer.train()
    return model

# %% case="annotations of a dataclass" exercise="conv2d"
from dataclasses import dataclass
@dataclass
class conv2d:
    layer: nn.Conv2d
    op: 'F.conv2d' = None
