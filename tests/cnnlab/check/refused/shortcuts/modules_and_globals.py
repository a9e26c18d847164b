# %% case="importlib" exercise="conv2d" called="torch.nn.functional.conv2d"
import importlib
def conv2d(x, w):
    return importlib.import_module("torch.nn.functional").conv2d(x, w)

# %% case="__import__" exercise="conv2d" called="torch.nn.functional.conv2d"
def conv2d(x, w):
    return __import__("torch").nn.functional.conv2d(x, w)

# %% case="under the name guard" exercise="conv2d" called="torch.nn.functional.conv2d"
if __name__=='__main__':
    conv2d = F.conv2d

# %% case="under a cell magic" exercise="conv2d" called="torch.nn.functional.conv2d"
%%time
conv2d = F.conv2d
