"""Why this machine may refuse namespaces to bubblewrap, as far as the machine itself tells."""

from __future__ import annotations

from pathlib import Path

_REFUSED = (
    "not permitted",
    "permission denied",
    "no permissions",
    "not allowed",
    "namespace failed",
)
_CONTAINERS = (".dockerenv", "run/.containerenv")
_FILTERED = "Seccomp:\t2"

_OURS = (
    "Nothing was refused to it, so the fault is in this installation or in autograder itself. "
    "Install both packages again, and report this line if it stays"
)
_UNKNOWN = "This machine refuses namespaces to it. Ask whoever runs the machine to allow them"
_CONTAINER = (
    "This looks like a container, and most allow no namespaces. Run it with --privileged, or with "
    "--security-opt for seccomp=unconfined, apparmor=unconfined and systempaths=unconfined and, "
    "as root, --cap-add for SYS_ADMIN, SYS_PTRACE and NET_ADMIN"
)
_APPARMOR = (
    "AppArmor allows user namespaces here to programs with a profile only, as Ubuntu does since "
    "24.04. Add one for /usr/bin/bwrap, or type: "
    "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
)
_SWITCHED_OFF = "User namespaces are switched off here. Type: sudo sysctl {setting}={value}"


def likely_cause(said: str, is_root: bool, machine: Path = Path("/")) -> str:
    """Why bubblewrap failed and what would mend it, where `said` is its own last line."""
    if not any(word in said.lower() for word in _REFUSED):
        return _OURS
    settings = machine / "proc" / "sys"
    if not is_root:
        if _content(settings / "user" / "max_user_namespaces") == "0":
            return _SWITCHED_OFF.format(setting="user.max_user_namespaces", value=15000)
        if _content(settings / "kernel" / "unprivileged_userns_clone") == "0":
            return _SWITCHED_OFF.format(setting="kernel.unprivileged_userns_clone", value=1)
    if any((machine / name).exists() for name in _CONTAINERS):
        return _CONTAINER
    if not is_root and (
        _content(settings / "kernel" / "apparmor_restrict_unprivileged_userns") == "1"
    ):
        return _APPARMOR
    if _FILTERED in _content(machine / "proc" / "self" / "status"):
        return _CONTAINER
    return _UNKNOWN


def _content(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
