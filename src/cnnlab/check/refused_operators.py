"""Operators of torch that an exercise refuses, seen at work while a learner's code answered."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase

from cnnlab.check.compare import Wrong

# What torch adds to the name under which an operator is known.
_ADDED = re.compile(
    r"^(_|native_|_native_|cudnn_|mkldnn_|miopen_)|(_forward|_with_indices|_legit)$"
)


def refused_operator(patterns: Sequence[str], executed: Collection[str]) -> Wrong | None:
    """The shortcut that was taken, if one of `executed` matches a pattern such as "*softmax*".

    It is evidence, not proof: code that sets out to deceive the watch can (see
    `cnnlab.learner.watch`). What no alias and no detour changes is that torch's own operator ran.
    """
    for name in sorted(executed):
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return Wrong(
                "refused_call",
                f"While your code answered, torch ran its own {in_words(name)} (`{name}`). This "
                "exercise is about writing what that does, so your code may not use it, whatever "
                "road leads there.",
            )
    return None


def in_words(operator: str) -> str:
    """ "aten::max_pool2d_with_indices" is known as "max pool2d"."""
    name = operator.rpartition("::")[2].rpartition(".")[2]
    while (shorter := _ADDED.sub("", name)) != name and shorter:
        name = shorter
    return name.replace("_", " ")
