"""What can go wrong when a learner's code is asked something, and the verdict it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.learner.familiar_errors import advice


@dataclass
class NoAnswer(Exception):
    """The learner's code gave no usable answer.

    `message` holds no input, so hidden checks may show it; `detail` may, and they do not.
    """

    message: str
    detail: str = ""
    mistake: str = "no_answer"
    verdict: str = "error"

    def __str__(self) -> str:
        return f"{self.message} {self.detail}".strip()


class Missing(NoAnswer):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"`{name}` is not defined.",
            "Run the cell that defines it, and keep the name that the lesson gives it.",
            "missing",
            "missing",
        )


class NotWritten(NoAnswer):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"`{name}` is not written yet.",
            "Replace `raise NotImplementedError` with your code.",
            "not_written",
            "fail",
        )


class Raised(NoAnswer):
    """The learner's code raised; `where` is a line of their own code."""

    def __init__(self, error_type: str, text: str, where: str) -> None:
        self.what = f"Your code raised {error_type}" + (f" at `{where}`." if where else ".")
        known = advice(error_type, text)
        super().__init__(
            f"{self.what} {known}".strip(),
            f"In Python's words: {text.splitlines()[0]}" if known and text else text,
            "raises",
            "error",
        )
        self.error_type = error_type


class NotPlain(NoAnswer):
    """The answer could not cross the border: too large, too deep, or not data at all."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The answer could not be read: {why}.", "", "unreadable_answer", "error")


class TimedOut(NoAnswer):
    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"No answer within {seconds:g} s. Is there a loop that never ends, or one that could "
            "be a few tensor operations?",
            "",
            "too_slow",
            "timeout",
        )


class Crashed(NoAnswer):
    def __init__(self) -> None:
        super().__init__(
            "Python itself stopped while your code was running (it exited, or was killed).",
            "",
            "crashed",
            "crash",
        )


class OutOfMemory(NoAnswer):
    def __init__(self) -> None:
        super().__init__(
            "Your code was stopped: it took more memory, processes or files than a submission may. "
            "Does something grow in a loop?",
            "",
            "out_of_memory",
            "memory",
        )
