"""Plain and residual networks for small images."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnlab import models
from cnnlab.errors import CnnlabError
from cnnlab.models import PlainBlock, ResidualBlock, SmallResNet


@pytest.mark.parametrize("block", [PlainBlock, ResidualBlock])
@pytest.mark.parametrize(("c_in", "c_out", "stride"), [(4, 4, 1), (4, 6, 1), (4, 4, 2), (4, 8, 2)])
def test_block_shapes(block: type[PlainBlock], c_in: int, c_out: int, stride: int) -> None:
    out = block(c_in, c_out, stride)(torch.rand(2, c_in, 9, 7))
    assert out.shape == (2, c_out, -(-9 // stride), -(-7 // stride))


@pytest.mark.parametrize(("c_in", "c_out", "stride"), [(4, 4, 1), (4, 6, 1), (4, 4, 2)])
def test_the_shortcut_has_parameters_only_where_shapes_change(
    c_in: int, c_out: int, stride: int
) -> None:
    residual = models.count_parameters(ResidualBlock(c_in, c_out, stride))
    plain = models.count_parameters(PlainBlock(c_in, c_out, stride))
    changes = c_in != c_out or stride != 1
    assert residual - plain == (c_in * c_out + 2 * c_out if changes else 0)


def test_with_a_silent_correction_residual_passes_the_signal_and_plain_kills_it() -> None:
    x = torch.randn(2, 4, 5, 5)
    for block, expected in ((ResidualBlock(4, 4), x.relu()), (PlainBlock(4, 4), 0 * x)):
        nn.init.zeros_(block.bn2.weight)
        torch.testing.assert_close(block(x), expected)


def test_stages_halve_the_side_from_the_second_on() -> None:
    model = SmallResNet([1, 2, 1], [4, 8, 16], num_classes=5, in_channels=1)
    assert model.depth == 10
    shapes = []
    for name in model.stage_names:
        model.get_submodule(name).register_forward_hook(
            lambda _m, _i, out: shapes.append(tuple(out.shape[1:]))
        )
    assert model(torch.rand(2, 1, 20, 12)).shape == (2, 5)
    assert shapes == [(4, 20, 12), (8, 10, 6), (16, 5, 3)]


def test_plain_and_residual_twins_have_the_same_convolutions() -> None:
    def body(model: nn.Module) -> list[tuple[int, ...]]:
        return [tuple(p.shape) for name, p in model.named_parameters() if "downsample" not in name]

    plain, residual = models.small_plain(14, 8), models.small_resnet(14, 8)
    assert body(plain) == body(residual)
    assert plain.depth == residual.depth == 14
    assert any("downsample" in name for name, _ in residual.named_parameters())
    assert not any("downsample" in name for name, _ in plain.named_parameters())


def test_a_depth_that_does_not_fit_names_those_that_do() -> None:
    with pytest.raises(CnnlabError, match=r"6n \+ 2"):
        models.small_resnet(depth=18)
    with pytest.raises(CnnlabError, match="one width per stage"):
        SmallResNet([1, 1], [4], num_classes=2)


def test_global_average_pool() -> None:
    x = torch.arange(24.0).reshape(1, 2, 3, 4)
    torch.testing.assert_close(models.global_average_pool(x), torch.tensor([[5.5, 17.5]]))
