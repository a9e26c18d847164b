"""Whatever a kernel does to itself or sends to us, it costs itself only."""

import pytest

from autograder.kernels import kernel as kernels
from autograder.kernels.engine import Engine
from autograder.kernels.outputs import Outputs
from cnnlab.learner import LearnerCode
from cnnlab.learner.problems import NoAnswer, TimedOut


@pytest.fixture
def kernel():
    with Engine().kernel(seed=0) as running:
        yield running


@pytest.mark.parametrize(
    ("code", "ends"),
    [
        ("import os\nos._exit(0)", "crash"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "crash"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "timeout"),
        ("import ctypes\nctypes.string_at(0)", "crash"),
        (
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
            "timeout",
        ),
        ("import sys\nsys.exit()", "error"),
    ],
    ids=["exit", "kill", "stop", "segfault", "deaf", "sys.exit"],
)
def test_each_end_is_told(kernel, code, ends):
    assert kernel.run_cell(code, timeout=4).status == ends
    assert kernel.alive == (ends == "error")


def test_endless_output_ends_its_kernel(kernel, monkeypatch):
    monkeypatch.setattr(kernels, "MAX_SENT_BYTES", 4 * 2**20)
    code = "import time\nwhile True: print('x' * 100_000); time.sleep(0.01)"
    run = kernel.run_cell(code, timeout=60)
    assert run.status == "crash"
    assert "4 MiB" in run.error
    assert not kernel.alive


def test_a_picture_too_large_is_left_out_and_the_rest_goes_on(kernel):
    run = kernel.run_cell("from IPython.display import HTML\nHTML('x' * 50_000_000)", timeout=60)
    assert run.status == "ok"
    assert "x" * 100 not in str(run.outputs)
    assert kernel.run_cell("1 + 1", timeout=60).outputs[0].data["text/plain"] == "2"


def test_messages_of_no_known_form_are_left_out(kernel):
    code = """
kernel = get_ipython().kernel
for kind, content in [
    ("stream", {"name": 3, "text": []}),
    ("display_data", {"data": 5, "metadata": []}),
    ("display_data", {"data": {"text/html": {"a": [[[]]]}}, "metadata": {}}),
    ("execute_result", {"data": {}, "execution_count": "three"}),
    ("error", {"ename": 1, "evalue": None, "traceback": "x"}),
    ("update_display_data", {"data": None, "transient": 3}),
    ("clear_output", {"wait": []}),
    ("unheard_of", {}),
    ("status", {"execution_state": ["idle"]}),
]:
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
kernel.iopub_socket.send_multipart([b"not", b"a", b"message"])
"""
    run = kernel.run_cell(code, timeout=60)
    assert run.status == "ok"
    assert [output.get("data") for output in run.outputs] in ([], [{}])
    assert kernel.run_cell("1 + 1", timeout=60).status == "ok"


@pytest.mark.parametrize(
    "patch",
    [
        "agent.answer = lambda request: b'no reply at all!'",
        "agent.answer = lambda request: 'text'",
        "agent.answer = lambda request: b'A' * 200_000_000",
        "agent.answer = lambda request: b'[' * 10**6",
        "agent._LENGTH = __import__('types').SimpleNamespace("
        "size=8, pack=lambda n: b'\\xff' * 8, unpack=lambda head: (0,))",
        "agent.serve = lambda address: None",
        "agent.serve = lambda address: agent.socket.socket(agent.socket.AF_UNIX).connect(address)",
        "agent.serve = None",
        "get_ipython().kernel.do_execute = None",
    ],
    ids=[
        *("noise", "no bytes", "too long", "too deep", "endless", "no call"),
        *("hung up", "no agent", "no kernel"),
    ],
)
def test_a_forged_reply_is_no_answer(kernel, patch):
    kernel.run_cell(f"from cnnlab.learner import agent\n{patch}", timeout=60)
    with pytest.raises(NoAnswer):
        LearnerCode(lambda request: kernel.ask(request, 5), []).call("double", 1)


def test_a_kernel_that_forgets_to_be_idle_is_not_waited_for_in_vain(kernel):
    code = "get_ipython().kernel._publish_status = lambda *a, **k: None"
    assert kernel.run_cell(code, timeout=20).status == "ok"
    assert kernel.run_cell("1 + 1", timeout=20).status == "ok"


def test_code_that_waits_forever_is_a_timeout(kernel):
    kernel.run_cell("def wait():\n    import time; time.sleep(600)", timeout=60)
    with pytest.raises(TimedOut):
        LearnerCode(lambda request: kernel.ask(request, 1), []).call("wait")
    assert kernel.alive


def test_updates_of_a_display_count_towards_what_is_kept():
    outputs = Outputs()
    shown = {"data": {"text/plain": "a"}, "metadata": {}, "transient": {"display_id": "1"}}
    kind = "display_data"
    outputs.add({"msg_type": kind, "header": {"msg_type": kind}, "content": shown})
    for size in (10, 2_000_000):
        content = {**shown, "data": {"text/plain": "b" * size}}
        outputs.add({"msg_type": "update_display_data", "content": content})
    assert outputs.cells[0].data["text/plain"] == "b" * 10
