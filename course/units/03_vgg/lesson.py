# %% [markdown]
# # Depth from small filters
#
# LeNet-5 reads digits well and small shapes badly (unit 2). Would larger filters help? More layers?
# In 2014 two people at Oxford took the *smallest* filter that knows left from right, used nothing
# else, and piled it up. You will find out what such a pile can do, build their network from a list
# of numbers, and test their idea.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Which one sees farther?
#
# Two famous networks for photographs of 224 × 224: AlexNet (Krizhevsky, Sutskever, Hinton, 2012) and
# VGG-16 (Simonyan, Zisserman, 2014). We make them on torch's `meta` device: shapes without numbers,
# so that even huge networks cost no memory. Here are the sides of their filters, from the first
# convolution to the last.

# %% tags=["explore"]
import cnnlab.data
from cnnlab import anatomy, models, pictures, training, widgets

with torch.device("meta"):
    giants = {"AlexNet": models.AlexNet(), "VGG-16": models.vgg16()}


def one_side(number):
    """Layers keep 3 as 3 or as (3, 3)."""
    return number if isinstance(number, int) else number[0]


windows = {}
for name, giant in giants.items():
    found = [layer for layer in giant.modules() if isinstance(layer, (nn.Conv2d, nn.MaxPool2d))]
    sides = [layer.kernel_size[0] for layer in found if isinstance(layer, nn.Conv2d)]
    print(f"{name:<8} {len(sides):>2} convolutions: {' '.join(map(str, sides))}")
    up_to_last_conv = found[:-1]  # a pooling comes after it
    windows[name] = anatomy.receptive_field(
        [(one_side(layer.kernel_size), one_side(layer.stride)) for layer in up_to_last_conv]
    )

# %% [markdown]
# Take one output of the *last convolution* of each. It depends on a square window of the image: its
# receptive field (unit 1). Make your guess on the card, press its button, then run the next cell.

# %% tags=["explore"]
which_farther = widgets.prediction(
    "sees_farther", "Whose window is the larger one?", choices=["AlexNet", "VGG-16"]
)

# %% tags=["explore"]
predict.reveal(
    "sees_farther",
    truth=max(windows, key=windows.get),
    reasons={
        "AlexNet": "11 × 11 is large, but it is used once. Thirteen small filters, each on top of "
        "the others, and four poolings between them, add up to more."
    },
    because=", ".join(f"{name}: {side} × {side} pixels" for name, side in windows.items()) + ".",
)

# %% [markdown]
# The network of tiny filters sees farther. *Depth* is a way to see far.

# %% [markdown]
# ## 2. From problem to answer
#
# AlexNet won the 2012 contest on ImageNet (1,000 classes). For 15.3 % of the test images its five best
# guesses missed the right class; for the next best entry, 26.2 %. (The winner averaged seven networks,
# two of them trained on more images.) It was LeNet's plan, and four answers to what stood in the way:
#
# | problem | AlexNet's answer |
# | --- | --- |
# | tanh flattens out, training is slow | ReLU |
# | tens of thousands of images are too few | 1.2 million, labelled by hand |
# | one processor is too slow for so many | two graphics cards (GPUs), five to six days |
# | sixty million parameters learn by heart | dropout, and altered copies of the images |
#
# **You might think** the graphics cards did it: the same network, only faster. So give a deep network
# of the *old* kind to the fastest computer there is. Here are eight convolutions, and the size of the
# gradient that reaches the first of them:

# %% tags=["explore"]
images = cnnlab.data.load("shapes10", n_train=640, n_test=100)
x, y = next(iter(images.batches("train", batch_size=64, seed=0)))


def first_gradient(activation):
    """The norm of the gradient in the first of eight convolutions, with random weights."""
    torch.manual_seed(0)
    layers, channels = [], 3
    for _ in range(8):
        layers += [nn.Conv2d(channels, 16, 3, padding=1), activation()]
        channels = 16
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(256, 10))
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    F.cross_entropy(net(x.cpu()), y.cpu()).backward()
    return net[0].weight.grad.norm().item()


gradients = {kind.__name__: first_gradient(kind) for kind in (nn.Sigmoid, nn.Tanh, nn.ReLU)}
for name, norm in gradients.items():
    print(f"{name:<8} {norm:.1e}   = {norm / gradients['ReLU']:.4%} of ReLU's")

# %% [markdown]
# A sigmoid's slope is at most 1/4, and every layer multiplies by a slope: after eight of them hardly
# anything is left to learn from. (tanh, with a slope of up to 1, holds out much longer.) A faster
# computer would take the same tiny steps faster. The four answers needed each other.
#
# AlexNet left a problem of its own: 11 × 11, then 5 × 5, then 3 × 3, all chosen by hand. Why these?
# How would you choose for *twice* as many layers? VGG's answer: do not choose. Take 3 × 3, always.

# %% [markdown]
# ## 3. Many small ones
#
# Think of a row of people who whisper. Everyone hears only the two neighbours, but after three
# rounds you know what was said three seats away. **Change `LAYERS`** and run:

# %% tags=["explore"]
LAYERS = 3

seen = 2 * LAYERS + 1
picture = pictures.Picture(6.4, 0.55 * (LAYERS + 1) + 0.3)
axes = picture.subplots()
for level in range(LAYERS + 1):
    for heard, colour in ((False, "#dddddd"), (True, pictures.PALETTE[0])):
        reach = LAYERS - level
        places = [p for p in range(-LAYERS - 1, LAYERS + 2) if (abs(p) <= reach) is heard]
        axes.scatter(places, [level] * len(places), marker="s", s=360, color=colour)
axes.set(ylim=(-0.6, LAYERS + 0.6), xticks=[])
axes.set_yticks(range(LAYERS + 1), ["image", *(f"after layer {n + 1}" for n in range(LAYERS))])
axes.spines[:].set_visible(False)
picture.alt = f"What one output sees through {LAYERS} layers of 3×3: {seen} pixels in a row."
print(f"{LAYERS} layers of 3×3: the top square depends on {seen} pixels of the image.")
picture

# %% [markdown]
# The first 3×3 sees 3 pixels; each further layer adds one at either side. In general every layer adds
# $k - 1$, and $n$ of them see
#
# $$n\,(k - 1) + 1$$
#
# pixels. The price: a layer from $C$ channels to $C$ channels has $k^2 C^2$ weights. (Unit 1: every
# kernel reaches through all channels.) **Your turn:** three short functions that say when a stack pays.


# %% todo="stack_arithmetic"
def stack_receptive_field(n: int, kernel: int = 3) -> int:
    """How many pixels wide is the window of the input that one output of a stack sees?

    n       convolutions on top of each other, 0 or more, all with stride 1 and no dilation
    kernel  the side of all their kernels

    Returns a whole number. Without layers (n = 0) an output is its own pixel and sees 1.
    """
    ### BEGIN SOLUTION
    return n * (kernel - 1) + 1
    ### END SOLUTION


def stack_params(n: int, kernel: int, channels: int) -> int:
    """The number of weights, without biases, in a stack of n convolutions.

    Each has kernels of kernel × kernel, takes `channels` channels and gives as many.
    """
    ### BEGIN SOLUTION
    return n * kernel * kernel * channels * channels
    ### END SOLUTION


def equivalent_stack(kernel: int) -> int:
    """How many 3×3 convolutions see exactly as far as one convolution of kernel × kernel?

    kernel  an odd number, 1 or more; for 1 the answer is 0

    Returns a whole number (an int).
    """
    ### BEGIN SOLUTION
    return (kernel - 1) // 2
    ### END SOLUTION


# %% test="stack_arithmetic" points=10
check.stack_arithmetic(stack_receptive_field, stack_params, equivalent_stack)
# %% [markdown]
# Take 256 channels, in and out. A layer of 7×7 filters is replaced by the three layers of 3×3 that see
# as far.

# %% tags=["explore"]
three_for_one = widgets.prediction(
    "three_for_one", "How many percent of the weights of the 7×7 layer does the stack have?"
)

# %% tags=["explore"]
my_reach, my_params, my_stack = (
    check.use(function) for function in (stack_receptive_field, stack_params, equivalent_stack)
)
share = my_params(3, 3, 256) / my_params(1, 7, 256)
predict.reveal(
    "three_for_one",
    truth=round(100 * share),
    tolerance=0.02,
    reasons={
        18: "9 of 49 weights: that is one 3×3 layer. There are three of them.",
        43: "Three sides of 3 against one of 7: but a kernel has side × side weights.",
        100: "They see the same window, but they do not pay for it alike.",
        300: "Three layers, but each is far smaller than the 7×7.",
    },
    because="27 C² against 49 C²: the channels cancel.",
)
print("\nfilter   stack sees   its layers   weights at 64 channels: one filter → stack")
for kernel in (3, 5, 7, 9, 11):
    count = my_stack(kernel)
    one, many = my_params(1, kernel, 64), my_params(count, 3, 64)
    print(
        f"{kernel:>2} × {kernel:<2}   {my_reach(count):>4} pixels   {count:>10}   "
        f"{one:>10,} → {many:>7,}  ({many / one:.0%})"
    )

# %% [markdown]
# The larger the window, the more the stack saves: its price grows with the side, that of a filter
# with the *square* of the side. And there is a gift: a ReLU after every layer, so three bends where one
# filter has one. Now move the sliders. What do the channels change, and what not?

# %% tags=["explore"]
swap = widgets.filter_swap(layers=3, channels=256)

# %% [markdown]
# Mind the small print: **the same channels everywhere.** The first layer of a stack often widens
# its input. Let two 3×3 go from C to 2C channels, and compare with one 5×5 from C to 2C:

# %% tags=["explore"]
C = 64
stack = 9 * C * 2 * C + 9 * 2 * C * 2 * C
single = 25 * C * 2 * C
print(f"C → 2C:  two 3×3: {stack:,}   one 5×5: {single:,}   ({stack / single:.0%})")
print(f"C → C:   two 3×3: {my_params(2, 3, C):,}   one 5×5: {my_params(1, 5, C):,}")

# %% [markdown]
# A rule of thumb holds where its assumptions hold. Read them first.
#
# **You might think:** same window, same function, only cheaper. Suppose that all weights of three 3×3
# layers are 1. How often does each pixel count?

# %% tags=["explore"]
ones = nn.Conv2d(1, 1, 3, bias=False)
nn.init.ones_(ones.weight)
window = torch.zeros(1, 1, 7, 7, requires_grad=True)
ones(ones(ones(window))).sum().backward()
pictures.kernel_grid(window.grad[0, 0], title="Ways from each pixel to the output", digits=0)

# %% [markdown]
# The middle pixel has many ways to the output, a corner has one: a stack looks at 7 × 7, but mostly at
# the middle. And not every filter can be copied. Without a ReLU between them, two 3×3 layers *are* some
# 5×5 filter. Can they be *any* 5×5 filter? Let pairs of them imitate a random one as well as they can:

# %% tags=["explore"]
torch.manual_seed(0)
target = torch.randn(5, 5)
first_kernel = torch.randn(8, 1, 1, 3, 3, requires_grad=True)  # eight attempts at once
second_kernel = torch.randn(8, 1, 1, 3, 3, requires_grad=True)


def together():
    """The 5×5 filter that each pair of 3×3 filters is, without a ReLU between them."""
    padded = F.pad(first_kernel, (2, 2, 2, 2))
    pairs = zip(padded, second_kernel.flip(-1, -2), strict=True)
    return torch.stack([F.conv2d(one, other)[0, 0] for one, other in pairs])


optimizer = torch.optim.Adam([first_kernel, second_kernel], lr=0.05)
for _ in range(400):
    optimizer.zero_grad()
    missing = ((together() - target) ** 2).sum(dim=(1, 2)) / (target**2).sum()
    missing.sum().backward()
    optimizer.step()
print(f"18 numbers against 25: at best {missing.min():.0%} of the filter cannot be imitated.")
z = torch.randn(2, 1, 9, 9)
with torch.no_grad():
    for name, between in (("without ReLU", nn.Identity()), ("with ReLU", nn.ReLU())):
        net = nn.Sequential(nn.Conv2d(1, 8, 3, bias=False), between, nn.Conv2d(8, 1, 3, bias=False))
        gap = (net(z[:1] + z[1:]) - net(z[:1]) - net(z[1:])).abs().max()
        print(f"{name:<13} f(a + b) differs from f(a) + f(b) by up to {gap:.4f}")

# %% [markdown]
# The last two lines ask whether the answer to two images together is the sum of the answers. For
# every filter it is; with a ReLU inside it is not.
#
# So a stack is *less* than a large filter (it cannot be every 5×5) and *more* (with ReLUs it is no
# filter any more). It assumes that patterns are made of small patterns. Whether that pays is a
# question for an experiment, not for arithmetic. First we need the parts.

# %% [markdown]
# ## 4. The block
#
# With the filter decided, the rest follows a pattern too. A **VGG block** is some 3×3 convolutions that
# keep the size (padding 1), a ReLU after each, and a 2×2 pooling at the end.
#
# The images have colours, so count first: the first convolution takes an RGB image and gives 16 maps.

# %% tags=["explore"]
kernel_weights = widgets.prediction(
    "weights_in_a_kernel", "How many weights has one of its 16 kernels, without its bias?"
)

# %% tags=["explore"]
colour_conv = nn.Conv2d(3, 16, kernel_size=3, padding=1)
predict.reveal(
    "weights_in_a_kernel",
    truth=colour_conv.weight[0].numel(),
    reasons={
        9: "That is one slice. A kernel has a slice of its own for each channel of the image.",
        28: "With its bias. The question was about the weights alone.",
        432: "That is all sixteen kernels together.",
    },
    because=f"weight has the shape {tuple(colour_conv.weight.shape)}: kernels, channels, rows, columns.",
)

# %% [markdown]
# **Your turn.** `batch_norm` asks for a layer that unit 4 is about; here you need only know where it
# stands: after the convolution, before the ReLU.


# %% todo="vgg_block"
def vgg_block(
    in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
) -> nn.Module:
    """A VGG block: images (N, in_channels, H, W) → maps (N, out_channels, H // 2, W // 2).

    num_convs convolutions, 1 or more, 3×3 with padding 1, each followed by a ReLU; at the end a
    max pooling of 2×2. The first convolution takes in_channels and gives out_channels, the others
    take and give out_channels. Each convolution is a layer of its own, with weights of its own.

    batch_norm=False: the convolutions have biases.
    batch_norm=True: an nn.BatchNorm2d of its own stands between each convolution and its ReLU, and
    the convolutions have no bias (the norm would remove it).
    """
    ### BEGIN SOLUTION
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels  # the next one reads what this one wrote
    layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)
    ### END SOLUTION


# %% test="vgg_block" points=14
check.vgg_block(vgg_block)
# %% [markdown]
# ## 5. A network from a list
#
# Now a whole network is a list of pairs. This is VGG-16, complete (13 convolutions and 3 dense
# layers have weights: hence the number):

# %% tags=["explore"]
for number, (convolutions, channels) in enumerate(models.VGG_CONFIGS[16], start=1):
    print(f"block {number}:  {convolutions} convolutions, {channels:>3} channels")

# %% [markdown]
# **You might think** that large networks are too complicated to read. These five lines are all of
# VGG-16 but its head: each block halves the side, channels double up to 512, then three dense layers
# decide. **Your turn:** the function that builds any such network.


# %% todo="make_vgg"
def make_vgg(
    config: list[tuple[int, int]],
    num_classes: int,
    in_channels: int = 3,
    image_size: int = 32,
    hidden: int = 128,
) -> nn.Module:
    """A VGG: images (N, in_channels, image_size, image_size) → logits (N, num_classes).

    config  one pair (number of convolutions, channels) for each block, such as
            [(1, 16), (1, 32), (2, 64)]: blocks as vgg_block makes them, without batch norm

    After the last block: flatten, then dense, ReLU, dropout, dense, ReLU, dropout, dense. The two
    hidden dense layers have `hidden` units each, the dropouts drop one half and only in training
    mode, and nothing follows the last dense layer. All layers have biases.

    Each block halves the side; where it is odd, the pooling leaves the last row and column out.
    """
    ### BEGIN SOLUTION
    blocks, channels, side = [], in_channels, image_size
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels, side = out_channels, side // 2
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )
    ### END SOLUTION


# %% test="make_vgg" points=16
check.make_vgg(make_vgg)
# %% [markdown]
# Give it the list above, images of 224 × 224, and hidden layers of 4,096. On the `meta` device again:
# with numbers in it, this network takes half a gigabyte.

# %% tags=["explore"]
my_make_vgg = check.use(make_vgg)
with torch.device("meta"):
    my_vgg16 = my_make_vgg(models.VGG_CONFIGS[16], num_classes=1000, image_size=224, hidden=4096)
print(f"your VGG-16:       {models.count_parameters(my_vgg16):,} parameters")
print(f"VGG-16 everywhere: {models.count_parameters(giants['VGG-16']):,}")

# %% [markdown]
# ## 6. Where the numbers live
#
# Thirteen convolutions, three dense layers.

# %% tags=["explore"]
dense_percent = widgets.prediction(
    "dense_share", "How many percent of VGG-16's parameters lie in its three dense layers?"
)

# %% [markdown]
# **Your turn** to measure it, for any network.


# %% todo="parameter_share"
def parameter_share(model: nn.Module) -> float:
    """The fraction, from 0 to 1, of the model's parameters that lie in dense layers (nn.Linear).

    Counts every element of every parameter, weights and biases, of dense layers at any depth
    inside the model, and divides by the number of all parameters of the model.
    A model without parameters has the share 0.
    """
    ### BEGIN SOLUTION
    total = sum(p.numel() for p in model.parameters())
    dense = sum(
        p.numel()
        for module in model.modules()
        if isinstance(module, nn.Linear)
        for p in module.parameters()
    )
    return dense / total if total else 0.0
    ### END SOLUTION


# %% test="parameter_share" points=8
check.parameter_share(parameter_share)
# %% tags=["explore"]
my_share = check.use(parameter_share)
dense_share = 100 * my_share(giants["VGG-16"])
predict.reveal(
    "dense_share",
    truth=round(dense_share),
    tolerance=0.03,
    reasons={
        19: "3 of 16 layers, yes. But a dense layer has a weight for every pair of numbers.",
        11: "That is the share of the convolutions.",
    },
)
dense = [layer for layer in giants["VGG-16"].modules() if isinstance(layer, nn.Linear)]
counts = [models.count_parameters(layer) for layer in dense]
print(f"its dense layers: {' + '.join(f'{count:,}' for count in counts)} = {sum(counts):,}")
print(f"the first alone, from 512 × 7 × 7 numbers to 4,096: {counts[0] / sum(counts):.0%} of these")

# %% [markdown]
# Parameters are memory. Work is something else: a kernel's weights are used at every place, a dense
# weight once.

# %% tags=["explore"]
with torch.device("meta"):
    trace = anatomy.trace(giants["VGG-16"], (3, 224, 224))
work = {
    kind: sum(layer.multiply_adds for layer in trace if layer.type == kind)
    for kind in ("Conv2d", "Linear")
}
held = {"Conv2d": trace.parameters - sum(counts), "Linear": sum(counts)}
picture = pictures.Picture(6.4, 2.0)
axes = picture.subplots()
for row, amounts in enumerate((held, work)):
    left = 0.0
    for kind, colour in zip(("Conv2d", "Linear"), pictures.PALETTE, strict=False):
        width = 100 * amounts[kind] / sum(amounts.values())
        axes.barh(row, width, left=left, color=colour, label=kind if row == 0 else None)
        if width > 3:
            axes.text(left + width / 2, row, f"{width:.0f} %", ha="center", va="center", color="w")
        left += width
axes.set_yticks([0, 1], ["parameters", "multiply-adds"])
axes.invert_yaxis()
axes.set(xlabel="share of VGG-16 (%)", xlim=(0, 100))
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
picture.alt = (
    f"Convolutions hold {held['Conv2d'] / trace.parameters:.0%} of VGG-16's parameters and do "
    f"{work['Conv2d'] / sum(work.values()):.1%} of its multiply-adds; dense layers have the rest."
)
picture

# %% [markdown]
# **You might think** that progress meant more of the same: more layers, more parameters, every year.

# %% tags=["explore"]
with torch.device("meta"):
    history = {
        "LeNet-5, 1998": models.LeNet5(),
        "AlexNet, 2012": giants["AlexNet"],
        "VGG-16, 2014": giants["VGG-16"],
        "ResNet-50, 2015": models.resnet50(),
        "ResNet-152, 2015": models.resnet152(),
    }
print(f"{'':<18}{'convolutions':>13}{'parameters':>14}{'dense':>8}")
for name, net in history.items():
    depth = sum(isinstance(layer, nn.Conv2d) for layer in net.modules())
    print(f"{name:<18}{depth:>13}{models.count_parameters(net):>14,}{my_share(net):>8.0%}")

# %% [markdown]
# The last one has more than ten times the convolutions of VGG-16, and less than half of its parameters.
# (In the ResNets some convolutions stand beside the others, so the count is a little more than their
# depth.) Each network answers a problem that the one before left: LeNet's gradients and data, AlexNet's
# hand-made choices, and VGG's dense giants, which ResNet simply leaves out (unit 5).
#
# Look around: the picture shows the maps of two networks from the first layer to the last, the table
# where their parameters lie and how far each layer sees.

# %% tags=["explore"]
explorer = widgets.architecture_explorer("alexnet", "vgg16")

# %% [markdown]
# ## 7. What comes out of each part
#
# To plan a network you need the shapes on the way. **Your turn:** a function that asks any network for
# them, and leaves it as it was. (You know the trap from `evaluate`, unit 2.)


# %% todo="feature_shapes"
def feature_shapes(model: nn.Module, input_shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The shapes that one image takes on its way through a model.

    model        its direct children run one after the other, each on what the one before gave,
                 as in an nn.Sequential; a child may itself consist of several layers
    input_shape  of one image, without the batch: (C, H, W)

    Returns one shape for each direct child, in order: what leaves it, without the batch, so
    (C, H, W) for maps and (n,) for rows of numbers.

    The model may come in any mode. Afterwards it is as it was: the mode of *every* module in it,
    and the running statistics of batch norms (in evaluation mode they stay as they are).
    """
    ### BEGIN SOLUTION
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    shapes = []
    with torch.no_grad():
        x = torch.zeros(1, *input_shape)
        for child in model.children():
            x = child(x)
            shapes.append(tuple(x.shape[1:]))
    for module, was_training in modes:
        module.training = was_training
    return shapes
    ### END SOLUTION


# %% test="feature_shapes" points=12
check.feature_shapes(feature_shapes)
# %% [markdown]
# Your blocks, your question: the five blocks of VGG-16.

# %% tags=["explore"]
my_block, my_shapes = check.use(vgg_block), check.use(feature_shapes)
with torch.device("meta"):
    blocks, channels = [], 3
    for convolutions, width in models.VGG_CONFIGS[16]:
        blocks.append(my_block(channels, width, convolutions))
        channels = width
    shapes = [(3, 224, 224), *my_shapes(nn.Sequential(*blocks), (3, 224, 224))]

names = ["image", *(f"block {number}" for number in range(1, 6))]
picture = pictures.Picture(6.8, 2.6)
side_axes, channel_axes, number_axes = picture.subplots(1, 3)
columns = (
    (side_axes, "side", [shape[1] for shape in shapes]),
    (channel_axes, "channels", [shape[0] for shape in shapes]),
    (number_axes, "numbers, thousands", [math.prod(shape) / 1000 for shape in shapes]),
)
for (axes, title, values), colour in zip(columns, pictures.PALETTE, strict=False):
    bars = axes.bar(["img", *"12345"], values, color=colour)
    axes.bar_label(bars, [f"{value:.0f}" for value in values], fontsize=8)
    axes.set_title(title, fontsize=10)
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel("after block")
picture.alt = "After each block of VGG-16: " + "; ".join(
    f"{name} {shape[0]} channels of {shape[1]} × {shape[2]}"
    for name, shape in zip(names, shapes, strict=True)
)
picture

# %% [markdown]
# The side halves and channels double, so from block to block half as many numbers remain. Work goes
# with *places × channels²*: a quarter of the places, four times the pairs of channels, the same work
# for each layer. (Where channels stay at 512, both fall to a quarter.) Most networks since have kept
# this plan.

# %% [markdown]
# ## 8. The experiment
#
# Two questions, one variable each.
#
# 1. **Where should a budget go?** LeNet-5 has some sixty thousand parameters. A VGG with about as many
#    spends them on small filters instead of dense layers.
# 2. **Is it the stack?** The same VGG, the two 3×3 of its last block replaced by one 5×5. Both see as
#    far, and since this stack goes from 32 to 64 channels, both cost about the same (the small print of
#    section 3). What differs is depth.
#
# Your block builds the VGG. Its head is a single dense layer without dropout: LeNet has no dropout
# either, and these runs are short. The convolutions start with weights that suit ReLU (unit 4).


# %% tags=["explore"]
from cnnlab.data import flip_and_shift
from cnnlab.models.initialisation import initialise_convolutions

DATA = "shapes10"  # or "cifar10": a download, and longer runs
CONFIG = [(1, 16), (1, 32), (2, 64)]

sizes = {"n_train": 12_000, "n_test": 1_000} if DATA == "shapes10" else {}
things = cnnlab.data.load(DATA, **sizes)


def one_large_filter(in_channels, out_channels, num_convs):
    """As far as num_convs layers of 3×3 see, in a single convolution."""
    side = my_reach(num_convs)
    conv = nn.Conv2d(in_channels, out_channels, side, padding=side // 2)
    return nn.Sequential(conv, nn.ReLU(), nn.MaxPool2d(2))


def network(block, config=CONFIG, side=32):
    layers, channels = [], 3
    for num_convs, width in config:
        layers.append(block(channels, width, num_convs))
        channels = width
    numbers = channels * (side // 2 ** len(config)) ** 2
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(numbers, 10))
    initialise_convolutions(net)
    return net


def train(make, epochs=6, seed=0):
    torch.manual_seed(seed)
    net = make()
    augment = flip_and_shift()  # mirrored and shifted by up to 2 pixels: unit 6
    recipe = {"lr": 0.05, "batch_size": 32, "augment": augment, "seed": seed, "progress": False}
    return training.fit(net, things, epochs=epochs, **recipe)


contestants = {
    "LeNet-5": lambda: models.LeNet5(in_channels=3, image_size=32, modern=True),
    "VGG, two 3×3": lambda: network(my_block),
    "VGG, one 5×5": lambda: network(one_large_filter),
}
print(f"{'':<16}{'parameters':>11}{'multiply-adds':>15}{'dense':>8}")
for name, make in contestants.items():
    net = make()
    described = anatomy.trace(net, (3, 32, 32))
    costs = f"{described.parameters:>11,}{described.multiply_adds:>15,}"
    print(f"{name:<16}{costs}{my_share(net):>8.0%}")

# %% [markdown]
# About as many parameters, but the VGGs use each of them at far more places. That is the point of a
# convolution, and it takes time. "Nobody" below means that the first is not ahead of the second by more
# than chance explains.

# %% tags=["explore"]
best_guess = widgets.prediction(
    "best_on_shapes",
    "Which of the three does best on held-out images?",
    choices=[*contestants, "nobody"],
)

# %% tags=["explore"]
runs = {name: train(make) for name, make in contestants.items()}
pictures.curves(runs, title="Same images, same recipe")

# %% tags=["explore"]
final = {name: 100 * run.final.validation_accuracy for name, run in runs.items()}
print(f"{'':<16}{'train':>8}{'held out':>10}{'seconds':>9}")
for name, run in runs.items():
    learned = f"{run.final.train_accuracy:>8.1%}{run.final.validation_accuracy:>10.1%}"
    print(f"{name:<16}{learned}{run.timings['train']:>9.0f}")
# Two networks, each measured on so many images: a gap of two standard errors is rarely chance.
noise = 2 * math.sqrt(2) * 100 * math.sqrt(0.25 / len(things.test))
print()
for name, other in (("VGG, two 3×3", "LeNet-5"), ("VGG, two 3×3", "VGG, one 5×5")):
    gap = final[name] - final[other]
    told = "more than" if abs(gap) > noise else "no more than"
    print(f"{name} − {other}: {gap:+.1f} points, {told} chance may do (±{noise:.1f})")
first, second = sorted(final, key=final.get, reverse=True)[:2]
predict.reveal(
    "best_on_shapes",
    truth=first if final[first] - final[second] > noise else "nobody",
    reasons={
        "LeNet-5": "Most of its parameters sit in dense layers, which learn places by heart.",
        "VGG, two 3×3": "It is ahead of LeNet. Its gap to the 5×5 is another matter: see above.",
        "VGG, one 5×5": "It is ahead of LeNet. Its gap to the stack is another matter: see above.",
    },
)

# %% [markdown]
# Both VGGs spend on patterns what LeNet spends on places: the first answer, as far as one seed goes.
# (Their work was not matched; you saw the column.) The second is sobering. Arithmetic promised a deeper
# function for the same price, not that six epochs *find* a better one. In the paper each of five pairs
# of 3×3 became a 5×5, on ImageNet, and the top-1 error rose by 7 points. One swap in a small network
# says little about five in a large one, and the other way round.


# %% [markdown]
# ## 9. Deeper still?
#
# **You might think:** more depth can only overfit, and then it knows its *training* images all the
# better. After all, further layers could just hand the maps on. So give the VGG of section 8 eight
# layers more in its last block, and look at the very images it learns from (3,000 of 16 × 16).

# %% tags=["explore"]
deeper_guess = widgets.prediction(
    "deeper_still", "Whose training loss ends lower?", choices=["4 convolutions", "12 convolutions"]
)

# %% tags=["explore"]
DEEPER = [*CONFIG[:-1], (CONFIG[-1][0] + 8, CONFIG[-1][1])]

small_things = cnnlab.data.load("shapes10", n_train=3000, n_test=100, image_size=16)
depths = {}
for config in (CONFIG, DEEPER):
    torch.manual_seed(0)
    net = network(my_block, config, side=16)
    depths[f"{sum(count for count, _ in config)} convolutions"] = training.fit(
        net, small_things, epochs=5, lr=0.05, batch_size=32, seed=0, progress=False, strict=False
    )
print(f"knowing nothing: training loss {math.log(10):.2f}, training accuracy {1 / 10:.0%}")
for name, run in depths.items():
    print(
        f"{name}: training loss {run.final.train_loss:.2f}, "
        f"training accuracy {run.final.train_accuracy:.0%}"
    )
predict.reveal(
    "deeper_still",
    truth=min(depths, key=lambda name: depths[name].final.train_loss),
    reasons={
        "12 convolutions": "It *could* do all that the shallow one does. Training must find it."
    },
)

# %% [markdown]
# This is no overfitting: it does not even know what it has seen. The layers could do more, and training
# does not find the way. (One seed and a short run here; more seeds are in `docs/experiments.md` in the
# course's repository, under *Small filters*.) The authors of VGG met this too: they trained a network of
# 11 layers first, and started the deeper ones from its weights.
#
# Batch norm mends this case: unit 4. Then one can go deeper, until the same thing happens *with* batch
# norm (under *Degradation* on the same page). Unit 5 has the answer. Depth has to be earned.

# %% [markdown]
# ## 10. In your own words
#
# An engineer looks for cracks in concrete: grey photographs of 448 × 448, two classes. Her first network
# is one convolution of 15 × 15 with 64 kernels (padding 7) and a ReLU, a pooling of 8 × 8, flatten, a
# dense layer of 4,096 with ReLU, and two logits. It is to fly on a drone, so it must become much
# smaller. Colleagues say:
#
# - **(A)** "Replace the 15 × 15 by seven layers of 3 × 3 with 64 channels each. Same view, and stacks need
#   fewer weights."
# - **(B)** "The first dense layer is where the parameters are. Work on that."
# - **(C)** "Take forty layers of 3 × 3 without any normalisation. If that is too much it overfits, and we
#   see it in the gap between training and test."
#
# Judge each of the three: what is right or wrong in it, with numbers or with a mechanism, and what would
# you do? Six to ten sentences.
#
# *How this is marked (6 points): for each, 1 for the judgement with its reason, 1 for a number or
# mechanism that carries it or for advice that follows from it.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** The view is the same (7 · 2 + 1 = 15), the saving is not there: the rule counts layers from C
# to C channels, and here one channel comes in. One 15 × 15 filter has 225 · 1 · 64 = 14,400 weights; the
# stack has 9 · 64 + 6 · 9 · 64² = 221,760, fifteen times as many, all of them used at 448 × 448 places.
# What it does bring are seven bends instead of one. If small filters, then few channels first, with
# poolings early, and more channels where the maps are small.
#
# **(B)** Right. After the pooling 64 · 56 · 56 = 200,704 numbers reach 4,096 units: 822 million weights,
# more than 99.99 % of all. Further blocks with pooling before the dense layer divide it by four each; a
# much smaller hidden layer, or none, or an average over each map, does the rest. (It saves memory, but
# hardly any work: that is in the convolution.)
#
# **(C)** More likely it does not learn at all: a deep plain network fails on its *training* images,
# because signals and gradients fade or explode on their way through forty layers. Then there is no gap,
# both are bad. Look at the training loss first: if it stays near log 2 ≈ 0.69, depth is the trouble, not
# overfitting. Begin with fewer layers, with batch norm (unit 4), with shortcuts for very deep ones
# (unit 5).
#
# *Rubric.* (A) 1 for seeing that the rule does not hold for one input channel (or where channels grow);
# 1 for the two counts, or for the work at full size, or for what the stack brings instead. Merely
# "stacks are better" or "worse": 0. (B) 1 for agreeing with the size of that layer against the rest, 1
# for a remedy that shrinks what reaches it, or for telling parameters from work. (C) 1 for training
# failure instead of overfitting, 1 for the mechanism or for looking at the training loss against log 2.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - say how far a stack of small filters sees, what it costs, and when the rule of thumb fails
# - build a VGG block and any VGG from a list of numbers
# - find where the parameters of a network lie, and tell parameters from work
# - follow the shapes through a network without disturbing it
# - tell a network that overfits from one that cannot be trained
#
# **Pitfalls.** Hand the channels on from layer to layer. `[layer] * n` holds one layer n times. The side
# halves in every block, and the dense layer behind must know. Same window is not same function. Look at
# the training loss before you speak of overfitting.
#
# **Left out here:** what batch norm does (unit 4), how deep networks are made trainable (units 4 and 5),
# how large networks get by without dense layers (unit 5), GoogLeNet's blocks of several filter sizes
# side by side, and the augmentation that all these networks need (unit 6).
#
# **Back:** output sizes, parameter counts, receptive fields: unit 1. Loss, loop, LeNet: unit 2.
#
# **Next:** unit 4. Deep networks fall silent at the start. What keeps their signals alive?
