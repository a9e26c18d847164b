"""Where bubblewrap fails, the advice fits the machine."""

import pytest

from autograder.kernels.isolation.refusals import likely_cause

REFUSED = "bwrap: setting up uid map: Permission denied"
MACHINES = {
    "a container": {".dockerenv": ""},
    "a filter of system calls": {"proc/self/status": "Seccomp:\t2\nThreads:\t1"},
    "Ubuntu": {"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"},
    "no namespaces": {"proc/sys/user/max_user_namespaces": "0\n"},
    "an older Debian": {"proc/sys/kernel/unprivileged_userns_clone": "0\n"},
    "nothing known": {},
}


@pytest.fixture
def machine(tmp_path, request):
    for name, content in MACHINES[request.param].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("machine", "advice"),
    [
        ("a container", "--privileged"),
        ("a filter of system calls", "--privileged"),
        ("Ubuntu", "AppArmor"),
        ("no namespaces", "sysctl user.max_user_namespaces"),
        ("an older Debian", "sysctl kernel.unprivileged_userns_clone=1"),
        ("nothing known", "Ask whoever runs the machine"),
    ],
    indirect=["machine"],
)
def test_what_was_refused_is_laid_to_what_refuses_here(machine, advice):
    assert advice in likely_cause(REFUSED, is_root=False, machine=machine)


@pytest.mark.parametrize("machine", ["Ubuntu", "no namespaces"], indirect=True)
def test_root_needs_no_user_namespace(machine):
    assert "Ask whoever runs" in likely_cause(REFUSED, is_root=True, machine=machine)


@pytest.mark.parametrize("machine", MACHINES, indirect=True)
def test_a_fault_of_ours_is_blamed_on_nothing_else(machine):
    said = "bwrap: Can't create file at /run/box/library0/autograder: Is a directory"
    assert "report this line" in likely_cause(said, is_root=False, machine=machine)
