"""A filter of system calls: what no notebook needs and what reaches past its isolation.

Linux then refuses these calls in this process and all that it starts, and nothing can take the
filter off again. It needs no privilege. Containers refuse much the same by default.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Not an address family of Python's before 3.12. Through it a process asks this machine about
# itself; zmq stops a process that may not ask.
NETLINK = 16
WITHOUT_NETWORK = (int(socket.AF_UNIX), NETLINK)
WITH_NETWORK = (*WITHOUT_NETWORK, int(socket.AF_INET), int(socket.AF_INET6))

_CLONE_NEWUSER = 0x10000000
_FOR_ALL_THREADS, _WITHOUT_SLOWING_DOWN = 1, 4
_SET_FILTER = 1
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_OF_ANOTHER_WORD_SIZE = 0x40000000


@dataclass(frozen=True)
class Machine:
    """The numbers that one kind of processor gives to Linux's calls."""

    audit: int
    socket: int
    clone: int
    seccomp: int
    refused: dict[str, int]


# The same on all.
_NEWER = {
    "io_uring_setup": 425,  # through it, sockets could be had without the call `socket`
    "pidfd_getfd": 438,
    "memfd_secret": 447,
}
MACHINES = {
    "x86_64": Machine(
        audit=0xC000003E,
        socket=41,
        clone=56,
        seccomp=317,
        refused=_NEWER
        # other namespaces, in which one would be root
        | {"unshare": 272, "setns": 308}
        # other processes, and the kernel itself
        | {"ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321}
        | {"perf_event_open": 298, "userfaultfd": 323, "open_by_handle_at": 304}
        | {"add_key": 248, "request_key": 249, "keyctl": 250}
        # memory that no process is seen to hold, and that may outlast them all
        | {"memfd_create": 319, "shmget": 29, "semget": 64, "msgget": 68},
    ),
    "aarch64": Machine(
        audit=0xC00000B7,
        socket=198,
        clone=220,
        seccomp=277,
        refused=_NEWER
        | {"unshare": 97, "setns": 268}
        | {"ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280}
        | {"perf_event_open": 241, "userfaultfd": 282, "open_by_handle_at": 265}
        | {"add_key": 217, "request_key": 218, "keyctl": 219}
        | {"memfd_create": 279, "shmget": 194, "semget": 190, "msgget": 186},
    ),
}
_CLONE3 = 435  # a filter cannot see its flags; told that it does not exist, programs use `clone`


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def this_machine() -> Machine | None:
    """None on a processor whose numbers we do not know."""
    return MACHINES.get(platform.machine())


def filter_system_calls(families: Iterable[int]) -> bool:
    """Whether the filter is in force, for all threads. Sockets are those of `families` only.

    No privileges may be left before.
    """
    machine = this_machine()
    if machine is None:
        return False
    rows = list(_filter(machine, families))
    steps = (_Step * len(rows))(*(_Step(*row) for row in rows))
    program = _Program(len(rows), steps)
    libc = ctypes.CDLL(None, use_errno=True)
    flags = _FOR_ALL_THREADS | _WITHOUT_SLOWING_DOWN
    return bool(libc.syscall(machine.seccomp, _SET_FILTER, flags, ctypes.byref(program)) == 0)


def _filter(machine: Machine, families: Iterable[int]) -> Iterator[tuple[int, int, int, int]]:
    """Steps of (what to do, steps to skip if true, if false, value)."""
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield (_IF_EQUAL, 1, 0, machine.audit)
    yield (_RETURN, 0, 0, _REFUSE | errno.EPERM)
    yield (_LOAD, 0, 0, _NUMBER)
    yield (_IF_AT_LEAST, 0, 1, _OF_ANOTHER_WORD_SIZE)
    yield (_RETURN, 0, 0, _REFUSE | errno.EPERM)
    for number in machine.refused.values():
        yield (_IF_EQUAL, 0, 1, number)
        yield (_RETURN, 0, 0, _REFUSE | errno.EPERM)
    yield (_IF_EQUAL, 0, 1, _CLONE3)
    yield (_RETURN, 0, 0, _REFUSE | errno.ENOSYS)
    yield (_IF_EQUAL, 0, 4, machine.clone)
    yield (_LOAD, 0, 0, _FIRST_ARGUMENT)
    yield (_IF_BITS, 0, 1, _CLONE_NEWUSER)
    yield (_RETURN, 0, 0, _REFUSE | errno.EPERM)
    yield (_RETURN, 0, 0, _ALLOW)
    yield (_IF_EQUAL, 1, 0, machine.socket)
    yield (_RETURN, 0, 0, _ALLOW)
    yield (_LOAD, 0, 0, _FIRST_ARGUMENT)
    for family in families:
        yield (_IF_EQUAL, 0, 1, family)
        yield (_RETURN, 0, 0, _ALLOW)
    yield (_RETURN, 0, 0, _REFUSE | errno.EAFNOSUPPORT)
