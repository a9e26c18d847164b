"""`autograder init`: a course of one unit, which builds, validates and grades as it is."""

from __future__ import annotations

import keyword
import re
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from autograder.authoring.problem import shown
from autograder.authoring.skeletons import TEMPLATE, filled
from autograder.errors import UsageError

_PACKAGE, _TITLE = "my_course", "My course"
# A file of this name would have git pass over the template's own files.
_GITIGNORE = "gitignore"


def new_course(folder: Path) -> str:
    """Writes the course into `folder`, which must not hold anything yet; returns what to say."""
    folder = folder.expanduser().resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already. Name a folder that is not, or is empty.")
    package = _package_name(folder)
    title = package.replace("_", " ").capitalize()
    words = {_PACKAGE: package, _TITLE: title}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as name:
        whole = Path(name) / folder.name
        for source in sorted((TEMPLATE / "course").rglob("*")):
            if source.is_file() and source.suffix != ".pyc":
                inside = filled(source.relative_to(TEMPLATE / "course").as_posix(), words)
                target = whole / (f".{_GITIGNORE}" if inside == _GITIGNORE else inside)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(filled(source.read_text("utf-8"), words), encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        shutil.move(whole, folder)
    return f"""\
✓ {shown(folder)} is a course with one unit, 01_first; its README says what lies where. Next:
  cd {shown(folder)}
  autograder build
  autograder answers
  autograder validate
Then write your own: autograder new 01_first NAME, or autograder new 02_topic"""


def _package_name(folder: Path) -> str:
    """What Python calls the package that learners install: the folder's name, nearly."""
    name = re.sub(r"\W+", "_", folder.name.lower(), flags=re.ASCII).strip("_")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise UsageError(
            f"The learners' package is called as the folder is, and {folder.name!r} is no name for "
            "a package. Name a folder that begins with a letter, such as signals_course."
        )
    for package in (name, f"{name}_hidden"):
        known = find_spec(package)
        if known is not None and known.origin is not None:
            raise UsageError(
                f"The learners' package is called as the folder is, and Python has a package "
                f"{package!r} already ({known.origin}). Name the folder otherwise."
            )
    return name
