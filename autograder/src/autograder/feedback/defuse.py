"""Making a learner's notebook harmless for whoever opens its feedback in a browser.

Only text and pictures of two kinds stay of what code has put out. Text that a learner wrote stays
as it is to the eye, but no browser takes anything in it for markup, a link or a command.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

# Invisible, and enough to keep a sign from meaning what it would without.
JOINER = "\u2060"

MOST_TEXT = 20_000  # characters of one cell's output
MOST_PICTURES = 3_000_000  # characters of base64 in one cell
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LINK = re.compile(r"\](?=[(\[:])")
_ENTITY = re.compile(r"&(?=[#A-Za-z])")
_TEX = re.compile(r"\\(?=(?:href|url|class|cssId|style|data|unicode|require|includegraphics)\b)")
_SCHEME = re.compile(r"(?i)\b(javascript|vbscript|data|file|https?|ftp|mailto)(?=\s*:)")

_LEFT_OUT = "[output of a kind that is not shown in feedback]"


def defuse(notebook: NotebookNode, release: NotebookNode) -> None:
    """Changes `notebook` in place; cells that are as we released them keep their text."""
    ours = {cell.source for cell in release.cells}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _outputs(cell.outputs)
            cell.execution_count = None
        elif cell.source not in ours:
            cell.source = harmless_text(cell.source)


def harmless_text(text: str) -> str:
    """Markdown in which HTML, links, addresses and TeX commands with effects are mere words."""
    for pattern in (_TAG, _LINK, _ENTITY, _TEX, _SCHEME):
        text = pattern.sub(lambda found: found[0] + JOINER, text)
    return text


def _outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    text_left, pictures_left = MOST_TEXT, MOST_PICTURES
    for output in outputs:
        harmless = _output(output, text_left, pictures_left)
        if harmless is None:
            continue
        text_left -= _text_size(harmless)
        pictures_left -= _picture_size(harmless)
        kept.append(harmless)
    return kept


def _output(output: NotebookNode, text_left: int, pictures_left: int) -> NotebookNode | None:
    """The output rebuilt from the parts that can do nothing; None if there is no room for it."""
    if text_left <= 0:
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=_cut(_string(output.get("text")), text_left))
    if kind == "error":
        lines = output.get("traceback")
        told = "\n".join(_string(line) for line in lines) if isinstance(lines, list) else ""
        return new_output(
            "error",
            ename=_cut(_string(output.get("ename")), 200),
            evalue=_cut(_string(output.get("evalue")), 2000),
            traceback=_cut(told, text_left).split("\n"),
        )
    data = output.get("data")
    if not isinstance(data, dict):
        return None
    # As display_data only: an execute_result is what nbgrader would read points from.
    return new_output("display_data", data=_data(data, text_left, pictures_left))


def _data(data: dict[str, Any], text_left: int, pictures_left: int) -> dict[str, str]:
    kept = {}
    for kind, signature in _SIGNATURES.items():
        picture = _picture(data.get(kind), signature)
        if picture and len(picture) <= pictures_left:
            kept[kind] = picture
    text = _string(data.get("text/plain"))
    if text or not kept:
        kept["text/plain"] = _cut(text, text_left) if text else _LEFT_OUT
    return kept


def _picture(content: object, signature: bytes) -> str:
    """The picture in canonical base64; "" for what only claims to be one."""
    try:
        raw = base64.b64decode("".join(_string(content).split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(raw).decode() if raw.startswith(signature) else ""


def _string(content: object) -> str:
    if isinstance(content, list):
        content = "".join(part for part in content if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}\n[… more was left out here]"


def _text_size(output: NotebookNode) -> int:
    if output.output_type == "display_data":
        return len(output.data.get("text/plain", ""))
    return len(output.get("text", "")) + sum(len(line) for line in output.get("traceback", []))


def _picture_size(output: NotebookNode) -> int:
    pictures = output.data.items() if output.output_type == "display_data" else ()
    return sum(len(content) for kind, content in pictures if kind in _SIGNATURES)
