# %% case="a table of functions" exercise="conv2d" called="torch.nn.functional.conv2d"
OPERATIONS = {"slide": F.conv2d}
def conv2d(x, w):
    return OPERATIONS["slide"](x, w)

# %% case="a method of a helper class" exercise="conv2d" called="torch.nn.functional.conv2d"
class Slider:
    def run(self, x, w):
        return F.conv2d(x, w)
def conv2d(x, w):
    return Slider().run(x, w)

# %% case="a layer kept in an object" exercise="conv2d" called="torch.nn.functional.conv2d"
class Slider(nn.Module):
    def __init__(self):
        super().__init__()
        self.op = F.conv2d
    def forward(self, x, w):
        return self.op(x, w)
conv2d = Slider()

# %% case="a class as a drawer" exercise="conv2d" called="torch.nn.functional.conv2d"
class A:
    op = F.conv2d
def conv2d(x,w):
    return A.op(x,w)

# %% case="a static method that is the library's" exercise="conv2d" called="torch.nn.functional.conv2d"
class A:
    op = staticmethod(F.conv2d)
a = A()
def conv2d(x,w):
    return a.op(x,w)

# %% case="a property" exercise="conv2d" called="torch.nn.functional.conv2d"
class A:
    @property
    def op(self):
        return F.conv2d
def conv2d(x,w):
    return A().op(x,w)
