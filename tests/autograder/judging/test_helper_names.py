"""A helper of one's own may be called as the notebook's experiments call something of theirs.

Experiments do not run in grading, so what they bind says nothing about an answer. Once it did: 265
of 534 such names cost a right answer all its points, with an accusation.
"""

import ast
import builtins
import multiprocessing
import random
from itertools import zip_longest

import pytest

from autograder.cells import exercises, is_experiment, sources_in_grading
from autograder.course import Course
from autograder.hidden_checks import hidden_checks
from autograder.judging.grading import grade_notebook
from autograder.kernels.engine import Engine
from autograder.solutions import compose, solutions
from autograder.submissions import read_built, rebuild
from autograder.submissions.code import all_defined, defined_names
from cnnlab.check.cell_runner import run_cells
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

UNITS = Course.load().units
NAMES_A_UNIT = 200 // len(UNITS)


class Renamed(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit_Name(self, node):
        node.id = self.new if node.id == self.old else node.id
        return node

    def _definition(self, node):
        node.name = self.new if node.name == self.old else node.name
        return self.generic_visit(node)

    visit_FunctionDef = visit_ClassDef = _definition


def through_helper(source, name, helper):
    """A right answer whose work is done by a helper of that name."""
    tree = Renamed(name, helper).visit(ast.parse(source))
    return f"{ast.unparse(tree)}\n\n{name} = {helper}\n"


def experiment_names(unit, release):
    """What experiments bind and no other cell does."""
    bound = {n for c in release.cells if is_experiment(c) for n in defined_names(c.source)}
    others = all_defined(sources_in_grading(release)) | set(dir(builtins))
    return sorted(name for name in bound - others if not name.startswith("_"))


def notebooks(unit):
    """Submissions in which each exercise is answered through a helper with such a name."""
    release, solved = read_built(unit, unit.release_notebook), solutions(unit)
    names = experiment_names(unit, release)
    chosen = random.Random(1).sample(names, min(NAMES_A_UNIT, len(names)))
    functions = {e: h.exercise.names[0] for e, h in hidden_checks(unit).items()}
    order = exercises(release)
    for helpers in zip_longest(*[iter(chosen)] * len(order)):
        used = {e: helper for e, helper in zip(order, helpers, strict=True) if helper}
        answers = {e: through_helper(solved[e], functions[e], used[e]) for e in used}
        yield used, compose(release, {**solved, **answers})


def lost_points(unit, notebook, told):
    release = read_built(unit, unit.release_notebook)
    sources = sources_in_grading(rebuild(release, notebook, unit.id).notebook)
    learner = local_learner(run_cells(sources), sources)
    failed = []
    for hidden in hidden_checks(unit).values():
        results = run_checks(hidden.exercise, hidden.checks, learner, seed=1)
        failed += [(r.exercise, r.message) for r in results if not r.passed]
    told.send(failed)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_no_name_of_an_experiment_costs_a_point(unit):
    tried = 0
    for helpers, notebook in notebooks(unit):
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(
            target=lost_points, args=(unit, notebook, theirs)
        )
        process.start()
        theirs.close()
        assert ours.recv() == [], helpers
        process.join()
        tried += len(helpers)
    assert tried == NAMES_A_UNIT


def test_nor_does_it_in_a_kernel(unit):
    helpers, notebook = next(notebooks(unit))
    graded = grade_notebook(unit, notebook, 1, Engine("none"))
    assert graded.score == graded.max_score, helpers
