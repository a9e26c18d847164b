"""LeNet-5 (LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document
Recognition, 1998), and the same network with today's parts.

Two things differ from the paper, as in every modern account of it: the pooling layers have no
trainable scale and bias, and C3 sees all six maps of S2 instead of hand-picked subsets of them.
"""

from __future__ import annotations

import torch
from torch import nn

from cnnlab.errors import CnnlabError


class LeNet5(nn.Module):
    """LeNet-5: tanh and average pooling, or ReLU and max pooling with `modern=True`.

    The paper's input is 32×32. A 28×28 image gets a border of two pixels in the first convolution,
    so both sizes reach the dense layers as 16 maps of 5×5.

    >>> from cnnlab.models import count_parameters
    >>> count_parameters(LeNet5())
    61706
    """

    def __init__(
        self,
        num_classes: int = 10,
        in_channels: int = 1,
        image_size: int = 28,
        modern: bool = False,
    ) -> None:
        super().__init__()
        if image_size not in (28, 32):
            raise CnnlabError(
                f"LeNet5 reads images of 28 or 32 pixels, not {image_size}: its first dense layer "
                "has a fixed number of inputs. Resize the images, or use SimpleCNN(image_size=…)."
            )
        activation = nn.ReLU if modern else nn.Tanh
        pool = nn.MaxPool2d if modern else nn.AvgPool2d
        self.c1 = nn.Conv2d(in_channels, 6, kernel_size=5, padding=2 if image_size == 28 else 0)
        self.act1 = activation()
        self.s2 = pool(2)
        self.c3 = nn.Conv2d(6, 16, kernel_size=5)
        self.act3 = activation()
        self.s4 = pool(2)
        self.flatten = nn.Flatten()
        self.c5 = nn.Linear(16 * 5 * 5, 120)  # the paper's 5×5 convolution on a 5×5 map
        self.act5 = activation()
        self.f6 = nn.Linear(120, 84)
        self.act6 = activation()
        self.output = nn.Linear(84, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, C, H, W) to logits (N, num_classes)."""
        x = self.s2(self.act1(self.c1(x)))  # (N, 6, 14, 14)
        x = self.s4(self.act3(self.c3(x)))  # (N, 16, 5, 5)
        x = self.act5(self.c5(self.flatten(x)))
        x = self.act6(self.f6(x))
        return self.output(x)
