"""Batches of images, shuffled, augmented and normalised, straight from memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from cnnlab.data.augment import per_sample
from cnnlab.data.errors import DataError
from cnnlab.data.split import Split

Normalization = tuple[Sequence[float], Sequence[float]]
Source = Split | tuple[Tensor, Tensor]

# Up to this many bytes the images move to the accelerator once; more travel batch by batch.
KEEP_ON_DEVICE = 2 * 1024**3


class Batches:
    """Iterable of (images float32 (N, C, H, W), labels int64 (N,)); made by `batches`.

    Iterating again gives the next epoch. `epoch` is the number of the pass that comes next; set it
    to continue a training run where it stopped.
    """

    def __init__(
        self,
        source: Source,
        batch_size: int = 64,
        *,
        shuffle: bool = False,
        seed: int = 0,
        augment: Callable[..., Tensor] | None = None,
        normalize: Normalization | None = None,
        device: str | torch.device | None = None,
        channels_last: bool = False,
        drop_last: bool = False,
    ) -> None:
        if isinstance(source, Split):
            self.images, self.labels = source.images, source.labels
        else:
            self.images, self.labels = source
        _check_source(self.images, self.labels)
        if batch_size < 1:
            raise DataError(f"batch_size must be at least 1, not {batch_size}.")
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.augment = per_sample(augment) if isinstance(augment, nn.Module) else augment
        self.device = torch.device(device) if device is not None else self.images.device
        self.memory_format = torch.channels_last if channels_last else torch.contiguous_format
        self.drop_last = drop_last
        self.epoch = 0
        self._scale, self._shift = self._affine(normalize)
        self._on_device: tuple[Tensor, Tensor] | None = None

    def __len__(self) -> int:
        """The number of batches in one epoch."""
        full, rest = divmod(len(self.images), self.batch_size)
        return full if self.drop_last or rest == 0 else full + 1

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        # One generator for each epoch, so that epoch 7 is the same whether or not epochs 0 to 6
        # were run before it. The epoch is counted at the start: a pass broken off counts too.
        generator = torch.Generator().manual_seed(_epoch_seed(self.seed, self.epoch))
        self.epoch += 1
        return self._one_epoch(generator)

    def _one_epoch(self, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        images, labels = self._placed()
        n = len(images)
        order = torch.randperm(n, generator=generator).to(images.device) if self.shuffle else None
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            stop = min(start + self.batch_size, n)
            where = slice(start, stop) if order is None else order[start:stop]
            yield self._prepare(images[where], generator), labels[where].to(self.device).long()

    def _prepare(self, images: Tensor, generator: torch.Generator) -> Tensor:
        # Bytes travel, not floats: a quarter of the traffic where images move batch by batch.
        x = images.to(self.device).to(torch.float32, copy=True)
        if self.augment is None:
            x.mul_(self._scale).add_(self._shift)
        else:
            # Augmentations work on values from 0 to 1, where brightness has a meaning.
            if images.dtype == torch.uint8:
                x.div_(255)
            x = self.augment(x, generator)
            _check_augmented(x, images)
            x = x * self._augmented_scale + self._shift
        return x.contiguous(memory_format=self.memory_format)

    def _affine(self, normalize: Normalization | None) -> tuple[Tensor, Tensor]:
        """Scale and shift per channel that take stored values to normalised ones in one step."""
        channels = self.images.shape[1]
        mean, std = normalize if normalize is not None else ([0.0], [1.0])
        mean_tensor, std_tensor = (torch.as_tensor(v, dtype=torch.float32) for v in (mean, std))
        for name, values in (("mean", mean_tensor), ("std", std_tensor)):
            if values.numel() not in (1, channels):
                raise DataError(
                    f"normalize has {values.numel()} numbers for the {name}, but the images have "
                    f"{channels} channel(s). Pass normalize=(data.mean, data.std) of the same data."
                )
        if (std_tensor <= 0).any():
            raise DataError(
                "normalize has a standard deviation of 0: that channel has the same value in "
                "every training image. Divide by 1 instead: normalize=(mean, [1.0, ...])."
            )
        scale = (1 / std_tensor).view(1, -1, 1, 1).to(self.device)
        shift = (-mean_tensor / std_tensor).view(1, -1, 1, 1).to(self.device)
        self._augmented_scale = scale
        stored = scale / 255 if self.images.dtype == torch.uint8 else scale
        return stored, shift

    def _placed(self) -> tuple[Tensor, Tensor]:
        """Images and labels on the device, if they fit there; moved once."""
        if self.images.device == self.device or self.images.nbytes > KEEP_ON_DEVICE:
            return self.images, self.labels.to(self.images.device)
        if self._on_device is None:
            self._on_device = self.images.to(self.device), self.labels.to(self.device)
        return self._on_device

    def __repr__(self) -> str:
        order = "shuffled" if self.shuffle else "in order"
        return (
            f"Batches({len(self)} batches of {self.batch_size} from {len(self.images):,} images, "
            f"{order}, next epoch {self.epoch})"
        )


def batches(
    source: Source,
    batch_size: int = 64,
    *,
    shuffle: bool = False,
    seed: int = 0,
    augment: Callable[..., Tensor] | None = None,
    normalize: Normalization | None = None,
    device: str | torch.device | None = None,
    channels_last: bool = False,
    drop_last: bool = False,
) -> Batches:
    """Batches from a split or from (images, labels), ready for a model.

    Yields float32 images (N, C, H, W) and int64 labels (N,). uint8 images are divided by 255;
    float images are taken as they are. Then, batch by batch:

    augment        called as augment(batch, generator) on values from 0 to 1; it must treat each
                   image by its own dice. A torchvision v2 transform (an nn.Module) is applied
                   to each image separately, because on a whole batch it would draw once for all.
    normalize      (mean, std), one number per channel, applied after the augmentation.
    device         where the batches go; the images move there once if they fit.
    channels_last  memory order that some convolutions are faster in.
    drop_last      leave out a short last batch.

    The order and the augmentation depend on `seed` and on the epoch alone:

    >>> import torch
    >>> images = torch.arange(6, dtype=torch.uint8).view(6, 1, 1, 1)
    >>> feed = batches((images, torch.arange(6)), 4, shuffle=True, seed=1)
    >>> first, second = [y.tolist() for _, y in feed], [y.tolist() for _, y in feed]
    >>> len(feed), first == second
    (2, False)
    >>> feed.epoch = 0
    >>> first == [y.tolist() for _, y in feed]
    True
    """
    return Batches(
        source,
        batch_size,
        shuffle=shuffle,
        seed=seed,
        augment=augment,
        normalize=normalize,
        device=device,
        channels_last=channels_last,
        drop_last=drop_last,
    )


def _epoch_seed(seed: int, epoch: int) -> int:
    # A large odd step keeps (seed 0, epoch 1) and (seed 1, epoch 0) apart.
    return (seed * 0x9E3779B97F4A7C15 + epoch) % 2**63


def _check_source(images: Tensor, labels: Tensor) -> None:
    if images.dim() != 4:
        raise DataError(
            f"batches needs images of shape (N, C, H, W), but got {tuple(images.shape)}. "
            "For grey images without a channel, write images.unsqueeze(1)."
        )
    if len(images) == 0:
        raise DataError("There are no images to make batches from.")
    if images.dtype != torch.uint8 and not images.is_floating_point():
        raise DataError(
            f"batches needs uint8 images (0 to 255) or floating-point ones, not {images.dtype}. "
            "Write images.to(torch.uint8) if the values fit."
        )
    if labels.shape != (len(images),):
        raise DataError(
            f"There are {len(images)} images, but the labels have shape {tuple(labels.shape)}: "
            "one integer for each image is needed."
        )


def _check_augmented(x: Tensor, before: Tensor) -> None:
    if not isinstance(x, Tensor) or x.dim() != 4 or len(x) != len(before):
        got = tuple(x.shape) if isinstance(x, Tensor) else type(x).__name__
        raise DataError(
            f"augment got a batch of shape {tuple(before.shape)} and returned {got}. "
            "It must return a tensor with as many images as it was given."
        )
