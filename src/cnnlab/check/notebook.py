"""What a learner meets: `check.conv2d(conv2d)` answers at once, in words, and keeps the score."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from cnnlab import progress
from cnnlab.catalogue import OURS
from cnnlab.check.exercise import Exercise
from cnnlab.check.late_binding import advice as late_binding_advice
from cnnlab.check.late_binding import late_bound
from cnnlab.check.praise import praise
from cnnlab.check.registry import Exercises
from cnnlab.check.run import Result, run_checks
from cnnlab.errors import CnnlabError
from cnnlab.learner import local_learner
from cnnlab.other_answers import are_shown
from cnnlab.terminal import CROSS, TICK, wrap

# Visible checks always draw the same inputs: a learner who runs one twice sees the same question.
VISIBLE_SEED = 0


class CheckUsageError(CnnlabError):
    """A check was called in a way that cannot work."""


def check_answer(exercise: Exercise, *answers: Any, package: str = OURS) -> list[Result]:
    """Runs the visible checks on what the learner wrote, and prints what they found.

    `package` is the one that learners of the course install.
    """
    if len(answers) != len(exercise.names):
        raise CheckUsageError(
            f"check.{exercise.id} takes {len(exercise.names)} argument(s), got {len(answers)}. "
            f"Type: check.{exercise.id}({', '.join(exercise.names)})"
        )
    for name, answer in zip(exercise.names, answers, strict=True):
        if isinstance(exercise.references[name], type) and not isinstance(answer, type):
            raise CheckUsageError(
                f"check.{exercise.id} wants the class itself, so that it can make networks of its "
                f"own. Type: check.{exercise.id}({name})"
            )
    namespace = {**_learners_variables(), **dict(zip(exercise.names, answers, strict=True))}
    learner = local_learner(namespace, _sources(answers))
    results = run_checks(exercise, exercise.checks, learner, VISIBLE_SEED)
    passed = all(result.passed for result in results)
    progress.record_check(exercise.id, passed)
    print(describe(exercise, results, learner.sources))
    if passed:
        print(praise(exercise.id, len(results), package))
        if are_shown(exercise.id, package):
            print(f'Other ways to do it: check.compare("{exercise.id}")')
    return results


def use(exercises: Exercises, answer: Any, exercise_id: str = "") -> Any:
    """See `Checks.use`."""
    name = getattr(answer, "__name__", "")
    exercise = exercises.find(exercise_id) if exercise_id else exercises.defining(name)
    if exercise is None:
        raise CheckUsageError(
            f"No exercise defines `{name}`. Say which one it answers: check.use({name}, exercise)"
        )
    name = name if name in exercise.names else exercise.names[0]
    learner = local_learner({**_learners_variables(), name: answer}, _sources((answer,)))
    results = run_checks(exercise, exercise.checks, learner, VISIBLE_SEED)
    if all(result.passed for result in results):
        return answer
    print(f"(Using the course's `{name}` here: yours does not pass its checks yet.)")
    return exercise.references[name]


def describe(exercise: Exercise, results: list[Result], sources: Sequence[str] = ()) -> str:
    """The results in words; the same mistake is explained once, however many checks it fails.

    In `sources`, the learner's code, a slip is looked for that no check can recognise.
    """
    if all(result.mistake == "not_written" for result in results):
        lines = [f"{CROSS} {exercise.id}: {_explanation(results[0])}"]
    else:
        lines = _line_by_line(exercise, results)
    if not all(result.passed for result in results):
        variable = late_bound(sources, exercise.names)
        if variable and not any(f"{variable}={variable}" in line for line in lines):
            lines.append(wrap(late_binding_advice(variable)))
        lines.append(f'Stuck? Run hint("{exercise.id}") in a cell of its own.')
    return "\n".join(lines)


def _line_by_line(exercise: Exercise, results: list[Result]) -> list[str]:
    lines: list[str] = []
    explained: set[str] = set()
    for result in results:
        name = f"{exercise.id}: {result.name}"
        if result.passed:
            lines.append(f"{TICK} {name}")
            lines += [wrap(result.message, indent="    ")] if result.message else []
        elif result.mistake in explained:
            lines.append(f"{CROSS} {name} (see above)")
        else:
            explained.add(result.mistake)
            lines += [f"{CROSS} {name}", wrap(_explanation(result), indent="    ")]
    return lines


def _explanation(result: Result) -> str:
    text = f"{result.message} {result.detail}".strip()
    first = text.partition(" ")[0]
    # "nn.Sequential takes …" begins with a name, which stays as it is written
    return text[:1].upper() + text[1:] if first.isalpha() else text


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
