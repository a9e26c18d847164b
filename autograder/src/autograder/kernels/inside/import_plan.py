"""What a fork server imports beforehand, and which modules its kernels must not have."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class ImportPlan:
    """`preloads` are modules, and functions to call such as `package.module:function`. Where numpy
    and torch are among what these import, a kernel's seed is theirs, too.

    `hides` are modules that are not there in the box, with all that lies below them.
    """

    preloads: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()

    def hides_module(self, name: str) -> bool:
        return any(name == hidden or name.startswith(f"{hidden}.") for hidden in self.hides)

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> ImportPlan:
        fields = json.loads(text)
        return cls(tuple(fields["preloads"]), tuple(fields["hides"]))
