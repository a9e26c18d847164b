"""The few calls of Linux that Python's library does not offer before 3.12."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND = 1, 2, 4, 32, 4096
MS_REC, MS_PRIVATE = 0x4000, 0x40000

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 0x1, 0x40
_CAPABILITY_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Gives this process namespaces of its own; those of processes start with its children."""
    _try(_libc.unshare(flags), "unshare")


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    def text(value: str | None) -> bytes | None:
        return value.encode() if value else None

    code = _libc.mount(text(source), text(target), text(kind), ctypes.c_ulong(flags), text(data))
    _try(code, f"mount {target}")


def make_read_only(place: str) -> None:
    """For a bind mount. What its file system forbids stays forbidden: no less would be allowed."""
    kept = os.statvfs(place).f_flag & (os.ST_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME)
    flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV
    mount(None, place, None, flags | kept)


def open_loopback() -> None:
    """Lets the processes of a network namespace speak with each other, and with nobody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", _IFF_UP | _IFF_RUNNING)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)


def adopt_orphans() -> None:
    """Whatever a descendant leaves behind becomes our child, not init's."""
    _try(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def die_with_parent(signal_number: int) -> None:
    _try(_libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl")


def allow_inspection() -> None:
    """A process that changed its user id may read its own /proc entries again."""
    _try(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")


def drop_bounding_set() -> None:
    """No program that is started can have a capability. Only who may change the set can drop it."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # past the last that this system knows, or it may not be changed


def give_up_privileges() -> None:
    """No capability is left, and no program that is started can bring one back."""
    _try(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _try(_libc.capset(header, nothing), "capset")


def threads(pid: int | str = "self") -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return 0


def anonymous_bytes(pid: int) -> int:
    """Memory of a process that no file backs: cheap to read, shared pages counted in full."""
    return sum(_sizes(Path(f"/proc/{pid}/status"), "RssAnon:", "RssShmem:"))


def proportional_bytes(pid: int) -> int:
    """Memory of a process in which a page shared by n processes counts 1/n (PSS)."""
    try:
        return sum(_sizes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:"))
    except PermissionError:
        return anonymous_bytes(pid)


def available_bytes() -> int:
    """Memory of this machine that programs could still have."""
    return sum(_sizes(Path("/proc/meminfo"), "MemAvailable:"))


def private_data_bytes() -> int:
    return sum(_sizes(Path("/proc/self/status"), "VmData:"))


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """All processes below `pid` that are alive now, in no order."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children(waiting.pop())
        found += below
        waiting += below
    return found


def children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def _sizes(file: Path, *names: str) -> list[int]:
    try:
        lines = file.read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return []
    return [int(line.split()[1]) * 1024 for line in lines if line.startswith(names)]


def _try(code: int, what: str) -> None:
    if code != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
