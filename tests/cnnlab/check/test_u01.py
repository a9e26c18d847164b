"""What the answer bank does not show about the checks of unit 01."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab.check.blame import blame
from cnnlab.check.compare import Wrong
from cnnlab.check.registry import COURSE
from cnnlab.check.run import Result, run_checks
from cnnlab.exercises.u01_convolutions.edge_kernels import edge_kernels, step
from cnnlab.learner import local_learner
from cnnlab.learner.problems import Raised
from cnnlab.models.simple import SimpleCNN

EXERCISES = (
    "conv_output_size",
    "conv2d",
    "pool2d",
    "param_counts",
    "receptive_field",
    "edge_kernels",
    "simple_cnn",
)


def ask(exercise_id: str, **answers: object) -> list[Result]:
    exercise = COURSE.find(exercise_id)
    return run_checks(
        exercise, exercise.checks, local_learner({**exercise.references, **answers}), seed=0
    )


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_the_reference_passes_and_an_empty_answer_is_told_so(exercise_id: str) -> None:
    def unwritten(*_: object, **__: object) -> None:
        raise NotImplementedError

    exercise = COURSE.find(exercise_id)
    assert all(result.passed for result in ask(exercise_id))
    results = ask(exercise_id, **dict.fromkeys(exercise.names, unwritten))
    assert {result.mistake for result in results} == {"not_written"}


@pytest.mark.parametrize("exercise_id", EXERCISES)
@pytest.mark.parametrize("nonsense", [None, "text", object(), [[1, 2], [3]], {"vertical": "?"}])
def test_no_answer_whatever_gets_past_or_breaks_the_check(
    exercise_id: str, nonsense: object
) -> None:
    exercise = COURSE.find(exercise_id)
    results = ask(exercise_id, **dict.fromkeys(exercise.names, lambda *a, **k: nonsense))
    assert all(result.verdict in ("fail", "error") and result.message for result in results)
    assert "unforeseen_answer" not in {result.mistake for result in results}


def raises(*_: object) -> None:
    raise Raised("ValueError", "no", "")


def test_a_difficulty_is_blamed_only_if_the_code_works_without_it() -> None:
    with pytest.raises(Wrong) as named, blame("the_cause", "It is this.", if_passes=lambda: None):
        raises()
    assert named.value.mistake == "the_cause"
    with pytest.raises(Raised), blame("the_cause", "It is this.", if_passes=raises):
        raises()


@pytest.mark.parametrize(
    ("vertical", "mistake"),
    [
        ([[float("nan"), 0, 1]] * 3, "not_finite"),
        ([[-1, 0, 1]], "wrong_shape"),
        ([[1e-9, 0, -1e-9]] * 3, ""),  # faint, but the proportions are those of an edge kernel
        ([[1000.0, 0, -1000.0001]] * 3, ""),  # rounding
        ([[1, 0, -0.9]] * 3, "not_balanced"),
    ],
)
def test_edge_kernels_are_judged_by_proportion(vertical: list, mistake: str) -> None:
    kernels = {**edge_kernels(), "vertical": vertical}
    assert ask("edge_kernels", edge_kernels=lambda: kernels)[0].mistake == mistake


def test_a_step_is_flat_on_either_side() -> None:
    picture = step(2, 3, at=1, rises_down=False, low=-1.0, high=2.0)
    assert picture.tolist() == [[[-1.0, 2.0, 2.0], [-1.0, 2.0, 2.0]]]


def test_weights_that_an_answer_brings_itself_do_not_matter() -> None:
    """However small or dead a learner's initial weights are, the right layers pass."""

    def dead(num_classes: int = 10) -> nn.Module:
        network = SimpleCNN(num_classes)
        for parameter in network.parameters():
            nn.init.zeros_(parameter)
        return network

    results = ask("simple_cnn", SimpleCNN=dead)
    assert [result.name for result in results if not result.passed] == []


def test_hooks_and_frozen_layers_do_not_confuse_the_dropout_check() -> None:
    class Wrapped(nn.Module):
        def __init__(self, num_classes: int = 10) -> None:
            super().__init__()
            self.inner = SimpleCNN(num_classes)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.inner(x)

    assert all(result.passed for result in ask("simple_cnn", SimpleCNN=Wrapped))
