# %% [markdown]
# # Convolutions
#
# Flattening an image and feeding it to a dense layer takes millions of weights, and what those weights
# learn about an object at one position is of little use at another. In this unit you'll write the layer
# that uses the same few weights everywhere, run it on a photograph, train a network built from it, and
# measure how much it helps when objects move.

# %% [markdown]
# Two kinds of cells need you to do something. In a cell with `raise NotImplementedError` you write
# code, and the `check.…` cell below it tells you at once what's right and what isn't. A cell with
# `widgets.prediction(…)` shows a card that asks for your guess *before* the next cell reveals the
# answer; a wrong guess costs nothing. Just run all the other cells. The last question is answered in
# words.
#
# Stuck? Run `hint("conv2d")` in a new cell. You can also leave an exercise for later: cells that need
# it use the course's version and say so. That version earns no points, so don't use anything from
# `cnnlab` in your own answers.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Why not a dense layer?
#
# You already know one layer that could look at an image: flatten the pixels and pass them to
# `nn.Linear`. Take a photograph with 224 × 224 pixels and three colour channels, and a modest 1,024
# units.
#
# Enter your guess on the card and press its button, then run the next cell.

# %% tags=["explore"]
from cnnlab import widgets

million_weights = widgets.prediction(
    "dense_millions", "How many million weights does this one layer have?"
)

# %% tags=["explore", "hide"]
predict.reveal(
    "dense_millions",
    truth=224 * 224 * 3 * 1024,
    unit="million",
    reasons={
        51: "You counted one number per pixel. A colour pixel has three.",
        0.15: "That's how many numbers the image has. Each unit has a weight for every one of them.",
    },
    because="Each of the 1,024 units has its own weight for every number in the image.",
    tolerance=0.1,
)

# %% tags=["explore"]
dense_weights = 224 * 224 * 3 * 1024
small_layer = nn.Conv2d(3, 64, kernel_size=3)
small_count = sum(p.numel() for p in small_layer.parameters())
print(f"dense layer, 1,024 units:       {dense_weights:>12,} weights")
print(f"                                {dense_weights * 4 / 2**20:>12,.0f} MiB as float32")
print(f"3×3 convolution, 64 channels:   {small_count:>12,} parameters")

# %% [markdown]
# The second layer is what this unit is about. It looks at the same photograph, computes 64 numbers
# at almost every pixel, and makes do with fewer than two thousand parameters.
#
# Size isn't even the main problem. Move a handwritten digit a few pixels to the side, and to your eyes
# it's the same digit. A dense layer has a separate weight for each pixel, so all it can go by is which
# *pixels* agree.

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
    """The same images, moved. The canvas has 6 empty pixels all round, so nothing is cut off."""
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
print("Similarity of two images, pixel by pixel (cosine; 1: same up to contrast, 0: unrelated)")
print(f"  a digit and itself, 4 pixels further right:             {own:.2f} on average")
print(f"  two digits of different classes, both in the middle:    {others:.2f} on average")

# %% [markdown]
# Pixel by pixel, a digit that has moved is less similar to itself than to *other* digits that haven't. A
# dense layer would have to learn every digit again at every position.

# %% [markdown]
# ## 2. The convolution
#
# Imagine a factory that checks large sheets of glass. It could station a thousand inspectors over
# the sheet, each with a checklist for one spot. Or it could send *one* inspector across the whole
# sheet with *one* short checklist, noting at each spot how well it matches.
#
# The second way is a convolution. The checklist is a small block of weights, the **kernel** (or
# **filter**). The notes form a new image, the **feature map**: a map of *where* the pattern occurs.
# Two assumptions about images are built in:
#
# - **Locality:** the kernel only looks at a small neighbourhood, because nearby pixels belong
#   together.
# - **Weight sharing:** the same weights are used at every position, because a pattern means the
#   same wherever it appears.
#
# Here is a small image and a kernel. (Grey panels: black is 0. Coloured panels: red is positive,
# blue negative.)

# %% tags=["explore"]
from cnnlab.pictures.panels import panels

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
# Place the kernel on the image, multiply each weight by the pixel under it, add up the products and
# write down the sum. Then move on by one pixel. As a formula, with kernel $w$ and image $x$:
#
# $$y[i, j] = \sum_a \sum_b w[a, b] \cdot x[i + a, j + b]$$

# %% tags=["explore"]
first_number = widgets.prediction(
    "upper_left", "The kernel is on the upper left corner of the image. What's the result?"
)

# %% tags=["explore", "hide"]
block = image[:3, :3]
predict.reveal(
    "upper_left",
    truth=int((block * kernel).sum()),
    reasons={
        int((block * kernel.flip(0, 1)).sum()): "You rotated the kernel first. Here it's used as "
        "it is; more on that below.",
        int((block * kernel.abs()).sum()): "You lost the minus signs in the left column.",
        int(block.sum()): "That's the sum of the pixels, without the weights.",
    },
    because="The right column is added and the left one subtracted, so this kernel measures how much "
    "brighter the right side is than the left.",
)

# %% [markdown]
# Now slide. **Change `row` and `column`** (0, 1 or 2), work out the sum, then run the cell again to check
# it.

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
    signed=["products"],
)

# %% [markdown]
# ## 3. The size of a feature map
#
# A 3 × 3 window fits into a 5 × 5 image at three positions in each direction, so 5 became 3. Four
# settings change that number: the size of the **kernel**, how far it moves at a time (the
# **stride**), how many pixels are added around the image (the **padding**), and how far apart its
# weights are (the **dilation**). The next cell draws every position. Try your own numbers.

# %% tags=["explore"]
from cnnlab.pictures.positions import positions

print(positions(7, kernel=3), end="\n\n")
print(positions(7, kernel=3, stride=2, padding=1), end="\n\n")
print(positions(8, kernel=3, stride=2), end="\n\n")
print(positions(7, kernel=3, dilation=2))

# %% [markdown]
# In the third drawing the last pixel is never used: a position where the window doesn't fit is left out.
#
# **Your turn.** Find the rule, so that you don't need to draw.


# %% todo="conv_output_size"
def conv_output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many positions a window has along one side of an image: the size of the output there.

    size      pixels along that side, before padding
    kernel    weights along that side
    stride    pixels from one position to the next
    padding   pixels added at *each* of the two ends
    dilation  distance between neighbouring weights of the kernel (1: they touch)

    Only positions where the whole window lies inside count; pixels left over at the end are
    dropped. You can assume that the window fits at least once. Returns an int.
    """
    ### BEGIN SOLUTION
    reach = dilation * (kernel - 1) + 1
    return (size + 2 * padding - reach) // stride + 1
    ### END SOLUTION


# %% test="conv_output_size" points=6
check.conv_output_size(conv_output_size)

# %% [markdown]
# GoogLeNet (2014) and ResNet (2015) both begin with a 7 × 7 kernel, stride 2 and padding 3, on an image
# of 224 pixels. This first part of a network is called its **stem**.

# %% tags=["explore"]
my_output_size = check.use(conv_output_size)
first_side = widgets.prediction("first_layer_side", "How many pixels wide is its feature map?")

# %% tags=["explore", "hide"]
predict.reveal(
    "first_layer_side",
    truth=my_output_size(224, kernel=7, stride=2, padding=3),
    reasons={
        111: "There are two ways to get 111: counting the steps instead of the positions (one more "
        "than steps), or adding the padding at one end only.",
        113: "You rounded up. The last window would stick out by a pixel, so it's dropped.",
        109: "You forgot the padding: it adds 3 pixels on the left and 3 on the right.",
        110: "The padding is added at both ends, and there is one more position than steps.",
        224: "That would be stride 1.",
    },
    because="224 + 2·3 − 7 = 223 pixels are left to move over: 111 whole steps of 2, plus the start.",
)

# %% [markdown]
# Here is the rule as you'll find it in documentation, with $\lfloor\;\rfloor$ for rounding down:
#
# $$\text{output} = \left\lfloor \frac{\text{size} + 2 \cdot \text{padding} - \text{dilation} \cdot (\text{kernel} - 1) - 1}{\text{stride}} \right\rfloor + 1$$
#
# With dilation 1 it's the well-known $\lfloor (N - F + 2P)/S \rfloor + 1$. Three settings are so
# common that they have names:

# %% tags=["explore"]
common = {
    "valid: no padding": {"padding": lambda k: 0, "stride": 1},
    "same: padding (k − 1) / 2": {"padding": lambda k: (k - 1) // 2, "stride": 1},
    "strided: same padding, stride 2": {"padding": lambda k: (k - 1) // 2, "stride": 2},
}
print(f"{'from 32 pixels to …':<33}" + "".join(f"{f'{k}×{k}':>6}" for k in (1, 3, 5, 7)))
for name, settings in common.items():
    sides = [
        my_output_size(32, k, stride=settings["stride"], padding=settings["padding"](k))
        for k in (1, 3, 5, 7)
    ]
    print(f"{name:<33}" + "".join(f"{side:>6}" for side in sides))

# %% [markdown]
# With equal padding on both sides, "same" needs an odd kernel. That's one reason why nearly all kernels
# are 1, 3, 5 or 7 wide. Move the sliders below until a pixel turns orange: no window ever reads it.

# %% tags=["explore"]
calculator = widgets.shape_calculator(8)

# %% [markdown]
# ## 4. Channels: a kernel is a block
#
# Images have channels: three colours at first, dozens or hundreds of feature maps later. How many
# weights does one 3 × 3 kernel have then? Ask torch.

# %% tags=["explore"]
for c_in, c_out in [(1, 1), (3, 1), (3, 8), (64, 8)]:
    weight = nn.Conv2d(c_in, c_out, kernel_size=3).weight
    print(
        f"{c_in:>2} → {c_out} channels: weight {tuple(weight.shape)!s:<14} "
        f"{weight[0].numel():>3} weights for each output channel"
    )

# %% [markdown]
# A kernel reaches through **all** input channels, with nine weights for each of them. All the
# products of the block add up to *one* number. So one kernel produces one feature map, and a
# layer with `C_out` feature maps has `C_out` kernels:
#
# $$y[o, i, j] = b[o] + \sum_c \sum_a \sum_b w[o, c, a, b] \cdot x[c, \; i \cdot s + a, \; j \cdot s + b]$$
#
# Here $s$ is the stride, $x$ is already padded, and $b[o]$ is an optional bias, one per output
# channel.
#
# **Your turn: the heart of this unit.** Loops are welcome. It doesn't have to be fast.


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
    weight   (C_out, C_in, kH, kW), one block of weights per output channel;
             kH and kW may differ
    bias     (C_out,), added to every position of its channel, or None
    stride   pixels from one position to the next, down and across
    padding  rows and columns of zeros added on all four sides

    Returns (C_out, H_out, W_out) with the dtype of x. The kernel is used as it is, not flipped.
    Don't change x or weight. Gradients are not needed.

    Not allowed: ready-made convolutions and poolings (F.conv2d, nn.Conv2d and their relatives in
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
# In mathematics and signal processing, a "convolution" rotates the kernel by 180° first. Which of
# the two did you write, and which does torch use?

# %% tags=["explore"]
from scipy import signal

my_conv2d = check.use(conv2d)
mine = my_conv2d(image[None], kernel[None, None])[0]
as_it_is = torch.from_numpy(signal.correlate2d(image, kernel, mode="valid"))
turned = torch.from_numpy(signal.convolve2d(image, kernel, mode="valid"))
torchs = F.conv2d(image[None, None], kernel[None, None])[0, 0]
print("your conv2d = the kernel used as it is:    ", torch.allclose(mine, as_it_is))
print("your conv2d = the kernel rotated by 180°:  ", torch.allclose(mine, turned))
print("your conv2d = torch's conv2d:              ", torch.allclose(mine, torchs))

# %% [markdown]
# Deep learning says convolution and computes *cross-correlation*. To a network it makes no difference:
# it can learn a rotated kernel just as well. It matters only when you copy a kernel from a textbook.
#
# Now slide your own function over a digit, position by position. Which pixels does each kernel
# respond to?

# %% tags=["explore"]
small_digit = digits.test.images[3, 0, ::2, ::2] / 255  # 10 × 10, so that numbers can be read
sliding = widgets.sliding_window(small_digit, conv2d=my_conv2d)

# %% [markdown]
# ## 5. Kernels that detect edges
#
# A network learns its kernels. Before you let it, design three by hand.


# %% todo="edge_kernels"
def edge_kernels() -> dict[str, torch.Tensor]:
    """Three 3×3 kernels by name, as float tensors of shape (3, 3).

    "vertical"    responds (with either sign) where left and right differ, and gives 0 both on a
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
# Now run *your* `conv2d` on a photograph, with *your* kernels. The photograph is scaled down and
# grey, so that your loops can cope.

# %% tags=["explore"]
photos = cnnlab.data.photos()
photo = F.avg_pool2d(photos["temple"].image / 255, 2)  # (3, 128, 192)
print(photos["temple"].credit)
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
    "A pagoda, and what two kernels make of it: the vertical kernel responds to its columns, the "
    "horizontal one to the edges of its roofs.",
    numbers=False,
)

# %% [markdown]
# The columns of the pagoda stand out in one map, the edges of its roofs in the other. That's what people
# mean by "a filter detects a pattern, and its feature map shows where".
#
# A kernel is a block, so it can respond to colour too. **Change the numbers of `own`** to try any other
# kernel.

# %% tags=["explore"]
red = torch.tensor([1.0, -0.5, -0.5]).view(1, 3, 1, 1)  # 1×1 pixel, three channels
own = torch.tensor([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]])
panels(
    {
        "blur": seen["blur"].clamp(0, 1),
        "how red is it?": my_conv2d(photo, red)[0],
        "own kernel": my_conv2d(grey, own[None, None])[0],
    },
    "The blurred photograph; a map that is high where the pagoda is red; and the response of a "
    "kernel that compares each pixel with its eight neighbours.",
    numbers=False,
)

# %% [markdown]
# ## 6. What padding is for
#
# **You might think** padding is cosmetic, a trick to keep sizes tidy. Count how often each pixel of
# a 7 × 7 image is read by a 3 × 3 kernel. (Your `conv2d` can count: slide it over ones.)

# %% tags=["explore"]
ones = torch.ones(1, 1, 3, 3)
without = my_conv2d(torch.ones(1, 5, 5), ones, padding=2)[0]  # 5×5 outputs read 7×7 pixels
padded = my_conv2d(torch.ones(1, 7, 7), ones, padding=1)[0]
flat_edges = my_conv2d(torch.ones(1, 5, 5), torch.tensor([[[[-1.0, 0, 1]] * 3]]), padding=1)[0]
side = 32
for _ in range(12):
    side = my_output_size(side, kernel=3)
print(f"A corner is read {without[0, 0]:g} time without padding, {padded[0, 0]:g} times with it.")
print(f"Twelve 3×3 layers without padding turn 32 pixels into {side}; with padding 1, into 32.")
panels(
    {"reads, no padding": without, "reads, padding 1": padded, "edges of a flat image": flat_edges},
    "How often each pixel of a 7×7 image is read: without padding once in the corners and nine "
    "times in the middle; with padding four times in the corners. Third: on a flat image padded "
    "with zeros, an edge kernel responds at the left and right border.",
    height=2.3,
)

# %% [markdown]
# Without padding, border pixels count for less and every layer trims the image, which limits how deep the
# network can be. The third panel shows the price of padding: on a flat image an edge kernel responds at
# the sides, because the added zeros look like a dark frame. Networks can even learn their position from
# it (Islam et al., 2020).

# %% [markdown]
# ## 7. Pooling
#
# A network should end with "this is a three", not with a map as large as the image. So every few
# layers it shrinks its maps. **Pooling** keeps one number of each small window, usually the largest.
# Like a convolution it slides a window; unlike one it has no weights and never mixes channels.


# %% todo="pool2d"
def pool2d(
    x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max"
) -> torch.Tensor:
    """Replace each kernel × kernel window of an image by one number, channel by channel.

    x       (C, H, W)
    stride  pixels from one window to the next; None means kernel, so that windows lie side by side
    mode    "max" (the largest value) or "avg" (the mean)

    Returns (C, H_out, W_out) with the dtype of x. There is no padding, and windows that would
    stick out are dropped. Don't change x.

    Not allowed, as for conv2d: ready-made convolutions and poolings (F.max_pool2d,
    nn.AvgPool2d, …).
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
# A convolution with stride 2 shrinks a map too, and many newer networks use it instead of pooling.
# Compare the two:

# %% tags=["explore"]
from cnnlab import anatomy

pooled = nn.Sequential(nn.Conv2d(32, 64, kernel_size=3, padding=1), nn.MaxPool2d(2))
strided = nn.Sequential(nn.Conv2d(32, 64, kernel_size=3, stride=2, padding=1))
for name, layers in {"convolution, max pooling": pooled, "strided convolution": strided}.items():
    cost = anatomy.trace(layers, (32, 16, 16))
    shape = tuple(layers(torch.zeros(1, 32, 16, 16)).shape[1:])
    print(
        f"{name:<25} (32, 16, 16) → {shape}  {cost.parameters:,} parameters, "
        f"{cost.multiply_adds / 1e6:.1f} M multiply-adds"
    )

# %% [markdown]
# The strided convolution skips three quarters of the positions and does a quarter of the work. Pooling
# looks at all of them and keeps the strongest response of each window.
#
# Now back to the digit that was moved 4 pixels to the right. Both images go through the same kernels.

# %% tags=["explore"]
moved_map = widgets.prediction(
    "map_of_a_moved_digit",
    "Compared with the feature map of the original, that of the moved digit is … (moved: the same "
    "map, 4 pixels further right)",
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


# %% tags=["explore", "hide"]
candidates = {"same": before, "moved": moved(before, right=4)}
truth = next((name for name, m in candidates.items() if difference(after, m) < 1e-5), "unrelated")
predict.reveal(
    "map_of_a_moved_digit",
    truth=truth,
    reasons={
        "same": "That would be invariance. Look at the numbers below.",
        "unrelated": "That's what happens in a dense layer. Here the same weights meet the same "
        "pixels, only somewhere else.",
    },
    because="The weights are the same everywhere, so whatever the kernel found at one position it "
    "finds again 4 pixels further on.",
)

# %% tags=["explore"]
print("difference between the new map and …   (0: none)")
print(f"  the old map:        {difference(after, before):.2f}")
print(f"  the old map, moved: {difference(after, moved(before, right=4)):.2f}")

# %% [markdown]
# You'll often read that convolution is translation *invariant*: the input moves, the output stays.
# It's **equivariant**: the input moves, and the output moves with it (exactly so as long as nothing
# reaches the padded border). The next layer can therefore still tell where things are. Pooling adds
# *some* invariance. How much?

# %% tags=["explore"]
print("How much the result changes (0: not at all) when the digit moves right by")
print(f"{'':<26}" + "".join(f"{shift:>7} px" for shift in (1, 2, 4)))
poolings = {f"max pooling {side}×{side}": (side, "max") for side in (2, 4, 8, 32)}
poolings = {"feature map": (1, "max"), **poolings, "average pooling 8×8": (8, "avg")}
for name, (size, mode) in poolings.items():
    old = my_pool2d(before, size, mode=mode)
    changes = []
    for shift in (1, 2, 4):
        new = my_conv2d(moved(x, right=shift), strokes, padding=1).relu()
        changes.append(difference(my_pool2d(new, size, mode=mode), old))
    print(f"{name:<26}" + "".join(f"{change:>10.2f}" for change in changes))

# %% [markdown]
# The larger the window, the smaller the change, and here the maximum of 8×8 changes less than the average.
# Only the window as large as the whole image makes it zero, and then all information about position is
# gone.

# %% [markdown]
# ## 8. Counting parameters
#
# You now know every parameter in both kinds of layer. Count them.


# %% todo="param_counts"
def conv_params(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    """The number of parameters of a kernel × kernel convolution from c_in to c_out channels."""
    ### BEGIN SOLUTION
    return c_out * (c_in * kernel * kernel + int(bias))
    ### END SOLUTION


def linear_params(n_in: int, n_out: int, bias: bool = True) -> int:
    """The number of parameters of a dense layer from n_in to n_out values."""
    ### BEGIN SOLUTION
    return n_out * (n_in + int(bias))
    ### END SOLUTION


# %% test="param_counts" points=6
check.param_counts(conv_params, linear_params)

# %% tags=["explore"]
my_conv_params = check.use(conv_params)
my_linear_params = check.use(linear_params)
print(f"{'':>11} {'dense, 1,024 units':^30} {'3×3 convolution to 64 channels':^32}")
print(
    f"{'image':>11} {'parameters':>15} {'multiply-adds':>14} {'parameters':>15} {'multiply-adds':>16}"
)
for side in (32, 224, 1024):
    inputs = side * side * 3
    dense_work, conv_work = inputs * 1024, side * side * 64 * 3 * 3 * 3  # "same" padding
    print(
        f"{f'{side}×{side}':>11} {my_linear_params(inputs, 1024):>15,} {dense_work:>14,} "
        f"{my_conv_params(3, 64, 3):>15,} {conv_work:>16,}"
    )

# %% [markdown]
# Both layers compute weighted sums; the two assumptions make the convolution's cheap. *Weight sharing*
# saves parameters: there are 1,792 whatever the image size, and each of them learns from every position
# of every image. *Locality* saves parameters and work: each output looks at 27 numbers instead of all of
# them. That's why a convolution can afford 64 outputs at *every* pixel.

# %% [markdown]
# ## 9. The receptive field
#
# One 3 × 3 layer sees 3 pixels along each side. A second one sees three of those overlapping
# windows: 5 pixels. The **receptive field** of a unit is the number of input pixels it depends on,
# along one side. Pooling and strides make it grow faster, because after them neighbouring units are
# further apart.
#
# Take three layers, all 3 × 3, with strides 1, 1 and **2**.

# %% tags=["explore"]
pixels_seen = widgets.prediction(
    "three_layers", "How many pixels, along one side, does one output of the third layer see?"
)

# %% tags=["explore", "hide"]
chain = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3, stride=2))
measured, _ = anatomy.empirical_receptive_field(chain, (1, 32, 32))
predict.reveal(
    "three_layers",
    truth=measured,
    reasons={
        9: "You counted the last layer's own stride. It moves that layer's outputs apart, but each "
        "one sees no more.",
        11: "You multiplied what the first two layers see by the stride. A stride spreads the outputs "
        "of its own layer out; each one sees as much as before.",
        5: "That's two layers; the third one adds another 2.",
        27: "Kernel sizes don't multiply: the windows overlap, so each layer adds only its rim.",
    },
    because="3, then 5, then 7: a stride affects only the layers after it, and there are none.",
)

# %% [markdown]
# **Your turn.** Walk from the input to the output and keep track of two numbers: how many pixels
# one position sees, and how many pixels two neighbouring positions are apart.


# %% todo="receptive_field"
def receptive_field(layers: list[tuple[int, ...]]) -> int:
    """How many input pixels, along one side, a single output of the last layer depends on.

    layers  starting at the input; each is (kernel, stride) or (kernel, stride, dilation).
            Pooling counts like a convolution.

    Padding doesn't matter here: it decides which pixels are real, not how far a unit sees.
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
# ## 10. Building a network in PyTorch
#
# From here on you may use torch's own, fast layers. They take a whole batch of images, (N, C, H, W). Here
# is a convolution with its most important arguments:

# %% tags=["explore"]
batch = torch.rand(16, 3, 32, 32)  # 16 colour images
layer = nn.Conv2d(in_channels=3, out_channels=8, kernel_size=5, stride=1, padding=2)
maps = layer(batch).relu()
smaller = nn.MaxPool2d(kernel_size=2)(maps)

print("batch     ", tuple(batch.shape))
print("weight    ", tuple(layer.weight.shape), " bias", tuple(layer.bias.shape))
print("maps      ", tuple(maps.shape))
print("pooled    ", tuple(smaller.shape))
print("flattened ", tuple(nn.Flatten()(smaller).shape), " (the batch dimension stays)")

# %% [markdown]
# One more ingredient: **dropout**. During training, `nn.Dropout(0.5)` sets each number to zero with
# probability ½, with a fresh draw at every step, and doubles the rest, so that the average stays the
# same. The network can't rely on any single unit, which makes it harder to memorise the training images.
# `model.eval()` switches dropout off for predictions, `model.train()` on again.

# %% tags=["explore"]
torch.manual_seed(0)
dropout = nn.Dropout(p=0.5)
print("train mode:", dropout.train()(torch.ones(12)).tolist())
print("train mode:", dropout.train()(torch.ones(12)).tolist())
print("eval mode: ", dropout.eval()(torch.ones(12)).tolist())

# %% [markdown]
# Your first CNN follows a plan that most image networks share: **space shrinks while channels grow**.
# Early layers have many positions with simple patterns, later layers few positions with richer ones. At
# the end, dense layers decide. A dense network flattens *pixels*; this one flattens *features*.


# %% todo="simple_cnn"
class SimpleCNN(nn.Module):
    """Three rounds of convolution, ReLU and pooling, then two dense layers.

    Takes images (N, 3, 32, 32) and returns logits (N, num_classes): raw scores, no softmax.
    Each round: 3×3 convolution with padding 1 and bias, ReLU, 2×2 max pooling.
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
whole = anatomy.trace(Network(), (3, 32, 32))
whole

# %% [markdown]
# Read it from top to bottom. Where are the parameters, and where is most of the work done? And how
# far does a unit of each layer see? (The dense layers see all 32 × 32 pixels. The 46 × 46 in the table
# counts the padding around them, too.)

# %% tags=["explore"]
my_receptive_field = check.use(receptive_field)
conv_cost = [row for row in whole if row.type == "Conv2d"]
own_share = sum(row.parameters for row in conv_cost) / whole.parameters
work_share = sum(row.multiply_adds for row in conv_cost) / whole.multiply_adds
print(f"The convolutions hold {own_share:.0%} of the parameters")
print(f"and do {work_share:.0%} of the multiply-adds.\n")

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
# In the first layer a unit sees a piece of an edge, in the second a stroke, in the third most of the
# digit. The network zooms out step by step. Go through the layers below: the frame is the receptive
# field, the bright pixels are the ones this unit actually responds to.

# %% tags=["explore"]
tracer = widgets.receptive_field_tracer(Network(), three[0] / 255)

# %% [markdown]
# ## 11. Experiment: dense against convolutional
#
# Only one thing changes: the architecture. Your CNN meets a dense network with one wide hidden layer.
# Both get the same digits, number of parameters (as closely as whole units allow), optimizer, epochs and
# batches, with three random seeds each. Both train on digits in the **middle** of the canvas. Then they
# are tested twice: on new digits in the middle, and on *the same* test digits moved by 4 pixels to the
# right, left, down or up.

# %% tags=["explore"]
dense_when_moved = widgets.prediction(
    "dense_percent_when_moved",
    "What percentage of the digits moved by 4 pixels does the dense network get right? (Guessing gets "
    "10.)",
)
cnn_when_moved = widgets.prediction(
    "cnn_when_moved",
    "How does the CNN do on moved digits, compared with digits in the middle? (same: within 3 "
    "points; guessing: below 15 %)",
    choices=["same", "worse", "guessing"],
)

# %% tags=["explore"]
from dataclasses import replace

from cnnlab import models, training

SEEDS, EPOCHS = (0, 1, 2), 8
budget = models.count_parameters(Network())
makers = {
    "dense network": lambda: models.matched_mlp(budget, n_in=3 * 32 * 32, n_out=10),
    "SimpleCNN": lambda: Network(num_classes=10),
}
nets, histories = {}, {}
for name, make in makers.items():
    for seed in SEEDS:
        print(f"{name}, seed {seed}")
        torch.manual_seed(seed)
        net = make()
        history = training.fit(
            net, canvas, epochs=EPOCHS, optimizer="adamw", lr=1e-3, seed=seed, live_plot=False
        )
        nets.setdefault(name, []).append(net)
        histories.setdefault(name, []).append(history)
    work = anatomy.trace(net, (3, 32, 32)).multiply_adds / 1e6
    print(f"  {models.count_parameters(net):,} parameters, {work:.1f} M multiply-adds an image")

# %% tags=["explore"]
pictures.curves(histories, title="Digits in the middle of the canvas")

# %% [markdown]
# On digits in the middle, there is little between the two. (The validation curves show the test digits.
# No choice depends on them here; from unit 2 on, validation images are kept apart.) Now move the test
# digits.


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

still, at_four = shifts.index(0), shifts.index(4)
dense, cnn = accuracy["dense network"], accuracy["SimpleCNN"]

# %% tags=["explore", "hide"]
predict.reveal(
    "dense_percent_when_moved",
    truth=round(100 * float(dense[:, at_four].mean())),
    unit="%",
    because="The moved digits meet weights that learned about other pixels.",
    tolerance=0.25,
)
lost = float((cnn[:, still] - cnn[:, at_four]).mean())
fate = "same" if lost < 0.03 else "guessing" if float(cnn[:, at_four].mean()) < 0.15 else "worse"
predict.reveal(
    "cnn_when_moved",
    truth=fate,
    reasons={
        "same": "The feature maps move along, but then a dense layer reads them, and to that layer a "
        "moved map is a new input.",
        "guessing": "The CNN does better than that, though it's far from seeing no difference.",
    },
)

# %% tags=["explore"]
from cnnlab.pictures.bands import bands

bands(shifts, accuracy, xlabel="test digits moved by (pixels)", chance=0.1)

# %% tags=["explore"]
for name, table in accuracy.items():
    for text, where in (("in the middle", still), ("moved by 4", at_four)):
        runs = 100 * table[:, where]
        print(f"{name:<14} {text:<14} {runs.mean():5.1f} %  ({runs.min():.1f} to {runs.max():.1f})")
gap = 100 * (cnn[:, at_four] - dense[:, at_four])
clear = "in every pair of runs" if gap.min() > 0 else "on average, but not in every pair of runs"
print(
    f"\nMoved by 4 pixels, the CNN is {gap.mean():.0f} points better {clear} ({gap.min():.1f} to "
    f"{gap.max():.1f}, {len(gap)} seeds)\nwith the same number of parameters, but still loses "
    f"{100 * lost:.0f} points compared with digits in the middle."
)

# %% [markdown]
# The bands span three seeds and are narrow, but it's one data set with a few hundred test digits, and one
# recipe: trust the *direction*, not the exact numbers. And equal parameters aren't equal work, as printed
# above.
#
# Convolution brings an assumption: *the same pattern means the same everywhere*. A network built on it
# gets part of the way. (The CNN also has pooling, dropout and more layers; the experiment can't tell
# which part of the lead is due to which.) Two things probably hold it back. After three poolings
# neighbouring units are 8 pixels apart, so the maps move along exactly only for shifts by multiples
# of 8; a shift of 4 is half a step (Zhang, 2019, calls this aliasing). And the dense layer at the end
# has separate weights for each position of the last maps. Two remedies come later: averaging over all
# positions instead of flattening (unit 5), and showing shifted images in training (unit 6).

# %% [markdown]
# ## 12. Photographs in colour
#
# Your network takes three channels, so let it look at colour. The task: which of eight photographs does a
# piece of 32 × 32 pixels come from? Training pieces are from the left part of each photograph, test
# pieces from the right. To find out what colour is worth, the same network also trains on the same pieces
# in grey.

# %% tags=["explore"]
NAMES = ["cat", "coffee", "rocket", "astronaut", "temple", "flower", "retina", "galaxies"]
pictures.image_grid(cnnlab.data.photos(*NAMES).batch(96), NAMES)


# %% tags=["explore"]
def pieces(count, part, seed):
    """`count` pieces of each photograph, from its left or right part, as uint8 (N, 3, 32, 32)."""
    generator = torch.Generator().manual_seed(seed)
    images = []
    for name in NAMES:
        half = F.avg_pool2d(photos[name].image.float(), 2).round().to(torch.uint8)
        border = round(0.6 * half.shape[2])
        region = half[:, :, :border] if part == "left" else half[:, :, border:]
        for _ in range(count):
            top = int(torch.randint(region.shape[1] - 31, (), generator=generator))
            left = int(torch.randint(region.shape[2] - 31, (), generator=generator))
            images.append(region[:, top : top + 32, left : left + 32])
    labels = torch.arange(len(NAMES)).repeat_interleave(count)
    return cnnlab.data.Split(torch.stack(images), labels)


def without_colour(split):
    grey = split.images.float().mean(dim=1, keepdim=True).round().to(torch.uint8)
    return cnnlab.data.Split(grey.expand(-1, 3, -1, -1), split.labels)


left, right = pieces(150, "left", seed=0), pieces(75, "right", seed=1)
colour = cnnlab.data.Dataset("pieces", "1", tuple(NAMES), left, right)
in_grey = replace(colour, train=without_colour(left), test=without_colour(right))
shown = torch.arange(0, len(right), 75 // 2)[:16]
pictures.image_grid(right.images[shown], right.labels[shown], NAMES, title="Test pieces")

# %% tags=["explore"]
photo_nets = {}
for name, data in {"untrained": None, "in grey": in_grey, "in colour": colour}.items():
    torch.manual_seed(0)
    net = photo_nets[name] = Network(num_classes=len(NAMES))
    if data is None:
        continue  # kept as it starts, for comparison
    training.fit(net, data, epochs=8, optimizer="adamw", lr=1e-3, live_plot=False)
    accuracy_here = training.evaluate(net, data).accuracy
    print(f"{name}: {accuracy_here:.0%} of the test pieces right (guessing: {1 / len(NAMES):.1%})")

# %% [markdown]
# Colours and textures are enough to tell where most pieces come from. (These are single runs. And nothing
# here recognises a *cat*: that takes many cats.)

# %% [markdown]
# ## 13. What did it learn?
#
# You designed edge kernels by hand. What does a network come up with? Here are the 32 kernels of the first
# layer after training, each 3 × 3 pixels in three colours (mid-grey is zero).


# %% tags=["explore"]
def convolutions_of(network):
    """The convolutions from first to last: each has more input channels than the one before."""
    found = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    return sorted(found, key=lambda module: module.in_channels)


convolutions = convolutions_of(photo_nets["in colour"])
first_layer, start = convolutions[0].weight, convolutions_of(photo_nets["untrained"])[0].weight
moved_by = float(((first_layer - start).norm() / start.norm()).detach())
print(f"Training changed these weights by {moved_by:.0%} of their size.")
pictures.filters(first_layer, columns=16, title="The first layer of our network, trained")

# %% [markdown]
# They still look random: eight epochs on eight photographs have changed them only a little.
# **EfficientNet-Lite0** was trained on ImageNet, 1.28 million photographs in 1,000 classes, and its
# first layer happens to have the same size as ours: 32 kernels of 3 × 3 × 3.

# %% tags=["explore"]
from cnnlab.errors import CnnlabError

try:
    big_net = models.pretrained("efficientnet-lite0").eval()
except CnnlabError as missing:
    big_net = None
    print(f"{missing}\nTwo of the next figures need these weights; the rest of the unit doesn't.")

# %% tags=["explore"]
figure = None
if big_net is not None:
    stem = big_net.conv1.weight.detach()
    size = stem.abs().sum(dim=(1, 2, 3), keepdim=True)  # one number for each kernel
    unused = size < 1e-4 * size.max()
    # What remains of a kernel on areas of one colour, and what on images without colour?
    on_flat = stem.sum(dim=(2, 3), keepdim=True).abs().sum(dim=1, keepdim=True)
    on_grey = stem.sum(dim=1, keepdim=True).abs().sum(dim=(2, 3), keepdim=True)
    edges = (on_flat < 0.2 * size) & ~unused
    colours = (on_grey < 0.5 * size) & ~unused
    print(f"{int(unused.sum()):>2} of 32 kernels are 0 everywhere: the network doesn't use them.")
    print(f"{int(edges.sum()):>2} nearly ignore evenly coloured areas, as your edge kernels do.")
    print(
        f"{int(colours.sum()):>2} nearly ignore grey: their weights cancel across the three colours."
    )
    own_scale = torch.where(unused, 0, stem / stem.abs().amax(dim=(1, 2, 3), keepdim=True))
    figure = pictures.filters(own_scale, columns=16, title="The first layer of EfficientNet-Lite0")
figure

# %% [markdown]
# With these weights you can see two families of kernels (each is on its own scale), and some in between.
# One compares two sides: edges in various directions, much like yours from section 5, only learned.
# (Cells in the visual cortex of cats respond to edges, too, each to its own direction: Hubel and Wiesel,
# 1959.) The other is much the same at all nine positions and looks for a colour.
#
# Deeper layers combine what earlier ones found. Each row below shows the six maps of one layer that vary
# most; the numbers are their channels.

# %% tags=["explore"]
from cnnlab.pictures.depths import depths

cat = photos["cat"].square(128)
mean, std = (torch.tensor(v).view(3, 1, 1) for v in (colour.mean, colour.std))
prepared = (cat / 255 - mean) / std
maps, x = {}, prepared[None]
with torch.no_grad():
    for number, convolution in enumerate(convolutions, start=1):
        x = convolution(x).relu()
        maps[f"convolution {number}"] = x[0]
        x = F.max_pool2d(x, 2)
depths(cat, maps, title="A cat in our network")

# %% tags=["explore"]
figure = None
if big_net is not None:
    big_maps = {}
    x = models.card("efficientnet-lite0").prepare(photos["cat"].image)  # scaled and normalised
    with torch.no_grad():
        for name, stage in big_net.named_children():
            x = stage(x)
            if name in ("layer1", "layer3", "layer5", "layer7"):
                big_maps[name] = x[0]
            if name == "layer7":
                break
    figure = depths(photos["cat"].square(224), big_maps, title="The same cat in EfficientNet-Lite0")
figure

# %% [markdown]
# Early maps are almost pictures: edges, light and dark fur. Later ones are coarser, and with the ImageNet
# weights some respond mainly to one part: in layer5, look for the eyes. It's the start of a **feature
# hierarchy**: edges, then textures and parts, then objects (Zeiler and Fergus, 2014). But a few maps that
# look meaningful prove little: our own network's do too, and its first layer is almost random. See unit
# 8.
#
# The arithmetic is the same in any network, so your own function can take the first layer's place:

# %% tags=["explore"]
small_cat = prepared[:, 32:96, 32:96]
mine = my_conv2d(small_cat, first_layer.detach(), convolutions[0].bias.detach(), padding=1)
with torch.no_grad():
    torchs = convolutions[0](small_cat[None])[0]
print(
    f"largest difference between your conv2d and torch's: {float((mine - torchs).abs().max()):.1e}"
)

# %% [markdown]
# ## 14. In your own words
#
# A company has two data sets. **(A)** A table of bank customers: 64 columns such as age, income,
# number of accounts and postcode, in no particular order. A colleague writes each customer as an
# 8 × 8 "image" and trains a CNN, "because it needs fewer parameters". **(B)** Temperatures of cold
# stores, one value per minute. An alarm must detect the short bump that a failing compressor leaves,
# at whatever time of day.
#
# For each, say whether a convolution suits the data, and why. Then describe one simple experiment
# that would show *from results* whether a CNN benefits from the order of the columns in (A). Write
# five to eight sentences.
#
# *How this is marked (6 points): 2 for (A) with its reason, 2 for (B) with its reason and what its
# kernel and stride or pooling would mean there, 2 for an experiment that changes one thing and says
# which result would mean what.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** doesn't suit. A convolution assumes that neighbours belong together and that the same pattern
# means the same wherever it occurs. In a table, which columns are neighbours is an accident of their
# order, and "high, low, high" means one thing for age, income, accounts and another for other columns.
# Fewer parameters don't help if weight sharing assumes something false.
#
# **(B)** suits. Minutes that are close together belong together, and the bump looks the same at three
# in the morning and at noon. A one-dimensional kernel covers as many minutes as a piece of the bump
# (or a few stacked kernels do, by their receptive field); stride or pooling gives up the exact minute
# for a wider view, and a maximum over the day answers "was there one?".
#
# **Experiment.** Draw one fixed random order of the 64 columns, apply it to all customers, and train
# the same CNN on the original and on the shuffled table, with several seeds each and a dense network as
# a control. If the two CNNs agree within the spread, the order carried nothing they used. If the
# shuffled one is clearly worse, neighbourhood mattered. The dense network shouldn't care.
#
# *Rubric.* (A) 2: no (1), because order or neighbourhood is arbitrary, or because weights shared over
# unlike columns make no sense (1). (B) 2: yes, because local and the same at any time (1); a sensible
# meaning of kernel size, stride or pooling in minutes (1). Experiment 2: one thing changed, the order,
# fixed for all rows (1); which result means what (1).
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - compute a convolution by hand and in code, with channels, stride and padding
# - say how large a feature map is, how many parameters a layer has, and how far a unit sees
# - explain locality, weight sharing and equivariance, and what pooling adds
# - build a small CNN in PyTorch, and test what it assumes instead of believing it
#
# **Pitfalls.** A kernel is a block through all input channels. Output sizes are rounded down. A layer's
# own stride widens only the view of the layers after it. Padding is part of the model. "CNNs don't care
# where things are" is true only as far as you've measured it.
#
# **Left out here:** gradients of the convolution, fast implementations, 1×1
# convolutions (unit 5).
#
# **Next:** unit 2 builds the training loop, and the first CNN that did real work: LeNet.
