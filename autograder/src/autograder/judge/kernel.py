"""One plain Jupyter kernel: runs cells, answers questions, and may be lost at any moment."""

from __future__ import annotations

import base64
import contextlib
import os
import queue
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode

from autograder.errors import InfrastructureError
from autograder.judge.outputs import Outputs
from cnnlab.student.problems import Crashed, NotPlain, TimedOut

START_SECONDS = 60
# After an interrupt, a kernel gets this long to come back before it is killed.
GRACE_SECONDS = 2.0
_POLL_SECONDS = 0.2


@dataclass
class CellRun:
    """How a cell ended: "ok", "error", "timeout" or "crash"."""

    status: str
    seconds: float
    outputs: list[NotebookNode] = field(default_factory=list)
    error: str = ""


class _Late(Exception):
    """The time for one request is over."""


class Kernel:
    """A kernel in an empty folder of its own. Use as a context manager."""

    def __init__(self, files: Path | None = None) -> None:
        """`files` is the unit's folder: what lies there beside the notebook lies here too."""
        self._files = files
        self._folder: Path | None = None
        self._manager = KernelManager(kernel_name="python3", transport="ipc")
        self._client: BlockingKernelClient | None = None

    def __enter__(self) -> Kernel:
        try:
            self._start()
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

    def _start(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cnnlab-"))
        work = self._folder / "work"
        work.mkdir()
        if self._files is not None:
            _copy_unit_files(self._files, work)
        self._manager.connection_file = str(self._folder / "kernel.json")
        self._manager.start_kernel(cwd=str(work), env=_environment(self._folder))
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=START_SECONDS)

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        return self._client is not None and bool(self._manager.is_alive())

    def close(self) -> None:
        """Ends the kernel and removes its folder; safe to call twice."""
        if self._client is not None:
            self._client.stop_channels()
            self._client = None
        with contextlib.suppress(Exception):  # a kernel that is gone already needs no shutdown
            self._manager.shutdown_kernel(now=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def run_cell(self, source: str, timeout: float) -> CellRun:
        """Runs one cell. A slow one is interrupted; one that kills Python is told of."""
        client = self._connected()
        started = time.monotonic()
        outputs = Outputs()
        message = client.execute(source, store_history=True, allow_stdin=False)
        try:
            reply = self._await(message, started + timeout, outputs.add)
        except _Late:
            self._stop_running(message, outputs.add)
            return CellRun(
                "timeout", time.monotonic() - started, outputs.cells, f"over {timeout:g} s"
            )
        except Crashed:
            return CellRun("crash", time.monotonic() - started, outputs.cells, "Python stopped")
        status = "ok" if reply["status"] == "ok" else "error"
        error = "" if status == "ok" else f"{reply.get('ename')}: {reply.get('evalue')}"
        return CellRun(status, time.monotonic() - started, outputs.cells, error)

    def ask(self, request: bytes, timeout: float) -> bytes:
        """The reply of the learner's end to one question; raises a NoAnswer if there is none."""
        client = self._connected()
        text = base64.b64encode(request).decode()
        question = f"__import__('cnnlab.student.agent').student.agent.answer({text!r})"
        message = client.execute(
            "",
            silent=True,
            store_history=False,
            user_expressions={"reply": question},
            allow_stdin=False,
        )
        try:
            content = self._await(message, time.monotonic() + timeout)
        except _Late:
            self._stop_running(message)
            raise TimedOut(timeout) from None
        return _reply_bytes(content)

    def _connected(self) -> BlockingKernelClient:
        if self._client is None or not self.alive:
            raise Crashed
        return self._client

    def _await(
        self,
        message: str,
        deadline: float,
        on_output: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> dict[str, Any]:
        """The content of the reply to `message`, once the kernel is idle again."""
        client = self._connected()
        idle = False
        while not idle:
            found = self._next(client.get_iopub_msg, deadline)
            if found["parent_header"].get("msg_id") == message:
                idle = found["content"].get("execution_state") == "idle"
                on_output(found)
        while True:
            found = self._next(client.get_shell_msg, deadline + GRACE_SECONDS)
            if found["parent_header"].get("msg_id") == message:
                return found["content"]

    def _next(self, receive: Callable[..., dict[str, Any]], deadline: float) -> dict[str, Any]:
        while True:
            try:
                return receive(timeout=_POLL_SECONDS)
            except queue.Empty:
                if not self.alive:
                    raise Crashed from None
            if time.monotonic() > deadline:
                raise _Late

    def _stop_running(
        self, message: str, on_output: Callable[[dict[str, Any]], None] = lambda _: None
    ) -> None:
        """Interrupts what runs; kills the kernel if it does not listen."""
        self._manager.interrupt_kernel()
        try:
            self._await(message, time.monotonic() + GRACE_SECONDS, on_output)
        except (_Late, Crashed):
            self.close()


def _environment(folder: Path) -> dict[str, str]:
    """A small environment: what Python needs, and a home that goes with the kernel."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {
        **kept,
        "HOME": str(folder),
        "CNNLAB_HOME": str(folder / "cnnlab"),
        "IPYTHONDIR": str(folder / "ipython"),
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "OMP_NUM_THREADS": "1",  # one core a submission; more only get in each other's way
        "PYTHONDONTWRITEBYTECODE": "1",
        "TQDM_DISABLE": "1",
    }


def _copy_unit_files(source: Path, target: Path) -> None:
    """What a unit brings along beside its notebook, such as pictures."""
    for path in source.iterdir():
        if path.suffix == ".ipynb" or path.name.startswith("."):
            continue
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        else:
            shutil.copy(path, target / path.name)


def _reply_bytes(content: dict[str, Any]) -> bytes:
    """The bytes inside an execute reply; nothing about their form is taken on trust."""
    try:
        expression = content["user_expressions"]["reply"]
        if expression["status"] != "ok":
            raise NotPlain(f"{expression['ename']}: {str(expression['evalue'])[:200]}")
        quoted = expression["data"]["text/plain"]  # the reply as Python writes a string
        return base64.b64decode(quoted[1:-1], validate=True)
    except NotPlain:
        raise
    except Exception:  # whatever a learner's process made of the reply, it is no answer
        raise NotPlain("it is not a reply to the question") from None
