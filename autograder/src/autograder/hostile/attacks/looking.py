# %% [markdown]
# Every attack prints what it could reach behind the word LEAKED. Neither the results nor the notebook
# that comes back may hold that word.

# %% attack="hidden checks imported" number=18 points=54 needs="sandbox"
try:
    import autograder.exercises as found

    print("LEAKED", found)
except ImportError:
    pass

# %% attack="hidden checks looked for on disk" number=18 points=54 needs="sandbox"
import os

for top in ("/", "/proc/self/cwd/.."):
    for folder, folders, files in os.walk(top):
        # nbgrader's own tests bring an empty gradebook along; it is nobody's.
        folders[:] = [f for f in folders if f not in ("proc", "sys", "dev", "tests")]
        for name in files:
            if name in ("hidden.py", "gradebook.db", "course.toml") or name.startswith("lesson"):
                print("LEAKED", os.path.join(folder, name))

# %% attack="secrets in /proc and the environment" number=18 points=54 needs="sandbox"
import glob
import os

for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        content = open(path, "rb").read()
    except OSError:
        continue
    if b"autograder" in content:
        print("LEAKED", path, content[:200])
for name in os.environ:
    if "autograder" in os.environ[name]:
        print("LEAKED", name)

# %% attack="frames and gc searched for the checks" number=18 points=54
import gc
import sys

frame = sys._getframe()
while frame:
    if "autograder" in frame.f_code.co_filename:
        print("LEAKED", frame.f_code)
    frame = frame.f_back
for thing in gc.get_objects():
    if type(thing).__name__ == "HiddenChecks":
        print("LEAKED", thing)

# %% attack="earlier input and output read" number=18 points=54
for text in [*In, *map(str, Out.values())]:
    if "hidden" in text.lower() and "LEAKED" not in text:
        print("LEAKED", text[:80])

# %% attack="the network" number=22 points=54 needs="sandbox"
import socket

for address in (("1.1.1.1", 53), ("127.0.0.1", 22), ("10.0.0.1", 80)):
    try:
        socket.create_connection(address, timeout=1)
        print("LEAKED a connection to", address)
    except ConnectionRefusedError:
        if address[0] != "127.0.0.1":
            print("LEAKED an answer from", address)
    except OSError:
        pass
try:
    print("LEAKED", socket.getaddrinfo("example.org", 80))
except OSError:
    pass

# %% attack="other people's files written" number=23 points=54 needs="sandbox"
import os
import site
import tempfile

places = [*site.getsitepackages(), "/etc", "/usr/lib", os.path.dirname(torch.__file__), "/root", "/home"]
for place in places:
    try:
        path = os.path.join(place, "cnnlab-was-here")
        open(path, "w").write("x")
        print("LEAKED a file into", path)
        os.remove(path)
    except OSError:
        pass

# %% attack="something left for the next one in /tmp" number=23 points=54 leaves="/tmp/cnnlab-for-the-next" needs="sandbox"
open("/tmp/cnnlab-for-the-next", "w").write("answers")

# %% attack="a process left behind" number=24 points=54 leaves="process" needs="sandbox"
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["cnnlab-left-behind", "600"])
    os._exit(0)

# %% attack="HTML and JavaScript in outputs" number=25 points=54
from IPython.display import HTML, Javascript, Markdown, SVG, display

display(HTML("<script>document.title='owned'</script><img src=x onerror=alert(1)>"))
display(Javascript("document.title='owned'"))
display(Markdown("[x](javascript:alert(1)) <iframe src='javascript:alert(1)'></iframe>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"))
