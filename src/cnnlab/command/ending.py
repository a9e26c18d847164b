"""How a command ends: one paragraph and an exit code, whatever happened; never a traceback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from cnnlab.errors import CnnlabError

WRONG_USAGE = 2
OUTSIDE_FAILED = 3
# A shell's codes for a program that was stopped by a signal.
STOPPED = 128 + signal.SIGINT
ENDED = 128 + signal.SIGTERM
NOBODY_READS = 141  # 128 + SIGPIPE, which Windows does not know


def run_command(program: str, run: Callable[[], int]) -> int:
    """The exit code of `run`, or of the error that ended it, which is told on stderr."""
    try:
        # A request to end, as from a batch system, ends it as Ctrl-C does: tidily.
        before = signal.signal(signal.SIGTERM, _ended_like_ctrl_c())
        try:
            return run()
        finally:
            signal.signal(signal.SIGTERM, before)
            sys.stdout.flush()
    except CnnlabError as problem:
        _tell(f"{program}: {problem}")
        return getattr(problem, "exit_code", WRONG_USAGE)
    except BrokenPipeError:  # `| head` has seen enough
        # Python flushes at its end, and would complain; what is left goes nowhere instead.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except OSError as problem:
        place = problem.filename2 or problem.filename or "a file"
        _tell(
            f"{program}: {place} could not be read or written ({problem.strerror or problem}). "
            "Check that the folder exists, is yours, and has room; then try again."
        )
        return OUTSIDE_FAILED
    except KeyboardInterrupt:
        _tell(f"\n{program}: stopped. Whatever was written is whole.")
        return STOPPED


def _ended_like_ctrl_c() -> Callable[[int, FrameType | None], None]:
    owner = os.getpid()

    def end(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a copy, too young to have a handler of its own
            os._exit(ENDED)
        signal.default_int_handler(number, frame)

    return end


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
