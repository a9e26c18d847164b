"""GoogLeNet (Szegedy and others: Going Deeper with Convolutions, 2014): blocks with four branches
that look at the same maps at different scales, Table 1 of the paper. Its auxiliary heads and its
local response normalisation are left out, as is usual today.

torchvision's `googlenet` has batch norm and, where the paper says 5×5, a 3×3 convolution.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.models.blocks import global_average_pool
from cnnlab.models.initialisation import initialise_convolutions

# By the paper's name of a block: channels in, c1, c3, c5, pool.
BLOCKS: dict[str, tuple[int, int, tuple[int, int], tuple[int, int], int]] = {
    "3a": (192, 64, (96, 128), (16, 32), 32),
    "3b": (256, 128, (128, 192), (32, 96), 64),
    "4a": (480, 192, (96, 208), (16, 48), 64),
    "4b": (512, 160, (112, 224), (24, 64), 64),
    "4c": (512, 128, (128, 256), (24, 64), 64),
    "4d": (512, 112, (144, 288), (32, 64), 64),
    "4e": (528, 256, (160, 320), (32, 128), 128),
    "5a": (832, 256, (160, 320), (32, 128), 128),
    "5b": (832, 384, (192, 384), (48, 128), 128),
}
HALVED_AFTER = ("3b", "4e")


def conv_relu(
    in_channels: int, out_channels: int, kernel: int, stride: int = 1, batch_norm: bool = False
) -> nn.Sequential:
    """A convolution that keeps the side (divided by its stride), and its ReLU."""
    conv = nn.Conv2d(
        in_channels, out_channels, kernel, stride, padding=kernel // 2, bias=not batch_norm
    )
    norm = [nn.BatchNorm2d(out_channels)] if batch_norm else []
    return nn.Sequential(conv, *norm, nn.ReLU(inplace=True))


class InceptionBlock(nn.Module):
    """Four branches side by side, concatenated: 1×1; 1×1, 3×3; 1×1, 5×5; max-pool, 1×1.

    The 1×1 convolutions before the large kernels leave them few channels to work on.

    >>> from cnnlab.models import count_parameters
    >>> block = InceptionBlock(192, 64, (96, 128), (16, 32), 32)  # the paper's 3a
    >>> count_parameters(block), block(torch.zeros(1, 192, 28, 28)).shape
    (163696, torch.Size([1, 256, 28, 28]))
    """

    def __init__(
        self,
        in_channels: int,
        c1: int,
        c3: tuple[int, int],
        c5: tuple[int, int],
        pool: int,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()

        def step(channels: int, wide: int, kernel: int) -> nn.Sequential:
            return conv_relu(channels, wide, kernel, batch_norm=batch_norm)

        self.branch1 = step(in_channels, c1, 1)
        self.branch3 = nn.Sequential(step(in_channels, c3[0], 1), step(*c3, 3))
        self.branch5 = nn.Sequential(step(in_channels, c5[0], 1), step(*c5, 5))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, padding=1), step(in_channels, pool, 1))
        self.out_channels = c1 + c3[1] + c5[1] + pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to (N, c1 + c3[1] + c5[1] + pool, H, W)."""
        branches = (self.branch1, self.branch3, self.branch5, self.pool)
        return torch.cat([branch(x) for branch in branches], dim=1)


class GoogLeNet(nn.Module):
    """A stem that divides the side by 8, nine inception blocks, average, one dense layer.

    >>> from cnnlab.models import count_parameters
    >>> with torch.device("meta"):  # shapes only: no memory, no waiting
    ...     count_parameters(GoogLeNet())
    6998552
    """

    def __init__(self, num_classes: int = 1000, in_channels: int = 3, dropout: float = 0.4) -> None:
        super().__init__()

        def halve() -> nn.MaxPool2d:
            return nn.MaxPool2d(3, stride=2, ceil_mode=True)

        self.stem = nn.Sequential(
            conv_relu(in_channels, 64, 7, stride=2),
            halve(),
            conv_relu(64, 64, 1),
            conv_relu(64, 192, 3),
            halve(),
        )
        self.blocks = nn.Sequential()
        for name, plan in BLOCKS.items():
            self.blocks.add_module(name, InceptionBlock(*plan))
            if name in HALVED_AFTER:
                self.blocks.add_module(f"pool_{name}", halve())
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(1024, num_classes)
        initialise_convolutions(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, 224, 224) to logits (N, num_classes); other sides work too."""
        x = self.blocks(self.stem(x))  # (N, 192, 28, 28) becomes (N, 1024, 7, 7)
        return self.fc(self.dropout(global_average_pool(x)))


def small_googlenet(num_classes: int = 10, in_channels: int = 3, width: int = 16) -> nn.Sequential:
    """Three inception blocks with batch norm, for small images; their maps are 3, 4 and 6 `width`.

    >>> small_googlenet(in_channels=1)(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """
    layers: list[nn.Module] = [conv_relu(in_channels, width, 3, batch_norm=True), nn.MaxPool2d(2)]
    channels = width
    for number, maps in enumerate((3 * width, 4 * width, 6 * width)):
        # As in the paper's 3a: half of the maps from 3×3, a quarter from 1×1, an eighth from 5×5.
        c3, c5 = (3 * maps // 8, maps // 2), (maps // 16, maps // 8)
        pool = maps - maps // 4 - c3[1] - c5[1]
        layers.append(InceptionBlock(channels, maps // 4, c3, c5, pool, batch_norm=True))
        layers.append(nn.MaxPool2d(2) if number == 0 else nn.Identity())
        channels = maps
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_classes))
    model = nn.Sequential(*layers, *head)
    initialise_convolutions(model)
    return model
