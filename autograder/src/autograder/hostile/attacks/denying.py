# %% attack="os._exit while the cell runs" number=16 points=54
import os

os._exit(0)

# %% attack="os._exit when asked" number=16 points=54
import os


def conv_output_size(*args, **kwargs):
    os._exit(0)

# %% attack="sys.exit while the cell runs" number=16 points=54
import sys

sys.exit(1)

# %% attack="sys.exit when asked" number=16 points=54
import sys


def conv_output_size(*args, **kwargs):
    sys.exit("bye")

# %% attack="the kernel killed" number=16 points=54
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)

# %% attack="the parent killed" number=16 points=54
import os
import signal

try:
    os.kill(os.getppid(), signal.SIGKILL)
except (PermissionError, ProcessLookupError):
    pass

# %% attack="a segmentation fault" number=16 points=54
import ctypes

ctypes.string_at(0)

# %% attack="quit typed into a cell" number=16 points=54
quit()

# %% attack="an endless loop that swallows the interrupt" number=17 points=54
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

# %% attack="an endless loop when asked" number=17 points=54
def conv_output_size(*args, **kwargs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

# %% attack="stops itself" number=17 points=54
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)

# %% attack="a long operation in C++ when asked" number=17 points=54
def conv_output_size(*args, **kwargs):
    big = torch.rand(3000, 3000, dtype=torch.float64)
    while True:
        big = big @ big / 3000

# %% attack="a fork bomb" number=19 points=54 needs="sandbox"
import os

try:
    while True:
        os.fork()
except OSError:
    pass

# %% attack="a memory bomb" number=19 points=54 needs="sandbox"
hoard = []
while True:
    hoard.append(bytearray(64 * 2**20))

# %% attack="a file bomb" number=19 points=54 needs="sandbox"
with open("large", "wb") as file:
    while True:
        file.write(b"x" * 2**24)

# %% attack="a thread bomb" number=19 points=54 needs="sandbox"
import threading
import time

while True:
    threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()

# %% attack="many lines" number=20 points=54
while True:
    print("hello " * 20)

# %% attack="one endless line" number=20 points=54
import sys

while True:
    sys.stdout.write("x" * 2**16)

# %% attack="huge display data" number=20 points=54
from IPython.display import HTML, display

for _ in range(40):
    display(HTML("x" * 2**23))

# %% attack="a reply too large" number=21 points=54
def conv_output_size(*args, **kwargs):
    return torch.zeros(30_000_000)

# %% attack="a reply too deep" number=21 points=54
def conv_output_size(*args, **kwargs):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested

# %% attack="a reply with too many items" number=21 points=54
def conv_output_size(*args, **kwargs):
    return list(range(3_000_000))

# %% attack="a tensor with an enormous declared shape" number=21 points=54
def conv_output_size(*args, **kwargs):
    return torch.zeros(1).expand(10**6, 10**6, 10**4)

# %% attack="an endless generator" number=21 points=54
import itertools


def conv_output_size(*args, **kwargs):
    return itertools.count()

# %% attack="inf and nan" number=21 points=54
def conv_output_size(*args, **kwargs):
    return float("inf")

# %% attack="an integer of a million digits" number=21 points=54
def conv_output_size(*args, **kwargs):
    return 10**1_000_000

# %% attack="a class that raises at every touch" number=21 points=54
class Thorny:
    def __getattribute__(self, name):
        raise RuntimeError("do not touch")


def conv_output_size(*args, **kwargs):
    return Thorny()
