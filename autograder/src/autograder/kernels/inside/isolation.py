"""The isolation of one submission, within that of the fork server.

Three processes take part. The *supervisor* watches from outside. *Init*, its child, sets the
isolation up and is the first process within it. The *kernel*, init's child, drops every privilege
before anything of a learner's runs in it; then init locks what only its start needed.
"""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path

from . import linux
from .seccomp import WITH_NETWORK, WITHOUT_NETWORK, filter_system_calls
from .spawn_request import NAMESPACES, USER, SpawnRequest


class Isolation:
    """None at all: only the limits that every process may set for itself.

    `sockets`, `work` and `home` are the folders as the kernel sees them.
    """

    def __init__(self, request: SpawnRequest) -> None:
        self._request = request
        self.sockets = Path(request.folder, "sockets")
        self.work = Path(request.folder, "work")
        self.home = Path(request.folder, "home")

    def before_init(self) -> None:
        """In the supervisor, before it forks init."""

    def set_up(self) -> None:
        """In init, before it forks the kernel."""

    def drop_privileges(self) -> None:
        """In the kernel, before anything else."""
        set_limits(self._request)

    def before_cells(self) -> None:
        """In the kernel, when all that it needed for itself is there."""

    def lock_sockets(self) -> None:
        """In init, once the kernel's sockets are there and before it runs a cell."""


class OtherUser(Isolation):
    """A user id that nobody else has, and no network."""

    def drop_privileges(self) -> None:
        set_limits(self._request)
        _become(self._request.uid)

    def before_cells(self) -> None:
        filter_system_calls(WITHOUT_NETWORK)

    def lock_sockets(self) -> None:
        """The sockets can be used, but no longer exchanged for something else."""
        os.chown(self.sockets, 0, 0)
        self.sockets.chmod(0o711)


class Namespaces(Isolation):
    """Processes, mounts, network and shared memory that no other submission can see."""

    def __init__(self, request: SpawnRequest) -> None:
        super().__init__(request)
        self.sockets = Path("/run/kernel")
        self.home = Path("/tmp")
        self.work = Path("/tmp/work")

    def before_init(self) -> None:
        linux.unshare(linux.CLONE_NEWPID)

    def set_up(self) -> None:
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET)
        linux.open_loopback()  # kernels speak to processes of their own through it
        linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
        mine = Path(self._request.folder)
        linux.mount(str(mine / "sockets"), "/run/kernel", None, linux.MS_BIND)
        linux.mount(str(mine / "work"), "/run/files", None, linux.MS_BIND)
        linux.make_read_only("/run/files")  # it is only copied from
        quiet = linux.MS_NOSUID | linux.MS_NODEV
        # Everybody's folder lies behind this one now.
        linux.mount("tmpfs", str(mine.parent), "tmpfs", quiet | linux.MS_RDONLY, "size=4k")
        owner = os.getuid() if self._request.uid is None else self._request.uid
        size = self._request.allowance.bytes_in_files
        for folder in ("/tmp", "/dev/shm"):
            options = f"size={size},mode=0700,uid={owner}"
            linux.mount("tmpfs", folder, "tmpfs", quiet, options)
        linux.mount("proc", "/proc", "proc", quiet)

    def drop_privileges(self) -> None:
        set_limits(self._request)
        if self._request.uid is not None:
            _become(self._request.uid)
        else:
            linux.drop_bounding_set()
            linux.give_up_privileges()
        shutil.copytree("/run/files", self.work, copy_function=shutil.copy)

    def before_cells(self) -> None:
        filter_system_calls(WITH_NETWORK)  # its own network, in which there is nobody else

    def lock_sockets(self) -> None:
        linux.make_read_only("/run/kernel")


def isolation_for(request: SpawnRequest) -> Isolation:
    kinds: dict[str, type[Isolation]] = {NAMESPACES: Namespaces, USER: OtherUser}
    return kinds.get(request.isolation, Isolation)(request)


def set_limits(request: SpawnRequest) -> None:
    """Limits of each process; what all of them use together is the supervisor's to watch."""
    allowance = request.allowance
    # RLIMIT_AS would count what torch only reserves; RLIMIT_DATA counts what a process writes to.
    data = linux.private_data_bytes() + allowance.memory_bytes
    limits = [
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_FSIZE, allowance.bytes_in_each_file),
        (resource.RLIMIT_CPU, allowance.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ]
    if request.uid is not None:  # else it would count what else the same person runs
        # The supervisor ends a submission that has too many; this only slows it until then. At the
        # same number, a swarm would sit at the limit, eat the processor, and never be over it.
        limits.append((resource.RLIMIT_NPROC, 2 * allowance.processes))
    for what, limit in limits:
        _, most = resource.getrlimit(what)
        allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (allowed, allowed))
    os.nice(5)  # whoever watches comes first, however many processes are watched
    # Where memory runs out all the same, the learner's process goes first.
    Path("/proc/self/oom_score_adj").write_text("1000")


def _become(uid: int | None) -> None:
    assert uid is not None
    linux.drop_bounding_set()  # while it may
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    linux.give_up_privileges()
    linux.allow_inspection()
