"""The cache of downloaded files: nothing is handed out that was not checked.

Files live in `<CNNLAB_HOME>/data/<data set>/`, CNNLAB_HOME being `~/.cnnlab` unless set. A file
gets its name by a rename after its hash was right, so a half file never has the name of a whole
one. A lock for each data set keeps two programs from writing the same file.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cnnlab.data.downloads.checking import is_right
from cnnlab.data.downloads.sources import SETTING, RemoteFile, Source, all_sources, find_source
from cnnlab.data.downloads.system import system_advice, system_files
from cnnlab.data.downloads.transfer import (
    DiskError,
    MirrorFailedError,
    MirrorSlowError,
    Patience,
    Transfer,
)
from cnnlab.data.errors import DataError
from cnnlab.errors import UnknownNameError
from cnnlab.home import HOME_SETTING, home

SHOW_PROGRESS_FROM = 1_000_000  # bytes; anything smaller is there before a bar could be read


class DownloadError(DataError):
    """No mirror delivered the file; the message names each one's reason and what to use instead."""


@dataclass(frozen=True)
class CacheEntry:
    """One data set in the cache. `complete` is false while parts are missing."""

    name: str
    bytes: int
    complete: bool
    path: Path


def obtain(name: str, patience: Patience | None = None) -> dict[str, Path]:
    """Paths of all files of a data set by file name, checked: those that the system has, those of
    the cache, or downloaded ones."""
    source = find_source(name)
    if (installed := system_files(source)) is not None:
        return installed
    folder = home() / "data" / name
    paths = {file.name: folder / file.name for file in source.files}
    # No lock where nothing is written, so a class can share one read-only cache.
    if not all(is_right(paths[file.name], file) for file in source.files):
        with _locked(name, wait=True):
            _make_folder(folder)
            for file in source.files:
                _obtain_file(source, file, paths[file.name], patience or Patience())
    return paths


def cache_entries() -> list[CacheEntry]:
    """What the cache holds, by name; data sets of which nothing is there are left out.

    >>> import os, tempfile, unittest.mock
    >>> with tempfile.TemporaryDirectory() as empty:
    ...     with unittest.mock.patch.dict(os.environ, CNNLAB_HOME=empty):
    ...         cache_entries()
    []
    """
    entries = []
    for name, source in sorted(all_sources().items()):
        folder = home() / "data" / name
        files = [f for f in folder.glob("*") if f.is_file()] if folder.is_dir() else []
        if files:
            # A file has its name only once its hash was right.
            complete = all((folder / f.name).is_file() for f in source.files)
            entries.append(CacheEntry(name, sum(map(_size, files)), complete, folder))
    return entries


def clear_cache(name: str | None = None) -> int:
    """Delete one data set from the cache, or all of them; return the number of bytes freed.

    >>> import os, tempfile, unittest.mock
    >>> with tempfile.TemporaryDirectory() as empty:
    ...     with unittest.mock.patch.dict(os.environ, CNNLAB_HOME=empty):
    ...         clear_cache("mnist")
    0
    """
    sources = all_sources().values()
    chosen = [s.name for s in sources if name is None or name in (s.name, *s.also)]
    if not chosen:
        known = sorted(n for s in sources for n in (s.name, *s.also))
        raise UnknownNameError("downloaded data set", str(name), known)
    freed = 0
    for entry in cache_entries():
        if entry.name in chosen:
            with _locked(entry.name, wait=False):
                shutil.rmtree(entry.path)
            freed += entry.bytes
    return freed


def _obtain_file(source: Source, file: RemoteFile, target: Path, patience: Patience) -> None:
    if is_right(target, file):
        return
    part = target.with_name(target.name + ".part")
    if not is_right(part, file):
        _fetch(source, file, part, patience)
    part.replace(target)


def _fetch(source: Source, file: RemoteFile, part: Path, patience: Patience) -> None:
    _check_space(file, part)
    with _progress_bar(source, file) as on_progress:
        _download(source, Transfer(file, part, patience, on_progress))


def _download(source: Source, transfer: Transfer) -> None:
    """Leave the right bytes in `transfer.part`, from whichever mirrors deliver them."""
    failed: dict[str, str] = {}
    speeds: dict[str, float] = {}
    file = transfer.file
    for last_round in (False, True):
        # First round: in the given order, leaving who is slow. Second: the fastest of the slow.
        for url in sorted(file.urls, key=lambda u: -speeds.get(u, 0)):
            others = [u for u in file.urls if u != url and u not in failed]
            if url in failed:
                continue
            try:
                if _deliver(url, transfer, may_leave=bool(others) and not last_round):
                    return
                failed[url] = "it sent other bytes than the file should have"
            except MirrorSlowError as slow:
                speeds[url] = slow.speed
            except MirrorFailedError as failure:
                failed[url] = str(failure)
    raise _all_failed(source, transfer, failed)


def _deliver(url: str, transfer: Transfer, *, may_leave: bool) -> bool:
    """Complete the part from this mirror; false if the mirror sends wrong bytes."""
    while True:
        began_empty = transfer.have == 0
        transfer.run(url, may_leave=may_leave)
        if is_right(transfer.part, transfer.file):
            return True
        transfer.part.unlink()
        if began_empty:
            return False
        # The wrong bytes may have come from elsewhere: once more, this mirror alone.


def _all_failed(source: Source, transfer: Transfer, failed: dict[str, str]) -> DownloadError:
    reasons = "\n".join(f"  {url}\n    {reason}" for url, reason in failed.items())
    kept = (
        f"The first {_megabytes(transfer.have)} are kept and will be continued.\n"
        if transfer.have
        else ""
    )
    return DownloadError(
        f"{source.name} could not be downloaded: {transfer.file.name} "
        f"({_megabytes(transfer.file.bytes)}) came from none of {len(failed)} places.\n"
        f"{reasons}\n{kept}"
        f'Without a network, go on with cnnlab.data.load("{source.instead}"), which needs none.\n'
        f"{system_advice(source)}"
        f"Otherwise check the connection and load again, or set {SETTING} to a server near you."
    )


def _check_space(file: RemoteFile, part: Path) -> None:
    missing = file.bytes - _size(part)
    free = shutil.disk_usage(part.parent).free
    if missing > free:
        raise DiskError(
            f"{file.name} needs {_megabytes(missing)} more, but the disk of {part.parent} has "
            f"only {_megabytes(free)} free.\n"
            f"Free some space, or choose another place with the setting {HOME_SETTING}, for "
            f"example\n  export {HOME_SETTING}=/path/with/space"
        )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskError(
            f"The folder {folder} cannot be made ({error.strerror}).\n"
            f"Choose another place with the setting {HOME_SETTING}, for example\n"
            f"  export {HOME_SETTING}=$HOME/cnnlab"
        ) from error


@contextmanager
def _locked(name: str, *, wait: bool) -> Iterator[None]:
    """Hold the lock of a data set. The system frees it if the program that holds it dies."""
    from filelock import FileLock, Timeout

    folder = home() / "data" / ".locks"
    _make_folder(folder)
    lock = FileLock(folder / f"{name}.lock")
    try:
        lock.acquire(timeout=0.5)
    except Timeout:
        if not wait:
            raise DataError(
                f"{name} is being downloaded by another program just now. "
                "Wait until it is done, or stop it, then try again."
            ) from None
        print(f"Another program is downloading {name}; waiting for it.", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _progress_bar(source: Source, file: RemoteFile) -> Iterator[Callable[[int], None]]:
    """A bar with speed and time left for files that take a while."""
    from tqdm.auto import tqdm

    label = source.name if len(source.files) == 1 else f"{source.name}: {file.name}"
    with tqdm(
        total=file.bytes,
        desc=label,
        unit="B",
        unit_scale=True,
        disable=file.bytes < SHOW_PROGRESS_FROM,
    ) as bar:
        began = False

        def show(have: int) -> None:
            nonlocal began
            if not began:
                bar.reset(total=file.bytes)
                bar.initial = bar.n = have  # what an earlier run brought says nothing about speed
                began = True
            bar.update(have - bar.n)

        yield show


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
