"""`cnnlab data`: the data sets, and what has been downloaded."""

from __future__ import annotations

import argparse
from typing import Any

from cnnlab.terminal import table


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
    rows = [
        [
            entry.name,
            entry.about,
            _where(entry.origin, downloaded.get(entry.cached_as or "")),
        ]
        for entry in catalogue()
    ]
    print(table(["name", "what it is", "where"], rows))
    print("\nFetch one with: cnnlab data NAME    Clear downloads with: cnnlab data --clear")
    return 0


def _where(origin: str, entry: Any) -> str:
    if origin != "download":
        return "here, no network"
    if entry is None:
        return "to be downloaded"
    return f"{entry.bytes / 2**20:.0f} MiB, " + ("here" if entry.complete else "not complete")
