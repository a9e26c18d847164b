# %% [markdown]
# # VGG: depth from small filters
#
# LeNet-5 reads digits well, but clothes are harder for it (unit 2). Would larger filters
# help? More layers? In 2014 Karen Simonyan and Andrew Zisserman took the smallest filter that has a
# centre and a neighbour on every side, 3 × 3, and stacked up to sixteen of them. You'll find out what such
# a stack can do, build their network from a list of numbers, test their idea on photographs of clothes,
# and design a network of your own that has to beat ours.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Receptive fields: AlexNet and VGG-16
#
# Two famous networks for photographs of 224 × 224 pixels: AlexNet (Krizhevsky, Sutskever and Hinton,
# 2012) and VGG-16 (Simonyan and Zisserman, 2014). We build them on torch's `meta` device, which keeps
# shapes but no numbers, so even huge networks cost no memory. Here are the kernel sizes, from the
# first convolution to the last:

# %% tags=["explore"]
import cnnlab.data
from cnnlab import anatomy, models, pictures, training, widgets

with torch.device("meta"):
    giants = {"AlexNet": models.AlexNet(), "VGG-16": models.vgg16()}


def one_side(number):
    """Layers keep 3 as 3 or as (3, 3)."""
    return number if isinstance(number, int) else number[0]


def field_of(layers):
    """The side of the receptive field behind these layers, in pixels of the image."""
    return anatomy.receptive_field(
        [(one_side(layer.kernel_size), one_side(layer.stride)) for layer in layers]
    )


fields, no_pooling = {}, {}
for name, giant in giants.items():
    found = [layer for layer in giant.modules() if isinstance(layer, (nn.Conv2d, nn.MaxPool2d))]
    convolutions = [layer for layer in found if isinstance(layer, nn.Conv2d)]
    sides = " ".join(str(layer.kernel_size[0]) for layer in convolutions)
    print(f"{name:<8} {len(convolutions):>2} convolutions: {sides}")
    fields[name] = field_of(found[:-1])  # up to the last convolution; a pooling follows it
    no_pooling[name] = field_of(convolutions)

# %% [markdown]
# Take one output of the *last convolution* in each network. How large is its receptive field (unit 1),
# the square of the image that it depends on? Answer on the card, then run the next cell.

# %% tags=["explore"]
which_farther = widgets.prediction(
    "sees_farther", "Which network has the larger receptive field?", choices=["AlexNet", "VGG-16"]
)

# %% tags=["explore", "hide"]
predict.reveal(
    "sees_farther",
    truth=max(fields, key=fields.get),
    reasons={
        "AlexNet": "An 11 × 11 kernel is large, but it's used only once. Thirteen small ones on top "
        "of each other, with four poolings in between, add up to more."
    },
    because=", ".join(f"{name}: {side} × {side} pixels" for name, side in fields.items()) + ".",
)

# %% tags=["explore"]
print(f"VGG-16's convolutions without its poolings: {no_pooling['VGG-16']} pixels")
print(f"with the four poolings in between:          {fields['VGG-16']} pixels")

# %% [markdown]
# Thirteen small filters reach only 27 pixels by themselves. The poolings do the rest: each one doubles the
# step between neighbouring positions, so every later layer widens the window by twice as much.

# %% [markdown]
# ## 2. From LeNet to AlexNet
#
# Before 2012 the best image classifiers worked on features designed by hand (SIFT and HOG were the
# famous ones); only the last step was learned. Then AlexNet won the ImageNet contest with its 1,000
# classes: it missed the right class with all five of its best guesses on 15.3 % of the test
# images, the runner-up on 26.2 %. (That was seven networks averaged, two of them
# pre-trained on more images.) The plan was LeNet's, but four obstacles were out of the way:
#
# | problem | what solved it |
# | --- | --- |
# | saturating nonlinearities (tanh, sigmoid) make training slow | ReLU |
# | a few thousand labelled images are too few | ImageNet (Deng and others, 2009): 1.2 million |
# | one processor is too slow for so many | two GPUs, five to six days |
# | sixty million parameters overfit | dropout, and augmented images |
#
# **You might think** that the GPUs did it: the same network, only faster. So let's test the first row
# without any. Here are three copies of a network with six convolutions. Only the nonlinearity differs, and
# the scale of the first weights, which torch recommends for each. Every copy tries three learning rates, for
# the same number of steps on photographs of clothes (Fashion-MNIST). In this unit every learning rate rises
# at first and then falls to 0 (unit 6); the number we give is its highest value.

# %% tags=["explore"]
import dataclasses

from torch.nn.init import calculate_gain, xavier_normal_

from cnnlab.data import load

clothes = load("fashion-mnist-small").with_validation(n=1_000, seed=0)
few_clothes = dataclasses.replace(clothes, train=clothes.train[:2_000])
print(clothes)
some = clothes.train[600:616]
pictures.image_grid(some.images, some.labels, clothes.class_names)

# %% tags=["explore"]
RATES = (0.01, 0.03, 0.1)


def six_convolutions(nonlinearity):
    layers, channels = [], 1
    for number in range(6):
        layers += [nn.Conv2d(channels, 16, 3, padding=1), nonlinearity()]
        channels = 16
        if number in (1, 3):
            layers.append(nn.MaxPool2d(2))
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * 7 * 7, 10))
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            xavier_normal_(layer.weight, calculate_gain(nonlinearity.__name__.lower()))
    return net


print(f"training loss after 2 epochs; knowing nothing: {math.log(10):.2f}")
print(f"{'':<9}" + "".join(f"{f'rate {rate}':>11}" for rate in RATES))
for nonlinearity in (nn.Sigmoid, nn.Tanh, nn.ReLU):
    losses = []
    for rate in RATES:
        torch.manual_seed(0)
        recipe = {"epochs": 2, "lr": rate, "batch_size": 32, "progress": False, "strict": False}
        run = training.fit(six_convolutions(nonlinearity), few_clothes, **recipe)
        losses.append(run.final.train_loss)
    print(f"{nonlinearity.__name__:<9}" + "".join(f"{loss:>11.2f}" for loss in losses))

# %% [markdown]
# The sigmoid is the strong case: its slope is at most 1/4, every layer multiplies the gradient by a slope,
# and after six of them hardly any gradient is left at this start. No rate makes up for that here, and
# neither would a faster computer, which only takes the same tiny steps sooner. tanh is another matter. Its
# slope goes up to 1, and with a start and a rate that suit it, it does as well as ReLU here or better. At
# the largest rate both fail. With this seed tanh ends where it knows nothing, and the loss with ReLU
# explodes, because nothing limits how large its outputs get. In AlexNet's paper ReLU had a large lead: a
# network of four layers got to 25 % training error on CIFAR-10 six times sooner than with tanh. How much
# ReLU gains depends on the network, its start and its learning rate.
#
# AlexNet left a problem of its own: 11 × 11, then 5 × 5, then 3 × 3, all chosen by hand. How would you
# choose for *twice* as many layers? VGG's answer is not to choose. Use 3 × 3 everywhere.

# %% [markdown]
# ## 3. Stacking 3 × 3 convolutions
#
# Each output of a 3 × 3 layer depends on its own position and one neighbour on every side. Stack two
# such layers and the neighbours bring *their* neighbours with them. **Change `LAYERS`** and run:

# %% tags=["explore"]
from cnnlab.pictures.stacks import receptive_cone, shape_bars, share_bars

LAYERS = 3

print(f"{LAYERS} layers of 3×3: one output depends on {2 * LAYERS + 1} pixels in a row.")
receptive_cone(LAYERS)

# %% [markdown]
# How many pixels does each further layer add to the window, and how many would it add with 5 × 5 kernels?
# And what does it cost: how many weights does a layer have that goes from $C$ channels to $C$ channels, when
# each kernel spans all $C$ input channels (unit 1)? **Your turn:** three one-line functions that tell you
# when a stack pays off.


# %% todo="stack_arithmetic"
def stack_receptive_field(n: int, kernel: int = 3) -> int:
    """How many pixels wide is the receptive field of a stack of convolutions?

    n       number of convolutions on top of each other, 0 or more, all with stride 1 and
            dilation 1
    kernel  the side of all their kernels

    Returns a whole number. Without layers (n = 0) an output is its own pixel, so the answer is 1.
    """
    ### BEGIN SOLUTION
    return n * (kernel - 1) + 1
    ### END SOLUTION


def stack_params(n: int, kernel: int, channels: int) -> int:
    """The number of weights, without biases, in a stack of n convolutions.

    Each has kernels of kernel × kernel, with `channels` input and `channels` output channels.
    """
    ### BEGIN SOLUTION
    return n * kernel * kernel * channels * channels
    ### END SOLUTION


def equivalent_stack(kernel: int) -> int:
    """How many 3×3 convolutions have the receptive field of one kernel × kernel convolution?

    kernel  an odd number, 1 or more; for 1 the answer is 0

    Returns a whole number (an int).
    """
    ### BEGIN SOLUTION
    return (kernel - 1) // 2
    ### END SOLUTION


# %% test="stack_arithmetic" points=5
check.stack_arithmetic(stack_receptive_field, stack_params, equivalent_stack)
# %% [markdown]
# Take a 7 × 7 layer with 256 input and 256 output channels, and replace it by the three 3 × 3 layers
# with the same receptive field.

# %% tags=["explore"]
three_for_one = widgets.prediction(
    "three_for_one",
    "How many weights does the stack have, as a percentage of the 7×7 layer's weights?",
)

# %% tags=["explore", "hide"]
my_reach, my_params, my_stack = (
    check.use(function) for function in (stack_receptive_field, stack_params, equivalent_stack)
)
predict.reveal(
    "three_for_one",
    truth=round(100 * my_params(3, 3, 256) / my_params(1, 7, 256)),
    tolerance=0.03,
    reasons={
        18: "9 of 49 weights is the share of one 3×3 layer. The stack has three of them.",
        43: "3 against 7 compares the sides. A kernel has side × side weights.",
        100: "The receptive field is the same, but the number of weights isn't.",
        300: "There are three layers, but each is much smaller than the 7×7.",
    },
    because="The stack has 27 C² weights and the large filter 49 C²: the channels cancel.",
)

# %% tags=["explore"]
print("filter   3×3 layers   receptive field   weights at 64 channels: one filter → stack")
for kernel in (3, 5, 7, 9, 11):
    count = my_stack(kernel)
    one, many = my_params(1, kernel, 64), my_params(count, 3, 64)
    print(
        f"{kernel:>2} × {kernel:<2}   {count:>10}   {my_reach(count):>8} pixels   "
        f"{one:>15,} → {many:>7,}  ({many / one:.0%})"
    )

# %% [markdown]
# In general every layer adds $k - 1$ pixels to the window, so $n$ layers see $n\,(k - 1) + 1$ of them and
# have $n\,k^2 C^2$ weights. The larger the receptive field, the more the stack saves: its cost grows with
# the side, the single filter's with the *square* of the side. And there's a bonus: a ReLU after every
# layer, so three nonlinearities instead of one for a 7 × 7. Move the sliders. What changes with the
# channels, and what doesn't?

# %% tags=["explore"]
swap = widgets.filter_swap(layers=3, channels=256)

# %% [markdown]
# That count assumes **the same number of channels everywhere**. But the first layer of a stack often
# increases the channels. Let two 3 × 3 layers go from C to 2C channels, and compare them with one
# 5 × 5 from C to 2C:

# %% tags=["explore"]
C = 64
stack = 9 * C * 2 * C + 9 * 2 * C * 2 * C
single = 25 * C * 2 * C
print(f"C → 2C:  two 3×3: {stack:,}   one 5×5: {single:,}   ({stack / single:.0%})")
print(f"C → C:   two 3×3: {my_params(2, 3, C):,}   one 5×5: {my_params(1, 5, C):,}")

# %% [markdown]
# From C to 2C the stack is the more expensive one: its second layer works at the full 2C channels.
#
# **You might think** that the same receptive field means the same function, only cheaper. Set all
# weights of three 3 × 3 layers to 1. How often does each pixel count in the output?

# %% tags=["explore"]
ones = nn.Conv2d(1, 1, 3, bias=False)
nn.init.ones_(ones.weight)
window = torch.zeros(1, 1, 7, 7, requires_grad=True)
ones(ones(ones(window))).sum().backward()
pictures.kernel_grid(window.grad[0, 0], title="Paths from each pixel to the output", digits=0)

# %% [markdown]
# The middle pixel has many paths to the output, a corner pixel just one: the stack covers 7 × 7 pixels
# but looks mostly at the middle. And it can't copy every filter. Without a ReLU in between, two 3 × 3
# layers are together *some* 5 × 5 filter. Can they be *any*? Let eight pairs try to imitate a random one:

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
print(f"18 numbers against 25: the best of eight pairs misses {missing.min():.0%} of the filter.")
z = torch.randn(2, 1, 9, 9)
with torch.no_grad():
    for name, between in (("without ReLU", nn.Identity()), ("with ReLU", nn.ReLU())):
        net = nn.Sequential(nn.Conv2d(1, 8, 3, bias=False), between, nn.Conv2d(8, 1, 3, bias=False))
        gap = (net(z[:1] + z[1:]) - net(z[:1]) - net(z[1:])).abs().max()
        print(f"{name:<13} f(a + b) differs from f(a) + f(b) by up to {gap:.4f}")

# %% [markdown]
# The last two lines ask whether the response to the sum of two images is the sum of the two responses.
# For a linear filter it always is; with a ReLU inside it isn't.
#
# So a stack is *less* than a large filter (it can't be every 5 × 5) and *more* (with ReLUs it's no longer
# linear). Whether that pays is a question for an experiment. First we need the parts.

# %% [markdown]
# ## 4. The VGG block
#
# A **VGG block** is a few 3 × 3 convolutions that keep the size (padding 1), each followed by a ReLU, and
# one 2 × 2 max pooling at the end. The first convolution reads `in_channels` maps, the others read what the
# one before them produced.
#
# **Your turn.** `batch_norm` asks for a layer that unit 4 explains; here you only need to know where it
# goes: after the convolution and before the ReLU.


# %% todo="vgg_block"
def vgg_block(
    in_channels: int, out_channels: int, num_convs: int, batch_norm: bool = False
) -> nn.Module:
    """A VGG block: images (N, in_channels, H, W) → maps (N, out_channels, H // 2, W // 2).

    num_convs convolutions (1 or more), 3×3 with padding 1, each followed by a ReLU; at the end a
    max pooling of 2×2. The first convolution goes from in_channels to out_channels, the others
    from out_channels to out_channels. Each is a layer of its own, with its own weights.

    batch_norm=False: the convolutions have biases.
    batch_norm=True: an nn.BatchNorm2d of its own stands between each convolution and its ReLU, and
    the convolutions have no bias (batch norm would cancel it).
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
# ## 5. VGG from a configuration list
#
# A whole network is now a list of pairs. This is VGG-16, complete: 13 convolutions, plus 3 dense layers,
# make 16 layers with weights.

# %% tags=["explore"]
for number, (convolutions, channels) in enumerate(models.VGG_CONFIGS[16], start=1):
    print(f"block {number}:  {convolutions} convolutions, {channels:>3} channels")

# %% [markdown]
# Each block halves the side of the maps, the channels double up to 512, and three dense layers classify.
# **Your turn:** the function that builds any such network. Its head has **dropout** between the dense
# layers: in training mode it sets half of the numbers to 0, chosen at random, and doubles the rest, so
# that no unit can rely on a single other one; in eval mode it does nothing.


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
    hidden dense layers have `hidden` units each; dropout has p = 0.5 and works in training mode
    only; nothing follows the last dense layer. All layers have biases.

    Each block halves the side; if the side is odd, the pooling drops the last row and column.
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


# %% test="make_vgg" points=12
check.make_vgg(make_vgg)
# %% [markdown]
# Give it the list above, images of 224 × 224 and hidden layers of 4,096 units.

# %% tags=["explore"]
my_make_vgg = check.use(make_vgg)
with torch.device("meta"):
    my_vgg16 = my_make_vgg(models.VGG_CONFIGS[16], num_classes=1000, image_size=224, hidden=4096)
print(f"your VGG-16:       {models.count_parameters(my_vgg16):,} parameters")
print(f"VGG-16 everywhere: {models.count_parameters(giants['VGG-16']):,}")

# %% [markdown]
# ## 6. Where the parameters are
#
# VGG-16 has thirteen convolutions and three dense layers.

# %% tags=["explore"]
dense_percent = widgets.prediction(
    "dense_share", "What percentage of VGG-16's parameters is in its three dense layers?"
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


# %% test="parameter_share" points=2
check.parameter_share(parameter_share)
# %% tags=["explore", "hide"]
my_share = check.use(parameter_share)
predict.reveal(
    "dense_share",
    truth=round(100 * my_share(giants["VGG-16"])),
    tolerance=0.05,
    reasons={
        19: "3 of 16 layers, yes. But a dense layer has one weight for every pair of numbers.",
        11: "That's the share of the convolutions.",
    },
    because="The first dense layer alone connects 512 × 7 × 7 numbers to 4,096 units.",
)

# %% [markdown]
# Parameters are memory; work is another matter. A kernel's weights are used at every position, a dense
# layer's weights once.

# %% tags=["explore"]
with torch.device("meta"):
    trace = anatomy.trace(giants["VGG-16"], (3, 224, 224))
held = {
    kind: sum(
        models.count_parameters(m) for m in giants["VGG-16"].modules() if isinstance(m, layer)
    )
    for kind, layer in (("convolutions", nn.Conv2d), ("dense layers", nn.Linear))
}
work = {
    kind: sum(layer.multiply_adds for layer in trace if layer.type == layer_type)
    for kind, layer_type in (("convolutions", "Conv2d"), ("dense layers", "Linear"))
}
print(f"parameters: {held};  multiply-adds: {work}")
share_bars({"parameters": held, "multiply-adds": work}, "share of VGG-16 (%)")

# %% [markdown]
# Was progress simply more layers and more parameters every year? Two AlexNets are in this table.
# `models.AlexNet` is the version that torchvision ships, published in 2014 for a single GPU. The network of
# 2012 was wider, and three of its convolutions were split into two groups, one for each GPU.


# %% tags=["explore"]
def alexnet_of_2012():
    convolutions = [
        nn.Conv2d(3, 96, 11, stride=4),
        nn.Conv2d(96, 256, 5, groups=2),
        nn.Conv2d(256, 384, 3),
        nn.Conv2d(384, 384, 3, groups=2),
        nn.Conv2d(384, 256, 3, groups=2),
    ]
    dense = [nn.Linear(256 * 6 * 6, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 1000)]
    return nn.ModuleList([*convolutions, *dense])  # to count; poolings have no parameters


with torch.device("meta"):
    history = {
        "LeNet-5, 1998": models.LeNet5(),
        "AlexNet, 2012": alexnet_of_2012(),
        "AlexNet, 2014 version": giants["AlexNet"],
        "VGG-16, 2014": giants["VGG-16"],
        "ResNet-50, 2015": models.resnet50(),
        "ResNet-152, 2015": models.resnet152(),
    }
print(f"{'':<24}{'convolutions':>13}{'parameters':>14}{'dense':>8}")
for name, net in history.items():
    depth = sum(isinstance(layer, nn.Conv2d) for layer in net.modules())
    print(f"{name:<24}{depth:>13}{models.count_parameters(net):>14,}{my_share(net):>8.0%}")

# %% [markdown]
# ResNet-152 has more than ten times VGG-16's convolutions and less than half of its parameters. The hidden
# dense layers went away: **Network in Network** (2013) and **GoogLeNet** (2014) take the average of each
# feature map instead, and ResNets do the same (unit 5).

# %% tags=["explore"]
explorer = widgets.architecture_explorer("alexnet", "vgg16")

# %% [markdown]
# ## 7. Shapes along the way, and what the layers respond to
#
# To plan a network you need the shapes along the way. **Your turn:** a function that finds them for any
# network. Use `model.eval()`, because in training mode a batch norm would learn from the image you send,
# and give each module back its mode afterwards.


# %% todo="feature_shapes"
def feature_shapes(model: nn.Module, input_shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The shapes that one image takes on its way through a model.

    model        its direct children run one after the other, each on the output of the one
                 before, as in an nn.Sequential; a child may itself consist of several layers
    input_shape  of one image, without the batch: (C, H, W)

    Returns one shape for each direct child, in order: the shape of its output without the batch,
    so (C, H, W) for maps and (n,) for rows of numbers.

    The model may arrive in any mode. Afterwards it is as it was: the mode of *every* module in it,
    and the running statistics of batch norms (in eval mode they don't change).
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


# %% test="feature_shapes" points=3
check.feature_shapes(feature_shapes)
# %% [markdown]
# Your function on your own blocks: the five blocks of VGG-16.

# %% tags=["explore"]
my_block, my_shapes = check.use(vgg_block), check.use(feature_shapes)
with torch.device("meta"):
    blocks, channels = [], 3
    for convolutions, width in models.VGG_CONFIGS[16]:
        blocks.append(my_block(channels, width, convolutions))
        channels = width
    shapes = [(3, 224, 224), *my_shapes(nn.Sequential(*blocks), (3, 224, 224))]
shape_bars(shapes, ["image", *(f"block {number}" for number in range(1, 6))])

# %% [markdown]
# You can read two of VGG's rules off these bars. **Channels grow as the maps shrink**: where the side halves
# and the channels double, the work per layer stays the same (a quarter of the positions, four times as many
# pairs of channels). And **downsample gradually**: a network that pools too early throws positions away
# before later layers can use them. (The second is no
# law: AlexNet begins with a stride of 4, and ResNets divide the side by 4 before their first block.)
#
# Now run your blocks on a photograph.

# %% tags=["explore"]
import time

from cnnlab.data import photo

cat = photo("cat")
print(cat.credit)
x = cat.square(224).float().unsqueeze(0) / 255  # (1, 3, 224, 224)
channels = 3
for number, (convolutions, width) in enumerate(models.VGG_CONFIGS[16], start=1):
    block, channels = my_block(channels, width, convolutions), width
    began = time.perf_counter()
    with torch.no_grad():
        x = block(x)
    print(f"block {number}: {tuple(x.shape[1:])}  {1000 * (time.perf_counter() - began):5.0f} ms")

# %% [markdown]
# It runs, but its weights are random. What do *trained* layers respond to? VGG-16's own weights are half a
# gigabyte, so let's ask a small network that learned from ImageNet's 1.28 million photographs as well,
# EfficientNet-Lite0. Here are the kernels of its first layer (mid-grey is zero), and then feature maps from
# five depths.

# %% tags=["explore"]
try:
    looker = models.pretrained("efficientnet-lite0")
except models.PretrainedError as problem:
    looker = None
    print(problem)
pictures.filters(looker.conv1.weight, columns=16) if looker else None

# %% tags=["explore"]
from cnnlab.pictures.hierarchy import maps_by_depth


def maps_of(net, names, x):
    """The output of each of these layers, for one image (hooks: unit 4)."""
    maps, hooks = {}, []
    for name in names:
        layer = net.get_submodule(name)
        hook = layer.register_forward_hook(
            lambda _, __, out, name=name: maps.update({name: out[0]})
        )
        hooks.append(hook)
    with torch.no_grad():
        logits = net(x)
    for hook in hooks:
        hook.remove()
    return maps, logits


if looker:
    card = models.card("efficientnet-lite0")
    depths_to_see = ("bn1", "layer1", "layer3", "layer5", "layer7")
    maps, logits = maps_of(looker, depths_to_see, card.prepare(cat.image))
    print("it says:", ", ".join(card.class_names[i] for i in logits[0].topk(3).indices))
maps_by_depth(cat.square(224), maps) if looker else None

# %% [markdown]
# The first kernels are small edges in several directions, and contrasts between colours. Their maps trace eyelids and fur. Deeper down the patterns get larger: in `layer5` some
# channels light up at both eyes, in `layer7` whole regions of the face do. That fits what is called the
# **feature hierarchy**: edges, then textures, then parts, then objects, each made from the layer before. Six
# channels of one photograph only illustrate it; unit 8 asks what a channel really responds to.

# %% [markdown]
# ## 8. Experiment: LeNet, VGG, and one large filter
#
# Two questions:
#
# 1. **Where should a parameter budget go?** LeNet-5 has some sixty thousand parameters, most of them in
#    dense layers. This VGG has about as many, most of them in small filters.
# 2. **Is it the stacking?** The same VGG, with the two 3 × 3 layers of its last block replaced by one
#    5 × 5. Receptive field and cost are about the same (section 3). What differs is depth.
#
# Your block builds the VGG, with a single dense layer behind it. None of the three has dropout. Each network
# chooses between two learning rates by its accuracy on the *validation* images; the *test* images are used
# once, at the end.


# %% tags=["explore"]
from cnnlab.data import flip_and_shift
from cnnlab.models.initialisation import initialise_convolutions

CONFIG = [(1, 16), (1, 32), (2, 64)]


def one_large_filter(in_channels, out_channels, num_convs):
    """The receptive field of num_convs layers of 3×3, in a single convolution."""
    side = my_reach(num_convs)
    conv = nn.Conv2d(in_channels, out_channels, side, padding=side // 2)
    return nn.Sequential(conv, nn.ReLU(), nn.MaxPool2d(2))


def network(block, config):
    layers, channels, side = [], 1, 28
    for num_convs, width in config:
        layers.append(block(channels, width, num_convs))
        channels, side = width, side // 2
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, 10))
    initialise_convolutions(net)
    return net


contestants = {
    "LeNet-5": lambda: models.LeNet5(modern=True),
    "VGG, two 3×3": lambda: network(my_block, CONFIG),
    "VGG, one 5×5": lambda: network(one_large_filter, CONFIG),
}
print(f"{'':<14}{'parameters':>11}{'multiply-adds':>15}{'dense':>8}")
for name, make in contestants.items():
    described = anatomy.trace(make(), (1, 28, 28))
    costs = f"{described.parameters:>11,}{described.multiply_adds:>15,}"
    print(f"{name:<14}{costs}{my_share(make()):>8.0%}")

# %% [markdown]
# About as many parameters, but the VGGs use each of theirs at far more positions. That costs time.

# %% tags=["explore"]
best_guess = widgets.prediction(
    "best_on_clothes",
    "Which of the three gets the most test images right?",
    choices=[*contestants, "too close to call"],
)

# %% tags=["explore"]
EPOCHS, RATES_TO_TRY = 4, (0.02, 0.05)
augment = flip_and_shift()  # mirrored, and shifted by up to 2 pixels: unit 6

trained, runs = {}, {}
for name, make in contestants.items():
    for rate in RATES_TO_TRY:
        torch.manual_seed(0)
        net = make()
        recipe = {"epochs": EPOCHS, "lr": rate, "batch_size": 32, "augment": augment}
        run = training.fit(net, clothes, **recipe, progress=False)
        reached = run.final.validation_accuracy
        print(f"{name:<14} rate {rate:<5} validation accuracy {reached:.1%}")
        if name not in runs or reached > runs[name].final.validation_accuracy:
            trained[name], runs[name] = net, run
pictures.curves(runs, title="Each at the better of its two rates")

# %% [markdown]
# (The dashed training lines are measured during the epoch, on augmented images; the solid ones after it,
# on images left as they are.)
#
# All three are tested on the *same* images, so we compare them image by image. Images that both networks
# get right, or both wrong, say nothing about which is better. What counts is the $b$ images that only the
# first one gets right and the $c$ that only the second gets right. Chance alone moves their difference by
# about $\sqrt{b + c}$, and rarely by twice that.


# %% tags=["explore"]
def is_right(net):
    """For each test image, in order, whether the network gets it right."""
    net.eval()
    with torch.no_grad():
        batches = clothes.batches("test", batch_size=500)
        return torch.cat([net(x.to(device)).argmax(dim=1).cpu() == y for x, y in batches])


device = next(trained["LeNet-5"].parameters()).device
right = {name: is_right(net) for name, net in trained.items()}


def compare(one, other):
    """The lead of one over the other in points, and twice what chance alone moves it."""
    b = int((right[one] & ~right[other]).sum())
    c = int((right[other] & ~right[one]).sum())
    n = len(right[one])
    return 100 * (b - c) / n, 200 * math.sqrt(b + c) / n


for name, run in runs.items():
    share = right[name].float().mean()
    print(f"{name:<14} test accuracy {share:.1%}   training took {run.timings['train']:.0f} s")
for name, other in (("VGG, two 3×3", "LeNet-5"), ("VGG, two 3×3", "VGG, one 5×5")):
    lead, chance = compare(name, other)
    told = "more than chance explains" if abs(lead) > chance else "chance could explain it"
    print(f"{name} − {other}: {lead:+.1f} points (± {chance:.1f}): {told}")

# %% tags=["explore", "hide"]
first, second = sorted(right, key=lambda name: right[name].sum(), reverse=True)[:2]
lead, chance = compare(first, second)
predict.reveal(
    "best_on_clothes",
    truth=first if lead > chance else "too close to call",
    reasons={
        "LeNet-5": "Most of its parameters are in dense layers, which learn each position anew.",
        "VGG, two 3×3": "It beats LeNet. Its lead over the 5×5 is another matter: see above.",
        "VGG, one 5×5": "It beats LeNet. Its lead over the stack is another matter: see above.",
    },
    because=f"{first} leads {second} by {lead:.1f} points; chance alone gives up to {chance:.1f}.",
)

# %% [markdown]
# Both VGGs put into filters the parameters that LeNet puts into dense layers. It pays off, at least with this
# one seed. (They also do about nine times the work, which we didn't match.) The second answer is sobering:
# arithmetic promised a deeper function for the same price, but not that four epochs would *find* a better
# one. In the paper, five pairs of 3 × 3 layers became one 5 × 5 each, and the top-1 error on ImageNet was 7 %
# higher. One swap in a small network says little about five in a large one.

# %% [markdown]
# ## 9. Deeper still?
#
# Surely more depth can't hurt on the *training* images: the extra layers could simply pass the maps on. So
# let's give the VGG of section 8 eight more layers in its last block, and train both on 2,000 images at
# the rate that suited the shallow one.

# %% tags=["explore"]
deeper_guess = widgets.prediction(
    "deeper_still",
    "At rate 0.05, which network ends with the lower training loss?",
    choices=["4 convolutions", "12 convolutions"],
)

# %% tags=["explore"]
DEEPER = [*CONFIG[:-1], (CONFIG[-1][0] + 8, CONFIG[-1][1])]


def training_run(config, rate, epochs):
    torch.manual_seed(0)
    recipe = {"epochs": epochs, "lr": rate, "batch_size": 32, "progress": False, "strict": False}
    return training.fit(network(my_block, config), few_clothes, **recipe).final


print(f"training loss (and accuracy) after 5 epochs; knowing nothing: {math.log(10):.2f}")
print(f"{'rate':<8}{'4 convolutions':>16}{'12 convolutions':>17}")
depths = {}
for rate in (0.05, 0.02, 0.01):
    depths[rate] = [training_run(config, rate, epochs=5) for config in (CONFIG, DEEPER)]
    shallow, deep = (f"{row.train_loss:.2f} ({row.train_accuracy:.0%})" for row in depths[rate])
    print(f"{rate:<8}{shallow:>16}{deep:>17}")

# %% tags=["explore", "hide"]
predict.reveal(
    "deeper_still",
    truth=["4 convolutions", "12 convolutions"][
        depths[0.05][0].train_loss > depths[0.05][1].train_loss
    ],
    reasons={
        "12 convolutions": "It *could* do everything the shallow one does. But training has to find "
        "those weights."
    },
    because="Read the table's first row, and then the others.",
)

# %% [markdown]
# At 0.05 the deep network doesn't even begin to fit its training images, so this isn't overfitting. But it
# isn't a wall either: at smaller rates the same network learns, and a comparison at one rate for both would
# have misled us. Still, depth has a cost: compare the best loss in each column. Now turn the knobs. Do more
# epochs close the gap on the training images? And on the validation images?

# %% tags=["explore"]
EXTRA_LAYERS, RATE, EPOCHS_MORE = 8, 0.02, 20

for extra in (0, EXTRA_LAYERS):
    row = training_run([*CONFIG[:-1], (2 + extra, 64)], RATE, EPOCHS_MORE)
    print(
        f"{4 + extra:>2} convolutions, rate {RATE}, {EPOCHS_MORE} epochs: training loss "
        f"{row.train_loss:.3f} ({row.train_accuracy:.0%}), validation {row.validation_accuracy:.1%}"
    )

# %% [markdown]
# With twenty epochs the deeper network fits its training images, too, but it's still behind on both. (This is
# one seed on 2,000 images; change both.) VGG's authors met the same trouble. At first they trained a network
# of 11 layers and started the deeper ones from its weights; later they noted that Glorot's initialisation
# (unit 4) made this unnecessary.

# %% [markdown]
# ## 10. Your design: clothes anywhere, on a budget
#
# In Fashion-MNIST every garment is centred and upright on black, which makes it so easy that most designs
# end within a point or two of each other. So for your own network the same garments lie anywhere in the
# picture, at any size, in any colour, on any background:

# %% tags=["explore"]
from cnnlab.data.anywhere import put_anywhere

anywhere = dataclasses.replace(
    clothes,
    train=put_anywhere(clothes.train[:6_000], seed=1),
    validation=put_anywhere(clothes.validation, seed=2),
)
pictures.image_grid(
    anywhere.train.images[:16],
    [clothes.class_names[label] for label in anywhere.train.labels[:16]],
    title="The same clothes, anywhere",
)

# %% [markdown]
# Every design is trained in the same way: on 6,000 of these, for 5 epochs, with AdamW at a rate of 0.003
# that warms up and then falls (unit 6), in batches of 32. You may spend a third of LeNet's parameters. The limits and the points:

# %% tags=["explore"]
check.brief("design_vgg")

# %% [markdown]
# This is your workbench. It counts and trains every design in the list and measures it on the *validation*
# images. The narrow VGG with batch norm is the baseline to beat; the one above it is what your `make_vgg`
# builds from the same list, without batch norm and with two hidden dense layers. **Add your own**, change
# one thing at a time, and note what it does. With
# 1,000 images, two points may be chance (section 8), so try another seed before you believe a small lead.


# %% tags=["explore"]
def small_vgg(config, batch_norm=False):
    layers, channels, side = [], 3, 32
    for num_convs, width in config:
        layers.append(my_block(channels, width, num_convs, batch_norm))
        channels, side = width, side // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, 10))


NARROW = [(1, 8), (1, 16), (1, 16)]
designs = {
    "one dense layer": lambda: nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 10)),
    "make_vgg, narrow": lambda: my_make_vgg(NARROW, 10, hidden=24),
    "narrow VGG": lambda: small_vgg(NARROW, batch_norm=True),
}
print(f"{'':<18}{'parameters':>11}{'multiply-adds':>15}{'validation':>12}")
for name, make in designs.items():
    torch.manual_seed(0)
    net = make()
    described = anatomy.trace(net, (3, 32, 32), receptive_fields=False)
    recipe = {"epochs": 5, "optimizer": "adamw", "lr": 3e-3, "weight_decay": 0.05, "batch_size": 32}
    run = training.fit(net, anywhere, **recipe, progress=False, strict=False)
    counted = f"{described.parameters:>11,}{described.multiply_adds:>15,}"
    print(f"{name:<18}{counted}{run.final.validation_accuracy:>12.1%}")

# %% [markdown]
# **Your turn.** Put your best design below. The check counts it, trains it once, and says where you stand.
# Grading trains it again and measures it on 4,000 garments that aren't in this notebook.


# %% todo="design_vgg"
def design() -> nn.Module:
    """A new, untrained network of your own for clothes anywhere: (N, 3, 32, 32) → logits (N, 10).

    At most 20,000 parameters and 2,200,000 multiply-adds for one image. You may use any layer of
    torch.nn, and what you wrote above.

    It is trained on 6,000 images for 5 epochs and then measured on images that it has never seen.
    You earn 2 points for keeping to the limits, 4 more from 50 % right, 6 more from 60 %, 6 more
    from 65 % and 6 more from 69 %.
    """
    ### BEGIN SOLUTION
    # Few channels where the maps are large, two layers where they are cheap, batch norm everywhere.
    return nn.Sequential(
        vgg_block(3, 12, 1, batch_norm=True),
        vgg_block(12, 16, 2, batch_norm=True),
        vgg_block(16, 24, 2, batch_norm=True),
        vgg_block(24, 24, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(24 * 2 * 2, 10),
    )
    ### END SOLUTION


# %% test="design_vgg" points=24
check.design_vgg(design)
# %% [markdown]
# ## 11. In your own words
#
# An engineer looks for cracks in concrete: grey photographs of 448 × 448, two classes. Her first network
# is one convolution of 15 × 15 with 64 kernels (padding 7) and a ReLU, a pooling of 8 × 8, flatten, a
# dense layer of 4,096 with ReLU, and two logits. It has to fly on a drone, so it must become much smaller.
# Her colleagues say:
#
# - **(A)** "Replace the 15 × 15 by seven layers of 3 × 3 with 64 channels each. It's the same receptive
#   field, and stacks need fewer weights."
# - **(B)** "The first dense layer is where the parameters are. Work on that."
# - **(C)** "Take forty layers of 3 × 3 without any normalisation. If that's too much it will overfit, and
#   we'll see it in the gap between training and test."
#
# Judge each of the three: what's right or wrong about it, with numbers or with a mechanism, and what would
# you do? Six to ten sentences.
#
# *How this is marked (6 points): for each, 1 for the judgement with its reason, 1 for a number or
# mechanism that supports it or for advice that follows from it.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** The receptive field is the same (7 · 2 + 1 = 15), but there's no saving: the rule compares layers
# from C to C channels, and here the input has one channel. One 15 × 15 convolution has 225 · 1 · 64 =
# 14,400 weights; the stack has 9 · 64 + 6 · 9 · 64² = 221,760, fifteen times as many, all of them used at
# 448 × 448 positions. What it does bring is seven nonlinearities instead of one. If you want small filters,
# start with few channels, pool early enough, and use more channels where the maps are small.
#
# **(B)** Right. After the pooling, 64 · 56 · 56 = 200,704 numbers reach 4,096 units: 822 million weights,
# more than 99.99 % of all. Every further block with pooling before the dense layer divides that by four;
# a much smaller hidden layer, none at all, or an average over each map does the rest. (That saves memory
# but hardly any work, which is in the convolution.)
#
# **(C)** More likely it won't learn at all: a deep plain network can fail on its *training* images, because
# signals and gradients fade or explode on their way through forty layers. Then there's no gap, because
# both numbers are bad. Look at the training loss first: if it stays near log 2 ≈ 0.69, the trouble is
# optimisation, not overfitting. Lower the learning rate, start with fewer layers, use batch norm (unit 4),
# and shortcuts for very deep networks (unit 5).
#
# *Rubric.* (A) 1 for seeing that the rule does not hold for one input channel (or where channels grow);
# 1 for the two counts, or for the work at full size, or for what the stack brings instead. Merely
# "stacks are better" or "worse": 0. (B) 1 for agreeing, with the size of that layer against the rest; 1
# for a remedy that shrinks its input, or for telling parameters from work. (C) 1 for training failure
# instead of overfitting; 1 for the mechanism, or for looking at the training loss against log 2.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - work out the receptive field and the cost of a stack of small filters, and say when the rule fails
# - build a VGG block and any VGG from a list of numbers
# - tell where a network's parameters are, and where its work is
# - compare two networks image by image on the same test set
# - tell a network that overfits from one that doesn't train, and try another learning rate first
# - design a network within a budget
#
# **Pitfalls.** Pass the channels on from layer to layer. `[layer] * n` holds one layer n times. The dense
# layer must know how often the side was halved. The same receptive field isn't the same function.
#
# **Left out here:** what batch norm does (unit 4), how very deep networks are trained (unit 5), augmentation
# (unit 6), Inception and DenseNet.
#
# **Next:** unit 4. Why do deep networks fall silent at the start, and what helps?
