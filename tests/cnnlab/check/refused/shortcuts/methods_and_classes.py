# %% case="the method of a tensor" exercise="softmax" called=".softmax"
def softmax(logits):
    return logits.softmax(-1)

# %% case="the method of an intermediate result" exercise="cross_entropy" called=".log_softmax"
def cross_entropy(logits, targets):
    return -(logits - logits.max()).log_softmax(-1)[0, targets].mean()

# %% case="the method off the class" exercise="softmax" called="torch.Tensor.softmax"
def softmax(logits):
    return Tensor.softmax(logits, -1)

# %% case="the library's loss in one line" exercise="cross_entropy" called="torch.nn.CrossEntropyLoss"
def cross_entropy(logits, targets):
    return nn.CrossEntropyLoss()(logits, targets)

# %% case="base class" exercise="BatchNorm2d" called="torch.nn.BatchNorm2d"
class BatchNorm2d(nn.BatchNorm2d):
    pass

# %% case="base class made on the fly" exercise="BatchNorm2d" called="torch.nn.BatchNorm2d"
BatchNorm2d = type("BatchNorm2d", (nn.BatchNorm2d,), {})

# %% case="base class of the base class" exercise="BatchNorm2d" called="torch.nn.BatchNorm2d"
class Start(nn.modules.batchnorm.BatchNorm2d):
    pass
class BatchNorm2d(Start):
    pass

# %% case="in forward" exercise="BatchNorm2d" called="torch.nn.BatchNorm2d"
class BatchNorm2d(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.inner = nn.BatchNorm2d(n)
    def forward(self, x):
        return self.inner(x)

# %% case="optimiser" exercise="adam_step" called="torch.optim.Adam"
from torch import optim
def adam_step(param, grad, state):
    optim.Adam([param]).step()
    return param, state
