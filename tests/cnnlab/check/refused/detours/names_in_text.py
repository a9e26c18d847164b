# Detours that hide their call from the lint, which does not try to follow them: they lead through
# values, texts and tables. What stops them is the watch in the learner's process: whatever road was
# taken, torch's own operator is seen at work.

# %% case="getattr with a name in pieces" exercise="conv2d"
def conv2d(x, w):
    return getattr(F, "conv" + "2d")(x, w)

# %% case="getattr with a name spelt backwards and joined" exercise="conv2d"
part = "vnoc"[::-1]
def conv2d(x, w):
    return getattr(F, "".join([part, f"{2}d"]))(x, w)

# %% case="getattr with a name from character codes" exercise="conv2d"
def conv2d(x, w):
    return getattr(F, "".join(chr(c) for c in [99, 111, 110, 118, 50, 100]))(x, w)

# %% case="getattr with a name that cannot be read" exercise="conv2d"
def conv2d(x, w):
    name = min(n for n in dir(F) if n.startswith("conv2"))
    return getattr(F, name)(x, w)

# %% case="a helper that is told the name" exercise="conv2d"
def fetch(module, name):
    return getattr(module, name)
def conv2d(x, w):
    return fetch(F, "conv2d")(x, w)

# %% case="the method through methodcaller" exercise="softmax"
from operator import methodcaller
def softmax(logits):
    return methodcaller("softmax", -1)(logits)

# %% case="getattr folded over names" exercise="conv2d"
import functools
def conv2d(x,w):
    return functools.reduce(getattr, ['nn','functional','conv2d'], torch)(x,w)

# %% case="methodcaller on the module" exercise="conv2d"
import operator
def conv2d(x,w):
    return operator.methodcaller('conv2d',x,w)(F)

# %% case="a partial getattr" exercise="conv2d"
import functools
fetch=functools.partial(getattr,F)
def conv2d(x,w):
    return fetch('conv2d')(x,w)

# %% case="getattr in a lambda" exercise="conv2d"
g=lambda n: getattr(F,n)
def conv2d(x,w):
    return g('conv2d')(x,w)

# %% case="searched among the module's values" exercise="conv2d"
def conv2d(x,w):
    return [v for k,v in vars(F).items() if k[:4]=='conv' and k[4:6]=='2d'][0](x,w)

# %% case="searched among the module's names" exercise="conv2d"
def conv2d(x,w):
    for n in dir(F):
        if n=='conv2d':
            return getattr(F,n)(x,w)

# %% case="a name made by format" exercise="conv2d"
def conv2d(x,w):
    return getattr(F,'{}{}'.format('conv','2d'))(x,w)

# %% case="a name made by percent" exercise="conv2d"
def conv2d(x,w):
    return getattr(F,'%s%dd' % ('conv',2))(x,w)

# %% case="a name made of bytes" exercise="conv2d"
def conv2d(x,w):
    return getattr(F,bytes([99,111,110,118,50,100]).decode())(x,w)

# %% case="a name in base64" exercise="conv2d"
import base64
def conv2d(x,w):
    return getattr(F,base64.b64decode('Y29udjJk').decode())(x,w)

# %% case="a zip of names and modules" exercise="conv2d"
def conv2d(x,w):
    for n,m in zip(['conv2d'],[F]):
        return getattr(m,n)(x,w)
