"""Which photographs come with the package, by whom and under which licence. It needs no torch."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parent / "files" / "photos"


@cache
def credits() -> dict[str, dict[str, str]]:
    """Title, author, licence and source of each photograph by its name."""
    return tomllib.loads((FOLDER / "photos.toml").read_text(encoding="utf-8"))
