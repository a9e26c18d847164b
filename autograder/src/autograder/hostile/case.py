"""One hostile or broken submission, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass

# What a victim's answer returns before the attack begins: a wrong one, so that points are at stake.
WRONG = {
    "conv_output_size": (
        "def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):\n    return 7\n"
    ),
    "conv2d": (
        "def conv2d(x, weight, bias=None, stride=1, padding=0):\n    return torch.zeros(3)\n"
    ),
}


@dataclass(frozen=True)
class Case:
    """`points` is what the honest part deserves. `number` groups cases by the kind of attack.

    `leaves` is a file or "process" that must be gone afterwards; `needs` is "sandbox" where plain
    processes offer no protection, so that the case is run in a sandbox only.
    """

    number: int
    name: str
    content: bytes
    points: float
    leaves: str = ""
    needs: str = ""
    readable: bool = True

    @property
    def student(self) -> str:
        """A student's id made from the name."""
        words = "".join(letter if letter.isalnum() else " " for letter in self.name.lower())
        return f"{self.number:02}-{'-'.join(words.split())}"
