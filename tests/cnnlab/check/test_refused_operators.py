"""Torch's own operators are seen at work, whatever road leads to them; right answers use none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from refused_cases import Case, cases
from torch import nn
from torch.nn import functional as F

from cnnlab.check.exercise import Exercise
from cnnlab.check.refused_operators import in_words, refused_operator
from cnnlab.check.registry import COURSE
from cnnlab.check.run import run_checks
from cnnlab.learner import local_learner

WATCHED = ("conv2d", "pool2d", "softmax", "cross_entropy", "batch_norm")


@pytest.fixture(scope="module")
def executed() -> dict[str, list[str]]:
    code = "import run_detours; run_detours.main()"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.parametrize("case", cases("detours"), ids=lambda case: case.name)
def test_a_detour_is_seen_while_it_runs(case: Case, executed: dict[str, list[str]]) -> None:
    exercise = COURSE.find(case.exercise)
    shortcut = refused_operator(exercise.refuses_operators, executed[case.name])
    assert shortcut is not None
    assert shortcut.mistake == "refused_call"


@pytest.mark.parametrize("name", WATCHED)
def test_our_own_answers_do_not_meet_what_they_stand_for(name: str) -> None:
    """The reference of pool2d and batch_norm is torch's own: only learners are watched."""
    exercise = COURSE.find(name)
    learner = local_learner(dict(exercise.references))
    assert all(result.passed for result in run_checks(exercise, exercise.checks, learner, 0))


def _inference(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    def run(*args: object, **kwargs: object) -> torch.Tensor:
        with torch.inference_mode():
            return function(*args, **kwargs)

    return run


IMAGE, KERNEL = torch.randn(2, 3, 8, 8), torch.randn(4, 3, 3, 3)
LOGITS, TARGETS = torch.randn(4, 5), torch.tensor([0, 1, 2, 3])
STATE = (torch.zeros(3), torch.ones(3))
RIVALS: list[tuple[str, str, Callable[..., object]]] = [
    ("conv2d", "F.conv2d", lambda: F.conv2d(IMAGE, KERNEL)),
    ("conv2d", "torch.conv1d", lambda: torch.conv1d(IMAGE[:, :, 0], KERNEL[..., 0])),
    ("conv2d", "F.conv3d", lambda: F.conv3d(IMAGE[None], torch.randn(4, 2, 1, 3, 3))),
    ("conv2d", "grouped", lambda: F.conv2d(IMAGE, KERNEL[:3, :1], groups=3)),
    ("conv2d", "transposed", lambda: F.conv_transpose2d(IMAGE, torch.randn(3, 4, 3, 3))),
    ("conv2d", "double", lambda: F.conv2d(IMAGE.double(), KERNEL.double())),
    ("conv2d", "bfloat16", lambda: F.conv2d(IMAGE.bfloat16(), KERNEL.bfloat16())),
    ("conv2d", "nn.Conv2d", lambda: nn.Conv2d(3, 4, 3, stride=2)(IMAGE)),
    (
        "conv2d",
        "depthwise kernel",
        lambda: torch.ops.aten.convolution.default(
            IMAGE, KERNEL, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
        ),
    ),
    ("conv2d", "vmap", lambda: torch.vmap(lambda x: F.conv2d(x[None], KERNEL))(IMAGE)),
    ("pool2d", "F.max_pool2d", lambda: F.max_pool2d(IMAGE, 2)),
    ("pool2d", "F.avg_pool2d", lambda: F.avg_pool2d(IMAGE, 2)),
    ("pool2d", "double", lambda: F.avg_pool2d(IMAGE.double(), 2)),
    ("pool2d", "with indices", lambda: F.max_pool2d(IMAGE, 2, return_indices=True)),
    ("pool2d", "with gradients", lambda: F.max_pool2d(IMAGE.clone().requires_grad_(), 2)),
    ("pool2d", "max_pool1d", lambda: F.max_pool1d(IMAGE[0], 2)),
    ("pool2d", "lp_pool2d", lambda: F.lp_pool2d(IMAGE, 2, 2)),
    ("pool2d", "adaptive", lambda: F.adaptive_avg_pool2d(IMAGE, 3)),
    ("pool2d", "adaptive max", lambda: F.adaptive_max_pool2d(IMAGE, 3)),
    ("softmax", "F.softmax", lambda: F.softmax(LOGITS, 1)),
    ("softmax", "method, double", lambda: LOGITS.double().softmax(-1)),
    ("softmax", "log_softmax", lambda: torch.log_softmax(LOGITS, 1)),
    ("softmax", "softmin", lambda: F.softmin(-LOGITS, 1)),
    ("softmax", "nn.Softmax", lambda: nn.Softmax(1)(LOGITS)),
    ("softmax", "gumbel_softmax", lambda: F.gumbel_softmax(LOGITS)),
    (
        "softmax",
        "attention",
        lambda: F.scaled_dot_product_attention(LOGITS[None], LOGITS[None], LOGITS[None]),
    ),
    ("cross_entropy", "F.cross_entropy", lambda: F.cross_entropy(LOGITS, TARGETS)),
    ("cross_entropy", "smoothed", lambda: F.cross_entropy(LOGITS, TARGETS, label_smoothing=0.1)),
    ("cross_entropy", "soft targets", lambda: F.cross_entropy(LOGITS, LOGITS.abs())),
    ("cross_entropy", "nll_loss", lambda: F.nll_loss(LOGITS, TARGETS)),
    ("cross_entropy", "nn.CrossEntropyLoss", lambda: nn.CrossEntropyLoss()(LOGITS, TARGETS)),
    ("batch_norm", "training", lambda: nn.BatchNorm2d(3)(IMAGE)),
    ("batch_norm", "evaluation", lambda: nn.BatchNorm2d(3).eval()(IMAGE)),
    ("batch_norm", "double", lambda: nn.BatchNorm2d(3).double()(IMAGE.double())),
    ("batch_norm", "function, training", lambda: F.batch_norm(IMAGE, None, None, training=True)),
    ("batch_norm", "function, evaluation", lambda: F.batch_norm(IMAGE, *STATE)),
    ("batch_norm", "one dimension", lambda: nn.BatchNorm1d(3)(IMAGE.flatten(2))),
    ("batch_norm", "F.instance_norm", lambda: F.instance_norm(IMAGE)),
    ("batch_norm", "F.group_norm", lambda: F.group_norm(IMAGE, 3)),
    ("batch_norm", "F.layer_norm", lambda: F.layer_norm(IMAGE, [8])),
]


@pytest.mark.parametrize("mode", ["as it is", "inference"])
@pytest.mark.parametrize(("name", "what", "rival"), RIVALS, ids=[f"{n}-{w}" for n, w, _ in RIVALS])
def test_a_ready_made_rival_is_seen(
    name: str, what: str, rival: Callable[..., torch.Tensor], mode: str
) -> None:
    learner = local_learner({"rival": _inference(rival) if mode == "inference" else rival})
    learner.watched = True
    learner.call("rival")
    assert refused_operator(COURSE.find(name).refuses_operators, learner.operators) is not None


RIGHT_TOOLS: list[tuple[str, Callable[..., torch.Tensor]]] = [
    ("conv2d", lambda: F.fold(F.unfold(IMAGE, 3, padding=1), (8, 8), 3, padding=1)),
    ("conv2d", lambda: torch.einsum("nchw,ocij->nohw", F.pad(IMAGE, (1, 1)), KERNEL)),
    ("conv2d", lambda: torch.fft.irfft2(torch.fft.rfft2(IMAGE))),
    ("pool2d", lambda: IMAGE.unfold(2, 2, 2).amax(-1).mean(2)),
    ("softmax", lambda: (LOGITS - LOGITS.logsumexp(1, keepdim=True)).exp()),
    ("cross_entropy", lambda: F.one_hot(TARGETS, 5) * LOGITS.logsumexp(1, keepdim=True)),
    ("batch_norm", lambda: torch.stack(torch.var_mean(IMAGE, (0, 2, 3))).norm(dim=0)),
]


@pytest.mark.parametrize(("name", "tool"), RIGHT_TOOLS)
def test_the_tools_of_right_answers_are_allowed(name: str, tool: Callable[..., object]) -> None:
    learner = local_learner({"tool": tool}, watched=True)
    learner.call("tool")
    assert learner.operators
    assert refused_operator(COURSE.find(name).refuses_operators, learner.operators) is None


def test_a_shortcut_fails_the_check_in_which_it_ran_and_only_where_somebody_watches() -> None:
    exercise = Exercise("f", {"f": torch.relu}, refuses_operators=("*relu*",))

    @exercise.visible("numbers below zero")
    def _(learner, draw):
        assert learner.call("f", draw.normal(3)) is not None

    @exercise.visible("nothing")
    def _(learner, draw):
        assert learner.call("g") == 1

    names = {"f": torch.relu, "g": lambda: 1}
    first, second = run_checks(exercise, exercise.checks, local_learner(names, watched=True), 0)
    assert (first.verdict, first.mistake, first.points) == ("fail", "refused_call", 0)
    assert "torch ran its own relu (`aten::relu`)" in first.message
    assert second.passed
    unwatched = run_checks(exercise, exercise.checks, local_learner(names), 0)
    assert all(result.passed for result in unwatched)


@pytest.mark.parametrize(
    ("operator", "words"),
    [
        ("aten::max_pool2d_with_indices", "max pool2d"),
        ("aten::_log_softmax", "log softmax"),
        ("aten::_native_batch_norm_legit", "batch norm"),
        ("aten::convolution", "convolution"),
        ("aten::nll_loss_forward", "nll loss"),
    ],
)
def test_an_operator_is_named_in_words(operator: str, words: str) -> None:
    assert in_words(operator) == words
