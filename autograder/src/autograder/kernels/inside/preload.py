"""What kernels that are graded import, imported once for all of them.

Only cells to explore draw digits, and these are not run in grading: scikit-learn and scipy would
cost each class a second of waiting.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module

# What a kernel loads while it starts and runs its first cells; a name that an older or newer
# version does not have is left to the kernel, which then imports what it needs itself.
_KERNEL = (
    "ipykernel.comm",
    "ipykernel.debugger",  # slow to import, and every kernel does
    "ipykernel.displayhook",
    "ipykernel.heartbeat",
    "ipykernel.iostream",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.subshell_manager",
    "ipykernel.zmqshell",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "ipywidgets",
    "jedi",
    "pdb",
    "pygments.formatters.terminal256",
    "stack_data",
    "tornado.platform.asyncio",
    "zmq.eventloop.zmqstream",
    "zmq.utils.garbage",
)
_LIBRARIES = (
    "numpy.random",
    "torch.nn.functional",
    "torch.optim",
    "torch.utils.data",
    "torch._dynamo",  # torch.optim asks for it when its first optimizer is made
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.backend_inline",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "safetensors.torch",
    "tqdm.auto",
)
_COURSE = (
    "cnnlab.anatomy",
    "cnnlab.check",
    "cnnlab.data",
    "cnnlab.hints",
    "cnnlab.models",
    "cnnlab.pictures",
    "cnnlab.predict",
    "cnnlab.learner.agent",
    "cnnlab.training",
)
# It attaches itself to the running shell when it is imported, so each kernel must import it.
_LEFT_TO_THE_KERNEL = "matplotlib_inline.backend_inline"


def import_everything() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from cnnlab._torchvision import import_torchvision

        import_torchvision()
        for name in (*_KERNEL, *_LIBRARIES, *_COURSE):
            try:
                import_module(name)
            except ModuleNotFoundError as problem:
                if name in _COURSE or not name.startswith(problem.name or " "):
                    raise
        from cnnlab.check.registry import COURSE

        COURSE.names()
    sys.modules.pop(_LEFT_TO_THE_KERNEL, None)
