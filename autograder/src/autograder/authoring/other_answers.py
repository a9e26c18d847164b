"""release/other_answers.json: right answers that learners may see once their own passes.

An author marks them in the answer bank: `# %% right="im2col" shown="what this one does
differently"`. `compare = "never"` in course.toml keeps them all from learners.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autograder.answers import shown_answers
from autograder.authoring.problem import Problem
from autograder.course import Course, Unit
from autograder.errors import LessonError
from cnnlab.other_answers import FILE, OtherAnswer, encoded, file_text, read_file

OTHER_ANSWERS = f"release/{FILE}"


def other_answers_text(
    course: Course, built: Mapping[Unit, Collection[str]]
) -> tuple[str, list[Problem]]:
    """The file for the exercises of the units that are built; the other units keep what they had.

    Empty where there is nothing to show: then there is no file.
    """
    if course.compare == "never":
        return "", []
    units = read_file(course.root / "release") if len(built) < len(course.units) else {}
    problems = []
    for unit, exercises in built.items():
        try:
            shown = shown_answers(unit)
        except LessonError as error:
            problems.append(Problem(error.file, error.line, error.what, error.mend))
            continue
        units[unit.id] = {
            exercise: encoded(OtherAnswer(a.name, a.shown, a.source) for a in shown[exercise])
            for exercise in exercises
            if shown.get(exercise)
        }
    listed = {unit.id: units[unit.id] for unit in course.units if units.get(unit.id)}
    return (file_text(listed) if listed else ""), problems
