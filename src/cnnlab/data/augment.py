"""Random changes to training images that keep the label true, each image by its own dice."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Augmentation = Callable[[Tensor, torch.Generator], Tensor]


def flip_and_shift(pixels: int = 2, flip: bool = True) -> Augmentation:
    """Shift each image by up to `pixels` in both directions and, if `flip`, mirror half of them.

    The border is continued by repeating its outermost pixels, so no black frame gives the shift
    away. Do not flip what reads differently in a mirror, such as digits.

    >>> import torch
    >>> move = flip_and_shift(pixels=1, flip=False)
    >>> x = torch.arange(16.0).view(1, 1, 4, 4)
    >>> move(x, torch.Generator().manual_seed(0)).shape
    torch.Size([1, 1, 4, 4])
    """

    def augment(x: Tensor, generator: torch.Generator) -> Tensor:
        n, _, height, width = x.shape
        # Always drawn, so that switching one change off leaves the other's dice alone.
        offset = torch.randint(2 * pixels + 1, (2, n), generator=generator).to(x.device)
        mirrored = (torch.rand(n, generator=generator) < 0.5).to(x.device)
        if pixels:
            padded = F.pad(x, (pixels, pixels, pixels, pixels), mode="replicate")
            # A view with every possible window: (N, C, 2·pixels+1, 2·pixels+1, H, W), no copy.
            windows = padded.unfold(2, height, 1).unfold(3, width, 1)
            x = windows[torch.arange(n, device=x.device), :, offset[0], offset[1]]
        if flip:
            x = torch.where(mirrored.view(n, 1, 1, 1), x.flip(3), x)
        return x

    return augment


def per_sample(transform: Callable[[Tensor], Tensor]) -> Augmentation:
    """Apply a torchvision v2 transform to each image of a batch separately.

    torchvision draws its random numbers once a call: handed a whole batch, it would rotate every
    image by the same angle. One call an image is slower but gives each its own. The transform
    draws from torch's global random state, which is set from the generator and put back after.

    `batches` does this by itself for every transform that is an nn.Module; write it out only for
    plain functions of one image:

    >>> import torch
    >>> brighter = per_sample(lambda image: image * (1 + 0.2 * torch.rand(())))
    >>> x = brighter(torch.full((2, 1, 1, 1), 0.5), torch.Generator().manual_seed(0))
    >>> bool(x[0] != x[1])
    True
    """

    def augment(x: Tensor, generator: torch.Generator) -> Tensor:
        seed = int(torch.randint(2**62, (), generator=generator))
        devices = [x.device] if x.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(seed)
            return torch.stack([transform(image) for image in x])

    return augment
