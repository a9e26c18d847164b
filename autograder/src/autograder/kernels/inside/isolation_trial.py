"""Does the isolation work on this machine? Sets it up once, for nobody; exits with 0 if so."""

from __future__ import annotations

import os
import sys

from .isolation import isolation_for
from .spawn_request import SpawnRequest


def main(line: str) -> int:
    isolation = isolation_for(SpawnRequest.from_line(line.encode()))
    isolation.before_init()
    init = os.fork()
    if init == 0:
        code = 1
        try:
            isolation.set_up()
            isolation.lock_sockets()
            isolation.drop_privileges()
            code = 0
        except OSError as problem:
            print(problem, file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    _, status = os.waitpid(init, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
