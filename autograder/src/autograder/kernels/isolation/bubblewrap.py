"""Level `bubblewrap`: namespaces around the fork server, and further ones around each kernel.

bubblewrap sets up the outer ones: a read-only system without a network, in which neither the course
nor `autograder` exists. inside/isolation.py sets up the inner ones.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.kernels.inside.spawn_request import NAMESPACES, SpawnRequest
from autograder.kernels.isolation import users, view
from autograder.kernels.isolation.level import Level
from autograder.kernels.isolation.refusals import likely_cause
from autograder.kernels.place import new_folder, remove_folder

_SHARED = Path("/run/cnnlab")
_INSIDE = Path("/run/box")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS = ("alternatives", "fonts", "ld.so.cache", "localtime", "mime.types", "ssl", "timezone")
_TRIAL_SECONDS = 30
# With these the fork server sets up the inner namespaces; each kernel drops them all.
_CAPABILITIES: tuple[str, ...] = ("SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", "SETPCAP")
_CAPABILITIES_OF_ROOT = (*_CAPABILITIES, "SETUID", "SETGID", "KILL")


class Bubblewrap(Level):
    name = "bubblewrap"
    isolation = NAMESPACES

    def problem(self) -> str | None:
        if shutil.which("bwrap") is None:
            return "bubblewrap is not installed. Type: sudo apt-get install bubblewrap"
        if any(place.is_relative_to("/tmp") for place in view.standard_library()):
            return f"Python lies in {sys.base_prefix}, and /tmp is private. Install it elsewhere"
        try:
            done = self._try()
        except (OSError, subprocess.TimeoutExpired) as problem:
            return f"bubblewrap could not be run ({problem})"
        if done.returncode == 0:
            return None
        said = _last_line(done.stderr)
        cause = likely_cause(said, users.is_root())
        return f"bubblewrap is installed, but could not set up a sandbox ({said}). {cause}"

    def _try(self) -> subprocess.CompletedProcess[str]:
        """Sets both up once, for nobody."""
        folder = new_folder()
        try:
            home = folder / "trial"
            for part in ("sockets", "work", "home"):
                (home / part).mkdir(parents=True)
            request = SpawnRequest(str(self.seen_inside(home)), "", self.isolation, self.new_uid())
            program = [view.python(), "-s", "-S", "-m", "inside.isolation_trial"]
            return subprocess.run(
                self.command(folder, [*program, request.to_line().decode()]),
                env={"PYTHONPATH": str(_INSIDE)},
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_TRIAL_SECONDS,
            )
        finally:
            remove_folder(folder)

    def command(self, folder: Path, program: list[str], hides: Sequence[str] = ()) -> list[str]:
        unseen = [*view.hidden(), *view.data_sets(), *view.files_of_modules(hides)]
        hidden = _outermost(unseen)
        words = ["bwrap", *_system(hidden)]
        for outside, inside in _shown().items():
            words += [*_passable(inside), *_bound(outside, inside, hidden)]
        words += ["--bind", str(folder), str(_SHARED)]
        words += ["--dir", "/run/kernel", "--dir", "/run/files"]
        words += ["--remount-ro", "/dev", "--remount-ro", "/"]
        return [*words, *_namespaces(), "--new-session", "--chdir", "/", "--", *program]

    def seen_inside(self, path: Path) -> Path:
        """Below the one folder that both sides share; it is the last but one part of `path`."""
        return _SHARED / path.name

    def place_of_inside(self) -> Path:
        return _INSIDE

    def import_places(self) -> list[Path]:
        libraries = range(len(view.installed_libraries()))
        return [*(_INSIDE / f"library{number}" for number in libraries), _INSIDE / "course"]

    def new_uid(self) -> int | None:
        return users.new_uid() if users.is_root() else None


def _shown() -> dict[Path, Path]:
    """What submissions may see of this machine beside the system, and by which name."""
    shown = {place: place for place in view.standard_library()}
    for number, place in enumerate(view.installed_libraries()):
        shown[place] = _INSIDE / f"library{number}"
    for place in view.course_libraries():
        shown[place] = _INSIDE / "course" / place.name
    for place in view.released():
        shown[place] = _INSIDE / "release"  # `cnnlab` looks for it beside its own folder's
    shown[view.INSIDE] = _INSIDE / view.INSIDE.name
    return shown


def _passable(place: Path) -> list[str]:
    """The folders above `place`, which bubblewrap would else make for nobody but root."""
    words: list[str] = []
    for folder in [*reversed(place.parents)][1:]:
        words += ["--dir", str(folder)]
    return words


def _outermost(places: list[Path]) -> list[Path]:
    """`places` without what lies in another of them: under a cover there is nothing to cover."""
    return [place for place in places if not set(place.parents).intersection(places)]


def _bound(outside: Path, inside: Path, hidden: list[Path]) -> list[str]:
    """`outside`, to be read by the name `inside`, with a cover over what must not be seen."""
    words = ["--ro-bind", str(outside), str(inside)]
    for place in hidden:
        if place.is_relative_to(outside):
            words += _covered(place, inside / place.relative_to(outside))
    return words


def _covered(place: Path, inside: Path) -> list[str]:
    """Covers what is called `place` on this machine and `inside` in the sandbox."""
    if place.is_dir():
        return ["--tmpfs", str(inside), "--remount-ro", str(inside)]
    return ["--ro-bind", "/dev/null", str(inside)]


def _system(hidden: list[Path]) -> list[str]:
    words: list[str] = []
    for name in ("/etc", "/run", "/sys", "/var"):
        words += ["--dir", name]
    for name in _SYSTEM:
        place = Path(name)
        if place.is_symlink():
            words += ["--symlink", str(place.readlink()), name]
        elif place.exists():
            words += _bound(place, place, hidden)
    for name in _SETTINGS:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    words += ["--ro-bind-try", "/sys/devices/system/cpu", "/sys/devices/system/cpu"]
    words += ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
    return [*words, "--symlink", "../tmp", "/var/tmp"]


def _namespaces() -> list[str]:
    words = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    words += ["--unshare-cgroup-try", "--hostname", "cnnlab"]
    if users.is_root():
        capabilities = _CAPABILITIES_OF_ROOT
    else:
        capabilities = _CAPABILITIES
        words.append("--unshare-user")
    words += ["--cap-drop", "ALL"]
    for name in capabilities:
        words += ["--cap-add", f"CAP_{name}"]
    return words


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1][:200]
