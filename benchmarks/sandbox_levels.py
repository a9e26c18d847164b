"""The answer bank graded at every sandbox level: does one level cost anybody a point?

Each right answer stands among the course's own, for right answers need not fit each other; what it
earns is what its own TODO earns. Wrong ones go together: submission k has the k-th to every TODO.
All levels draw the same hidden inputs.

Run: python benchmarks/sandbox_levels.py [UNIT ...] [--save]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import ne
from typing import Any

from measuring import arguments, finish, section
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from tqdm import tqdm

from autograder.answers import Answer, read_bank
from autograder.course import Course, Unit
from autograder.judging.graded import Graded
from autograder.judging.grading import grade_notebook, prepared
from autograder.kernels.engine import Engine
from autograder.kernels.isolation import LEVELS
from autograder.kernels.isolation.choosing import NoSandboxError
from autograder.parallel import in_order
from autograder.solutions import compose, solutions
from autograder.submissions import read_built

JOBS = 2
SEED = 20
PLAIN = "none, cold kernels"

# With the TODO that a right answer is given to, or "" where the answers are wrong.
Submission = tuple[Unit, str, NotebookNode]
# What must not depend on the level: a check's name, verdict, points and diagnosis.
Outcome = tuple[str, str, float, str]


@dataclass
class Tally:
    """What became of all submissions at one level."""

    right: int = 0
    wrong: int = 0
    lost: float = 0.0
    repaired: int = 0
    outcomes: list[Outcome] = field(default_factory=list)

    def row(self, level: str, plain: Tally) -> dict[str, Any]:
        differing = sum(map(ne, self.outcomes, plain.outcomes))
        return {
            "sandbox": level,
            "submissions, right": self.right,
            "submissions, wrong": self.wrong,
            "checks": len(self.outcomes),
            "points lost by right answers": f"{self.lost:g}",
            "submissions repaired": self.repaired,
            "verdicts unlike the plain ones": differing,
        }


def main() -> None:
    parser = arguments((__doc__ or "").splitlines()[0], rounds=1)
    parser.add_argument("units", nargs="*", metavar="UNIT", help="default: all")
    options = parser.parse_args()
    course = Course.load()
    units = [course.unit(name) for name in options.units] or course.units
    submissions = [one for unit in units for one in submissions_to(unit)]
    engines = {PLAIN: Engine("none", warm=False), **dict(warm_engines(units))}
    tallies = {name: graded(name, engine, submissions) for name, engine in engines.items()}
    rows = [tally.row(name, tallies[PLAIN]) for name, tally in tallies.items()]
    answers = sum(len(read_bank(unit)) for unit in units)
    about = (
        f"All {answers} answers of the bank in {len(submissions)} submissions to {len(units)} "
        f"units, with hidden inputs from seed {SEED}. A verdict is unlike where its points, its "
        f"kind or its diagnosis differ from those at “{PLAIN}”. Levels that this machine does not "
        f"allow: {', '.join(set(LEVELS) - set(tallies)) or 'none'}."
    )
    title = "The answer bank at every sandbox level"
    finish("sandbox_levels", section(title, about, rows, 1), options.save)


def submissions_to(unit: Unit) -> Iterator[Submission]:
    """As many as it takes to have each answer of the bank in one."""
    release = read_built(unit, unit.release_notebook)
    solved, bank = solutions(unit), read_bank(unit)
    for answer in bank:
        if answer.right:
            whole = compose(release, {**solved, answer.exercise: answer.source})
            yield unit, answer.exercise, torchvision_first(whole)
    wrong: dict[str, list[Answer]] = {
        todo: [answer for answer in answers if not answer.right]
        for todo, answers in groupby(bank, key=lambda answer: answer.exercise)
    }
    for number in range(max(map(len, wrong.values()))):
        chosen = {todo: some[number % len(some)].source for todo, some in wrong.items()}
        yield unit, "", torchvision_first(compose(release, {**solved, **chosen}))


def torchvision_first(notebook: NotebookNode) -> NotebookNode:
    """Imports torchvision as the fork server does, where an answer does so by itself.

    The plain import fails on machines whose torch and torchvision come from different builds, and
    a cold kernel would differ in that only.
    """
    if any("import torchvision" in cell.source for cell in notebook.cells):
        notebook.cells.insert(0, new_code_cell("import cnnlab; cnnlab.import_torchvision()"))
    return notebook


def warm_engines(units: Sequence[Unit]) -> Iterator[tuple[str, Engine]]:
    """The levels that this machine allows, each with its fork server up."""
    for name in LEVELS:
        try:
            yield name, prepared(Engine(name), *units)
        except NoSandboxError as problem:
            print(f"left out: {name}. {problem}")


def graded(name: str, engine: Engine, submissions: list[Submission]) -> Tally:
    tally = Tally()
    outcomes = in_order(partial(judged, engine), submissions, JOBS)
    bar = tqdm(outcomes, name, total=len(submissions), disable=None)
    for (_, exercise, _), submission in zip(submissions, bar, strict=True):
        tally.right += bool(exercise)
        tally.wrong += not exercise
        tally.lost += sum(r.max_points - r.points for r in submission.of(exercise))
        tally.repaired += bool(submission.repaired)
        tally.outcomes += [(r.id, r.verdict, r.points, r.mistake) for r in submission.results]
    return tally


def judged(engine: Engine, submission: Submission) -> Graded:
    unit, _, notebook = submission
    return grade_notebook(unit, notebook, SEED, engine)


if __name__ == "__main__":
    main()
