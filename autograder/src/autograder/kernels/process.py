"""The process of one kernel: forked from a fork server, or started anew as Jupyter does."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Protocol

from jupyter_client.manager import KernelManager

from autograder.kernels.files import copy_files
from autograder.kernels.forking.pool import fork_kernel
from autograder.kernels.inside.import_plan import ImportPlan
from autograder.kernels.isolation import view
from autograder.kernels.isolation.level import Level
from autograder.kernels.line import Line
from autograder.kernels.place import new_folder, remove_folder

_LINE = "q"


class Process(Protocol):
    """A kernel that listens at `connection`, until it is closed or ends by itself."""

    connection: dict[str, Any]
    line: Line

    def why_it_ended(self) -> str | None:
        """None while it lives; "lost" if it went without the learner's doing."""

    def interrupt(self) -> None: ...

    def close(self) -> None:
        """Ends it, and removes what it left; safe to call twice."""


class WarmProcess:
    """A forked kernel, and the line on which it is asked."""

    def __init__(
        self,
        level: Level,
        plan: ImportPlan,
        files: Path | None,
        seed: int | None,
        server: Path | None,
    ) -> None:
        self._kernel = fork_kernel(level, plan, files, seed, shared=server)
        self.connection = self._kernel.connection
        place = self._kernel.sockets / _LINE
        try:
            inside = f"{self._kernel.sockets_inside}/{_LINE}"
            self.line = Line(place, inside, self._kernel.uid)
        except BaseException:
            self._kernel.close()
            raise

    def why_it_ended(self) -> str | None:
        end = self._kernel.end()
        return end.why if end else None

    def interrupt(self) -> None:
        self._kernel.interrupt()

    def close(self) -> None:
        self.line.close()
        self._kernel.close()


class ColdProcess:
    """A plain kernel without a sandbox, to compare with."""

    def __init__(self, files: Path | None) -> None:
        self._folder = new_folder()
        work = self._folder / "work"
        work.mkdir()
        if files is not None:
            copy_files(files, work)
        self._manager = KernelManager(kernel_name="python3", transport="ipc")
        self._manager.connection_file = str(self._folder / "kernel.json")
        self.line = Line(self._folder / _LINE, str(self._folder / _LINE))
        try:
            self._manager.start_kernel(cwd=str(work), env=_environment(self._folder))
        except BaseException:
            self.close()
            raise
        self.connection = dict(self._manager.get_connection_info())

    def why_it_ended(self) -> str | None:
        return None if self._manager.is_alive() else "exit"

    def interrupt(self) -> None:
        self._manager.interrupt_kernel()

    def close(self) -> None:
        with contextlib.suppress(Exception):  # a kernel that is gone already needs no shutdown
            self._manager.shutdown_kernel(now=True)
        self.line.close()
        remove_folder(self._folder)


def _environment(folder: Path) -> dict[str, str]:
    """A home that goes with the kernel."""
    return {
        **view.environment(),
        "HOME": str(folder),
        "CNNLAB_HOME": str(folder / "cnnlab"),
        "IPYTHONDIR": str(folder / "ipython"),
        "MPLCONFIGDIR": str(folder / "matplotlib"),
    }
