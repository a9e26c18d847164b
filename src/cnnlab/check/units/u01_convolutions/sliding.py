"""The sliding windows of unit 01: convolution and pooling."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from cnnlab.check.agree import agree
from cnnlab.check.blame import blame
from cnnlab.check.draw import Draw
from cnnlab.check.todo import Todo
from cnnlab.reference import convolutions as ours
from cnnlab.student import Student

# Whoever may call any of these has nothing left to write.
LIBRARY_WINDOWS = (
    "torch.conv*",
    "torch._conv*",
    "torch.cudnn*",
    "torch.miopen*",
    "torch.mkldnn*",
    "torch.max_pool*",
    "torch.avg_pool*",
    "torch.adaptive_*",
    "torch.quantized_max_pool*",
    "torch.ops.*",
    "torch.nn.functional.conv*",
    "torch.nn.functional.max_pool*",
    "torch.nn.functional.avg_pool*",
    "torch.nn.functional.adaptive_*",
    "torch.nn.functional.lp_pool*",
    "torch.nn.functional.fractional_max_pool*",
    "torch.nn.Conv*",
    "torch.nn.LazyConv*",
    "torch.nn.MaxPool*",
    "torch.nn.AvgPool*",
    "torch.nn.Adaptive*",
    "torch.nn.LPPool*",
    "torch.nn.FractionalMaxPool*",
    "torchvision.*",
    "scipy.*",
    "skimage.*",
    "cv2.*",
)


def image(draw: Draw, *shape: int) -> torch.Tensor:
    """float32, as images are: a result collected in `torch.zeros(…)` is then of the same kind."""
    return draw.normal(*shape, dtype=torch.float32)


# Convolution ------------------------------------------------------------------------------------

CONV2D = Todo("conv2d", {"conv2d": ours.conv2d}, refuses=LIBRARY_WINDOWS)


@CONV2D.suspect(
    "kernel_flipped",
    "Your result is what the kernel gives after a turn by 180°. Deep learning lays the kernel on "
    "the image as it is (cross-correlation); only signal processing flips it.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight.flip(-2, -1), bias, stride, padding)


@CONV2D.suspect(
    "kernel_transposed",
    "Rows and columns of the kernel have changed places. The first of its last two dimensions goes "
    "down the image, the second goes across.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight.transpose(-2, -1), bias, stride, padding)


@CONV2D.suspect(
    "mean_not_sum",
    "The products in a window are averaged. A convolution adds them up.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight / weight[0].numel(), bias, stride, padding)


@CONV2D.suspect(
    "first_channel_only",
    "Only the first input channel is used. A kernel reaches through all input channels, and their "
    "products go into one sum.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x[:1], weight[:, :1], bias, stride, padding)


@CONV2D.suspect(
    "last_channel_only",
    "Only the last input channel is left in the result. Each channel's sum should be added to what "
    "the channels before it gave, not take its place.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x[-1:], weight[:, -1:], bias, stride, padding)


@CONV2D.suspect(
    "one_kernel_for_all_channels",
    "The same k×k weights are laid on every input channel. A kernel has k×k weights of its own for "
    "each of them.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight[:, :1].expand_as(weight), bias, stride, padding)


@CONV2D.suspect(
    "channels_not_summed",
    "There is a map for every pair of input and output channel. The maps of one kernel's input "
    "channels should be added up to a single one.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    maps = [
        ours.conv2d(channel[None], weight[:, index : index + 1], bias, stride, padding)
        for index, channel in enumerate(x)
    ]
    return torch.stack(maps, dim=1)


@CONV2D.suspect("bias_ignored", "The bias is missing.")
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight, None, stride, padding)


@CONV2D.suspect(
    "bias_for_each_input_channel",
    "The bias is added once for every input channel. It belongs to the finished sum, once.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight, bias * len(x), stride, padding)


@CONV2D.suspect(
    "padding_ignored", "Your result is right for padding 0: the border of zeros is missing."
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight, bias, stride)


@CONV2D.suspect(
    "padding_one_side",
    "The zeros stand on one side only. Padding 1 adds a row above and a row below, a column on the "
    "left and one on the right.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(F.pad(x, (0, padding, 0, padding)), weight, bias, stride)


@CONV2D.suspect(
    "border_repeated",
    "The border repeats the image's edge. Padding here means zeros.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    wider = F.pad(x[None], (padding,) * 4, mode="replicate")[0]
    return ours.conv2d(wider, weight, bias, stride)


@CONV2D.suspect(
    "size_without_padding",
    "The image is padded, but the size of the result is that without padding, so its last rows and "
    "columns are missing.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    _, height, width = ours.conv2d(x, weight, None, stride).shape
    return ours.conv2d(x, weight, bias, stride, padding)[:, :height, :width]


@CONV2D.suspect(
    "stride_ignored", "The window moves by one pixel. Your result is right for stride 1 only."
)
def _(x, weight, bias=None, stride=1, padding=0):
    return ours.conv2d(x, weight, bias, 1, padding)


@CONV2D.suspect(
    "stride_only_in_the_size",
    "The size of the result knows the stride, but the window still moves by one pixel from output "
    "to output.",
)
def _(x, weight, bias=None, stride=1, padding=0):
    _, height, width = ours.conv2d(x, weight, None, stride, padding).shape
    return ours.conv2d(x, weight, bias, 1, padding)[:, :height, :width]


def agree_without_bias(student: Student, x: torch.Tensor, weight: torch.Tensor, **kw: Any) -> None:
    """Asks with no bias, and says so if a bias of zeros would have been no trouble."""
    with blame(
        "bias_taken_for_granted",
        "Without a bias the code stops. `bias=None` means that nothing is added.",
        if_passes=lambda: agree(student, CONV2D, x, weight, torch.zeros(len(weight)), **kw),
    ):
        agree(student, CONV2D, x, weight, **kw)


def agree_on_oblong(student: Student, x: torch.Tensor, weight: torch.Tensor, **kw: Any) -> None:
    """Asks with a kernel that is not square, and says so if a square one would do."""
    side = min(weight.shape[-2:])
    with blame(
        "kernel_taken_for_square",
        "With a square kernel the result is right, with another one the code stops. Height and "
        "width of the kernel are two numbers.",
        if_passes=lambda: agree(student, CONV2D, x, weight[..., :side, :side], **kw),
    ):
        agree(student, CONV2D, x, weight, **kw)


@CONV2D.visible("one channel, a 3×3 kernel")
def _(student: Student, draw: Draw) -> None:
    agree_without_bias(student, image(draw, 1, 5, 5), image(draw, 1, 1, 3, 3))


@CONV2D.visible("two channels in, three out, with a bias")
def _(student: Student, draw: Draw) -> None:
    agree(student, CONV2D, image(draw, 2, 5, 6), image(draw, 3, 2, 3, 3), image(draw, 3))


@CONV2D.visible("padding keeps the size")
def _(student: Student, draw: Draw) -> None:
    agree_without_bias(student, image(draw, 2, 5, 4), image(draw, 3, 2, 3, 3), padding=1)


@CONV2D.visible("stride 2")
def _(student: Student, draw: Draw) -> None:
    agree_without_bias(student, image(draw, 2, 7, 6), image(draw, 3, 2, 3, 3), stride=2)


def brightness(draw: Draw, *shape: int) -> torch.Tensor:
    """Numbers between 0 and 1: what goes wrong here has nothing to do with signs."""
    return draw.uniform(*shape, dtype=torch.float32)


# Pooling ----------------------------------------------------------------------------------------

POOL2D = Todo("pool2d", {"pool2d": ours.pool2d}, refuses=LIBRARY_WINDOWS)


@POOL2D.suspect(
    "maximum_starts_at_zero",
    "Where all numbers in a window are below zero, your result is 0. The largest number of a "
    "window is one of its own, so the search cannot start at 0.",
)
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, stride, mode).clamp(min=0)


@POOL2D.suspect("always_max", "The largest number is taken where the mean was asked for.")
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, stride, "max")


@POOL2D.suspect("always_avg", "The mean is taken where the largest number was asked for.")
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, stride, "avg")


@POOL2D.suspect("sum_not_mean", "The numbers of a window are added up but not divided.")
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, stride, mode) * kernel**2


@POOL2D.suspect(
    "divides_by_the_side",
    "The sum is divided by the side of the window. A window holds side × side numbers.",
)
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, stride, mode) * kernel


@POOL2D.suspect(
    "divides_by_four",
    "The sum is divided by 4 whatever the window. That is right for 2×2 windows only.",
)
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, stride, mode) * kernel**2 / 4


@POOL2D.suspect(
    "stride_none_is_one",
    "Without a stride the window moves by one pixel here. For pooling, `stride=None` means that "
    "the window moves by its own side.",
)
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, stride or 1, mode)


@POOL2D.suspect(
    "stride_ignored",
    "The window always moves by its own side, also when another stride is given.",
)
def _(x, kernel, stride=None, mode="max"):
    return ours.pool2d(x, kernel, None, mode)


@POOL2D.suspect(
    "stride_only_in_the_size",
    "The size of the result knows the stride, but the window moves by one pixel from output to "
    "output.",
)
def _(x, kernel, stride=None, mode="max"):
    _, height, width = ours.pool2d(x, kernel, stride, mode).shape
    return ours.pool2d(x, kernel, 1, mode)[:, :height, :width]


@POOL2D.suspect(
    "keeps_windows_that_do_not_fit",
    "Windows that reach over the edge of the image are used as well. Only complete windows count; "
    "left-over rows and columns are dropped.",
)
def _(x, kernel, stride=None, mode="max"):
    pool = F.max_pool2d if mode == "max" else F.avg_pool2d
    return pool(x[None], kernel, stride, ceil_mode=True)[0]


@POOL2D.suspect(
    "channels_pooled_together",
    "All channels hold the same result: the windows were pooled across the channels. Pooling "
    "leaves each channel to itself.",
)
def _(x, kernel, stride=None, mode="max"):
    pooled = ours.pool2d(x, kernel, stride, mode)
    one = pooled.amax(dim=0) if mode == "max" else pooled.mean(dim=0)
    return one.expand_as(pooled)


def agree_on_leftovers(
    student: Student, x: torch.Tensor, kernel: int, stride: int, **settings: Any
) -> None:
    """Asks about sides that the windows do not fill, and says so if that alone is the trouble."""
    height, width = (side - (side - kernel) % stride for side in x.shape[-2:])
    with blame(
        "expects_sides_that_fill",
        "The code stops when rows or columns are left over at the edge. They are dropped.",
        if_passes=lambda: agree(student, POOL2D, x[:, :height, :width], kernel, stride, **settings),
    ):
        agree(student, POOL2D, x, kernel, stride, **settings)


@POOL2D.visible("max-pooling of 2×2 windows")
def _(student: Student, draw: Draw) -> None:
    agree(student, POOL2D, brightness(draw, 2, 4, 6), 2)


@POOL2D.visible("average pooling")
def _(student: Student, draw: Draw) -> None:
    agree(student, POOL2D, brightness(draw, 2, 4, 6), 2, mode="avg")


@POOL2D.visible("numbers below zero")
def _(student: Student, draw: Draw) -> None:
    agree(student, POOL2D, -1 - brightness(draw, 2, 4, 6), 2)


@POOL2D.visible("a row and a column left over")
def _(student: Student, draw: Draw) -> None:
    agree_on_leftovers(student, brightness(draw, 2, 5, 7), 2, 2)
