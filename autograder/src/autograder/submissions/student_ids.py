"""Students' ids: what a folder or file is called, fit to be the name of a file of ours."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

LONGEST = 100

# How learning platforms name what they let teachers download.
_MOODLE = re.compile(r"(?P<student>.+_\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
_CANVAS = re.compile(r"(?P<student>[^\W_]+(?:_LATE)?_\d{3,})_\d{3,}_(?P<file>.+)")


def safe_id(name: str) -> str:
    """`name` without anything that could lead out of a folder, hide a file or break a line."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    text = "".join("_" if _is_unsafe(letter) else letter for letter in text).strip(" .")
    if len(text.encode()) > LONGEST:
        digest = sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
        text = f"{text.encode()[: LONGEST - 9].decode('utf-8', 'ignore')}-{digest}"
    return text or "unnamed"


def from_platform(name: str) -> str | None:
    """The student in a file or folder name by Canvas or Moodle; None for any other name."""
    for form in (_MOODLE, _CANVAS):
        if found := form.fullmatch(name):
            return found["student"].replace("_LATE", "")
    return None


def _is_unsafe(letter: str) -> bool:
    return letter in '/\\:*?"<>|' or unicodedata.category(letter)[0] == "C"
