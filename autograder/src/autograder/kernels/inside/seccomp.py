"""No network for a process that has no network namespace of its own: a filter of system calls.

The kernel (Linux's) then refuses every socket but those of files, in this process and all that it
starts, and nothing can take the filter off again. Containers allow it without any privilege.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket

_SET_FILTER, _FOR_ALL_THREADS = 1, 1
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EAFNOSUPPORT
_OF_ANOTHER_WORD_SIZE = 0x40000000
_NETLINK = 16  # questions to this machine about itself; zmq stops a process that may not ask
_IO_URING_SETUP = 425  # through it, sockets could be had without the call `socket`
# machine: (its audit number, the numbers of the calls `socket` and `seccomp`)
_MACHINES = {"x86_64": (0xC000003E, 41, 317), "aarch64": (0xC00000B7, 198, 277)}


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def refuse_network() -> bool:
    """Whether the filter is in force, for all threads. No privileges may be left before."""
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    architecture, call, seccomp = known
    rows = (
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, 7, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 5, 0, _OF_ANOTHER_WORD_SIZE),
        (_IF_EQUAL, 4, 0, _IO_URING_SETUP),
        (_IF_EQUAL, 0, 4, call),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_IF_EQUAL, 2, 0, int(socket.AF_UNIX)),
        (_IF_EQUAL, 1, 0, _NETLINK),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    steps = (_Step * len(rows))(*(_Step(*row) for row in rows))
    program = _Program(len(rows), steps)
    libc = ctypes.CDLL(None, use_errno=True)
    code = libc.syscall(seccomp, _SET_FILTER, _FOR_ALL_THREADS, ctypes.byref(program))
    return code == 0
