"""Several processes at once: in order, as copies where that is safe, and ended whenever asked."""

import os
import subprocess
import sys

import pytest

from autograder.errors import InfrastructureError
from autograder.parallel import in_order


def test_a_process_that_is_killed_is_told_with_the_mend():
    with pytest.raises(InfrastructureError, match="fewer at a time"):
        list(in_order(os._exit, [1, 1], jobs=2))


def test_outcomes_come_in_order_from_several_processes():
    assert list(in_order(abs, [-3, 2, -1], jobs=2)) == [3, 2, 1]


# What only a copy of the process knows.
CHANGED = """
import sys, threading
from autograder.parallel import in_order
sys.setrecursionlimit(4321)
if {threaded}:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print(*in_order(eval, ["__import__('sys').getrecursionlimit()"] * 2, jobs=2))
"""


def test_workers_are_copies_of_a_process_with_one_thread_on_linux():
    copied = _printed(CHANGED.format(threaded=False)) == "4321 4321"
    assert copied == (sys.platform == "linux")


def test_workers_start_anew_beside_a_second_thread():
    """A copy could wait for ever for what that thread held locked."""
    assert "4321" not in _printed(CHANGED.format(threaded=True))


# Stopped after each number of outcomes in turn, and so at all moments of the pool's own work.
STOPPED_OFTEN = """
from autograder import parallel
parallel.SECONDS_TO_END = 1
for seen in [*range(8)] * 4:
    outcomes = parallel.in_order(abs, range(50), jobs=2)
    for _ in range(1 + seen):
        next(outcomes)
    try:
        outcomes.throw(KeyboardInterrupt)
    except KeyboardInterrupt:
        pass
print("stopped")
"""

# An item that cannot be stopped: what the request raises is lost in it.
DEAF = """
import os, time
from autograder import parallel
parallel.SECONDS_TO_END = 1

def deaf(_):
    while True:
        try:
            time.sleep(60)
        except SystemExit:
            os.write(1, b"asked\\n")  # whole, beside what the other process writes

def first_done(number):
    return number if number == 0 else deaf(number)

outcomes = parallel.in_order(first_done, range(3), jobs=2)
next(outcomes)
time.sleep(1)
try:
    outcomes.throw(KeyboardInterrupt)
except KeyboardInterrupt:
    print("stopped")
"""


def test_stopping_ends_at_whatever_moment_it_comes():
    assert _printed(STOPPED_OFTEN) == "stopped"


@pytest.mark.skipif(sys.platform != "linux", reason="only copies know a function of __main__")
def test_an_item_that_does_not_listen_is_ended_all_the_same():
    assert _printed(DEAF) == "asked\nasked\nstopped"


def _printed(program):
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
