"""What the answer bank does not prove of the design tasks of units 07 and 08."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from cnnlab.check.compare import Wrong
from cnnlab.check.draw import Draw
from cnnlab.data import Dataset, Split
from cnnlab.exercises.u07_transfer._plan import carry_out
from cnnlab.exercises.u07_transfer.design_transfer import TRIAL, design, practice
from cnnlab.exercises.u08_seeing._looked_into import LAYERS, random_state, trained_state
from cnnlab.exercises.u08_seeing._pointing import PointingTrial, drawn_pairs, drawn_pictures
from cnnlab.learner import fixtures, local_learner


def tiny() -> Dataset:
    images = (255 * torch.rand(20, 3, 32, 32, generator=torch.Generator().manual_seed(0))).byte()
    part = Split(images, torch.arange(20) % 10)
    return Dataset("tiny", "1", tuple("abcdefghij"), part, part)


def complaint(plan: dict[str, Any]) -> Wrong:
    with pytest.raises(Wrong) as wrong:
        TRIAL.inspect(local_learner({"design": lambda: plan}), Draw(0))
    return wrong.value


def test_a_plan_gives_the_same_score_for_the_same_seed_and_leaves_the_random_state() -> None:
    plan = {**design(), "epochs": 2, "learning_stages": 1, "augment": "crop_flip"}
    state = torch.get_rng_state()
    assert carry_out(plan, 1, tiny()) == carry_out(plan, 1, tiny())
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("features", ["layer1", "layer2", "layer3"])
@pytest.mark.parametrize("start", ["pretrained", "random"])
def test_every_depth_and_start_can_be_carried_out(start: str, features: str) -> None:
    plan = {**design(), "start": start, "features": features, "epochs": 1}
    assert 0 <= carry_out(plan, 0, tiny()) <= 1


def test_a_plan_names_what_does_not_go_together() -> None:
    assert complaint({**design(), "features": "layer3", "grid": 8}).mistake == "grid_too_fine"
    few = {**design(), "features": "layer1", "learning_stages": 2}
    assert complaint(few).mistake == "stages_not_read"
    assert "1 stage," in complaint(few).message


def test_practice_never_holds_test_images() -> None:
    material = practice(Draw(0))
    assert len(material.train) == 200
    assert len(material.test) == 1000


def test_the_network_that_is_looked_into_knows_the_shapes_and_the_random_one_does_not() -> None:
    pictures = drawn_pictures(seed=3, count=100)
    mean, std = (torch.tensor(each).view(3, 1, 1) for each in (pictures.mean, pictures.std))
    x = (pictures.test.images.float() / 255 - mean) / std
    right = {}
    for name, state in (("trained", trained_state()), ("random", random_state(0))):
        model = fixtures.network(LAYERS).eval()
        model.load_state_dict(state, strict=False)
        with torch.no_grad():
            right[name] = (model(x).argmax(dim=1) == pictures.test.labels).float().mean()
    assert right["trained"] > 0.7
    assert right["random"] < 0.3


def scored(design: Callable[..., Any]) -> float:
    pictures = drawn_pairs(seed=3, count=4)
    assert pictures.test.masks is not None
    return PointingTrial().score(local_learner({"design": design}), Draw(0), pictures)


def test_a_map_scores_where_its_maximum_is_on_the_object() -> None:
    pictures = drawn_pairs(seed=3, count=4)
    masks = iter(pictures.test.masks)  # type: ignore[arg-type]
    assert scored(lambda model, x, target: next(masks).float()) == 1


def test_one_of_two_objects_found_is_a_miss() -> None:
    masks = drawn_pairs(seed=3, count=4).test.masks
    assert masks is not None
    always_the_first = iter(masks[::2].repeat_interleave(2, dim=0))
    assert scored(lambda model, x, target: next(always_the_first).float()) == 0


def test_each_picture_holds_two_objects_of_different_classes_that_do_not_touch() -> None:
    pictures = drawn_pairs(seed=3, count=20).test
    assert pictures.masks is not None
    assert len(pictures) == 40
    assert torch.equal(pictures.images[::2], pictures.images[1::2])
    assert (pictures.labels[::2] != pictures.labels[1::2]).all()
    assert not ((pictures.masks[::2] > 0) & (pictures.masks[1::2] > 0)).any()


def test_a_map_that_says_nothing_scores_nothing() -> None:
    assert scored(lambda model, x, target: torch.ones(x.shape[1:])) == 0


def test_a_mask_is_needed_and_never_given_to_the_learner() -> None:
    seen: list[tuple[Any, ...]] = []

    def design(*args: Any) -> torch.Tensor:
        seen.append(args)
        return args[1].sum(dim=0)

    scored(design)
    assert {tuple(args[1].shape) for args in seen} == {(3, 32, 32)}
    assert all(len(args) == 3 and isinstance(args[2], int) for args in seen)
    without = drawn_pairs(seed=3, count=4)
    without = replace(without, test=replace(without.test, masks=None))
    with pytest.raises(AssertionError):
        PointingTrial().score(local_learner({"design": design}), Draw(0), without)
