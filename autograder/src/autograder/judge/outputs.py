"""The outputs of one cell, gathered from the kernel's messages and kept to a sensible size."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

MAX_CHARACTERS = 1_000_000
_SHOWN = {"stream", "display_data", "execute_result", "error"}


class Outputs:
    """Collects messages into notebook outputs, in the way Jupyter's front ends do."""

    def __init__(self) -> None:
        self.cells: list[NotebookNode] = []
        self._by_display_id: dict[str, list[NotebookNode]] = {}
        self._clear_before_next = False
        self._characters = 0

    def add(self, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "clear_output":
            self._clear_before_next = bool(content.get("wait"))
            if not self._clear_before_next:
                self.cells.clear()
        elif kind == "update_display_data":
            self._update(content)
        elif kind in _SHOWN:
            self._append(message)

    def _append(self, message: dict[str, Any]) -> None:
        if self._clear_before_next:
            self.cells.clear()
            self._clear_before_next = False
        size = len(str(message["content"]))
        if self._characters + size > MAX_CHARACTERS:
            self._note_the_cut()
            return
        self._characters += size
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
        display_id = message["content"].get("transient", {}).get("display_id")
        if display_id:
            self._by_display_id.setdefault(display_id, []).append(output)

    def _update(self, content: dict[str, Any]) -> None:
        for output in self._by_display_id.get(content.get("transient", {}).get("display_id"), []):
            output.data = NotebookNode(content["data"])
            output.metadata = NotebookNode(content.get("metadata", {}))

    def _note_the_cut(self) -> None:
        note = new_output("stream", name="stdout", text="\n[more output was left out here]\n")
        if not self.cells or self.cells[-1] != note:
            self.cells.append(note)
