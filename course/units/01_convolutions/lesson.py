# %% [markdown]
# # What a convolution computes
#
# A network that looks at pictures needs a layer that finds a thing *wherever it is*. You will
# write that layer yourself, let it look at a photograph, and then train a network made of it.

# %% [markdown]
# Two kinds of cells ask something of you. A cell with `raise NotImplementedError` is yours to
# write, and the `check.…` cell below it says at once what is right and what is not. A cell with
# `widgets.prediction(…)` shows a card that wants your guess *before* the next cell shows the truth;
# a wrong guess costs nothing and teaches most. All other cells just run, and the last question is
# answered in words.
#
# `hint("conv2d")` in a cell of its own gives a hint, one step at a time. You can leave an
# exercise for later: whatever needs it then runs with the course's version, and says so. As an
# answer of yours that version does not count, so leave everything in `cnnlab` out of what you
# write.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. A layer that does not fit
#
# You know one layer that could look at an image: flatten the pixels and hand them to `nn.Linear`.
# Take a photograph of 224 × 224 pixels in three colours, and a modest 1,024 units.
#
# Make your guess on the card, press its button, then run the next cell: a wrong guess is answered
# with reasons.

# %% tags=["explore"]
from cnnlab import widgets

million_weights = widgets.prediction(
    "dense_millions", "How many million weights does this one layer have?"
)

# %% tags=["explore"]
dense_weights = 224 * 224 * 3 * 1024
predict.reveal(
    "dense_millions",
    truth=round(dense_weights / 1e6),
    reasons={
        51: "You counted one number a pixel. A colour pixel has three.",
        0.15: "These are the numbers in the image. Every unit has a weight for each of them.",
        dense_weights: "That is right, but not in millions.",
    },
    because="Each of the 1,024 units has a weight of its own for each number of the image.",
    tolerance=0.1,
)
small_layer = nn.Conv2d(3, 64, kernel_size=3)
small_count = sum(p.numel() for p in small_layer.parameters())
print(f"dense layer, 1,024 units:         {dense_weights:>12,} weights,")
print(f"                                  {dense_weights * 4 / 2**20:>12,.0f} MiB in float32")
print(f"3×3 convolution, 64 channels:     {small_count:>12,} parameters")

# %% [markdown]
# The second layer is the subject of this unit. It looks at the same photograph, gives 64 numbers
# at *every pixel*, and has a few thousand parameters in all.
#
# Size is not even the worst of it. **You might think** that to a dense layer a digit moved a
# little to the side is nearly the same input. Each pixel has its own weight, so what counts is
# which *pixels* agree. Measure that on real handwritten digits.

# %% tags=["explore"]
import cnnlab.data
from cnnlab import pictures

digits = cnnlab.data.load("digits", image_size=20)


def on_canvas(split):
    """The digit in the middle of 32 × 32 pixels, its grey copied to three colour channels."""
    images = F.pad(split.images, (6, 6, 6, 6)).repeat(1, 3, 1, 1)
    return cnnlab.data.Split(images, split.labels)


canvas = cnnlab.data.Dataset(
    "digits on a canvas", "1", digits.class_names, on_canvas(digits.train), on_canvas(digits.test)
)


def moved(images, right=0, down=0):
    """The same images, moved. The canvas has 6 empty pixels around, so nothing is cut off."""
    return torch.roll(images, (down, right), dims=(-2, -1))


three = canvas.test.images[(canvas.test.labels == 3).nonzero()[0]]
eight = canvas.test.images[(canvas.test.labels == 8).nonzero()[0]]
pictures.image_grid(
    torch.cat([three, moved(three, right=4), eight]),
    ["a three", "moved by 4", "an eight"],
    title="To your eyes, two of these are alike",
)

# %% tags=["explore"]
flat = canvas.test.images[:, 0].flatten(1).float()
flat_moved = moved(canvas.test.images, right=4)[:, 0].flatten(1).float()
labels = canvas.test.labels
other = labels[:, None] != labels[None, :]
similar = F.normalize(flat - flat.mean(), dim=1)
similar_moved = F.normalize(flat_moved - flat.mean(), dim=1)
own = (similar * similar_moved).sum(1).mean()
others = (similar @ similar.T)[other].mean()
print("Likeness of two images, pixel by pixel (1: equal, 0: nothing in common)")
print(f"  a digit and itself, 4 pixels further right:      {own:.2f} on average")
print(f"  a digit and a different digit in the same place: {others:.2f} on average")

# %% [markdown]
# Pixel by pixel, a digit that moved has less in common with itself than with other digits that
# did not. A dense layer must learn every digit again for every place. At the end of the unit you
# will train such a network and see how it fares.

# %% [markdown]
# ## 2. One checklist, carried everywhere
#
# Think of a factory that checks large sheets of glass. It could nail a thousand inspectors to the
# floor, each with a checklist for the one spot in front of them. Or it sends *one* inspector
# across the whole sheet with *one* short checklist, and writes down at each spot how well it fits.
#
# The second way is a convolution. The checklist is a small block of weights, the **kernel** or
# **filter**. The notes are a new image, the **feature map**: a map of *where* the pattern is. Two
# assumptions about images are built in:
#
# - the kernel sees a small neighbourhood only, because what belongs together lies together;
# - the same weights serve at every position, because a thing is the same thing everywhere.
#
# Here are a small image and a kernel with numbers.

# %% tags=["explore"]
import numpy as np
from matplotlib.patches import Rectangle


def panels(named, alt, boxes=None, numbers=True, height=2.0):
    """Matrices or colour images side by side; `boxes` frames a part: name → (row, column, side)."""
    shapes = [tuple(image.shape[:2]) for image in named.values()]
    widths = [columns / rows for rows, columns in shapes]
    picture = pictures.Picture(height * sum(widths) + 0.2 * len(named), height + 0.45)
    grid = picture.subplots(1, len(named), squeeze=False, gridspec_kw={"width_ratios": widths})[0]
    for axes, (name, image) in zip(grid, named.items(), strict=True):
        largest = float(image.abs().max()) or 1.0
        axes.imshow(image.numpy(), cmap="RdBu_r", vmin=-largest, vmax=largest)
        axes.set_title(name, fontsize=10, loc="left")
        axes.set(xticks=[], yticks=[])
        if numbers:
            for (i, j), value in np.ndenumerate(image.numpy()):
                shade = "white" if abs(value) > 0.62 * largest else "black"
                axes.text(j, i, f"{value:g}", ha="center", va="center", fontsize=9, color=shade)
        if boxes and name in boxes:
            top, left, side = boxes[name]
            corner = (left - 0.5, top - 0.5)
            axes.add_patch(Rectangle(corner, side, side, fill=False, lw=3, edgecolor="#E69F00"))
    picture.alt = alt
    return picture


image = torch.tensor(
    [
        [0.0, 0, 1, 2, 1],
        [1, 0, 2, 3, 0],
        [0, 1, 3, 2, 1],
        [2, 0, 1, 1, 0],
        [1, 1, 0, 2, 2],
    ]
)
kernel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
panels({"image": image, "kernel": kernel}, "A 5×5 image and a 3×3 kernel, with their numbers.")

# %% [markdown]
# Lay the kernel on the image, multiply each weight by the pixel under it, add up all products, and
# write the sum down. Then move on by one pixel. As a formula, with the kernel $w$ and the image $x$:
#
# $$y[i, j] = \sum_a \sum_b w[a, b] \cdot x[i + a, j + b]$$

# %% tags=["explore"]
first_number = widgets.prediction(
    "upper_left", "The kernel lies on the upper left corner of the image. Which number comes out?"
)

# %% tags=["explore"]
block = image[:3, :3]
predict.reveal(
    "upper_left",
    truth=int((block * kernel).sum()),
    reasons={
        int((block * kernel.flip(0, 1)).sum()): "You turned the kernel around first. It is laid "
        "on the image as it is; more about that below.",
        int((block * kernel.abs()).sum()): "The minus signs of the left column got lost.",
        int(block.sum()): "That is the sum of the pixels, without the weights.",
    },
    because="The right column counts plus, the left one minus: the kernel asks how much brighter "
    "it is on the right than on the left.",
)

# %% [markdown]
# Now slide. **Change `row` and `column`** (0, 1 or 2) and run the cell again until you could
# fill in the feature map yourself.

# %% tags=["explore"]
row, column = 0, 1

window = image[row : row + 3, column : column + 3]
products = window * kernel + 0.0  # so that no -0 is shown
answers = torch.tensor(
    [[(image[i : i + 3, j : j + 3] * kernel).sum() for j in range(3)] for i in range(3)]
)
print(f"At row {row}, column {column} the products add up to {products.sum():g}.")
panels(
    {"image": image, "kernel": kernel, "products": products, "feature map": answers},
    f"The window at row {row}, column {column}, times the kernel, gives products whose sum is "
    f"{products.sum():g}, one number of the 3×3 feature map.",
    boxes={"image": (row, column, 3), "feature map": (row, column, 1)},
)

# %% [markdown]
# ## 3. How large is the feature map?
#
# A 3 × 3 window fits into a 5 × 5 image at three places in each direction, so 5 became 3. Four
# settings change that count: how large the **kernel** is; how far it moves at a time (the
# **stride**); how many pixels are added around the image (the **padding**); and how far apart
# its weights stand (the **dilation**). This cell draws every place. Change the numbers.


# %% tags=["explore"]
def draw_places(size, kernel, stride=1, padding=0, dilation=1):
    """A row of pixels (· real, 0 padded) and, below it, every place where the kernel fits."""
    print(f"size {size}, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}")
    print("  " + " ".join("0" * padding + "·" * size + "0" * padding))
    length = size + 2 * padding
    places = 0
    for start in range(0, length, stride):
        touched = {start + dilation * weight for weight in range(kernel)}
        if max(touched) < length:
            places += 1
            print("  " + " ".join("■" if pixel in touched else " " for pixel in range(length)))
    print(f"  → {places} places\n")


draw_places(7, kernel=3)
draw_places(7, kernel=3, stride=2, padding=1)
draw_places(8, kernel=3, stride=2)
draw_places(7, kernel=3, dilation=2)

# %% [markdown]
# Look at the third drawing: the last pixel is never touched. Nothing is rounded up; a place that
# does not fit is left out.
#
# **Your turn.** Find the rule and write it without drawing.


# %% todo="conv_output_size"
def conv_output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many positions a window has along one side of an image: the output's size there.

    size      pixels along that side, before padding
    kernel    weights along that side
    stride    pixels from one position to the next
    padding   pixels added at *each* of the two ends
    dilation  distance between neighbouring weights of the kernel (1: they touch)

    Only positions where the whole window lies inside count: what is left over at the end is
    dropped. You may take for granted that the window fits at least once. Returns an int.
    """
    ### BEGIN SOLUTION
    reach = dilation * (kernel - 1) + 1
    return (size + 2 * padding - reach) // stride + 1
    ### END SOLUTION


# %% test="conv_output_size" points=6
check.conv_output_size(conv_output_size)

# %% [markdown]
# A famous network begins with a 7 × 7 kernel, stride 2, padding 3, on 224 pixels.

# %% tags=["explore"]
first_side = widgets.prediction("first_layer_side", "How many pixels wide is its feature map?")

# %% tags=["explore"]
my_output_size = check.use(conv_output_size)
predict.reveal(
    "first_layer_side",
    truth=my_output_size(224, kernel=7, stride=2, padding=3),
    reasons={
        111: "You counted the steps. There is one place more than there are steps between them.",
        113: "You rounded up. The last window would stick out by a pixel, so it is not taken.",
        109: "The padding is missing: it adds 3 pixels on the left and 3 on the right.",
        110: "Padding was added once. It stands at both ends.",
        224: "That would be stride 1.",
    },
    because="224 + 2·3 − 7 = 223 pixels are left to move over; 111 whole steps of 2, plus the start.",
)

# %% [markdown]
# Move the sliders until a pixel turns orange: no window reads it, and the network never learns
# what it showed.

# %% tags=["explore"]
calculator = widgets.shape_calculator(8)

# %% [markdown]
# ## 4. A kernel is a block
#
# Images have channels: three colours at first, dozens of feature maps later. **You might think**
# that a 3 × 3 kernel has nine weights whatever comes in. Ask torch.

# %% tags=["explore"]
for c_in, c_out in [(1, 1), (3, 1), (3, 8), (64, 8)]:
    weight = nn.Conv2d(c_in, c_out, kernel_size=3).weight
    print(
        f"{c_in:>2} → {c_out} channels: weight {tuple(weight.shape)!s:<14} "
        f"{weight[0].numel():>3} weights for each output channel"
    )

# %% [markdown]
# A kernel reaches through **all** input channels: nine weights on each of them. The products of
# the whole block are added into *one* number. So one kernel gives one feature map, and a layer with
# `C_out` feature maps has `C_out` kernels:
#
# $$y[o, i, j] = b[o] + \sum_c \sum_a \sum_b w[o, c, a, b] \cdot x[c, \; i \cdot s + a, \; j \cdot s + b]$$
#
# Here $s$ is the stride, $x$ is already padded, and $b[o]$ is a bias that each output channel may
# have.
#
# **Your turn: the heart of this unit.** Loops are welcome; it is allowed to be slow.


# %% todo="conv2d"
def conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:
    """Slide every kernel over the image; multiply and add at each position.

    x        (C_in, H, W), one image
    weight   (C_out, C_in, kH, kW), one block of weights for each output channel;
             kH and kW may differ
    bias     (C_out,), added to every position of its channel, or None
    stride   pixels from one position to the next, down and across
    padding  rows and columns of zeros added on all four sides

    Returns (C_out, H_out, W_out) with the dtype of x. The kernel is laid on the image as it is,
    not flipped. x and weight stay as they were. Gradients are not needed.

    Refused: ready-made convolutions and poolings (F.conv2d, nn.Conv2d and all their relatives in
    torch; torchvision, scipy, skimage, cv2). Indexing, slicing, loops, sums, `F.pad`, `unfold`
    and `einsum` are all fine.
    """
    ### BEGIN SOLUTION
    c_in, height, width = x.shape
    c_out, _, k_h, k_w = weight.shape
    padded = x.new_zeros(c_in, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = x
    out_h = conv_output_size(height, k_h, stride, padding)
    out_w = conv_output_size(width, k_w, stride, padding)
    result = x.new_zeros(c_out, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride, j * stride
            block = padded[:, top : top + k_h, left : left + k_w]  # (C_in, kH, kW)
            result[:, i, j] = (block * weight).sum(dim=(1, 2, 3))
    if bias is not None:
        result = result + bias[:, None, None]
    return result
    ### END SOLUTION


# %% test="conv2d" points=14
check.conv2d(conv2d)

# %% [markdown]
# **You might think** that "convolution" turns the kernel around first. In mathematics and signal
# processing it does. Which of the two did you write?

# %% tags=["explore"]
from scipy import signal

my_conv2d = check.use(conv2d)
mine = my_conv2d(image[None], kernel[None, None])[0]
as_it_is = torch.from_numpy(signal.correlate2d(image, kernel, mode="valid"))
turned = torch.from_numpy(signal.convolve2d(image, kernel, mode="valid"))
torchs = F.conv2d(image[None, None], kernel[None, None])[0, 0]
print("the same as the kernel laid on as it is:", torch.allclose(mine, as_it_is))
print("the same as the kernel turned by 180°:  ", torch.allclose(mine, turned))
print("the same as torch's conv2d:             ", torch.allclose(mine, torchs))
panels(
    {"conv2d": mine, "kernel as it is": as_it_is, "kernel turned": turned},
    "Three feature maps. The one from conv2d equals that of the kernel as it is.",
)

# %% [markdown]
# Deep learning calls it convolution and computes *cross-correlation*. For a network it makes no
# difference: its weights are learned, and a turned kernel can be learned as well as any other.
# It matters only when you copy a kernel from a book.
#
# Now slide your own function over a digit, place by place. Which pixels does a kernel notice?

# %% tags=["explore"]
small_digit = digits.test.images[3, 0, ::2, ::2] / 255  # 10 × 10, so that numbers can be read
sliding = widgets.sliding_window(small_digit, conv2d=my_conv2d)

# %% [markdown]
# ## 5. Kernels that see edges
#
# Before any network learns kernels, make three of your own.


# %% todo="edge_kernels"
def edge_kernels() -> dict[str, torch.Tensor]:
    """Three 3×3 kernels by name, as float tensors of shape (3, 3).

    "vertical"    answers (with either sign) where left and right differ, and gives 0 both on a
                  flat area and along a horizontal edge; its weights sum to 0
    "horizontal"  the same for a difference between above and below; 0 along a vertical edge
    "blur"        replaces each pixel by an average of its neighbourhood; its weights sum to 1
                  and none is negative
    """
    ### BEGIN SOLUTION
    vertical = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
    return {
        "vertical": vertical,
        "horizontal": vertical.T.clone(),
        "blur": torch.full((3, 3), 1 / 9),
    }
    ### END SOLUTION


# %% test="edge_kernels" points=6
check.edge_kernels(edge_kernels)

# %% [markdown]
# Now let *your* `conv2d` look at a photograph through *your* kernels. It is a real one, in grey
# and made smaller so that loops can manage.

# %% tags=["explore"]
from sklearn.datasets import load_sample_image

photo = torch.from_numpy(np.array(load_sample_image("china.jpg"))).permute(2, 0, 1) / 255
photo = F.avg_pool2d(photo, 4)  # (3, 106, 160)
grey = photo.mean(dim=0, keepdim=True)
kernels = {
    name: torch.as_tensor(numbers, dtype=torch.float32)
    for name, numbers in check.use(edge_kernels)().items()
}
seen = {name: my_conv2d(grey, k[None, None])[0] for name, k in kernels.items()}
panels(
    {
        "photograph": photo.permute(1, 2, 0),
        "vertical": seen["vertical"],
        "horizontal": seen["horizontal"],
    },
    "A pagoda, and what two kernels make of it: the vertical kernel answers at its columns, the "
    "horizontal one at the edges of its roofs.",
    numbers=False,
)

# %% [markdown]
# Red is a positive answer, blue a negative one, white is none. The columns of the pagoda stand out
# on one map, the rims of its roofs on the other. That is all that is meant by "a filter detects
# a pattern; a feature map is a map of where".
#
# A kernel may look at colour too, since it is a block. And you can make up any other: **change the
# numbers of `own` and run again.**

# %% tags=["explore"]
red = torch.tensor([1.0, -0.5, -0.5]).view(1, 3, 1, 1)  # 1×1 pixel, three channels
own = torch.tensor([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]])
panels(
    {
        "blurred": seen["blur"].clamp(0, 1)[..., None].expand(-1, -1, 3),
        "how red is it?": my_conv2d(photo, red)[0],
        "own kernel": my_conv2d(grey, own[None, None])[0],
    },
    "The blurred photograph; a map that is high where the pagoda is red; and the answer of a kernel "
    "that compares each pixel with its eight neighbours.",
    numbers=False,
)

# %% [markdown]
# ## 6. What padding is for
#
# **You might think** that padding is cosmetic: a trick to keep the size tidy. Count how often
# each pixel of a 7 × 7 image is read by a 3 × 3 kernel. (Your `conv2d` can count: let it slide
# over ones.)

# %% tags=["explore"]
ones = torch.ones(1, 1, 3, 3)
without = my_conv2d(torch.ones(1, 5, 5), ones, padding=2)[0]  # 5×5 outputs read 7×7 pixels
padded = my_conv2d(torch.ones(1, 7, 7), ones, padding=1)[0]
inside = my_conv2d(torch.ones(1, 5, 5), torch.tensor([[[[-1.0, 0, 1]] * 3]]), padding=1)[0]
side = 32
for _ in range(12):
    side = my_output_size(side, kernel=3)
print(f"A corner is read {without[0, 0]:g} time without padding, {padded[0, 0]:g} times with it.")
print(f"Twelve 3×3 layers without padding turn 32 pixels into {side}; with padding 1, into 32.")
panels(
    {"reads, no padding": without, "reads, padding 1": padded, "edges of a flat image": inside},
    "How often each pixel of a 7×7 image is read: without padding once in the corners and nine "
    "times in the middle; with padding four times in the corners. Third: on a flat image padded "
    "with zeros, an edge kernel answers at the left and right border.",
    height=2.3,
)

# %% [markdown]
# Without padding the border is nearly unseen, and every layer eats a rim off the image: depth has
# an end. The third panel shows the price. The image is flat, yet an edge kernel answers at the
# sides, because zeros are a claim about what lies outside. Networks learn to live with that,
# and can even use it to feel where the border is.

# %% [markdown]
# ## 7. Zooming out
#
# A network should end with "this is a three", not with a map as large as the image. So from time to
# time it zooms out: **pooling** keeps one number of each small window. Like a convolution it
# slides; unlike one it has no weights, and it never mixes channels.


# %% todo="pool2d"
def pool2d(
    x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max"
) -> torch.Tensor:
    """Replace each kernel × kernel window of an image by one number, channel by channel.

    x       (C, H, W)
    stride  pixels from one window to the next; None means kernel, so that windows lie side by side
    mode    "max" (the largest value) or "avg" (the mean)

    Returns (C, H_out, W_out) with the dtype of x. There is no padding, and a window that would
    stick out is not taken. x stays as it was.

    Refused: as for conv2d, ready-made convolutions and poolings (F.max_pool2d, nn.AvgPool2d, …).
    """
    ### BEGIN SOLUTION
    step = kernel if stride is None else stride
    channels, height, width = x.shape
    out_h, out_w = conv_output_size(height, kernel, step), conv_output_size(width, kernel, step)
    result = x.new_zeros(channels, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            block = x[:, i * step : i * step + kernel, j * step : j * step + kernel]
            result[:, i, j] = block.amax((1, 2)) if mode == "max" else block.mean((1, 2))
    return result
    ### END SOLUTION


# %% test="pool2d" points=8
check.pool2d(pool2d)

# %% [markdown]
# Now back to the moved digit. It moves 4 pixels to the right, and the kernels stay as they are.

# %% tags=["explore"]
moved_map = widgets.prediction(
    "map_of_a_moved_digit",
    "Beside the old feature map, the new one is … (moved: the same map, 4 pixels further right)",
    choices=["same", "moved", "unrelated"],
)

# %% tags=["explore"]
my_pool2d = check.use(pool2d)
strokes = torch.stack([kernels["vertical"], kernels["horizontal"]])[:, None]
x = three[0, :1] / 255
before = my_conv2d(x, strokes, padding=1).relu()
after = my_conv2d(moved(x, right=4), strokes, padding=1).relu()


def difference(a, b):
    """0: equal. 1: as far apart as b is from nothing."""
    return float((a - b).norm() / b.norm())


candidates = {"same": before, "moved": moved(before, right=4)}
truth = next((name for name, m in candidates.items() if difference(after, m) < 1e-5), "unrelated")
predict.reveal(
    "map_of_a_moved_digit",
    truth=truth,
    reasons={
        "same": "That would be invariance, and it is widely believed. Look at the numbers below.",
        "unrelated": "That is what happens to a dense layer. Here the same weights meet the same "
        "pixels, only elsewhere.",
    },
    because="Same weights everywhere: whatever the kernel said at one place, it says 4 pixels on.",
)
print(f"new map against the old map:        {difference(after, before):.2f}")
print(f"new map against the old map, moved: {difference(after, moved(before, right=4)):.2f}")

# %% [markdown]
# **You might think** convolution is translation *invariant*: input moves, output stays. It is
# **equivariant**: input moves, output moves along. That is better, for "where" is not lost.
# Pooling then adds *a little* invariance. How little?

# %% tags=["explore"]
print("How much the result changes (0: not at all) when the digit moves right by")
print(f"{'':<26}" + "".join(f"{shift:>7} px" for shift in (1, 2, 4)))
for name, size in {"feature map": 1, "max-pooled 2×2": 2, "4×4": 4, "8×8": 8, "32×32": 32}.items():
    old = my_pool2d(before, size)
    changes = []
    for shift in (1, 2, 4):
        new = my_conv2d(moved(x, right=shift), strokes, padding=1).relu()
        changes.append(difference(my_pool2d(new, size), old))
    print(f"{name:<26}" + "".join(f"{change:>10.2f}" for change in changes))

# %% [markdown]
# The wider the window, the smaller the change; only a window as large as the whole image makes it
# zero, and then "where" is gone altogether.

# %% [markdown]
# ## 8. The bill
#
# You have seen all that a layer of either kind learns. Count it.


# %% todo="param_counts"
def conv_params(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    """How many numbers a kernel × kernel convolution learns, from c_in to c_out channels."""
    ### BEGIN SOLUTION
    return c_out * (c_in * kernel * kernel + int(bias))
    ### END SOLUTION


def linear_params(n_in: int, n_out: int, bias: bool = True) -> int:
    """How many numbers a dense layer learns, from n_in to n_out values."""
    ### BEGIN SOLUTION
    return n_out * (n_in + int(bias))
    ### END SOLUTION


# %% test="param_counts" points=6
check.param_counts(conv_params, linear_params)

# %% tags=["explore"]
my_conv_params = check.use(conv_params)
my_linear_params = check.use(linear_params)
print(f"{'image':>11} {'dense, 1,024 units':>20} {'3×3 convolution to 64':>23}")
for side in (32, 224, 1024):
    dense, conv = my_linear_params(side * side * 3, 1024), my_conv_params(3, 64, 3)
    print(f"{side:>5}×{side:<5} {dense:>20,} {conv:>23,}")

# %% [markdown]
# The right column does not change. A convolution has no idea how large the image is: fewer weights,
# because they are *shared*, and each of them learns from every place of every image. (It does not
# compute less for it: each weight is used once per position.)

# %% [markdown]
# ## 9. How far does a unit see?
#
# One 3 × 3 layer sees 3 pixels a side. A second one sees three of those, which overlap: 5 pixels.
# The **receptive field** is how many input pixels one output depends on, along one side. Pooling
# and strides make it grow faster, because after them neighbours stand further apart.
#
# Take three layers, each 3 × 3, with strides 1, 1 and **2**.

# %% tags=["explore"]
pixels_seen = widgets.prediction(
    "three_layers", "How many pixels, along one side, does one output of the third layer see?"
)

# %% tags=["explore"]
from cnnlab import anatomy

chain = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3, stride=2))
measured, _ = anatomy.empirical_receptive_field(chain, (1, 32, 32))
predict.reveal(
    "three_layers",
    truth=measured,
    reasons={
        9: "The last layer's own stride was counted. It moves outputs apart; each one sees no more.",
        11: "The stride was counted twice.",
        5: "Those are two layers; the third one adds another 2.",
        27: "Kernels do not multiply: their windows overlap, so each adds only its rim.",
    },
    because="3, then 5, then 7: a stride spreads the layers after it, and there are none.",
)
print(f"Measured: a change in any of {measured} pixels a side, and no other, changes the output.")

# %% [markdown]
# **Your turn.** Walk from the input to the output with two numbers in your hand: how many pixels
# one position sees, and how many pixels lie between two neighbouring positions.


# %% todo="receptive_field"
def receptive_field(layers: list[tuple[int, ...]]) -> int:
    """How many input pixels, along one side, a single output of the last layer depends on.

    layers  from the input on; each is (kernel, stride) or (kernel, stride, dilation), where a
            pooling counts like a convolution

    Padding is not asked about: it changes which pixels are real, not how far a unit reaches.
    With no layers at all the answer is 1: every pixel sees itself. Returns an int.
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field += (kernel - 1) * dilation * jump
        jump *= stride
    return field
    ### END SOLUTION


# %% test="receptive_field" points=8
check.receptive_field(receptive_field)

# %% [markdown]
# ## 10. A network
#
# Now put the pieces together, with torch's own fast layers this time. The plan is the one that
# most image networks follow: **space shrinks while channels grow**. Early on there are many
# places with simple patterns; later there are few places with rich ones.


# %% todo="simple_cnn"
class SimpleCNN(nn.Module):
    """Three rounds of convolution, ReLU and pooling, then two dense layers.

    Takes images (N, 3, 32, 32) and returns logits (N, num_classes): raw scores, no softmax.
    Each round: 3×3 convolution with padding 1 and bias, ReLU, 2×2 max-pooling.
    Channels: 3 → 32 → 64 → 128.
    Head: flatten, dense to 512, ReLU, dropout with p = 0.5, dense to num_classes.
    With ten classes that makes 1,147,466 parameters. Here torch's own layers are welcome.
    """

    def __init__(self, num_classes: int = 10) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(128 * 4 * 4, 512),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return self.head(self.features(x))
        ### END SOLUTION


# %% test="simple_cnn" points=12
check.simple_cnn(SimpleCNN)

# %% tags=["explore"]
Network = check.use(SimpleCNN)
anatomy.trace(Network(), (3, 32, 32))

# %% [markdown]
# Read it from top to bottom. Where are the parameters, and where is the multiplying done? Then
# look at the receptive field, and check it with yours.

# %% tags=["explore"]
my_receptive_field = check.use(receptive_field)
whole = anatomy.trace(Network(), (3, 32, 32))
conv_cost = [row for row in whole if row.type == "Conv2d"]
own_share = sum(row.parameters for row in conv_cost) / whole.parameters
work_share = sum(row.multiply_adds for row in conv_cost) / whole.multiply_adds
print(f"The convolutions hold {own_share:.0%} of the parameters,")
print(f"and do {work_share:.0%} of the multiplying.\n")

layers, fields = [], []
for name, layer in [("convolution", (3, 1)), ("pooling", (2, 2))] * 3:
    layers.append(layer)
    pixels = my_receptive_field(layers)
    print(f"{name:<12} {'■' * pixels}{'·' * (32 - pixels)} {pixels} of 32 pixels")
    if name == "convolution":
        fields.append(pixels)

on_the_digit = {f"convolution {n} sees {side}": side for n, side in enumerate(fields, start=1)}
panels(
    {name: three[0].permute(1, 2, 0) / 255 for name in on_the_digit},
    f"A digit, and how much of it one unit sees: {fields} pixels a side after each convolution.",
    boxes={name: (16 - side // 2, 16 - side // 2, side) for name, side in on_the_digit.items()},
    numbers=False,
)

# %% [markdown]
# In the first layer a unit sees a bit of a rim, in the second a stroke, in the third most of the
# digit. The network zooms out step by step, and the dense layer at the end sees everything.
#
# Walk through the layers below. The frame is what the arithmetic and the gradients agree on; the
# bright pixels are those that pull at this unit in this network.

# %% tags=["explore"]
tracer = widgets.receptive_field_tracer(Network(), three[0] / 255)

# %% [markdown]
# ## 11. The experiment: dense against convolutional
#
# One thing changes: the architecture. The same real digits, the same number of parameters (as near
# as whole units allow), the same optimiser, epochs and batches, three seeds each. Both nets train
# on digits in the **middle** of the canvas. Then they are tested twice: on new digits in the middle,
# and on *the same* test digits moved by 4 pixels to the right, left, down or up.
#
# Two cards, one for each net.

# %% tags=["explore"]
dense_when_moved = widgets.prediction(
    "dense_percent_when_moved",
    "How many percent of the moved digits does the dense net get right? (Guessing gets 10.)",
)
cnn_when_moved = widgets.prediction(
    "cnn_when_moved",
    "Beside digits in the middle, on moved digits the CNN is … (same: within 3 points; guessing: "
    "below 15 %)",
    choices=["same", "worse", "guessing"],
)

# %% tags=["explore"]
from dataclasses import replace

from cnnlab import models, training

SEEDS, EPOCHS = (0, 1, 2), 8
budget = models.count_parameters(Network())
makers = {
    "dense net": lambda: models.matched_mlp(budget, n_in=3 * 32 * 32, n_out=10),
    "SimpleCNN": lambda: Network(num_classes=10),
}
nets, histories = {}, {}
for name, make in makers.items():
    for seed in SEEDS:
        torch.manual_seed(seed)
        net = make()
        history = training.fit(
            net, canvas, epochs=EPOCHS, optimizer="adamw", lr=1e-3, seed=seed, progress=False
        )
        nets.setdefault(name, []).append(net)
        histories.setdefault(name, []).append(history)
    work = anatomy.trace(net, (3, 32, 32)).multiply_adds / 1e6
    print(
        f"{name}: {models.count_parameters(net):,} parameters, {work:.1f} M multiply-adds an image"
    )

# %% tags=["explore"]
pictures.curves(histories, title="Digits in the middle of the canvas")

# %% [markdown]
# (The validation curves are those of the test digits. Here they are only watched: nothing is
# chosen by them.) In the place where they were trained there is little between the two, and by
# this figure alone a dense net is good enough. Now move the test digits.


# %% tags=["explore"]
def accuracy_when_moved(net, shift):
    """Accuracy on test digits moved by `shift` pixels, averaged over four directions."""
    ways = [(shift, 0), (-shift, 0), (0, shift), (0, -shift)] if shift else [(0, 0)]
    results = []
    for right, down in ways:
        test = cnnlab.data.Split(moved(canvas.test.images, right, down), canvas.test.labels)
        results.append(training.evaluate(net, replace(canvas, test=test)).accuracy)
    return sum(results) / len(results)


shifts = [0, 1, 2, 4, 6]
accuracy = {
    name: torch.tensor([[accuracy_when_moved(net, shift) for shift in shifts] for net in group])
    for name, group in nets.items()
}  # for each name: (seeds, shifts)

picture = pictures.Picture(6.4, 3.4)
axes = picture.subplots()
for colour, (name, table) in zip(pictures.PALETTE, accuracy.items(), strict=False):
    axes.plot(shifts, 100 * table.mean(0), "o-", color=colour, label=name)
    axes.fill_between(shifts, 100 * table.amin(0), 100 * table.amax(0), color=colour, alpha=0.2)
axes.axhline(10, color="grey", linestyle=":", label="guessing")
axes.set(xlabel="test digits moved by (pixels)", ylabel="accuracy (%)", ylim=(0, 102))
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
picture.alt = "Accuracy by shift. " + "; ".join(
    f"{name}: {table[:, 0].mean():.0%} where it was trained, {table[:, -1].mean():.0%} at 6 pixels"
    for name, table in accuracy.items()
)
picture

# %% tags=["explore"]
still, at_four = shifts.index(0), shifts.index(4)
dense, cnn = accuracy["dense net"], accuracy["SimpleCNN"]
predict.reveal(
    "dense_percent_when_moved",
    truth=round(100 * float(dense[:, at_four].mean())),
    because="Moved digits meet other weights than those that learned them.",
    tolerance=0.25,
)
lost = float((cnn[:, still] - cnn[:, at_four]).mean())
fate = "same" if lost < 0.03 else "guessing" if float(cnn[:, at_four].mean()) < 0.15 else "worse"
predict.reveal(
    "cnn_when_moved",
    truth=fate,
    reasons={
        "same": "The feature maps move along; but then a dense layer reads them, and to it a moved "
        "map is a new input.",
        "guessing": "Sharing weights and pooling did help, though less than many believe.",
    },
)
for name, table in accuracy.items():
    for text, where in (("in the middle", still), ("moved by 4", at_four)):
        runs = 100 * table[:, where]
        print(f"{name}, {text:<13}: {runs.mean():5.1f} %  ({runs.min():.1f} to {runs.max():.1f})")
gap = 100 * (cnn[:, at_four] - dense[:, at_four])
clear = "in every pair of runs" if gap.min() > 0 else "on average, but not in every pair of runs"
print(
    f"\nMoved by 4 pixels, the CNN is {gap.mean():.0f} points better {clear} ({gap.min():.1f} to "
    f"{gap.max():.1f}, {len(gap)} seeds)\nat the same parameter count, and still loses "
    f"{100 * lost:.0f} points against digits in the middle."
)

# %% [markdown]
# How far can this be trusted? The bands span the three seeds, and they are narrow; but it is one
# data set with a few hundred test digits, and one recipe. Trust the *direction*, not the exact
# numbers. And equal parameters are not equal work: the CNN multiplies more, as printed above.
#
# What it shows is worth keeping. Convolution brings an assumption: *the same pattern means the same
# everywhere*. It carries the net part of the way. The likely reason for the rest is the head: the
# feature maps move along with the digit, but a dense layer reads them, with its own weight for each
# *place*. Two ways out come later: average over all places instead of flattening (unit 5), and
# show moved images in training (unit 6).

# %% [markdown]
# ## 12. A look inside
#
# Nobody told the network about edges. Here is what its first layer says about a digit.

# %% tags=["explore"]
net = nets["SimpleCNN"][0].eval()
convolutions = [module for module in net.modules() if isinstance(module, nn.Conv2d)]
mean, std = (torch.tensor(v).view(3, 1, 1) for v in (canvas.mean, canvas.std))
example = (three[0] / 255 - mean) / std
with torch.no_grad():
    maps = convolutions[0](example[None])[0].relu()
alive = maps.flatten(1).std(dim=1) > 0.01
ink = three[0, :1].flatten(1).float()  # grey, so one channel says it all
likeness = F.cosine_similarity(maps.flatten(1), ink)
order = [k for k in likeness.argsort(descending=True).tolist() if alive[k]]
pictures.feature_maps(
    maps[order[:8] + order[-8:]],
    title="A three in the first layer: the 8 maps most like it, and the 8 least",
)

# %% [markdown]
# In the first row are maps that mostly copy the ink. In the second row look for maps of something
# else: rims that are bright on one side only, as with your edge kernels, or the empty paper. Try
# `eight[0]` instead of `three[0]`.
#
# And since a convolution is a convolution, your own function can take this layer's place:

# %% tags=["explore"]
first = convolutions[0]
mine = my_conv2d(example, first.weight.detach(), first.bias.detach(), padding=1).relu()
print(f"largest difference between this conv2d and torch's: {float((mine - maps).abs().max()):.1e}")

# %% [markdown]
# ## 13. In your own words
#
# A company has two data sets. **(A)** A table of bank customers: 64 columns such as age, income,
# number of accounts and postcode, in no particular order. A colleague writes each customer as an
# 8 × 8 "image" and trains a CNN, "because it needs fewer parameters". **(B)** Temperatures of cold
# stores, one value a minute. An alarm must find the short bump that a failing compressor leaves,
# at whatever time of day.
#
# For each, say whether a convolution suits the data, and why. Then describe one simple experiment
# that would show *from results* whether a CNN profits from the order of the columns in (A). Write
# five to eight sentences.
#
# *How this is marked (6 points): 2 for (A) with its reason, 2 for (B) with its reason, and what
# its kernel and stride or pooling would mean there, 2 for an experiment that changes one thing and
# says which result would mean what.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** does not suit. A convolution assumes that neighbours belong together and that the same
# pattern means the same wherever it stands. In a table the neighbourhood is an accident of the
# order of columns, and "high, low, high" means one thing for age, income, accounts and another
# for other columns. Fewer parameters are no gain if the sharing assumes something false.
#
# **(B)** suits. Minutes that lie together belong together, and the bump looks alike at three in
# the morning and at noon. A one-dimensional kernel covers as many minutes as a piece of the bump
# (or a few stacked kernels do, by their receptive field); stride or pooling gives up the exact
# minute for a wider view, and a maximum over the day answers "was there one?".
#
# **Experiment.** Draw one fixed random order of the 64 columns, apply it to all customers, train
# the same CNN on the original and on the shuffled table, several seeds each, a dense net beside
# it as a control. If the two CNNs agree within the spread, the order carried nothing that it
# used. If the shuffled one is clearly worse, neighbourhood mattered. The dense net should not care.
#
# *Rubric.* (A) 2: no (1), because order or neighbourhood is arbitrary, or because weights shared
# over unlike columns make no sense (1). (B) 2: yes, because local and the same at any time (1);
# a sensible meaning of kernel size, stride or pooling in minutes (1). Experiment 2: one thing
# changed, the order, fixed for all rows (1); which result means what (1).
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - compute a convolution by hand and in code, with channels, stride and padding
# - say how large a feature map is, how many parameters a layer has, and how far a unit sees
# - explain why a convolution is equivariant and what pooling adds
# - build a small CNN, and test what it assumes instead of believing it
#
# **Pitfalls.** A kernel is a block through all input channels. Nothing is rounded up. A layer's
# own stride widens only the view of the layers after it. Padding is part of the model. "CNNs do not
# care where things are" holds only as far as you have measured it.
#
# **Left out here:** gradients of the convolution (autograd has them; you wrote the forward pass
# only), fast implementations, grouped convolutions, 1×1 convolutions (unit 5 needs them), and how
# the training loop works that you called with `training.fit`.
#
# **Next:** unit 2 builds that loop, and with it the first CNN that did real work: LeNet.
