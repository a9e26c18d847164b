"""Warm kernels for whoever speaks jupyter_client: nbclient, stock nbgrader, Jupyter itself.

A kernelspec names this provisioner in its metadata; nothing else needs to know.
"""

from __future__ import annotations

import asyncio
import json
import signal
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerBase, KernelProvisionerFactory
from traitlets.config import Unicode

from autograder.course_plan import plan_of_course
from autograder.kernels.forking.forked_kernel import ForkedKernel
from autograder.kernels.forking.pool import fork_kernel
from autograder.kernels.inside.import_plan import ImportPlan
from autograder.kernels.isolation import AUTO, choose

NAME = "cnnlab-warm"
_GROUP = "jupyter_client.kernel_provisioners"
_TARGET = "autograder.provisioner:WarmProvisioner"
_POLL_SECONDS = 0.02


class WarmProvisioner(KernelProvisionerBase):
    """Forks a kernel instead of starting a program. It listens on ipc sockets, at any level."""

    sandbox: Any = Unicode(AUTO, config=True, help="bubblewrap, uid, none, or the best (auto)")
    _kernel: ForkedKernel | None = None
    _code: int | None = None

    @property
    def has_process(self) -> bool:
        return self._kernel is not None

    async def poll(self) -> int | None:
        if self._kernel is not None and (end := self._kernel.end()) is not None:
            self._code = end.code
        return self._code if self._kernel is not None else 0

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(_POLL_SECONDS)
        self._close()
        return self._code

    async def send_signal(self, signum: int) -> None:
        if self._kernel is None or signum == 0:
            return
        if signum == signal.SIGINT:
            self._kernel.interrupt()
        else:
            self._kernel.kill()

    async def kill(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        self._close()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.pop("extra_arguments", None)
        return await super().pre_launch(cmd=list(self.kernel_spec.argv), **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """A kernel that works in a copy of the folder `cwd`, less its notebooks."""
        level = choose(self.sandbox)
        files = Path(kwargs["cwd"]) if kwargs.get("cwd") else None
        plan = ImportPlan(plan_of_course().preloads)  # not for scoring: nothing is hidden
        loop = asyncio.get_running_loop()
        self._code = None
        self._kernel = await loop.run_in_executor(None, fork_kernel, level, plan, files)
        connection: Any = dict(self._kernel.connection)
        manager = self.parent
        if manager is not None:  # it writes no connection file of its own with other sockets
            manager.transport, manager.ip = "ipc", connection["ip"]
        connection["key"] = connection["key"].encode()
        self.connection_info = connection
        return connection

    def _close(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None


def register() -> None:
    """Makes the provisioner known to this process, where its entry point is not installed."""
    factory = KernelProvisionerFactory.instance()
    factory.provisioners.setdefault(NAME, EntryPoint(NAME, _TARGET, _GROUP))


def kernelspec(sandbox: str = AUTO) -> dict[str, Any]:
    """What a kernel.json holds to make its kernels warm."""
    return {
        # never run: the provisioner forks instead
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (cnnlab, warm)",
        "language": "python",
        "metadata": {
            "kernel_provisioner": {"provisioner_name": NAME, "config": {"sandbox": sandbox}}
        },
    }


def write_kernelspec(folder: Path, name: str = "python3", sandbox: str = AUTO) -> None:
    """Writes `kernels/<name>/` below `folder`, a place on JUPYTER_PATH."""
    place = folder / "kernels" / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "kernel.json").write_text(json.dumps(kernelspec(sandbox), indent=1))
