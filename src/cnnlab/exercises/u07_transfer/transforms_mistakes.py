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
    "You normalise with fixed numbers. Other weights come with another `mean` and `std`: use "
    "the ones you were given.",
)

_OF_THE_VALUES: tuple[tuple[str, str, Values], ...] = (
    (
        "not_normalised",
        "The values are scaled to 0 … 1 but not normalised. The network was trained on "
        "normalised images: subtract the mean, then divide by the standard deviation.",
        lambda image, mean, std: image.float() / 255,
    ),
    (
        "not_scaled",
        "Bytes go from 0 to 255, but mean and std are meant for 0 … 1. Changing the dtype alone"
        " doesn't scale anything: `scale=True` does.",
        lambda image, mean, std: (image.float() - mean) / std,
    ),
    (
        "not_scaled",
        "The values are still as large as bytes, up to 255. Scale them to 0 … 1 and normalise.",
        lambda image, mean, std: image.float(),
    ),
    (
        "mean_and_std_swapped",
        "You subtract the standard deviation and divide by the mean.",
        lambda image, mean, std: (image.float() / 255 - std) / mean,
    ),
    (
        "std_multiplied",
        "You multiply by the standard deviation. Divide by it instead.",
        lambda image, mean, std: (image.float() / 255 - mean) * std,
    ),
    (
        "std_forgotten",
        "You subtract the mean but don't divide by the standard deviation.",
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
        "`ToTensor` is for PIL images. The images here are already uint8 tensors: "
        "`ToDtype(torch.float32, scale=True)` turns them into numbers from 0 to 1.",
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
        "`Normalize` needs floating-point numbers, but it gets bytes. Put "
        "`ToDtype(torch.float32, scale=True)` before it. (`v2.ToTensor` leaves a tensor as it "
        "is.)",
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
        "The same image gives different results. Evaluation has to be repeatable, so nothing in"
        " `eval_transform` may be random.",
        of,
    )(_pipeline(_random_part))

    exercise.mistake(
        "squashed",
        "A rectangular image is squashed into a square, so everything in it is distorted. Scale"
        " the shorter side, then cut off the rest.",
        of,
    )(_pipeline(lambda size: _v2().Resize((size, size), antialias=True)))

    exercise.mistake(
        "not_resized",
        "You cut the middle out at the image's own scale, so most of a large image is lost. "
        "Scale it first.",
        of,
    )(_pipeline(lambda size: _v2().CenterCrop(size)))

    for larger in (lambda size: size * 256 // 224, lambda size: round(size * 256 / 224)):
        exercise.mistake(
            "resized_larger",
            "You scale the shorter side to more than `size` and cut off a border, as many "
            "recipes for ImageNet do (256, then 224). Here the shorter side becomes exactly "
            "`size`, so that an image of that size stays whole.",
            of,
        )(_pipeline(_larger(larger)))

    exercise.mistake(
        "corner_kept",
        "You keep the upper left part of a rectangular image. Cut off the same amount at both "
        "ends, so that the middle is left.",
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
        "An image with a single colour comes out in different colours. Only the position and "
        "the mirroring should be random here.",
        of,
    )(_pipeline(_colours_shaken))

    exercise.mistake(
        "not_random",
        "The same image always gives the same result. In training, each call should choose a "
        "new random part.",
        of,
    )(_pipeline(_middle))

    exercise.mistake(
        "only_mirrored",
        "Images are mirrored at random, but always cut in the same way. The part should be "
        "random, too.",
        of,
    )(_pipeline(lambda size: _v2().Compose([_middle(size), _v2().RandomHorizontalFlip()])))

    exercise.mistake(
        "never_mirrored",
        "Either no image was mirrored or every one. Mirror left to right in half of the calls.",
        of,
    )(_pipeline(lambda size: _v2().RandomResizedCrop(size, scale=(0.5, 1.0), antialias=True)))

    exercise.mistake(
        "upside_down",
        "Some images are upside down. Fish and mushrooms rarely are: only mirror left to right.",
        of,
    )(_pipeline(lambda size: _v2().Compose([_random_part(size), _v2().RandomVerticalFlip()])))

    exercise.mistake(
        "square_never_cut",
        "A square image is always shown whole. After resizing to `size`, a crop of `size` has "
        "nothing to choose from: cut a random part first and scale that.",
        of,
    )(_pipeline(_cut_after_resizing))

    exercise.mistake(
        "tiny_parts",
        "Some of your parts show far less than half of the image, and perhaps nothing of the "
        "object. (RandomResizedCrop goes down to 8 % unless you tell it otherwise.)",
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
