"""`autograder new UNIT`: a unit without exercises, for its first one to be added."""

from __future__ import annotations

from pathlib import Path

from autograder.authoring.problem import shown
from autograder.authoring.skeletons import skeleton, write_all
from autograder.course import Course
from autograder.course_manifest import UNIT_ID
from autograder.course_packages import folder_of
from autograder.course_settings import top_package
from autograder.errors import UsageError


def new_unit(course: Course, unit_id: str) -> str:
    """Writes lesson, hints, packages and the entry in course.toml; returns what to say."""
    if unit_id in [unit.id for unit in course.units]:
        raise UsageError(
            f"The unit {unit_id} is there already. To add an exercise to it, give its name, too: "
            f"autograder new {unit_id} NAME"
        )
    if not UNIT_ID.fullmatch(unit_id):
        raise UsageError(
            f"{unit_id!r} cannot be the id of a unit: it may hold only letters, digits and "
            "underscores. Type, for example: autograder new 09_detection"
        )
    topic = unit_id.lstrip("0123456789_").replace("_", " ") or unit_id
    title = topic[:1].upper() + topic[1:]
    words = {
        "the_unit": unit_id,
        "The title": title,
        "the_package": top_package(course.packages.exercises),
    }
    folder = course.root / "course" / "units" / unit_id
    docstring = f'"""Unit {unit_id}: {topic}."""\n'
    contents = {
        folder / "lesson.py": skeleton("unit/lesson.py", words),
        folder / "hints.toml": skeleton("unit/hints.toml", words),
        **dict.fromkeys(package_files(course, unit_id), docstring),
    }
    contents = {path: text for path, text in contents.items() if not path.exists()}
    manifest = course.manifest.read_text(encoding="utf-8").rstrip("\n")
    contents[course.manifest] = f"{manifest}\n\n{skeleton('unit/unit.toml', words)}"
    write_all(contents)
    listing = "\n".join(f"  {shown(path)}" for path in contents)
    return f"""\
✓ Unit {unit_id} has its files and an entry in course.toml:
{listing}
Next: mend its title, minutes and prerequisites in course.toml, then add the first exercise:
  autograder new {unit_id} NAME"""


def package_files(course: Course, unit_id: str) -> list[Path]:
    """The files that make the unit's two folders packages of Python's."""
    folders = [folder_of(course.packages, which) for which in ("exercises", "hidden")]
    return [folder / f"u{unit_id}" / "__init__.py" for folder in folders]
