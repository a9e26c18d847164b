"""Which folders of this machine a submission's processes need, and which they must never see."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import autograder
import cnnlab
from autograder.course_folder import find_course_folder
from autograder.course_manifest import read_manifest
from autograder.course_packages import folder_of, library_places
from autograder.errors import AutograderError
from cnnlab.catalogue import release_folder
from cnnlab.errors import CnnlabError
from cnnlab.other_answers import FILE as OTHER_ANSWERS

# The package that runs in the box: see its docstring.
INSIDE = Path(__file__).resolve().parents[1] / "inside"
# Where Debian's packages put whole data sets, test images by which designs are judged among them.
DATASETS = Path("/usr/share/datasets")


def python() -> str:
    """The interpreter itself, behind any virtual environment."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def standard_library() -> list[Path]:
    return _without_repeats([Path(sys.base_prefix), Path(sysconfig.get_path("stdlib"))])


def installed_libraries() -> list[Path]:
    """Folders of installed packages, as this process found them."""
    return _without_repeats(
        [Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    )


def course_libraries() -> list[Path]:
    """`cnnlab` and the packages of the course; nothing that lies beside them is for learners."""
    places = [Path(cnnlab.__file__).parent]
    with suppress(AutograderError):  # no course here
        places += library_places(read_manifest(find_course_folder()).packages)
    return _without_repeats(places)


def released() -> list[Path]:
    """The released notebooks, which hints and the catalogue are read from."""
    with suppress(AutograderError):
        return _without_repeats([find_course_folder() / "release"])
    with suppress(CnnlabError):
        return [release_folder().resolve()]
    return []


def hidden() -> list[Path]:
    """What must not be seen even where it lies inside something that is needed."""
    places = [Path(autograder.__file__).resolve().parent]
    with suppress(AutograderError):  # no course here: nothing of it to hide
        root = find_course_folder()
        places.append(folder_of(read_manifest(root).packages, "hidden"))
        places += [root / name for name in ("course", "source_notebooks", "submitted")]
        places += [root / name for name in ("autograded", "feedback", "gradebook.db")]
    places += other_answers()
    return [place for place in places if place.exists()]


def other_answers() -> list[Path]:
    """Right answers that the release shows to learners, once their own passes."""
    installed = [place / "release" for place in course_libraries()]
    return _without_repeats([place / OTHER_ANSWERS for place in [*released(), *installed]])


def data_sets() -> list[Path]:
    """What is no secret, but would let a design learn from the very images that judge it."""
    return [place for place in (DATASETS,) if place.exists()]


def files_of_modules(names: Sequence[str]) -> list[Path]:
    """The files and folders of these modules, in every place that holds installed packages."""
    found: list[Path] = []
    for folder in _package_folders() if names else []:
        for name in names:
            *packages, last = name.split(".")
            place = folder.joinpath(*packages)
            found += [path for path in (place / last,) if path.is_dir()]
            found += [*place.glob(f"{last}.*"), *place.glob(f"__pycache__/{last}.*")]
    return found


def _package_folders() -> list[Path]:
    """Where packages lie that can be imported in a sandbox, or only read there."""
    bases = [*standard_library(), Path("/usr"), Path("/usr/local")]
    below = [path for base in bases for path in base.glob("lib*/python3*/*-packages")]
    return _without_repeats(
        [*installed_libraries(), *(place.parent for place in course_libraries()), *below]
    )


def others_can_read(path: Path) -> bool:
    """Whether any user of this machine may look into `path`."""
    folders = [path, *path.parents] if path.is_dir() else list(path.parents)
    if any(not folder.stat().st_mode & 0o001 for folder in folders):
        return False
    return bool(path.stat().st_mode & 0o004) or path.is_dir()


def _without_repeats(paths: list[Path]) -> list[Path]:
    return list(dict.fromkeys(path.resolve() for path in paths if path.exists()))


def environment() -> dict[str, str]:
    """A small environment: what Python needs, nothing of ours."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {
        **kept,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # Tensors come and go: pages that were freed stay, or each would be zeroed anew.
        "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
        "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
        "OMP_NUM_THREADS": "1",  # one core a submission; more only get in each other's way
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else every kernel warns of its debugger
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # the order of sets is no reason for another score
        "TQDM_DISABLE": "1",
    }
