"""The mistakes that learners make in the transforms for training and for everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from cnnlab._torchvision import import_torchvision
from cnnlab.check.exercise import Exercise
from cnnlab.models import card

Statistics = tuple[Sequence[float], Sequence[float]]
Transform = Callable[[torch.Tensor], torch.Tensor]
Geometry = Callable[[int], Transform]
# Of an image of bytes, a mean and a standard deviation, each of shape (3, 1, 1).
Values = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]

IMAGENET: Statistics = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_CARD = card("shapes-resnet")
SHIPPED: Statistics = (_CARD.mean, _CARD.std)


def _v2() -> Any:
    """torchvision's transforms, which cost a second where nobody has imported them yet."""
    import_torchvision()
    from torchvision.transforms import v2

    return v2


def _columns(statistics: Statistics) -> tuple[torch.Tensor, torch.Tensor]:
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in statistics)
    return mean, std


def _normalised(image: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    return (image.float() / 255 - mean) / std


def _pipeline(geometry: Geometry, values: Values = _normalised) -> Callable[..., Transform]:
    """What makes a transform of these two steps."""

    def make(
        size: int = 32, mean: Sequence[float] = SHIPPED[0], std: Sequence[float] = SHIPPED[1]
    ) -> Transform:
        prepare, statistics = geometry(size), _columns((mean, std))
        return lambda image: values(prepare(image), *statistics)

    return make


def _middle(size: int) -> Transform:
    v2 = _v2()
    return v2.Compose([v2.Resize(size, antialias=True), v2.CenterCrop(size)])


def _random_part(size: int) -> Transform:
    v2 = _v2()
    crop = v2.RandomResizedCrop(size, scale=(0.5, 1.0), antialias=True)
    return v2.Compose([crop, v2.RandomHorizontalFlip()])


_OWN_STATISTICS_IGNORED = (
    "own_statistics_ignored",
    "You normalise with fixed numbers. Other weights come with another `mean` and `std`: use those "
    "that were given.",
)

_OF_THE_VALUES: tuple[tuple[str, str, Values], ...] = (
    (
        "not_normalised",
        "The values are scaled to 0 … 1, and stay so. The network was trained on normalised "
        "images: subtract the mean, divide by the standard deviation.",
        lambda image, mean, std: image.float() / 255,
    ),
    (
        "not_scaled",
        "Bytes go from 0 to 255; mean and std are meant for 0 … 1. A change of dtype alone scales "
        "nothing.",
        lambda image, mean, std: (image.float() - mean) / std,
    ),
    (
        "not_scaled",
        "The values are bytes still, up to 255. Scale them to 0 … 1 and normalise.",
        lambda image, mean, std: image.float(),
    ),
    (
        "mean_and_std_swapped",
        "You subtract the standard deviation and divide by the mean.",
        lambda image, mean, std: (image.float() / 255 - std) / mean,
    ),
    (
        "std_multiplied",
        "You multiply by the standard deviation. Divide by it.",
        lambda image, mean, std: (image.float() / 255 - mean) * std,
    ),
    (
        "std_forgotten",
        "You subtract the mean, but do not divide by the standard deviation.",
        lambda image, mean, std: image.float() / 255 - mean,
    ),
    (
        *_OWN_STATISTICS_IGNORED,
        lambda image, mean, std: _normalised(image, *_columns(IMAGENET)),
    ),
    (
        *_OWN_STATISTICS_IGNORED,
        lambda image, mean, std: _normalised(image, *_columns(SHIPPED)),
    ),
)


def _add_value_mistakes(exercise: Exercise, of: str, geometry: Geometry) -> None:
    for mistake_id, message, values in _OF_THE_VALUES:
        exercise.mistake(mistake_id, message, of)(_pipeline(geometry, values))

    @exercise.mistake(
        "to_tensor_of_a_tensor",
        "`ToTensor` is for PIL images. The images here are uint8 tensors already: "
        "`ToDtype(torch.float32, scale=True)` makes numbers from 0 to 1 of them.",
        of,
    )
    def _(
        size: int = 32, mean: Sequence[float] = SHIPPED[0], std: Sequence[float] = SHIPPED[1]
    ) -> Transform:
        import_torchvision()
        from torchvision import transforms

        prepare, to_tensor = geometry(size), transforms.ToTensor()
        return lambda image: to_tensor(prepare(image))

    @exercise.mistake(
        "bytes_normalised",
        "`Normalize` wants floating-point numbers, and gets bytes. `ToDtype(torch.float32, "
        "scale=True)` comes before it.",
        of,
    )
    def _(
        size: int = 32, mean: Sequence[float] = SHIPPED[0], std: Sequence[float] = SHIPPED[1]
    ) -> Transform:
        prepare, normalize = geometry(size), _v2().Normalize(mean, std)
        return lambda image: normalize(prepare(image))


def add_eval_mistakes(exercise: Exercise, of: str) -> None:
    """Registers the wrong versions of `eval_transform`."""
    exercise.mistake(
        "random_at_evaluation",
        "The same image gives different results. Who measures wants the same answer tomorrow: no "
        "dice in `eval_transform`.",
        of,
    )(_pipeline(_random_part))

    exercise.mistake(
        "squashed",
        "An oblong image is squashed into a square, and everything in it changes its proportions. "
        "Scale the shorter side, then cut off what is too long.",
        of,
    )(_pipeline(lambda size: _v2().Resize((size, size), antialias=True)))

    exercise.mistake(
        "not_resized",
        "You cut the middle out of the image at its own scale, so most of a large image is lost. "
        "Scale it first.",
        of,
    )(_pipeline(lambda size: _v2().CenterCrop(size)))

    for larger in (lambda size: size * 256 // 224, lambda size: round(size * 256 / 224)):
        exercise.mistake(
            "resized_larger",
            "You scale the shorter side to more than `size` and cut off the rim, as many recipes "
            "for ImageNet do (256, then 224). Asked for is the shorter side at `size`, so that an "
            "image of that size stays whole.",
            of,
        )(_pipeline(_larger(larger)))

    exercise.mistake(
        "corner_kept",
        "The upper left part of an oblong image remains. Cut off what is too long at both ends "
        "alike, so that it is the middle.",
        of,
    )(_pipeline(_corner))

    _add_value_mistakes(exercise, of, _middle)


def _larger(side: Callable[[int], int]) -> Geometry:
    def geometry(size: int) -> Transform:
        v2 = _v2()
        return v2.Compose([v2.Resize(side(size), antialias=True), v2.CenterCrop(size)])

    return geometry


def _corner(size: int) -> Transform:
    resize = _v2().Resize(size, antialias=True)
    return lambda image: resize(image)[:, :size, :size]


def add_train_mistakes(exercise: Exercise, of: str) -> None:
    """Registers the wrong versions of `train_transform`."""
    _add_value_mistakes(exercise, of, _random_part)

    exercise.mistake(
        "colours_changed",
        "An image of one colour comes out in different colours. Here only place and mirroring are "
        "left to chance.",
        of,
    )(_pipeline(_colours_shaken))

    exercise.mistake(
        "not_random",
        "The same image always gives the same result. In training, chance decides which part is "
        "shown, and it decides anew each time the transform is called.",
        of,
    )(_pipeline(_middle))

    exercise.mistake(
        "only_mirrored",
        "Images are mirrored at random, but always cut in the same way. The part should be random "
        "too.",
        of,
    )(_pipeline(lambda size: _v2().Compose([_middle(size), _v2().RandomHorizontalFlip()])))

    exercise.mistake(
        "never_mirrored",
        "No image was mirrored, or every one. Mirror left and right in half of the calls.",
        of,
    )(_pipeline(lambda size: _v2().RandomResizedCrop(size, scale=(0.5, 1.0), antialias=True)))

    exercise.mistake(
        "upside_down",
        "Some images stand on their heads. Fish and mushrooms rarely do: mirror left and right "
        "only.",
        of,
    )(_pipeline(lambda size: _v2().Compose([_random_part(size), _v2().RandomVerticalFlip()])))

    exercise.mistake(
        "square_never_cut",
        "Of a square image always the whole is shown. A crop of `size` after a resize to `size` "
        "has nothing to choose from: cut a random part first, and scale that.",
        of,
    )(_pipeline(_cut_after_resizing))

    exercise.mistake(
        "tiny_parts",
        "Some of your parts show far less than half of the image, and perhaps nothing of the "
        "object. (RandomResizedCrop goes down to 8 % unless it is told otherwise.)",
        of,
    )(_pipeline(_any_part))


def _colours_shaken(size: int) -> Transform:
    v2 = _v2()
    return v2.Compose([_random_part(size), v2.ColorJitter(brightness=0.5)])


def _cut_after_resizing(size: int) -> Transform:
    v2 = _v2()
    resize, crop = v2.Resize(size, antialias=True), v2.RandomCrop(size)
    return v2.Compose([resize, crop, v2.RandomHorizontalFlip()])


def _any_part(size: int) -> Transform:
    v2 = _v2()
    return v2.Compose([v2.RandomResizedCrop(size, antialias=True), v2.RandomHorizontalFlip()])
