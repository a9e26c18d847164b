"""Practice in a terminal: a question, a line to type, a verdict, the next question."""

from __future__ import annotations

from datetime import datetime

from cnnlab.practice.memory import now
from cnnlab.practice.question import Verdict
from cnnlab.practice.session import Session
from cnnlab.practice.wording import count
from cnnlab.terminal import CROSS, TICK, bad, faint, good, wrap

KEYS = "? shows the answer, q ends"
EXPLAIN, END = "?", ("q", "quit", "exit")


def practise(session: Session, questions: int | None = None) -> None:
    """Asks until `questions` are answered, or without end; q, Ctrl-D and Ctrl-C end it."""
    said = ""
    print(_welcome(session))
    while questions is None or session.asked < questions:
        said = _tell_problem(session, said)
        print(f"\n{_heading(session, questions)}\n{_laid_out(str(session.next()))}")
        verdict = _answered(session)
        if verdict is None:
            break
        print(_coloured(verdict))
    _tell_problem(session, said)
    print(f"\n{_farewell(session)}")


def _answered(session: Session) -> Verdict | None:
    """The verdict on the first line that can be read as an answer; None if it was the end."""
    while True:
        try:
            typed = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return None
        if typed.casefold() in END:
            return None
        if typed == EXPLAIN:
            return session.explain()
        if not typed:
            print(faint(f"Type an answer; {KEYS}."))
            continue
        verdict = session.answer(typed)
        if verdict.readable:
            return verdict
        print(wrap(verdict.headline))


def _welcome(session: Session) -> str:
    names = session.names
    due, new = len(session.memory.due(names, now())), len(session.memory.new(names))
    return f"{count(len(names), 'kind')} of question: {due} due, {new} new. {KEYS.capitalize()}."


def _heading(session: Session, questions: int | None) -> str:
    number = session.asked + 1
    return faint(f"Question {number}" + (f" of {questions}" if questions else ""))


def _laid_out(text: str) -> str:
    """Sentences wrapped; code, tables and choices as they are."""
    lines = text.split("\n")
    return "\n".join(line if line.startswith("    ") else _wrapped(line) for line in lines)


def _wrapped(line: str) -> str:
    text = line.lstrip()
    inside = " " * (len(line) - len(text))
    first, *rest = wrap(text, width=90).split("\n")
    return "\n".join([inside + first, *(f"{inside}   {more}" if inside else more for more in rest)])


def _coloured(verdict: Verdict) -> str:
    text = str(verdict)
    for sign, paint in ((TICK, good), (CROSS, bad)):
        if text.startswith(sign):
            return paint(sign) + text[len(sign) :]
    return text


def _tell_problem(session: Session, said: str) -> str:
    """Says what is wrong with the file of records, once."""
    problem = session.memory.problem
    if problem and problem != said:
        print(wrap(problem))
    return problem


def _farewell(session: Session) -> str:
    if not session.asked:
        return "Nothing answered this time."
    text = f"{count(session.asked, 'answer')}, {session.right} right."
    due = session.memory.next_due(session.names)
    return f"{text} The next one is due {_until(due)}." if due else text


def _until(due: datetime) -> str:
    """
    >>> from datetime import timedelta
    >>> _until(now() + timedelta(minutes=9.9)), _until(now() + timedelta(days=2.9))
    ('in 10 minutes', 'in 3 days')
    """
    seconds = (due - now()).total_seconds()
    if seconds <= 0:
        return "now"
    if seconds < 5400:
        return f"in {count(max(1, round(seconds / 60)), 'minute')}"
    if seconds < 20 * 3600:
        return f"in {count(round(seconds / 3600), 'hour')}"
    return f"in {count(round(seconds / 86400), 'day')}"
