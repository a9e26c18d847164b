"""The questions that may be asked of a learner's code. Each is declared once, where it is answered.

The handle asks for a verb by the name of the function that answers it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

Verb = Callable[..., Any]
AnyVerb = TypeVar("AnyVerb", bound=Verb)

VERBS: dict[str, Verb] = {}
# What only courses that use torch ask about; it is imported at the first such question.
_ABOUT_TORCH = (
    "cnnlab.learner.networks",
    "cnnlab.learner.fixtures",
    "cnnlab.learner.descent",
    "cnnlab.learner.depth",
)


def verb(function: AnyVerb) -> AnyVerb:
    """Declares a verb: a function of the workbench and of what is sent with the question."""
    if function.__name__ in VERBS:
        raise ValueError(f"two verbs are called {function.__name__}")
    VERBS[function.__name__] = function
    return function


def find_verb(name: str) -> Verb:
    """The verb of that name, whose module may have to be imported."""
    for module in _ABOUT_TORCH if name not in VERBS else ():
        import_module(module)
    return VERBS[name]
