"""What the answer bank of unit 08 does not prove: the looks, and what they can tell apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from cnnlab import seeing
from cnnlab.check.compare import Wrong, agrees
from cnnlab.check.draw import Draw
from cnnlab.check.registry import COURSE
from cnnlab.exercises.u08_seeing._looks import FIRST_STAGE, SECOND_CONVOLUTION, Look
from cnnlab.exercises.u08_seeing.capture import draw_capture, expect_clean_after_failure
from cnnlab.exercises.u08_seeing.grad_cam import draw_cam, without_evidence
from cnnlab.exercises.u08_seeing.maximize_activation import (
    FIRST_CONVOLUTION,
    draw_goal,
    mean_activation,
    others_like,
)
from cnnlab.exercises.u08_seeing.occlusion_map import draw_occlusion
from cnnlab.exercises.u08_seeing.saliency import draw_saliency
from cnnlab.learner import local_learner

# They need a map of zeros, or one without any: `without_evidence` makes the first.
ONLY_SOMETIMES = {"stretched_to_its_minimum", "nan_where_nothing_speaks"}


def found(look: Look, name: str, function: Callable[..., Any]) -> Any:
    """What `function` finds in the network of the look."""
    code = local_learner({name: function})
    return look.run(code, name, look.network(code).eval()).value


def looks(seed: int, kind: str) -> list[Look]:
    """The same network asked about each of its classes, as the checks do."""
    draw = Draw(seed)
    make = {
        "saliency": lambda: draw_saliency(draw, 5, 6, 0),
        "occlusion_map": lambda: draw_occlusion(draw, 7, 10, 0, size=3, stride=2, fill=0.5),
        "grad_cam": lambda: draw_cam(draw, 7, 10, SECOND_CONVOLUTION, 0),
    }
    look = make[kind]()
    return [look.at(*look.args[:-1], target, **look.kwargs) for target in range(4)]


@pytest.mark.parametrize("name", ["saliency", "occlusion_map", "grad_cam"])
@pytest.mark.parametrize("seed", range(5))
def test_every_mistake_shows_for_some_class(name: str, seed: int) -> None:
    asked, exercise = looks(seed, name), COURSE.find(name)
    truths = [found(look, name, exercise.references[name]) for look in asked]
    for mistake in exercise.mistakes:
        wrong = [found(look, name, mistake.wrong) for look in asked]
        shows = not all(agrees(w, t) for w, t in zip(wrong, truths, strict=True))
        assert shows or mistake.id in ONLY_SOMETIMES


@pytest.mark.parametrize("seed", range(5))
def test_where_nothing_speaks_for_the_target_the_map_is_empty(seed: int) -> None:
    look = without_evidence(draw_cam(Draw(seed), 7, 10, FIRST_STAGE, seed % 4))
    assert not found(look, "grad_cam", seeing.grad_cam).any()


@pytest.mark.parametrize("seed", range(5))
def test_channels_can_be_made_alike_or_opposed(seed: int) -> None:
    look, channel = draw_goal(Draw(seed), 5, 6)
    image = Draw(seed).normal(2, 5, 6, dtype=torch.float32)
    own = mean_activation(look, FIRST_CONVOLUTION, channel, image)
    for factor in (1.0, -2.0):
        other = mean_activation(
            others_like(look, channel, factor), FIRST_CONVOLUTION, (channel + 1) % 4, image
        )
        assert other == pytest.approx(factor * own, rel=1e-4)


def test_hooks_left_after_an_error_are_not_blamed_on_the_usual_way_out() -> None:
    def capture(model, names, x):
        kept = {}
        handles = [
            model.get_submodule(n).register_forward_hook(lambda m, i, o, n=n: kept.update({n: o}))
            for n in names
        ]
        model(x)
        for handle in handles:
            handle.remove()
        return kept

    learner = local_learner({"capture": capture})
    with pytest.raises(Wrong) as caught:
        expect_clean_after_failure(learner, draw_capture(Draw(0), [FIRST_STAGE]))
    assert caught.value.mistake == "hooks_left_after_error"
    assert FIRST_STAGE in caught.value.detail


def test_the_reference_leaves_the_model_as_it_was_where_the_pass_fails() -> None:
    learner = local_learner({"capture": seeing.capture})
    expect_clean_after_failure(learner, draw_capture(Draw(1), [FIRST_STAGE, SECOND_CONVOLUTION]))


def test_the_first_place_of_an_occlusion_is_the_top_left_square() -> None:
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 2, bias=False))
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].weight[0, 0] = 2.0  # only the top left pixel of 3×4 counts
    drop = seeing.occlusion_map(model, torch.ones(1, 3, 4), 0, size=1, stride=2)
    assert drop.shape == (2, 2)
    assert drop[0, 0] == pytest.approx(torch.tensor(2.0).sigmoid().item() - 0.5)
    assert not drop.flatten()[1:].any()
