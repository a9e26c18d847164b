# %% case="getattr" exercise="conv2d" called="torch.nn.functional.conv2d"
f = getattr(F, "conv2d")
def conv2d(x, w):
    return f(x, w)

# %% case="the method through getattr" exercise="softmax" called=".softmax"
def softmax(logits):
    return getattr(logits, "softmax")(-1)
