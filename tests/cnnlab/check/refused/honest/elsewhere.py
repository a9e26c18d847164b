# %% case="own loops, with the library named in words" exercise="conv2d"
def conv2d(x, w):
    """The same as F.conv2d(x, w), and as torch.conv2d."""
    # F.conv2d(x, w) would do it
    print("compare with F.conv2d")
    return (x * w).sum()

# %% case="compared with the library in another cell" exercise="conv2d"
def conv2d(x, w):
    return x * w
# %%
x, w = torch.randn(1, 1, 5, 5), torch.randn(1, 1, 3, 3)
expected = F.conv2d(x, w)
print(torch.allclose(conv2d(x, w), expected))

# %% case="layers used in another exercise" exercise="conv2d"
def conv2d(x, w):
    return x * w
# %%
class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(3, 32, 3, padding=1)

# %% case="a first try, replaced later" exercise="conv2d"
def conv2d(x, w):
    return F.conv2d(x, w)
# %%
def conv2d(x, w):
    return x * w

# %% case="a helper that was a first try" exercise="conv2d"
helper = F.conv2d
# %%
def helper(x, w):
    return x * w
def conv2d(x, w):
    return helper(x, w)

# %% case="a cell that is not Python and a cell that does not parse" exercise="conv2d"
%%bash
conv2d = F.conv2d
# %%
conv2d = F.conv2d(
# %%
def conv2d(x, w):
    return x * w

# %% case="magics, help and shell lines around honest code" exercise="conv2d"
%matplotlib inline
F.conv2d?
?F.conv2d
!echo "it's F.conv2d("
files = !ls
def conv2d(x, w):
    return x * w
%timeit F.conv2d(x, w)

# %% case="a nested function that is never called" exercise="conv2d"
def conv2d(x, w):
    def reference():
        return F.conv2d(x, w)
    return x * w

# %% case="an exploration comprehension with the exercise's name" exercise="conv2d"
def conv2d(x, w):
    return x * w
# %%
[conv2d(x, w) for conv2d in (F.conv2d, torch.conv2d)]

# %% case="a function elsewhere with a local of the exercise's helper name" exercise="conv2d"
def window(x):
    return x
def explore(x, w):
    window = F.conv2d
    return window(x, w)
def conv2d(x, w):
    return window(x) * w

# %% case="the documentation printed" exercise="conv2d"
def conv2d(x, w):
    help(F.conv2d)
    print(F.conv2d.__doc__)
    return x * w

# %% case="the optimiser used to try the step" exercise="sgd_step"
def sgd_step(param, grad, lr):
    return param - lr * grad
# %%
optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
optimizer.step()

# %% case="an assertion message outside" exercise="conv2d"
def conv2d(x,w):
    return x
assert conv2d(1,2) == 1, F.conv2d(1,2)

# %% case="a global of the exploration reset" exercise="conv2d"
conv = nn.Conv2d(1,1,3)
conv = None
def conv2d(x):
    return conv

# %% case="a comparison under the name guard" exercise="conv2d"
def conv2d(x):
    return x
if __name__ == '__main__':
    print(F.conv2d(1,1))
