"""Heat maps below their images, and points in their principal plane."""

from __future__ import annotations

import pytest
import torch

from cnnlab import pictures
from cnnlab.errors import CnnlabError
from cnnlab.pictures.heat import under_heat
from cnnlab.pictures.tiles import to_rgb


def test_each_method_has_a_row_and_every_image_a_map() -> None:
    maps = {"saliency": [torch.rand(8, 8)] * 2, "Grad-CAM": [torch.rand(2, 2)] * 2}
    picture = pictures.heat_rows(torch.rand(2, 3, 8, 8), maps, ["cat", "cup"])
    assert len(picture.axes) == 6
    assert picture.alt == "Images of cat, cup; below, their heat maps by saliency; Grad-CAM."
    with pytest.raises(CnnlabError, match="1 maps by 'saliency'"):
        pictures.heat_rows(torch.rand(2, 3, 8, 8), {"saliency": [torch.rand(8, 8)]}, ["a", "b"])


def test_only_hot_places_are_coloured_and_an_empty_map_changes_nothing() -> None:
    tile = to_rgb(torch.full((1, 3, 8, 8), 0.5))[0]
    heat = torch.zeros(8, 8)
    heat[2, 3] = 7.0
    coloured = under_heat(tile, heat)
    assert coloured[2, 3].std() > 0.05
    assert coloured[6, 6].std() < 1e-6
    empty = under_heat(tile, torch.zeros(8, 8))
    assert abs(empty - tile).max() < 1e-6


def test_the_plane_shows_what_is_apart() -> None:
    labels = torch.arange(40) % 2
    apart = labels[:, None] * 9.0 + torch.rand(40, 5, generator=torch.Generator().manual_seed(0))
    state = torch.get_rng_state()
    picture = pictures.feature_planes({"features": apart}, labels, ["cat", "cup"])
    assert picture.alt.endswith("features 100%.")
    assert torch.equal(torch.get_rng_state(), state)
