"""Which files each data set consists of and where they can be had: `mirrors.toml`, read."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from cnnlab.data.errors import DataError
from cnnlab.errors import UnknownNameError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SETTING = "CNNLAB_MIRRORS"


@dataclass(frozen=True)
class RemoteFile:
    """One file: what it must be, and every address it can be fetched from.

    `unpacked` is the hash of what a gzip file holds, where any compression of it will do.
    """

    name: str
    bytes: int
    hash: str  # algorithm:hex digits
    urls: tuple[str, ...]
    unpacked: str | None = None


@dataclass(frozen=True)
class Source:
    """One data set: its files, the data set without a download that can stand in for it, the names
    of other data sets that are made from the same files, and Debian's package of it."""

    name: str
    instead: str
    files: tuple[RemoteFile, ...]
    also: tuple[str, ...] = ()
    debian: str | None = None


def find_source(name: str) -> Source:
    """The source of one data set, after the user's own setting has been applied."""
    sources = all_sources()
    if name not in sources:
        raise UnknownNameError("data set to download", name, sorted(sources))
    return sources[name]


def all_sources() -> dict[str, Source]:
    """Every source by name. CNNLAB_MIRRORS may hold the path of a TOML file or an address."""
    packaged = resources.files("cnnlab.data.downloads").joinpath("mirrors.toml")
    sources = _parse(packaged.read_text(encoding="utf-8"), "mirrors.toml")
    setting = os.environ.get(SETTING, "").strip()
    if not setting:
        return sources
    if setting.startswith(("http://", "https://")):
        return {name: _with_server(source, setting.split()) for name, source in sources.items()}
    path = Path(setting).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"{SETTING} is set to {setting!r}, but that file cannot be read ({error.strerror}).\n"
            f"Set it to the path of a TOML file or to an address that begins with https://, or "
            f"remove it: unset {SETTING}"
        ) from error
    return {**sources, **_parse(text, str(path))}


def _with_server(source: Source, servers: list[str]) -> Source:
    """The same files, with the given servers tried before all others."""
    files = tuple(
        replace(
            file,
            urls=(
                *(_web_address(f"{s.rstrip('/')}/{source.name}/{file.name}") for s in servers),
                *file.urls,
            ),
        )
        for file in source.files
    )
    return replace(source, files=files)


def _parse(text: str, where: str) -> dict[str, Source]:
    try:
        tables: dict[str, Any] = tomllib.loads(text)
        return {name: _source(name, table) for name, table in tables.items()}
    except tomllib.TOMLDecodeError as error:
        problem = str(error)
    except (KeyError, TypeError, ValueError) as error:
        problem = f"a data set or file lacks something, or has it in the wrong form ({error!r})"
    raise DataError(
        f"The list of mirrors in {where} cannot be used: {problem}.\n"
        "Each data set needs `instead` and [[<data set>.files]] with name, bytes, hash "
        '("md5:…" or "sha256:…") and urls. Correct the file, or remove the setting: '
        f"unset {SETTING}"
    )


def _source(name: str, table: dict[str, Any]) -> Source:
    files = tuple(
        RemoteFile(
            name=_plain_name(f["name"]),
            bytes=int(f["bytes"]),
            hash=_checked_hash(f["hash"]),
            urls=tuple(_web_address(url) for url in f["urls"]),
            unpacked=_checked_hash(f["unpacked"]) if "unpacked" in f else None,
        )
        for f in table["files"]
    )
    return Source(
        name=_plain_name(name),
        instead=str(table["instead"]),
        files=files,
        also=tuple(table.get("also", ())),
        debian=table.get("debian"),
    )


def _plain_name(name: str) -> str:
    if name != Path(name).name or name.startswith("."):
        raise ValueError(f"{name!r} is not a plain file name")
    return name


def _checked_hash(text: str) -> str:
    algorithm, _, digits = text.partition(":")
    if algorithm not in ("md5", "sha256") or not digits:
        raise ValueError(f"{text!r} is not md5:… or sha256:…")
    return text


def _web_address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} does not begin with https:// or http://")
    return url
