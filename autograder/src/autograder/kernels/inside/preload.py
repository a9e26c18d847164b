"""What kernels import, imported once for all of them."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from operator import attrgetter

from .hidden_modules import HiddenModules
from .import_plan import ImportPlan

# The kernel's end of the line on which it is asked.
_ANSWERS = "cnnlab.learner.agent"
# What a kernel loads while it starts and runs its first cells.
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
# It attaches itself to the running shell when it is imported, so each kernel must import it.
_LEFT_TO_THE_KERNEL = "matplotlib_inline.backend_inline"


def import_everything(plan: ImportPlan) -> None:
    """Imports what every kernel needs and what `plan` names; what it hides, never."""
    sys.meta_path.insert(0, HiddenModules(plan))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in (*_KERNEL, *plan.preloads):
            if not plan.hides_module(name.partition(":")[0]):
                preload(name)
        import_module(_ANSWERS)
    sys.modules.pop(_LEFT_TO_THE_KERNEL, None)


def preload(name: str) -> None:
    """Imports a module, and calls the function in it if one is named.

    A module that some version does not have is left to the kernel, which then imports what it
    needs itself.
    """
    module, _, function = name.partition(":")
    try:
        imported = import_module(module)
    except ModuleNotFoundError as problem:
        if problem.name is None or not module.startswith(problem.name):
            raise
        return
    if function:
        attrgetter(function)(imported)()
