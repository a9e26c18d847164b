"""A question with what was said of its answer, as text and as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from cnnlab.practice.question import Question, Verdict

_EMPHASIS = re.compile(r"(?<![\w*])\*(\w[^*]*?)\*(?![\w*])")


@dataclass(frozen=True, repr=False)
class Sheet:
    """What a notebook shows of a question, before and after it is answered."""

    question: Question
    verdict: Verdict | None = None
    problem: str = ""

    def __repr__(self) -> str:
        parts = [str(self.question), str(self.verdict or ""), self.problem]
        return "\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        question = self.question
        choices = "".join(f"<li>{_inline(choice.text)}</li>" for choice in question.choices)
        listed = f'<ol type="a">{choices}</ol>' if choices else ""
        where = f"Unit {question.unit:02} · {question.topic}"
        parts = [
            f"<p><small>{escape(where)}</small></p>",
            _blocks(question.text),
            listed,
            f"<p><em>({escape(question.asks)})</em></p>",
        ]
        if self.verdict is not None:
            parts.append(_told(self.verdict))
        if self.problem:
            parts.append(f"<p>{escape(self.problem)}</p>")
        return f'<div style="max-width:46em">{"".join(parts)}</div>'


def _told(verdict: Verdict) -> str:
    reason = f"<p>{_inline(verdict.reason)}</p>" if verdict.reason else ""
    steps = "".join(f"<li>{_inline(step)}</li>" for step in verdict.explanation)
    listed = f"<ul>{steps}</ul>" if steps else ""
    return f"<p><strong>{_inline(verdict.headline)}</strong></p>{reason}{listed}"


def _blocks(text: str) -> str:
    """Paragraphs, and lines of code or tables as they are."""
    parts: list[str] = []
    code: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("    "):
            code.append(line[4:])
            continue
        if code:
            parts.append(f"<pre>{escape(chr(10).join(code))}</pre>")
            code = []
        if line:
            parts.append(f"<p>{_inline(line)}</p>")
    return "".join(parts)


def _inline(text: str) -> str:
    return _EMPHASIS.sub(r"<em>\1</em>", escape(text))
