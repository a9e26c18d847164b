"""What `new` and `init` write: the files in template/, with other names filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cnnlab.home import write_atomically

TEMPLATE = Path(__file__).parent / "template"


def skeleton(name: str, words: Mapping[str, str]) -> str:
    """The template's file of that name, its words replaced and its imports in order."""
    return _imports_in_order(filled((TEMPLATE / name).read_text(encoding="utf-8"), words))


def filled(text: str, words: Mapping[str, str]) -> str:
    for word, real in words.items():
        text = text.replace(word, real)
    return text


def write_all(contents: Mapping[Path, str]) -> None:
    """Writes every file, or after a failure none: what was there before is there again."""
    before = {path: path.read_bytes() if path.exists() else None for path in contents}
    try:
        for path, text in contents.items():
            write_atomically(path, text.encode("utf-8"))
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_atomically(path, content)
        raise


def _imports_in_order(text: str) -> str:
    """Where a module is called otherwise, its import belongs in another line."""
    lines = text.split("\n")
    places = [at for at, line in enumerate(lines) if line.startswith("from ")]
    places = [at for at in places if not lines[at].startswith("from __future__")]
    for at, line in zip(places, sorted(lines[at] for at in places), strict=True):
        lines[at] = line
    return "\n".join(lines)
