"""The walls around one submission, inside those that stand around the warm parent.

Three processes take part. The *keeper* watches from outside. The *guard*, its child, builds the
walls and is the first process within them; the *kernel*, the guard's child, gives up every
privilege before anything of a learner's runs in it. The guard seals what the kernel needed only
for its start.
"""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path

from . import linux
from .no_network import refuse_network
from .order import NAMESPACES, USER, Order


class Walls:
    """No walls: only the limits that every process may set for itself.

    `sockets`, `work` and `home` are the folders as the kernel sees them.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self.sockets = Path(order.folder, "sockets")
        self.work = Path(order.folder, "work")
        self.home = Path(order.folder, "home")

    def before_the_guard(self) -> None:
        """In the keeper."""

    def build(self) -> None:
        """In the guard, before it forks the kernel."""

    def give_up(self) -> None:
        """In the kernel, before anything else."""
        set_limits(self._order)

    def before_cells(self) -> None:
        """In the kernel, when all that it needed for itself is there."""

    def seal(self) -> None:
        """In the guard, once the kernel's sockets are there and before it runs a cell."""


class OtherUser(Walls):
    """A user id that nobody else has, and no network."""

    def give_up(self) -> None:
        set_limits(self._order)
        _become(self._order.uid)

    def before_cells(self) -> None:
        refuse_network()

    def seal(self) -> None:
        _keep_for_root(self.sockets)


class Namespaces(Walls):
    """Processes, mounts, network and shared memory that no other submission can see."""

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self.sockets = Path("/run/kernel")
        self.home = Path("/tmp")
        self.work = Path("/tmp/work")

    def before_the_guard(self) -> None:
        linux.unshare(linux.CLONE_NEWPID)

    def build(self) -> None:
        linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWNET)
        linux.open_loopback()  # kernels speak to processes of their own through it
        linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
        mine = Path(self._order.folder)
        linux.mount(str(mine / "sockets"), "/run/kernel", None, linux.MS_BIND)
        linux.mount(str(mine / "work"), "/run/files", None, linux.MS_BIND)
        quiet = linux.MS_NOSUID | linux.MS_NODEV
        # Everybody's folder lies behind this one now.
        linux.mount("tmpfs", str(mine.parent), "tmpfs", quiet | linux.MS_RDONLY, "size=4k")
        owner = os.getuid() if self._order.uid is None else self._order.uid
        size = self._order.allowance.bytes_in_files
        for folder in ("/tmp", "/dev/shm"):
            options = f"size={size},mode=0700,uid={owner}"
            linux.mount("tmpfs", folder, "tmpfs", quiet, options)
        linux.mount("proc", "/proc", "proc", quiet)

    def give_up(self) -> None:
        set_limits(self._order)
        if self._order.uid is not None:
            _become(self._order.uid)
        linux.give_up_privileges()
        shutil.copytree("/run/files", self.work, copy_function=shutil.copy)

    def seal(self) -> None:
        flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY
        linux.mount(None, "/run/kernel", None, flags | linux.MS_NOSUID | linux.MS_NODEV)


def walls_for(order: Order) -> Walls:
    kinds: dict[str, type[Walls]] = {NAMESPACES: Namespaces, USER: OtherUser}
    return kinds.get(order.walls, Walls)(order)


def set_limits(order: Order) -> None:
    """Limits of each process; what all of them use together is the keeper's to watch."""
    allowance = order.allowance
    # RLIMIT_AS would count what torch only reserves; RLIMIT_DATA counts what a process writes to.
    data = linux.private_data_bytes() + allowance.memory_bytes
    limits = [
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_FSIZE, allowance.bytes_in_each_file),
        (resource.RLIMIT_CPU, allowance.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ]
    if order.uid is not None:  # else it would count what else the same person runs
        # The keeper ends a submission that has too many; this only slows it until then. At the same
        # number, a swarm would sit at the limit, eat the processor, and never be over it.
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
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    linux.give_up_privileges()
    linux.allow_inspection()


def _keep_for_root(folder: Path) -> None:
    """The sockets in `folder` can be used, but no longer exchanged for something else."""
    os.chown(folder, 0, 0)
    folder.chmod(0o711)
