"""One run over a class: what is known already is taken over, the rest graded and kept at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from nbformat import NotebookNode

from autograder.judging.graded import Graded
from autograder.parallel import in_order
from autograder.results.digests import Digests
from autograder.results.store import Store
from autograder.submissions import Submission

Grade = Callable[[Submission], Graded]
Show = Callable[[Graded], NotebookNode]


@dataclass(frozen=True)
class Run:
    """What is there of a class, and what is to be graded."""

    store: Store
    kept: list[Graded]
    due: list[tuple[Submission, Digests]]

    @classmethod
    def plan(
        cls,
        store: Store,
        submissions: Sequence[Submission],
        digests_of: Callable[[Submission], Digests],
        force: bool = False,
    ) -> Run:
        """Results that are out of date are taken away now, so that nobody reads them later."""
        kept: list[Graded] = []
        due: list[tuple[Submission, Digests]] = []
        for submission in submissions:
            digests = digests_of(submission)
            known = None if force else store.load(submission.student, digests)
            if known is not None:
                kept.append(known)
            else:
                store.discard(submission.student)
                due.append((submission, digests))
        return cls(store, kept, due)


def grade_class(run: Run, grade: Grade, show: Show, jobs: int = 1) -> Iterator[Graded]:
    """The results that were due, in order; each is kept by the process that found it.

    `show` makes of it the notebook that the learner will read.
    """
    yield from in_order(partial(_grade_and_keep, run.store, grade, show), run.due, jobs)


def _grade_and_keep(
    store: Store, grade: Grade, show: Show, due: tuple[Submission, Digests]
) -> Graded:
    submission, digests = due
    graded = grade(submission)
    store.keep(replace(graded, notebook=show(graded)), digests)
    return replace(graded, notebook=None)  # it is on disk, and large
