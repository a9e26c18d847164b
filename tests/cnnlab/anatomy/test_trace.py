"""What a trace reports, against torchinfo, against gradients, and where it must refuse."""

from __future__ import annotations

import random

import pytest
import torch
import torch.nn.functional as F
import torchinfo
from torch import nn

from cnnlab import models
from cnnlab._torchvision import import_torchvision
from cnnlab.anatomy import AnatomyError, empirical_receptive_field, receptive_field, trace
from cnnlab.errors import CnnlabError


def torchvision_net(name: str) -> nn.Module:
    return getattr(import_torchvision().models, name)(num_classes=7, weights=None)


KNOWN_NETS = [
    (lambda: models.LeNet5(), (1, 28, 28)),
    (lambda: models.SimpleCNN(), (3, 32, 32)),
    (lambda: models.AlexNet(num_classes=7), (3, 80, 70)),
    (lambda: models.small_resnet(14, 4), (3, 32, 40)),
    (lambda: models.ResNet(models.Bottleneck, (2, 1, 1, 1), 5), (3, 64, 64)),
    (lambda: torchvision_net("mobilenet_v3_small"), (3, 64, 64)),
    (lambda: torchvision_net("densenet121"), (3, 64, 64)),
]


@pytest.mark.parametrize(("build", "shape"), KNOWN_NETS)
def test_counts_are_torchinfos(build, shape: tuple[int, ...]) -> None:
    model = build()
    ours = trace(model, shape, receptive_fields=False)
    theirs = torchinfo.summary(model, (1, *shape), verbose=0)
    assert ours.parameters == theirs.total_params
    leaves = [info for info in theirs.summary_list if info.is_leaf_layer]
    modules = [layer for layer in ours if layer.type[0].isupper()]  # the rest are bare operations
    assert [layer.type for layer in modules] == [info.class_name for info in leaves]
    for layer, info in zip(modules, leaves, strict=True):
        assert list(layer.output_shape) == info.output_size[1:]
        assert layer.parameters == (0 if info.is_recursive else info.num_params)
        if info.class_name in ("Conv2d", "Linear"):
            assert layer.multiply_adds == info.macs


class Branches(nn.Module):
    """Two paths of unequal reach, joined by a sum or a concatenation."""

    def __init__(self, left: nn.Module, right: nn.Module, join: str) -> None:
        super().__init__()
        self.left, self.right, self.join = left, right, join

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a, b = self.left(x), self.right(x)
        return a + b if self.join == "sum" else torch.cat([a, b], dim=1)


def random_conv(dice: random.Random, channels: int, stride: int) -> nn.Conv2d:
    kernel = (dice.choice([1, 3, 5]), dice.choice([1, 3]))
    dilation = dice.choice([1, 2])
    padding = tuple(dilation * (k - 1) // 2 for k in kernel)
    return nn.Conv2d(channels, 2, kernel, stride=stride, padding=padding, dilation=dilation)


def random_net(seed: int) -> nn.Sequential:
    """Convolutions, poolings, norms and branches in random order, with a total stride up to 4."""
    dice = random.Random(seed)
    layers: list[nn.Module] = []
    channels, stride = 1, 1
    for _ in range(dice.randint(3, 5)):
        step = dice.choice([1, 1, 2]) if stride < 4 else 1
        kind = dice.choice(["conv", "pool", "sum", "cat"])
        if kind == "conv":
            layers.append(random_conv(dice, channels, step))
        elif kind == "pool":
            pool = dice.choice([nn.MaxPool2d, nn.AvgPool2d])
            layers.append(pool(dice.choice([2, 3]), stride=step, padding=1))
            stride *= step
            continue
        else:
            left = nn.Sequential(random_conv(dice, channels, step), nn.BatchNorm2d(2), nn.ReLU())
            left.append(random_conv(dice, 2, 1))
            layers.append(Branches(left, random_conv(dice, channels, step), kind))
        channels = 4 if kind == "cat" else 2
        stride *= step
        layers.append(nn.ReLU())
    return nn.Sequential(*layers)


@pytest.mark.parametrize("seed", range(30))
def test_receptive_fields_of_random_nets_are_confirmed_by_gradients(seed: int) -> None:
    model, shape = random_net(seed), (1, 121, 113)
    assert trace(model, shape)[-1].receptive_field == empirical_receptive_field(model, shape)


def test_every_stage_of_a_residual_network_is_confirmed_by_gradients() -> None:
    model, shape = models.small_resnet(14, 2), (3, 90, 90)
    table = trace(model, shape)
    for stage, expected in (("layer1", 11), ("layer2", 25), ("layer3", 53)):
        measured = empirical_receptive_field(model, shape, stage)
        assert measured == (expected, expected) == table[f"{stage}.1.add"].receptive_field


def test_a_chain_agrees_with_the_formula() -> None:
    chain = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3, dilation=2), nn.MaxPool2d(2))
    chain.append(nn.Conv2d(1, 1, 5))
    layer = trace(chain, (1, 32, 32))[-1]
    expected = receptive_field([(3, 1), (3, 1, 2), (2, 2), (5, 1)])
    assert layer.receptive_field == (expected, expected)
    assert layer.jump == (2, 2)


def test_padding_before_a_gate_and_slices_are_followed() -> None:
    class Mixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3, padding=1)
            self.gate = nn.Conv2d(4, 4, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.conv(F.pad(x, (1, 1, 1, 1)))[:, :, 1::2, ::3]
            left, right = x.chunk(2, dim=1)
            x = torch.cat([right, left], dim=1)
            gate = torch.sigmoid(self.gate(F.adaptive_avg_pool2d(x, 1)))
            return F.max_pool2d(x, 2) * gate

    table = trace(Mixed(), (1, 12, 12))
    assert table["max_pool2d"].receptive_field == (5, 6)
    assert table["max_pool2d"].jump == (4, 6)
    assert table["mul"].receptive_field == table["gate"].receptive_field
    assert table["gate"].receptive_field == (15, 15)  # 7 steps of 2 and 4 steps of 3, plus 3


def test_flattened_maps_stay_themselves_until_a_dense_layer_reads_them() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.ReLU(), nn.Linear(72, 2))
    table = trace(model, (1, 8, 8))
    fields = [layer.receptive_field for layer in table]
    assert fields == [(3, 3), (3, 3), (3, 3), (8, 8)]
    assert table[-1].jump is None


def test_functional_operations_get_rows_with_their_costs_and_parameters() -> None:
    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernels = nn.Parameter(torch.rand(4, 1, 3, 3))
            self.head = nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = F.relu(F.conv2d(x, self.kernels, stride=2))
            return self.head(x.mean(dim=(2, 3))) @ torch.eye(2)

    table = trace(Functional(), (1, 9, 9))
    assert [layer.name for layer in table] == ["conv2d", "relu", "mean", "head", "matmul"]
    assert table["conv2d"].parameters == 36
    assert table["conv2d"].multiply_adds == 4 * 4 * 4 * 9
    assert table["matmul"].multiply_adds == 4
    assert table["mean"].receptive_field == (9, 9)
    assert table.parameters == sum(layer.parameters for layer in table) == 46


def test_a_layer_used_twice_costs_twice_but_is_learned_once() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(2, 2, 3, padding=1, bias=False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(self.conv(x))

    table = trace(Twice(), (2, 6, 6))
    assert [layer.parameters for layer in table] == [36, 0]
    assert [layer.receptive_field for layer in table] == [(3, 3), (5, 5)]
    assert table.multiply_adds == 2 * 36 * 36


class Upsampling(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.interpolate(x, scale_factor=2)


class Transposing(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 1, 3, 2)


class UnequalSteps(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, :, :4, :4] + x[:, :, ::2, ::2]


class WritingIntoParts(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x[:, :1] += F.avg_pool2d(x, 3, stride=1, padding=1)
        return x


class FillingAnEmptyTensor(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = torch.empty(1, 2, 8, 8)
        out[:, :1] = x
        out[:, 1:] = x
        return out + 0


class KernelFromTheImage(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, x[:, :, :3, :3])


@pytest.mark.parametrize(
    "strange",
    [
        Upsampling(),
        Transposing(),
        UnequalSteps(),
        KernelFromTheImage(),
        WritingIntoParts(),
        FillingAnEmptyTensor(),
        nn.ConvTranspose2d(1, 1, 3, stride=2),
        nn.AdaptiveAvgPool2d(3),
        nn.Linear(8, 8),
        nn.ReflectionPad2d(1),
        nn.Flatten(2),
    ],
)
def test_no_number_where_there_is_no_exact_rule(strange: nn.Module) -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, 1), strange, nn.ReLU())
    if isinstance(strange, nn.Flatten):
        model.append(nn.Unflatten(2, (4, 16)))  # positions change places
    with pytest.raises(AnatomyError, match=r"'[13](\.|')"):
        trace(model, (1, 8, 8))
    table = trace(model, (1, 8, 8), receptive_fields=False)
    assert all(layer.receptive_field is None for layer in table)
    assert table["0"].multiply_adds == 128


def test_the_model_is_left_as_it_was() -> None:
    model = models.small_resnet(8, 4)
    model.layer2.eval()
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    random_state = torch.get_rng_state()
    trace(model, (3, 16, 16))
    empirical_receptive_field(model, (3, 16, 16))
    assert [module.training for module in model.modules()] == modes
    assert not any(module._forward_hooks for module in model.modules())
    assert not any(module._forward_pre_hooks for module in model.modules())
    assert torch.equal(torch.get_rng_state(), random_state)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, state[name])
    assert all(p.grad is None for p in model.parameters())


def test_a_failing_layer_is_named_with_the_shape_it_received() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(10, 2))
    with pytest.raises(AnatomyError, match=r"1 \(Linear\), received \(64,\)"):
        trace(model, (1, 8, 8))
    assert not any(module._forward_hooks for module in model.modules())


@pytest.mark.parametrize("shape", [(8, 8), (1, 1, 8, 8), (1, 0, 8)])
def test_input_shapes_have_three_numbers(shape: tuple[int, ...]) -> None:
    with pytest.raises(AnatomyError, match="channels, height, width"):
        trace(nn.ReLU(), shape)


def test_the_table_reads_well_and_its_html_is_escaped() -> None:
    class Odd(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + 1

    Odd.__name__ = "A<b>"
    table = trace(nn.Sequential(nn.Conv2d(1, 2, 3), Odd()), (1, 5, 6))
    assert len(table) == 2 and [layer.name for layer in table] == ["0", "1"]
    lines = str(table).splitlines()
    assert lines[0] == "Sequential on one input of 1×5×6"
    assert lines[3].split() == ["0", "Conv2d", "2×3×4", "20", "240", "3×3", "1×1"]
    assert "20 parameters, 240 multiply-adds" in lines[-1]
    assert repr(table) == str(table)
    html = table._repr_html_()
    assert "A&lt;b&gt;" in html and "<b>" not in html and "2×3×4" in html
    with pytest.raises(CnnlabError, match="no layer called 'conv'"):
        table["conv"]


def test_the_measured_field_refuses_layers_it_cannot_reach() -> None:
    model = models.SimpleCNN()
    model.spare = nn.Conv2d(1, 1, 1)
    with pytest.raises(CnnlabError, match="does not run"):
        empirical_receptive_field(model, (3, 32, 32), "spare")
    with pytest.raises(CnnlabError, match="no layer called 'spear'"):
        empirical_receptive_field(model, (3, 32, 32), "spear")
