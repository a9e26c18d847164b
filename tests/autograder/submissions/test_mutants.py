"""Damaged submissions end in a rebuilt notebook or in an error that leads to a verdict."""

import pytest
from mutants import base_submission, mutant, outcome


@pytest.fixture(scope="module")
def base():
    return base_submission()


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_mutants_are_rebuilt_or_refused_with_words(base, release, first):
    ends = {outcome(mutant(seed, base), release) for seed in range(first, first + 20)}
    assert "rebuilt" in ends
