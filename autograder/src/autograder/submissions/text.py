"""From a file's bytes to its text, whatever program wrote them."""

from __future__ import annotations

import codecs

_MARKS = (  # longest first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text in `data`, and what was odd about its form. Every sequence of bytes has a text."""
    encoding = _encoding(data)
    repaired = []
    if encoding.startswith(("utf-16", "utf-32")):
        repaired.append(f"The file was saved as {encoding.upper()[:6]}; it was read as that.")
        width = 4 if encoding.startswith("utf-32") else 2
        data = data[: len(data) - len(data) % width]
    else:
        whole = data
        data = data.rstrip(b"\0")
        if data != whole:
            repaired.append("Zero bytes at the end of the file were left out.")
    try:
        return data.decode(encoding).rstrip("\0"), repaired
    except UnicodeDecodeError:
        # Older editors on Windows; the few bytes that cp1252 leaves open are kept as signs.
        text = "".join(_old_letter(byte) for byte in data)
        return text, [*repaired, "The file was not saved as UTF-8; it was read as Latin-1."]


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:200]
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8"


def _old_letter(byte: int) -> str:
    return bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)
