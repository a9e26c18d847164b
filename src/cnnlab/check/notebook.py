"""What a learner meets: `check.conv2d(conv2d)` answers at once, in words, and keeps the score."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from typing import Any

from cnnlab import progress
from cnnlab.check.registry import find_todo, todo_defining
from cnnlab.check.run import Result, run_checks
from cnnlab.check.todo import Todo
from cnnlab.errors import CnnlabError
from cnnlab.student import local_student
from cnnlab.terminal import CROSS, TICK, wrap

# Visible checks always draw the same inputs: a learner who runs one twice sees the same question.
VISIBLE_SEED = 0


class CheckUsageError(CnnlabError):
    """A check was called in a way that cannot work."""


def check_answer(todo: Todo, *answers: Any) -> list[Result]:
    """Runs the visible checks of `todo` on what the learner wrote, and prints what they found."""
    if len(answers) != len(todo.names):
        raise CheckUsageError(
            f"check.{todo.id} takes {len(todo.names)} argument(s), got {len(answers)}. "
            f"Type: check.{todo.id}({', '.join(todo.names)})"
        )
    for name, answer in zip(todo.names, answers, strict=True):
        if isinstance(todo.references[name], type) and not isinstance(answer, type):
            raise CheckUsageError(
                f"check.{todo.id} wants the class itself, so that it can make networks of its "
                f"own. Type: check.{todo.id}({name})"
            )
    namespace = {**_learners_variables(), **dict(zip(todo.names, answers, strict=True))}
    student = local_student(namespace, _sources(answers))
    results = run_checks(todo, todo.checks, student, VISIBLE_SEED)
    progress.record_check(todo.id, all(result.passed for result in results))
    print(describe(todo, results))
    return results


def use(answer: Any, todo_id: str = "") -> Any:
    """See `cnnlab.check.use`."""
    name = getattr(answer, "__name__", "")
    todo = find_todo(todo_id) if todo_id else todo_defining(name)
    if todo is None:
        raise CheckUsageError(
            f"No exercise defines `{name}`. Say which one it answers: check.use({name}, todo_id)"
        )
    name = name if name in todo.names else todo.names[0]
    student = local_student({**_learners_variables(), name: answer}, _sources((answer,)))
    results = run_checks(todo, todo.checks, student, VISIBLE_SEED)
    if all(result.passed for result in results):
        return answer
    print(f"(Using the course's `{name}` here: yours does not pass its checks yet.)")
    return todo.references[name]


def describe(todo: Todo, results: list[Result]) -> str:
    """The results in words; the same mistake is explained once, however many checks it fails."""
    if all(result.diagnosis == "not_written" for result in results):
        lines = [f"{CROSS} {todo.id}: {_explanation(results[0])}"]
    else:
        lines = _line_by_line(todo, results)
    if not all(result.passed for result in results):
        lines.append(f'Stuck? Run hint("{todo.id}") in a cell of its own.')
    return "\n".join(lines)


def _line_by_line(todo: Todo, results: list[Result]) -> list[str]:
    lines: list[str] = []
    explained: set[str] = set()
    for result in results:
        name = f"{todo.id}: {result.name}"
        if result.passed:
            lines.append(f"{TICK} {name}")
        elif result.diagnosis in explained:
            lines.append(f"{CROSS} {name} (see above)")
        else:
            explained.add(result.diagnosis)
            lines += [f"{CROSS} {name}", wrap(_explanation(result), indent="    ")]
    return lines


def _explanation(result: Result) -> str:
    text = f"{result.message} {result.detail}".strip()
    return text[:1].upper() + text[1:]


def _learners_variables() -> Mapping[str, Any]:
    shell = _ipython()
    return shell.user_ns if shell else vars(sys.modules["__main__"])


def _sources(answers: tuple[Any, ...]) -> list[str]:
    """The code in which shortcuts are looked for: the session so far, else the answers alone."""
    shell = _ipython()
    if shell:
        return [str(source) for source in shell.user_ns.get("In", [])]
    sources = []
    for answer in answers:
        try:
            sources.append(inspect.getsource(answer))
        except (OSError, TypeError):  # typed at a prompt, or not a function: nothing to read
            continue
    return sources


def _ipython() -> Any:
    """The running IPython shell, without importing IPython where there is none."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None
