"""Fork servers: what they give to each kernel, and what happens when one dies."""

import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import pytest
import torch

from autograder.course_plan import plan_of_course
from autograder.hidden_checks import hidden_checks
from autograder.judging.budget import Budget
from autograder.judging.running import RunningNotebook
from autograder.judging.session import Session
from autograder.kernels.engine import Engine
from autograder.kernels.forking import pool
from autograder.kernels.forking.pool import fork_kernel, server_for
from autograder.kernels.forking.server import ForkServer
from autograder.kernels.inside import linux
from autograder.kernels.isolation.none import NoSandbox
from autograder.kernels.kernel import Kernel
from autograder.kernels.limits import Limits

ENGINE = Engine("none", plan=plan_of_course())
DRAWS = (
    "import random, numpy, torch\n"
    "random.random(), float(numpy.random.rand()), float(torch.rand(()))"
)


@pytest.fixture
def short_folder():
    """A place for temporary files whose name leaves room for those of sockets."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        yield Path(folder)


def kill(server):
    """kill -9 of the server and all its processes, at once."""
    for pid in [server.pid, *linux.descendants(server.pid)]:
        os.kill(pid, signal.SIGKILL)


def shown(seed):
    with ENGINE.kernel(seed=seed) as kernel:
        run = kernel.run_cell(DRAWS, 60)
        assert run.status == "ok", run.error
        return run.outputs[0].data["text/plain"]


def test_kernels_draw_by_their_seed_and_else_each_its_own():
    """The first draws are the seed's own: whatever starts a kernel has drawn nothing."""
    ours = (
        random.Random(1).random(),
        float(numpy.random.RandomState(1).rand()),
        float(torch.rand((), generator=torch.Generator().manual_seed(1))),
    )
    assert shown(1) == repr(ours)
    assert len({shown(1), shown(2), shown(None), shown(None)}) == 4


def test_everything_is_imported_and_no_thread_runs():
    with ENGINE.kernel() as kernel:
        assert kernel.run_cell("import sys; assert 'torch' in sys.modules", 60).status == "ok"
        assert linux.threads(server_for(NoSandbox(), plan_of_course()).pid) == 1


def test_a_new_kernel_takes_little_memory_of_its_own():
    level = NoSandbox()
    with ENGINE.kernel():
        forked = fork_kernel(level, plan_of_course())
        taken = forked.memory()
        forked.close()
    assert 0 < taken < 400 * 2**20


def test_pictures_are_shown_as_in_any_notebook():
    with ENGINE.kernel() as kernel:
        run = kernel.run_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", 60)
    assert any("image/png" in output.get("data", {}) for output in run.outputs)


def test_a_server_that_dies_is_replaced():
    first = server_for(NoSandbox(), plan_of_course())
    first.wait()
    kill(first)
    with ENGINE.kernel() as kernel:
        assert kernel.run_cell("1 + 1", 60).status == "ok"
    assert server_for(NoSandbox(), plan_of_course()) is not first
    assert not first.folder.exists()


@pytest.mark.parametrize("when", ["in a cell", "before a question", "between two questions"])
def test_a_notebook_outlives_its_server(submission, unit, when, monkeypatch):
    """Its cells run again in a kernel of a new server, and no answer is held to be at fault."""
    method = "run_cell" if when == "in a cell" else "ask"
    original = getattr(Kernel, method)
    questions = 0

    def kill_once(self, *arguments):
        nonlocal questions
        questions += 1
        if questions == (3 if when == "between two questions" else 1):
            kill(server_for(NoSandbox(), plan_of_course()))
        return original(self, *arguments)

    monkeypatch.setattr(Kernel, method, kill_once)
    folder = unit.release_notebook.parent
    budget = Budget(Limits())
    with RunningNotebook(submission, folder, ENGINE, budget, seed=0) as running:
        session = Session(running, budget, seed=0)
        results = session.results(hidden_checks(unit)["simple_cnn"], sources=[])
        assert [result.verdict for result in results] == ["pass"] * len(results)
        assert {run.status for run in running.runs.values()} == {"ok"}


def test_a_server_killed_while_it_imports_is_replaced():
    first = server_for(NoSandbox(), plan_of_course())
    os.kill(first.pid, signal.SIGKILL)
    fork_kernel(NoSandbox(), plan_of_course()).close()


def test_a_shared_server_is_used_and_if_it_is_gone_ours_is(tmp_path):
    shared = server_for(NoSandbox(), plan_of_course())
    shared.wait()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from autograder.kernels.engine import Engine\n"
        "from autograder.kernels.forking import pool\n"
        "with Engine('none', server=Path(sys.argv[1])).kernel() as kernel:\n"
        "    print(kernel.run_cell('1', 60).status, len(pool._ours))"
    )

    def told(folder):
        command = [sys.executable, "-c", code, str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert told(shared.folder) == ["ok", "0"]
    assert told(tmp_path) == ["ok", "1"]


# Two workers, copies of this process, are given the folder of a server that is not there.
COPIES = """
import sys
from pathlib import Path
from autograder.course_plan import plan_of_course
from autograder.parallel import in_order
from autograder.kernels.isolation.none import NoSandbox
from autograder.kernels.forking.pool import fork_kernel, server_for

def own_kernel(place):
    fork_kernel(NoSandbox(), plan_of_course(), shared=Path(place, "nowhere")).close()
    return len(list(Path(place).iterdir()))

mine = server_for(NoSandbox(), plan_of_course())
print(*in_order(own_kernel, [sys.argv[1]] * 2, jobs=2), mine.alive, mine.folder.exists())
"""


def test_copies_of_a_process_leave_its_server_alone_and_remove_their_own(short_folder):
    environment = {**os.environ, "TMPDIR": str(short_folder), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", COPIES, str(short_folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    *folders, alive, there = done.stdout.split()
    assert max(map(int, folders)) > 1, done.stderr
    assert (alive, there) == ("True", "True")
    assert list(short_folder.glob("cnnlab-*")) == []


def test_nothing_is_left_of_a_server_that_is_closed():
    server = server_for(NoSandbox(), plan_of_course())
    server.wait()
    forked = fork_kernel(NoSandbox(), plan_of_course())
    pool.close_all()
    assert not server.folder.exists()
    assert not Path(f"/proc/{server.pid}").exists()
    assert forked.end() is not None
    forked.close()


def test_a_server_that_is_not_needed_after_all_goes_at_once():
    server = ForkServer(NoSandbox(), plan_of_course())
    pids = [server.pid, *linux.descendants(server.pid)]
    server.close()
    assert not server.folder.exists()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
