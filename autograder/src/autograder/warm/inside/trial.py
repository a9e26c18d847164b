"""Do the walls hold on this machine? Builds them once, with nothing behind them; exits with 0."""

from __future__ import annotations

import os
import sys

from .order import Order
from .walls import walls_for


def main(line: str) -> int:
    order = Order.from_line(line.encode())
    walls = walls_for(order)
    walls.before_the_guard()
    guard = os.fork()
    if guard == 0:
        code = 1
        try:
            walls.build()
            walls.seal()
            walls.give_up()
            code = 0
        except OSError as problem:
            print(problem, file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    _, status = os.waitpid(guard, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
