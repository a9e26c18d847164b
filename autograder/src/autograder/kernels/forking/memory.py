"""How much memory kernels take, told apart from what they share with their fork server."""

from __future__ import annotations

from autograder.kernels.forking.server import ForkServer
from autograder.kernels.inside import linux


def memory_of_all(server: ForkServer) -> int:
    """Bytes that the server, its kernels and their supervisors take together (PSS)."""
    pids = [server.pid, *linux.descendants(server.pid)]
    return sum(map(linux.proportional_bytes, pids))
