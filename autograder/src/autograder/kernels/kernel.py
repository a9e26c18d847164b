"""One Jupyter kernel: runs cells, answers questions, and may be lost at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from autograder.errors import AutograderError, InfrastructureError
from autograder.kernels.channels import Channels, Message, Stuck
from autograder.kernels.line import MAX_REPLY_BYTES, Line, LineBroken, LineFlooded, LineLate
from autograder.kernels.outputs import Outputs
from autograder.kernels.process import Process
from cnnlab.learner.problems import Crashed, NoAnswer, NotPlain, OutOfMemory, TimedOut

START_SECONDS = 60
# After an interrupt, a kernel gets this long to come back before it is killed.
GRACE_SECONDS = 2.0
# A cell that sends more than this will not stop by itself.
MAX_SENT_BYTES = 256 * 2**20
_POLL_SECONDS = 0.2
# How long we listen for a call before we look whether the learner's end refuses to make it.
_CALL_SECONDS = 0.02
# A reply says that a cell is done; its last outputs may come this much later.
_LAST_OUTPUTS_SECONDS = 1.0
_NO_MEMORY = "it took more memory, processes or files than it may"


@dataclass
class CellRun:
    """How a cell ended: "ok", "error", "timeout", "crash", "memory" or "lost"."""

    status: str
    seconds: float
    outputs: list[NotebookNode] = field(default_factory=list)
    error: str = ""


class _Late(Exception):
    """The time for one request is over."""


class _Flooded(Exception):
    """The kernel sends without end."""


class KernelLost(Exception):
    """The kernel went together with its fork server; whatever ran in it is not at fault."""


class Kernel:
    """A kernel in a folder of its own. Use as a context manager; an `Engine` makes them."""

    def __init__(self, start: Callable[[], Process]) -> None:
        """`start` starts its process."""
        self._start = start
        self._process: Process | None = None
        self._channels: Channels | None = None
        self._serving = ""  # the message that told the learner's end to call us

    def __enter__(self) -> Kernel:
        try:
            self._process = self._start()
            self._channels = Channels(self._process.connection)
            if not self._channels.greet(START_SECONDS):
                raise TimeoutError(f"it did not answer within {START_SECONDS} s")
        except AutograderError:
            self.close()
            raise
        except Exception as problem:
            self.close()
            raise InfrastructureError(
                f"No Python kernel could be started ({problem}). Nobody's answer is at fault. "
                "Look for a broken installation or a full disk, then grade again."
            ) from problem
        except BaseException:  # Ctrl-C: no `__exit__` follows, and nothing may be left behind
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.why_it_ended() is None

    @property
    def lost(self) -> bool:
        """Whether it went together with its fork server; whatever ran in it is not at fault."""
        return self._process is not None and self._process.why_it_ended() == "lost"

    def close(self) -> None:
        """Ends the kernel and removes its folder; safe to call twice."""
        if self._channels is not None:
            self._channels.close()
            self._channels = None
        if self._process is not None:
            self._process.close()
            self._process = None

    def run_cell(self, source: str, timeout: float) -> CellRun:
        """Runs one cell. A slow one is interrupted; one that kills Python is told of."""
        started = time.monotonic()
        outputs = Outputs()

        def ended(status: str, error: str = "") -> CellRun:
            return CellRun(status, time.monotonic() - started, outputs.cells, error)

        try:
            self._end_the_call()
            message = self._execute(source, store_history=True)
            reply = self._await(message, started + timeout, outputs.add)
        except _Late:
            self._stop_running(message, outputs.add)
            return ended("timeout", f"over {timeout:g} s")
        except _Flooded:
            self.close()
            return ended("crash", f"it wrote more than {MAX_SENT_BYTES >> 20} MiB")
        except OutOfMemory:
            return ended("memory", _NO_MEMORY)
        except Crashed:
            return ended("crash", "Python stopped")
        except KernelLost:
            return ended("lost")
        if _asks_for_the_end(reply):
            self.close()
            return ended("crash", "the cell ended Python")
        if reply.get("status") == "ok":
            return ended("ok")
        if _has_no_memory_left(reply):
            self.close()  # what fills the memory stays, and nothing else would have room
            return ended("memory", _NO_MEMORY)
        return ended("error", f"{reply.get('ename')}: {reply.get('evalue')}"[:2000])

    def ask(self, request: bytes, timeout: float) -> bytes:
        """The reply of the learner's end to one question; raises a NoAnswer if there is none."""
        until = time.monotonic() + timeout
        try:
            return self._line(until).ask(request, until, self._connected)
        except (_Late, LineLate):
            self._stop_serving()
            raise TimedOut(timeout) from None
        except LineFlooded:
            self._stop_serving()
            raise NotPlain(f"it has more than {MAX_REPLY_BYTES >> 20} MiB") from None
        except LineBroken:
            raise self._why_it_hung_up() from None

    def _line(self, until: float) -> Line:
        """The line to the learner's end, which is told to call us if it has not."""
        self._connected()
        assert self._process is not None
        line = self._process.line
        if not line.is_held:
            serve = f"__import__('cnnlab.learner.agent').learner.agent.serve({line.seen_inside!r})"
            self._serving = self._execute(serve, silent=True)
            while not line.accept(_CALL_SECONDS):
                if time.monotonic() > until:
                    raise _Late
                message = self._connected().receive(0)
                if message and message.channel == "shell" and message.parent == self._serving:
                    raise NotPlain(_told(message.content))
        return line

    def _stop_serving(self) -> None:
        assert self._process is not None
        self._process.line.hang_up()
        self._stop_running(self._serving)

    def _why_it_hung_up(self) -> NoAnswer:
        """What the learner's end says of it, if it still can."""
        assert self._process is not None
        self._process.line.hang_up()
        try:
            return NotPlain(_told(self._await(self._serving, time.monotonic() + GRACE_SECONDS)))
        except (_Late, _Flooded):
            self.close()
            return Crashed()
        except (Crashed, OutOfMemory) as problem:
            return problem

    def _end_the_call(self) -> None:
        """Makes the learner's end stop waiting for questions, so that cells can run."""
        if self._process is not None and self._process.line.is_held:
            self._process.line.hang_up()
            self._await(self._serving, time.monotonic() + GRACE_SECONDS)

    def _execute(self, code: str, **options: Any) -> str:
        request = {
            "code": code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
            **options,
        }
        try:
            return self._connected().send("execute_request", request)
        except Stuck:
            self.close()
            raise Crashed from None

    def _connected(self) -> Channels:
        if self._channels is None or self._process is None:
            raise Crashed
        self._check_life(self._process)
        return self._channels

    def _check_life(self, process: Process) -> None:
        why = process.why_it_ended()
        if why == "lost":
            raise KernelLost
        if why in ("memory", "processes", "files"):
            raise OutOfMemory
        if why is not None:
            raise Crashed

    def _await(
        self,
        message: str,
        deadline: float,
        on_output: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> dict[str, Any]:
        """The content of the reply to `message`, once the kernel is idle again."""
        reply: dict[str, Any] | None = None
        idle = False
        sent = 0
        while reply is None or not idle:
            found = self._next(deadline)
            if found is None:
                if reply is not None:
                    # Its word that it is idle was lost, with an output too large to let in; the
                    # next cell's outputs shall not be.
                    self._connected().listen_again(_LAST_OUTPUTS_SECONDS)
                    return reply
                raise _Late
            sent += found.size
            if sent > MAX_SENT_BYTES:
                raise _Flooded
            if found.parent != message:
                continue
            if found.channel == "shell":
                reply = found.content
                deadline = time.monotonic() + _LAST_OUTPUTS_SECONDS
            else:
                idle = idle or found.content.get("execution_state") == "idle"
                on_output(found.raw)
        return reply

    def _next(self, deadline: float) -> Message | None:
        """The next message of either channel; None when it is late."""
        channels = self._connected()
        while (left := deadline - time.monotonic()) > 0:
            message = channels.receive(min(left, _POLL_SECONDS))
            if message is not None:
                return message
            self._connected()
        return None

    def _stop_running(
        self, message: str, on_output: Callable[[dict[str, Any]], None] = lambda _: None
    ) -> None:
        """Interrupts what runs; kills the kernel if it does not listen."""
        assert self._process is not None
        self._process.interrupt()
        try:
            self._await(message, time.monotonic() + GRACE_SECONDS, on_output)
        except (_Late, _Flooded, Crashed, OutOfMemory, KernelLost):
            self.close()


def _asks_for_the_end(reply: dict[str, Any]) -> bool:
    """Whether a cell said quit(): the kernel ends a moment later, in the middle of another one."""
    payload = reply.get("payload")
    return isinstance(payload, list) and any(
        isinstance(item, dict) and item.get("source") == "ask_exit" for item in payload
    )


def _told(reply: dict[str, Any]) -> str:
    """Why no answer came; nothing about the form of `reply` is taken on trust."""
    if reply.get("status") == "error":
        return f"{reply.get('ename')}: {reply.get('evalue')}"[:200]
    return "it is not a reply to the question"


def _has_no_memory_left(reply: dict[str, Any]) -> bool:
    """Whether a cell was stopped by Python, or by torch, for want of memory."""
    return reply.get("ename") == "MemoryError" or "can't allocate memory" in str(
        reply.get("evalue")
    )
