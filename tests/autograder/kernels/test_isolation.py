"""What a submission can reach at each level, tried from inside by its own code."""

import os
import socket
import time
from pathlib import Path

import pytest
from talking import Talk

import autograder
from autograder import unseen
from autograder.course import Course
from autograder.course_plan import plan_of_course
from autograder.kernels.forking.pool import fork_kernel
from autograder.kernels.inside.seccomp import this_machine
from autograder.kernels.inside.spawn_request import MIB, Allowance
from autograder.kernels.isolation import view
from autograder.kernels.isolation.choosing import LEVELS
from autograder.kernels.isolation.users import is_root
from cnnlab.other_answers import FILE as OTHER_ANSWERS

VSOCK = 40  # to the host of a virtual machine; no namespace holds it back
AS_ROOT = ["bubblewrap", "uid"] if is_root() else ["bubblewrap"]


@pytest.fixture(scope="module")
def boxed():
    """A kernel in bubblewrap that all tests may question which leave it as it was."""
    with Talk("bubblewrap") as talk:
        yield talk


@pytest.mark.parametrize(
    "hidden",
    [
        Path(autograder.__file__).parent,
        Course.load().root / "course",
        Course.load().root / "source_notebooks",
        Path.home() / ".bashrc",
        Path("/etc/shadow"),
        Path("/var/log"),
        unseen.FASHION,
    ],
    ids=["autograder", "course", "source_notebooks", "home", "shadow", "log", "unseen images"],
)
def test_what_is_not_a_learners_does_not_exist_inside(boxed, hidden):
    assert boxed.value(f"__import__('os').path.exists({str(hidden)!r})") is False


def test_data_sets_of_the_system_are_covered(boxed):
    folder = str(view.DATASETS)
    seen = f"__import__('os').path.exists({folder!r}) and __import__('os').listdir({folder!r})"
    assert not boxed.value(seen)


def test_answers_that_are_shown_after_a_pass_are_covered(boxed):
    assert (Course.load().root / "release" / OTHER_ANSWERS).stat().st_size > 0
    folder = "__import__('cnnlab.catalogue').catalogue.release_folder()"
    assert boxed.value(f"({folder} / 'catalogue.json').stat().st_size") > 0
    told = boxed.error(f"({folder} / '{OTHER_ANSWERS}').read_text()")
    assert told.startswith("PermissionError")


def test_the_cover_is_put_where_there_are_data_sets(monkeypatch):
    """On a machine without any, the test above would pass by itself."""
    monkeypatch.setattr(view, "DATASETS", Path("/usr/share"))
    words = " ".join(LEVELS["bubblewrap"]().command(Path("/tmp"), []))
    assert "--ro-bind /usr /usr --tmpfs /usr/share --remount-ro /usr/share" in words


def test_the_library_is_there_and_the_autograder_is_not(boxed):
    assert boxed.error("import autograder").startswith("ModuleNotFoundError")
    assert boxed.error("import cnnlab.check, torchvision, scipy, sklearn") == ""
    units = "len(__import__('cnnlab.catalogue').catalogue.units())"
    assert boxed.value(units) == len(Course.load().units)


def test_the_pictures_of_learners_are_there(boxed):
    loaded = "from cnnlab import data\n"
    loaded += "assert len(data.load('fashion-mnist-small').with_validation(1000).train) == 9000\n"
    loaded += "assert len(data.photos()) == 14\n"
    assert boxed.error(loaded) == ""


def test_all_of_a_data_set_cannot_be_had_there_and_the_subset_is_named(boxed):
    assert "fashion-mnist-small" in boxed.error(
        "from cnnlab import data\ndata.load('fashion-mnist')"
    )


def test_no_other_process_and_no_privilege_is_in_reach(boxed):
    numbers = boxed.value("[int(n) for n in __import__('os').listdir('/proc') if n.isdigit()]")
    assert sorted(numbers) == [1, 2]
    status = boxed.value("open('/proc/self/status').read()")
    assert "CapEff:\t0000000000000000" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "CapAmb:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    if is_root():
        assert boxed.value("__import__('os').getuid()") not in (0, os.getuid())


def test_no_environment_variable_of_ours_is_seen(monkeypatch, boxed):
    assert boxed.value("__import__('os').environ.get('A_SECRET')") is None
    assert "autograder" not in boxed.value("str(__import__('os').environ)").lower()


@pytest.mark.parametrize("level", AS_ROOT)
@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.1"])
def test_there_is_no_network(level, address):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with Talk(level) as talk:
            said = talk.error(
                f"import socket\nsocket.create_connection(({address!r}, {port}), timeout=2)"
            )
    assert said.startswith(("OSError", "ConnectionRefusedError", "PermissionError"))


def test_nothing_can_be_written_but_its_own_folders(boxed):
    code = """
import os
def writable(places):
    found = []
    for place in places:
        try:
            name = os.path.join(place, "probe")
            with open(name, "w"):
                pass
            os.unlink(name)
            found.append(place)
        except OSError:
            pass
    return found
import cnnlab, torch
places = ["/", "/dev", "/etc", "/run", "/run/kernel", "/run/files", "/run/cnnlab", "/usr", "/var"]
places += [os.path.dirname(module.__file__) for module in (os, cnnlab, torch)]
"""
    assert boxed.value("writable(places)", first=code) == []
    assert boxed.value("writable(['/tmp', '/dev/shm', '.', '/var/tmp'])") == [
        "/tmp",
        "/dev/shm",
        ".",
        "/var/tmp",
    ]


def test_what_is_bound_from_outside_is_bound_read_only(boxed):
    """Also where it belongs to the user that the submission runs as."""
    code = "rows = [line.split() for line in open('/proc/self/mountinfo')]"
    options = "[row[5][:2] for row in rows if row[4] in ('/run/files', '/run/kernel')]"
    assert boxed.value(options, first=code) == ["ro", "ro"]


# Each call with nothing but zeros, and what Linux said to it.
CALLS = f"""
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def said(number, *arguments):
    code = libc.syscall(number, *arguments, *[0] * (6 - len(arguments)))
    return "done" if code >= 0 else errno.errorcode[ctypes.get_errno()]
refused = {this_machine().refused}
"""


@pytest.mark.parametrize("level", AS_ROOT)
def test_calls_that_reach_past_the_isolation_are_refused(level):
    with Talk(level) as talk:
        told = talk.value("{name: said(number) for name, number in refused.items()}", first=CALLS)
        assert set(told.values()) == {"EPERM"}, told
        new_user_namespace, clone3 = 0x10000000, 435
        assert talk.value(f"said({this_machine().clone}, {new_user_namespace})") == "EPERM"
        assert talk.value(f"said({clone3})") == "ENOSYS"


@pytest.mark.parametrize("level", AS_ROOT)
def test_sockets_of_other_families_than_a_notebook_needs_are_refused(level):
    with Talk(level) as talk:
        code = f"import socket; socket.socket({VSOCK}, socket.SOCK_STREAM)"
        assert talk.error(code).startswith("OSError: [Errno 97]")


def test_what_notebooks_do_works_in_spite_of_it():
    code = """
import multiprocessing, socket, subprocess, threading, torch
from torch.utils.data import DataLoader
assert multiprocessing.Pool(2).map(abs, [-1, 2]) == [1, 2]
assert subprocess.run(["echo", "said"], capture_output=True).stdout == b"said\\n"
done = []
thread = threading.Thread(target=done.append, args=(1,))
thread.start(); thread.join()
assert done == [1]
loader = DataLoader(torch.arange(4.0), batch_size=2, num_workers=1)
assert [batch.tolist() for batch in loader] == [[0.0, 1.0], [2.0, 3.0]]
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
"""
    with Talk("bubblewrap") as talk:
        assert talk.error(code) == ""


def test_the_sockets_cannot_be_exchanged(boxed):
    assert "Error" in boxed.error("import os\nos.rename('/run/kernel/s-1', '/run/kernel/x')")
    assert "Error" in boxed.error("os.unlink('/run/kernel/s-1')")


@pytest.mark.parametrize("level", AS_ROOT)
def test_nothing_is_left_for_the_next_one(level):
    mark = f"left-{os.getpid()}-{level}"
    with Talk(level) as first:
        code = f"""
import os, subprocess, sys
open('/tmp/{mark}', 'w').close(); open('/dev/shm/{mark}', 'w').close()
left = subprocess.Popen(['sleep', '987'], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        time.sleep(986)
    os._exit(0)
"""
        assert first.error(code) == ""
        assert first.value(f"os.path.exists('/tmp/{mark}')") is True
    with Talk(level) as second:
        for place in ("/tmp", "/dev/shm"):
            assert second.value(f"__import__('os').path.exists('{place}/{mark}')") is False
            assert not Path(place, mark).exists()
    assert not [line for line in processes() if "sleep\x00987" in line]


def test_nothing_is_left_running_without_a_sandbox_either():
    with Talk("none") as talk:
        talk.error("import subprocess; subprocess.Popen(['sleep', '985'], start_new_session=True)")
        assert [line for line in processes() if "sleep\x00985" in line]
    assert not [line for line in processes() if "sleep\x00985" in line]


@pytest.mark.parametrize("level", AS_ROOT)
def test_the_fork_server_cannot_be_hurt(level):
    with Talk(level) as talk:
        talk.error(
            "import os, signal\n"
            "for pid in range(1, 100000):\n"
            "    if pid != os.getpid():\n"
            "        try: os.kill(pid, signal.SIGKILL)\n"
            "        except OSError: pass"
        )
        assert talk.server.alive
    fork_kernel(LEVELS[level](), plan_of_course()).close()


SMALL = Allowance(memory_bytes=600 * MIB, processes=60, bytes_in_each_file=MIB)


@pytest.mark.parametrize("level", AS_ROOT)
@pytest.mark.parametrize(
    ("code", "ends"),
    [
        ("b = bytearray(2 * 2**30)", "MemoryError"),
        (
            "import os, time\n"
            "for _ in range(6):\n"
            "    if os.fork() == 0:\n"
            "        b = bytearray(200 * 2**20); time.sleep(60)\n"
            "time.sleep(60)",
            "memory",
        ),
        ("import os\nwhile True: os.fork()", ("processes", "memory", "BlockingIOError")),
        ("open('big', 'wb').write(bytes(2 * 2**20))", "OSError"),
    ],
    ids=["memory", "memory of many", "forks", "file"],
)
def test_bombs_go_off_where_they_are(level, code, ends):
    with Talk(level, allowance=SMALL) as talk:
        said = talk.error(code, seconds=40)
        assert said.startswith(ends), said
    with Talk(level) as after:
        assert after.value("1 + 1") == 2


@pytest.mark.parametrize("level", AS_ROOT)
def test_many_files_are_too_many_as_well(level):
    code = (
        "import itertools, time\n"
        "for number in itertools.count():\n"
        "    open(f'/tmp/part{number}', 'wb').write(bytes(2**20))\n"
        "    time.sleep(0.005)"
    )
    with Talk(level, allowance=Allowance(bytes_in_files=30 * MIB)) as talk:
        said = talk.error(code, seconds=40)
    assert said.startswith(("files", "OSError")), said
    assert not Path("/tmp/part0").exists()


def processes():
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_text(errors="replace"))
        except OSError:
            continue
    return found


def test_a_kernel_ends_when_its_grader_does():
    talk = Talk("none").__enter__()
    pid = talk.value("__import__('os').getpid()")
    talk.kernel._channel.close()
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    talk.channels.close()
