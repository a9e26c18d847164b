"""The outputs of one cell, gathered from the kernel's messages and kept to a sensible size."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

MAX_CHARACTERS = 1_000_000
MAX_OUTPUTS = 2_000
_SHOWN = {"stream", "display_data", "execute_result", "error"}


class Outputs:
    """Collects messages into notebook outputs, in the way Jupyter's front ends do."""

    def __init__(self) -> None:
        self.cells: list[NotebookNode] = []
        self._by_display_id: dict[str, list[NotebookNode]] = {}
        self._clear_before_next = False
        self._characters = 0

    def add(self, message: dict[str, Any]) -> None:
        """Takes one message in; what is not formed as Jupyter's are is left out."""
        kind, content = message["msg_type"], message["content"]
        if kind == "clear_output":
            self._clear_before_next = bool(content.get("wait"))
            if not self._clear_before_next:
                self.cells.clear()
        elif kind == "update_display_data":
            if self._has_room(content) and (data := _plain_bundle(content)) is not None:
                self._update(content, data)
        elif kind in _SHOWN and _well_formed(kind, content):
            self._append(message)

    def _append(self, message: dict[str, Any]) -> None:
        if self._clear_before_next:
            self.cells.clear()
            self._clear_before_next = False
        if not self._has_room(message["content"]):
            self._note_the_cut()
            return
        output = output_from_msg(message)
        last = self.cells[-1] if self.cells else None
        if (
            last is not None
            and last.output_type == output.output_type == "stream"
            and last.name == output.name
        ):
            last.text += output.text
            return
        self.cells.append(output)
        if display_id := _display_id(message["content"]):
            self._by_display_id.setdefault(display_id, []).append(output)

    def _update(self, content: dict[str, Any], data: dict[str, Any]) -> None:
        for output in self._by_display_id.get(_display_id(content), []):
            output.data = NotebookNode(data)

    def _has_room(self, content: dict[str, Any]) -> bool:
        self._characters += len(str(content))
        return self._characters <= MAX_CHARACTERS and len(self.cells) < MAX_OUTPUTS

    def _note_the_cut(self) -> None:
        note = new_output("stream", name="stdout", text="\n[more output was left out here]\n")
        if not self.cells or self.cells[-1] != note:
            self.cells.append(note)


def _well_formed(kind: str, content: dict[str, Any]) -> bool:
    """Whether a message of this kind holds what a notebook can keep; makes its data plain."""
    if kind == "stream":
        return content.get("name") in ("stdout", "stderr") and isinstance(content.get("text"), str)
    if kind == "error":
        lines = content.get("traceback")
        texts = [content.get("ename"), content.get("evalue"), *(_list(lines))]
        return isinstance(lines, list) and all(isinstance(text, str) for text in texts)
    data = _plain_bundle(content)
    count = content.get("execution_count")
    if data is None or not (count is None or isinstance(count, int)):
        return False
    content["data"], content["metadata"] = data, {}
    content.setdefault("execution_count", None)
    return True


def _plain_bundle(content: dict[str, Any]) -> dict[str, Any] | None:
    """What is shown, by its MIME type: texts, and flat objects such as a widget's."""
    data = content.get("data")
    if not isinstance(data, dict):
        return None
    return {str(kind): value for kind, value in data.items() if _is_flat(value)}


def _is_flat(value: Any) -> bool:
    if isinstance(value, dict):
        return all(not isinstance(item, (dict, list)) for item in value.values())
    return isinstance(value, str)


def _display_id(content: dict[str, Any]) -> str:
    transient = content.get("transient")
    return str(transient.get("display_id") or "") if isinstance(transient, dict) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
