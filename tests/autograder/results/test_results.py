"""Results are kept one by one, taken over while they are true, and never longer."""

import multiprocessing
import os
import random
import signal
import time
from dataclasses import replace
from functools import partial

import pytest
from fake_class import SlowGrade, as_graded, broken_machine, fake_graded, unreadable

from autograder.errors import InfrastructureError
from autograder.results import Run, Store, digests_of, grade_class
from autograder.results.digests import Digests
from autograder.results.store import NoResultsError
from autograder.submissions import Submission

UNIT = "01_convolutions"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "graded" / UNIT, UNIT)


@pytest.fixture
def submissions(tmp_path):
    made = []
    for number in range(6):
        path = tmp_path / f"s{number}.ipynb"
        path.write_text("x" * number)
        made.append(Submission(path.stem, path))
    return made


def digests(submission, grader="g"):
    return Digests(submission.path.read_text(), "u", grader, "e")


def run(store, submissions, log, jobs=1, force=False, of=digests):
    plan = Run.plan(store, submissions, of, force)
    new = list(grade_class(plan, SlowGrade(log), as_graded, jobs))
    return {graded.student: graded.score for graded in [*plan.kept, *new]}


def test_a_result_comes_back_as_it_was_kept(store):
    for graded in (fake_graded("a", repaired=["“x”"]), unreadable("b")):
        digest = Digests("s", "u", "g", "e")
        store.keep(graded, digest)
        again = store.load(graded.student, digest)
        assert again.as_dict() == graded.as_dict()
        assert str(again.problem) == str(graded.problem)
    assert [graded.student for graded in store.all()] == ["a", "b"]


def test_only_what_is_new_or_changed_is_graded(store, submissions, tmp_path):
    log = tmp_path / "log"
    first = run(store, submissions, log)
    assert first == {f"s{n}": n for n in range(6)}
    assert run(store, submissions, log) == first
    submissions[2].path.write_text("changed")
    assert run(store, submissions, log)["s2"] == len("changed")
    assert log.read_text().split() == [f"s{n}" for n in range(6)] + ["s2"]


def test_another_grader_and_force_grade_everything_again(store, submissions, tmp_path):
    log = tmp_path / "log"
    run(store, submissions, log)
    run(store, submissions, log, of=partial(digests, grader="newer"))
    run(store, submissions, log, force=True, of=partial(digests, grader="newer"))
    assert log.read_text().split() == [f"s{n}" for n in range(6)] * 3


def test_a_stale_score_is_gone_before_grading_begins(store, submissions, tmp_path):
    run(store, submissions, tmp_path / "log")
    submissions[2].path.write_text("changed")
    Run.plan(store, submissions, digests)
    assert "s2" not in {graded.student for graded in store.all()}


def test_a_failure_of_the_machine_is_told_and_tried_again(store):
    digest = Digests("s", "u", "g", "e")
    store.keep(broken_machine("a"), digest)
    assert store.load("a", digest) is None
    assert len(store.all()) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', '{"version": 9}', "null"])
def test_a_record_that_cannot_be_read_is_no_result(store, content):
    store.folder.mkdir(parents=True)
    (store.folder / "a.json").write_text(content)
    assert store.load("a", Digests("s", "u", "g", "e")) is None
    with pytest.raises(NoResultsError, match="Grade first"):
        store.all()


def test_two_runs_at_a_time_do_not_mix(store):
    with (
        store.reserved(),
        pytest.raises(InfrastructureError, match="Another"),
        Store(store.folder, UNIT).reserved(),
    ):
        pass
    with store.reserved():
        pass


def test_digests_follow_what_a_result_depends_on(unit, tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("one")
    submission = Submission("a", path)
    first = digests_of(unit, submission)
    assert digests_of(unit, submission) == first
    path.write_text("two")
    assert digests_of(unit, submission) == replace(
        first, submission=digests_of(unit, submission).submission
    )
    assert digests_of(unit, submission).submission != first.submission
    assert digests_of(unit, submission, sandbox="other").environment != first.environment
    assert digests_of(unit, Submission("a", path, refused="why")).submission != first.submission
    assert digests_of(unit, Submission("a", tmp_path / "gone.ipynb")).submission


def drive(root, jobs=1, seconds=0.005):
    """One run over all notebooks in `root`, as the command does it."""
    store = Store(root / "graded", UNIT)
    submissions = [Submission(path.stem, path) for path in sorted(root.glob("*.ipynb"))]
    with store.reserved():
        plan = Run.plan(store, submissions, digests)
        list(grade_class(plan, SlowGrade(root / "log", seconds), as_graded, jobs))


def kill_when(folder, process, enough):
    """Kills `process`, which cannot defend itself, once `enough` results are there."""
    while process.is_alive() and kept(folder) < enough:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def kept(folder):
    return len(list((folder / "graded").glob("*.json")))


def check_the_class(folder, kills, jobs):
    store = Store(folder / "graded", UNIT)
    scores = {graded.student: graded.score for graded in store.all()}
    assert scores == {path.stem: path.stat().st_size for path in folder.glob("*.ipynb")}
    # Only what was under way at a kill may have been begun twice.
    assert len((folder / "log").read_text().split()) <= len(scores) + kills * jobs
    assert list((folder / "graded").glob(".*.tmp")) == []


def test_a_run_killed_at_any_moment_goes_on_where_it_was(tmp_path):
    for number in range(60):
        (tmp_path / f"s{number:02}.ipynb").write_text("x" * number)
    draw = random.Random(3)
    for _ in range(20):
        process = multiprocessing.get_context("fork").Process(target=drive, args=(tmp_path,))
        process.start()
        kill_when(tmp_path, process, kept(tmp_path) + draw.randrange(3))
    drive(tmp_path)
    check_the_class(tmp_path, kills=20, jobs=1)


@pytest.mark.slow
def test_a_run_in_two_processes_leaves_none_behind_when_it_is_killed(tmp_path):
    for number in range(12):
        (tmp_path / f"s{number:02}.ipynb").write_text("x" * number)
    process = multiprocessing.get_context("spawn").Process(target=drive, args=(tmp_path, 2, 0.3))
    process.start()
    kill_when(tmp_path, process, 2)
    count = 0
    while count < kept(tmp_path):  # whoever is still at work would keep another result
        count = kept(tmp_path)
        time.sleep(1)
    assert count < 12
    drive(tmp_path)
    check_the_class(tmp_path, kills=1, jobs=2)
