# %% [markdown]
# # Learning corrections: residual networks
#
# More layers should help, or at least do no harm. You will see whether they do, put two explanations
# to the test, write the block that made networks of a hundred layers ordinary (it takes one
# addition), and measure what it is worth.

# %%
import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Eight layers, and twenty-six
#
# Take a network built like those of unit 3, with batch norm (unit 4) after every convolution: a
# first convolution, then blocks of two, at the end one dense layer. Once with 8 layers, once with
# 26. Everything else is equal: the images, the widths 8, 16 and 32, the number of steps, the
# learning rate. We look at the loss on the *training* images.

# %% tags=["explore"]
from cnnlab import widgets

deeper = widgets.prediction(
    "deeper",
    "Beside 8 layers, the training loss of the 26 ends … (equal: within 0.1)",
    choices=["lower", "equal", "higher"],
)

# %% tags=["explore"]
import dataclasses

import cnnlab.data
from cnnlab import models, pictures, training

DATA = "shapes10"  # or "cifar10": larger images, so rather on a GPU

if DATA == "shapes10":
    data = cnnlab.data.load(DATA, n_train=4000, n_test=1000, image_size=16)
else:
    everything = cnnlab.data.load(DATA)
    data = dataclasses.replace(
        everything, train=everything.train[:4000], test=everything.test[:1000]
    )
print(data)
pictures.image_grid(data.train.images[:16], data.train.labels[:16], data.class_names)


# %% tags=["explore"]
@dataclasses.dataclass
class Run:
    """A trained network, its record, and how it does on the images as they are."""

    model: nn.Module
    history: training.History
    learned: training.Evaluation
    tested: training.Evaluation


def train(make, seed=0):
    """Train what `make()` makes; everything random comes from the seed."""
    torch.manual_seed(seed)
    model = make()
    history = training.fit(
        model, data, epochs=10, lr=0.1, batch_size=64, seed=seed, live_plot=False
    )
    learned = training.evaluate(model, data.batches("train", 256, shuffle=False))
    tested = training.evaluate(model, data.batches("test", 256))
    return Run(model, history, learned, tested)


def table(runs):
    """The runs, one line each."""
    print(f"{'':<13}{'parameters':>11}{'training loss':>15}{'training':>10}{'held out':>10}")
    for name, run in runs.items():
        print(
            f"{name:<13}{models.count_parameters(run.model):>11,}{run.learned.loss:>15.2f}"
            f"{run.learned.accuracy:>10.1%}{run.tested.accuracy:>10.1%}"
        )


def plain(depth):
    return lambda: models.small_plain(depth=depth, width=8, num_classes=len(data.class_names))


runs = {f"plain-{depth}": train(plain(depth)) for depth in (8, 26)}

# %% tags=["explore"]
shallow, deep = runs["plain-8"].learned.loss, runs["plain-26"].learned.loss
kind = "lower" if deep < shallow else "higher"
predict.reveal(
    "deeper",
    truth="equal" if abs(deep - shallow) < 0.1 else kind,
    reasons={
        "lower": "It has several times the parameters, so it *could* fit better. Training did not "
        "find out how.",
        "equal": "The additional layers could do nothing and leave the rest as good as before. "
        "Training did not find that either.",
    },
)
table(runs)
pictures.curves({name: run.history for name, run in runs.items()}, title="8 layers and 26")

# %% [markdown]
# This is called **degradation** (He, Zhang, Ren and Sun, 2015, *Deep Residual Learning*). It is
# stranger than it looks. Here is a 26-layer network at least as good as any 8-layer one: copy the 8
# layers, and let the other 18 pass on what they receive. So a good solution *exists* in the deep
# network. Training does not find it, in the same number of steps.
#
# How far does this go? These are short runs. They show that the deep plain network is *slow to
# optimise*, not where it would end after a hundred times as many steps. The paper saw it in long
# trainings too, with 20 against 56 layers.
#
# **You might think** that the deep network overfits: more parameters, less data per parameter. Look
# at the table, not at the word "worse".

# %% tags=["explore"]
for name, run in runs.items():
    gap = run.learned.accuracy - run.tested.accuracy
    print(f"{name:<10} right on what it learned from: {run.learned.accuracy:.0%}, gap {gap:+.0%}")
overfits = runs["plain-26"].learned.accuracy > runs["plain-8"].learned.accuracy
print(f"\nThe deep network knows its training images better than the shallow one: {overfits}")

# %% [markdown]
# Who overfits is *good* on the training images and bad on others. This one is bad on both.

# %% [markdown]
# ## 2. Do the gradients vanish?
#
# **You might think** so: a gradient passes 26 layers on its way to the first. Where each of them takes
# a share, nothing arrives: you saw it in units 3 and 4, without norms. Here there are norms.
# **Your turn:** a probe that leaves the gradients and the modes of a network as it found them.


# %% todo="gradient_norms"
def gradient_norms(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """How large is the gradient of the mean cross-entropy, for each weight?

    model  images → logits (N, C); all its parameters are trainable and used
    x, y   a batch: images, and class numbers (N,)

    Returns a dictionary from a parameter's name to the norm of its gradient (the square root of the
    sum of all its squared entries), for every parameter of two or more dimensions, in the order of
    `model.named_parameters()`.

    It runs in the mode in which the model comes. Modes, and every `.grad` (a tensor or None), are
    afterwards as they were before; what was in `.grad` has no part in the norms. (In training mode
    batch norms move their running statistics, as in any forward pass.)
    """
    ### BEGIN SOLUTION
    weights = {name: p for name, p in model.named_parameters() if p.dim() >= 2}
    loss = F.cross_entropy(model(x), y)
    gradients = torch.autograd.grad(loss, list(weights.values()))  # stores nothing in .grad
    return {name: g.norm().item() for name, g in zip(weights, gradients, strict=True)}
    ### END SOLUTION


# %% test="gradient_norms" points=10
check.gradient_norms(gradient_norms)

# %% tags=["explore"]
first_gradient = widgets.prediction(
    "first_gradient",
    "In a fresh plain-26 with batch norm, beside the gradient of the last convolution that of the "
    "first is … (vanished: less than a thousandth)",
    choices=["vanished", "smaller", "larger"],
)

# %% tags=["explore"]
from cnnlab.models.initialisation import initialise_convolutions

probe = check.use(gradient_norms)
x, y = next(iter(data.batches("train", 128, seed=0)))


def fresh(make, seed=0):
    torch.manual_seed(seed)
    return make().train()


def without_norms():
    """The deep plain network as it would have been built before batch norm and good starts."""
    model = models.small_plain(depth=26, width=8)
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())
            if isinstance(child, nn.Conv2d):
                child.reset_parameters()  # torch's own start
    return model


norms = {
    "plain-8": probe(fresh(plain(8)), x, y),
    "plain-26": probe(fresh(plain(26)), x, y),
    "plain-26 without norms": probe(fresh(without_norms), x, y),
}
first, *_, last, head = norms["plain-26"].values()
ratio = first / last
predict.reveal(
    "first_gradient",
    truth="vanished" if ratio < 1e-3 else "smaller" if ratio < 1 else "larger",
    reasons={
        "vanished": "Without the norms it does. Batch norm scales the signal afresh in every layer.",
        "smaller": "In this network it even grows on its way back.",
    },
    because=f"The first is {ratio:.1f} times the last.",
)


# %% tags=["explore"]
def norms_by_layer(measured, title):
    """Gradient norms from the first layer to the last, one line for each network."""
    picture = pictures.Picture(7.2, 3.4)
    axes = picture.subplots()
    for index, (name, found) in enumerate(measured.items()):
        depth = range(1, len(found) + 1)
        mark = "os^D"[index]
        axes.plot(depth, list(found.values()), mark + "-", ms=4, color=pictures.PALETTE[index])
        axes.plot([], [], mark + "-", ms=4, color=pictures.PALETTE[index], label=name)
    axes.set(yscale="log", xlabel="weight, from the input to the output", ylabel="gradient norm")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    picture.headline(title)
    picture.alt = f"{title}. " + "; ".join(
        f"{name}: {min(found.values()):.2g} to {max(found.values()):.2g}"
        for name, found in measured.items()
    )
    return picture


norms_by_layer(norms, "Gradients of fresh networks")

# %% tags=["explore"]
smallest = {name: min(found.values()) for name, found in norms.items()}
for name, value in smallest.items():
    print(f"smallest gradient norm of {name:<24} {value:.2g}")
weaker = smallest["plain-26"] < smallest["plain-8"] / 10
print(f"\nWith batch norm, 26 layers have far smaller gradients than 8: {weaker}")

device = next(runs["plain-26"].model.parameters()).device
after = probe(runs["plain-26"].model.train(), x.to(device), y.to(device))
print(
    f"The trained plain-26, smallest and largest: {min(after.values()):.2g}, "
    f"{max(after.values()):.2g}"
)

# %% [markdown]
# Vanishing is real: without norms, and with a careless start, nothing arrives at any layer. Batch
# norm repairs it, and the deep network *still* trains badly. The paper reports the same: healthy
# gradient norms, and worse training. It is not enough that gradients arrive; steps along them must
# lead somewhere. *Why* they do not is less settled than many texts say. What helps is known.

# %% [markdown]
# ## 3. The opponent
#
# First write down what fails. The plain block is the unit of repetition, and later we change one
# thing in it.


# %% todo="plain_block"
class PlainBlock(nn.Module):
    """Two convolutions: maps (N, in_channels, H, W) → (N, out_channels, H', W').

    convolution 3×3, in_channels → out_channels, padding 1, with the stride
    batch norm, ReLU
    convolution 3×3, out_channels → out_channels, padding 1, stride 1
    batch norm, ReLU

    The convolutions have no bias: the batch norms bring one. All layers start as torch starts them.
    With stride 1 H' is H; with stride 2 it is half of H, rounded up. W' likewise.

    Refused: blocks that come ready-made (torchvision's, the course's).
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1):
        ### BEGIN SOLUTION
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)))
        ### END SOLUTION


# %% test="plain_block" points=8
check.plain_block(PlainBlock)

# %% [markdown]
# ## 4. Do not repeat, correct
#
# If 18 layers should pass on what they receive, each block must learn the *identity* from random
# kernels: every 3×3 kernel a precise pattern of zeros and ones. That is hard for layers that
# started as noise. So turn the task round. Let the block learn only what to *change*:
#
# $$y = \text{ReLU}(F(x) + x)$$
#
# where $F$ is the old pair of convolutions: the **residual**, that which is left to do. Passing on
# is then the easiest of all: $F = 0$. (The ReLU does not stand in its way: $x$ comes out of the ReLU
# of the block before, so it has nothing negative to lose.)
#
# In numbers: one weight shall turn 2.0 into 2.2, alone or beside a shortcut. It starts near 0. How
# far has it to go?

# %% tags=["explore"]
given, wanted = 2.0, 2.2
for weight in (0.0, 0.05, 0.1, 1.1):
    alone, beside = weight * given, weight * given + given
    print(f"weight {weight:<5g} alone {alone:.2f}   beside a shortcut {beside:.2f}   ({wanted})")

# %% [markdown]
# Think of a manuscript that passes through twenty editors. In the plain network each one retypes it
# from memory, and every error stays. In the residual network each one gets the draft and adds a
# slip of corrections; who has nothing to say adds an empty one.
#
# And as a picture: the blocks of this unit, without a shortcut and with one.


# %% tags=["explore"]
def box(axes, x, y, text, colour):
    axes.text(
        x, y, text, ha="center", va="center", fontsize=9,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "lw": 1.6},
    )  # fmt: skip


def arrow(axes, start, end, colour="#444444"):
    axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.6})


picture = pictures.Picture(7.2, 4.0)
titles = ("plain", "residual, shapes agree", "residual, shapes differ")
for column, (axes, title) in enumerate(zip(picture.subplots(1, 3), titles, strict=True)):
    axes.set(xlim=(-1.7, 2.2), ylim=(0, 6.4), title=title)
    axes.axis("off")
    steps = ["x", "conv 3×3, norm", "ReLU", "conv 3×3, norm", "+" if column else "", "ReLU"]
    heights = [6, 4.9, 3.8, 2.7, 1.6, 0.4]
    shown = [(h, s) for h, s in zip(heights, steps, strict=True) if s]
    for (upper, _), (lower, _) in zip(shown, shown[1:], strict=False):
        arrow(axes, (0, upper - 0.3), (0, lower + 0.3))
    for height, step in shown:
        box(axes, 0, height, step, pictures.PALETTE[0])
    if column:
        colour = pictures.PALETTE[1]
        axes.plot([0.3, 1.75, 1.75], [6, 6, 1.6], color=colour, lw=1.6)
        arrow(axes, (1.75, 1.6), (0.35, 1.6), colour=colour)
        label = "x itself" if column == 1 else "conv 1×1,\nnorm"
        box(axes, 1.6, 3.8, label, colour)
picture.alt = (
    "Three blocks. Plain: two convolutions with batch norm, ReLU between and after. Residual: the "
    "input also runs past both convolutions and is added before the last ReLU; where shapes "
    "differ, through a 1×1 convolution."
)
picture

# %% [markdown]
# Where a block halves the maps or widens the channels, $x$ and $F(x)$ have different shapes.
# **You might think** that torch sorts this out. Try it, also with shapes that *happen* to fit:

# %% tags=["explore"]
small, wide = torch.ones(2, 8, 4, 4), torch.ones(2, 16, 4, 4)
try:
    small + wide
except RuntimeError as error:
    print("8 and 16 channels:", error)
print("maps of 4×4 and of 1×1:", tuple((small + torch.ones(2, 8, 1, 1)).shape), "and no error")

# %% [markdown]
# The first is an error, the second is worse: broadcasting adds one number to a whole map, in
# silence. So the shapes must be made equal on purpose. A **projection** does it: a 1×1 convolution
# with the block's stride, and batch norm. (A kernel of 1×1 sees one pixel, but all its channels: it
# mixes them, at every place alike.) Only where needed: elsewhere the road stays free.
#
# **Your turn.** Mind the place of the last ReLU. If it came before the addition, a block could only
# ever add, never take away.


# %% todo="residual_block"
class ResidualBlock(nn.Module):
    """The block that adds its input: ReLU(F(x) + shortcut(x)).

    F(x)         convolution 3×3 with the stride, batch norm, ReLU, convolution 3×3, batch norm:
                 the plain block without its last ReLU
    shortcut(x)  x itself if stride is 1 and in_channels equals out_channels; it has no parameters
                 then. Otherwise a convolution 1×1 with the stride and without bias, then batch norm

    Sizes, starts and refusals are those of PlainBlock. x may be negative, and stays as it was.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1):
        ### BEGIN SOLUTION
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + self.shortcut(x))
        ### END SOLUTION


# %% test="residual_block" points=14
check.residual_block(ResidualBlock)

# %% [markdown]
# ## 5. Blocks of nothing
#
# An image goes through twelve fresh blocks of three channels, which have learned nothing. Every
# number in them is multiplied by `strength`. **Change the strengths** and run again. At 0 all
# weights are zero: what comes out of each kind?

# %% tags=["explore"]
my_plain, my_residual = check.use(PlainBlock), check.use(ResidualBlock)
image = data.train.images[:1].float() / 255


def through_twelve(block, strength):
    """The image after twelve blocks whose parameters are all scaled by `strength`."""
    torch.manual_seed(0)
    stack = nn.Sequential(*(block(3, 3) for _ in range(12))).train()
    with torch.no_grad():
        for parameter in stack.parameters():
            parameter *= strength
        return stack(image)


def likeness(out):
    """The correlation of what came out with what went in; 0 if nothing came out."""
    both = torch.stack([image.flatten(), out.flatten()])
    return 0.0 if out.std() == 0 else float(torch.corrcoef(both)[0, 1])


strengths = (0.0, 0.05, 0.3, 1.0)
tiles, captions = [], []
for name, block in (("plain", my_plain), ("residual", my_residual)):
    tiles.append(image)
    captions.append("the image")
    for strength in strengths:
        out = through_twelve(block, strength)
        tiles.append(out / out.max().clamp(min=1e-6))
        captions.append(f"{name} × {strength:g}")
        print(f"{name:<9} strength {strength:<5g} likeness to the image {likeness(out):+.2f}")
pictures.image_grid(torch.cat(tiles), captions, columns=5, title="After twelve untrained blocks")

# %% [markdown]
# (Each picture is scaled to its own brightest point.) At zero the plain blocks output nothing, and
# what comes after them has nothing to learn from. The residual blocks pass the image on untouched.
# In between, the less a residual block has to say, the more gets through. Plain blocks fade or
# scramble: their only way leads through random kernels.
#
# Now move the weights yourself. The upper bars are the signal on its way forward, the lower ones the
# gradient on its way back. Take 20 plain blocks and find the weights at which the last bar is about
# as high as the first. How wide is that range? Then switch to residual: how wide is it now, and
# where does it lie? Finally, let batch norm in.

# %% tags=["explore"]
explorer = widgets.residual_block_explorer()

# %% [markdown]
# ## 6. What the shortcut does to gradients, and what not
#
# Backwards, the addition copies the gradient to both roads. For a single number, $y = F(x) + x$:
#
# $$\frac{dy}{dx} = F'(x) + 1$$
#
# **You might think** that this is therefore always at least 1, so that nothing can vanish. Many
# texts say so. Two cells say otherwise:

# %% tags=["explore"]
for slope in (0.5, -0.5, -1.0):
    point = torch.tensor(2.0, requires_grad=True)
    (slope * point + point).backward()
    print(
        f"F(x) = {slope:+.1f}·x   dy/dx = {point.grad.item():.1f}   "
        f"after twelve such blocks: {point.grad.item() ** 12:.2g}"
    )

# %% tags=["explore"]
torch.manual_seed(0)
block, start = my_residual(3, 3).eval(), torch.rand(1, 3, 4, 4)
jacobian = torch.autograd.functional.jacobian(lambda maps: block(maps).flatten(), start)
stretch = torch.linalg.svdvals(jacobian.reshape(48, 48))
shrink = int((stretch < 1).sum())
print(f"A change of the input of a fresh block has 48 directions; {shrink} of them shrink.")
print(f"The factors go from {stretch.min():.2f} to {stretch.max():.2f}.")

# %% [markdown]
# A block that takes away has a negative $F'$. In general the derivative is a matrix, $F' + I$
# (times the ReLU's zeros and ones): close to the identity while $F$ is small, and that is all the
# shortcut promises. Nor is the gradient the whole story: section 5 was about the way *forward*.
#
# **You might think,** too, that if one shortcut is good, one around *every* layer is better. Around
# a single convolution it adds nothing that the convolution could not do itself: one number more
# in the middle of a kernel.

# %% tags=["explore"]
torch.manual_seed(0)
with_skip = nn.Conv2d(4, 4, 3, padding=1, bias=False)
alone = nn.Conv2d(4, 4, 3, padding=1, bias=False)
with torch.no_grad():
    alone.weight.copy_(with_skip.weight)
    for channel in range(4):
        alone.weight[channel, channel, 1, 1] += 1  # the identity as a kernel
    maps = torch.randn(2, 4, 6, 5)
    gap = (with_skip(maps) + maps - alone(maps)).abs().max()
print(f"conv(x) + x and one other convolution alone differ by at most {gap:.1g}")

# %% [markdown]
# What remains is the start near the identity; the paper saw no advantage in that alone. So $F$ has a
# ReLU inside, and spans two layers or more. (Batch norm does not change this much: in evaluation mode
# it, too, is part of the kernel. Unit 4 folded it.)

# %% [markdown]
# ## 7. One number per map
#
# VGG ends by flattening: every place of every map gets weights of its own, and the image must have
# one fixed size. ResNet ends with **global average pooling**: each map, "where is my pattern?",
# becomes one number, "how much of it is there?", and a small dense layer reads these numbers.

# %% tags=["explore"]
with torch.device("meta"):  # shapes without numbers: built at once
    vgg, resnet = models.vgg16(), models.resnet50()
for name, model in (("VGG-16", vgg), ("ResNet-50", resnet)):
    dense = sum(models.count_parameters(m) for m in model.modules() if isinstance(m, nn.Linear))
    every = models.count_parameters(model)
    print(f"{name:<10} dense layers {dense:>11,} of {every:>11,} parameters: {dense / every:.0%}")


# %% todo="global_average_pool"
def global_average_pool(x: torch.Tensor) -> torch.Tensor:
    """Average every map to one number: (N, C, H, W) → (N, C).

    Works for any N, C, H and W, also where they are 1, and lets gradients through.
    """
    ### BEGIN SOLUTION
    return x.mean(dim=(2, 3))
    ### END SOLUTION


# %% test="global_average_pool" points=5
check.global_average_pool(global_average_pool)

# %% [markdown]
# ## 8. A network of blocks
#
# Three parts: a **stem**, **stages** of blocks, a **head**. Space shrinks while channels grow, as
# ever: each new stage halves the maps and takes the next width. The block is an argument, so that
# one class builds both sides of the experiment.


# %% todo="small_resnet"
class SmallResNet(nn.Module):
    """A network of blocks: images (N, in_channels, H, W) of any size → logits (N, num_classes).

    stem    convolution 3×3, in_channels → widths[0], padding 1, no bias; batch norm; ReLU
    stages  one for each width: stage i has blocks_per_stage[i] blocks, each made by
            block(in_channels, out_channels, stride), that give widths[i] channels. The first block
            of every stage but the first has stride 2; all others have stride 1
    head    global average pooling, then a dense layer (with bias) to num_classes

    There may be any number of stages; neighbouring widths may be equal. With two convolutions in
    a block, the network is 2·sum(blocks_per_stage) + 2 layers deep.
    """

    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        ### BEGIN SOLUTION
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        blocks = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths, strict=True)):
            blocks.append(block(channels, width, 1 if number == 0 else 2))
            blocks += [block(width, width) for _ in range(count - 1)]
            channels = width
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(channels, num_classes)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return self.head(global_average_pool(self.blocks(self.stem(x))))
        ### END SOLUTION


# %% test="small_resnet" points=13
check.small_resnet(SmallResNet)

# %% tags=["explore"]
from cnnlab import anatomy

my_resnet = check.use(SmallResNet)
print(anatomy.trace(my_resnet([1, 1, 1], [8, 16, 32], 10, block=my_residual), (3, 16, 16)))
with torch.no_grad():
    any_size = my_resnet([1, 1, 1], [8, 16, 32], 10, block=my_residual)
    for side in ((16, 16), (24, 40), (9, 7)):
        print(side, "→", tuple(any_size(torch.zeros(2, 3, *side)).shape))

# %% [markdown]
# ## 9. The experiment
#
# The same data, steps, widths and learning rate as in section 1, and one thing changed: your
# ResidualBlock instead of the plain one, 26 layers. Its projections add a few parameters: the
# table says how many. The start is Kaiming's from unit 4, as for the other two.

# %% tags=["explore"]
from itertools import permutations

in_order = widgets.prediction(
    "order",
    "Put the three in the order of their training loss, lowest first.",
    choices=[" < ".join(three) for three in permutations(["plain-8", "plain-26", "residual-26"])],
)


# %% tags=["explore"]
def residual_26():
    model = my_resnet([4, 4, 4], [8, 16, 32], len(data.class_names), block=my_residual)
    initialise_convolutions(model)
    return model


runs["residual-26"] = train(residual_26)

# %% tags=["explore"]
predict.reveal(
    "order",
    truth=" < ".join(sorted(runs, key=lambda name: runs[name].learned.loss)),
    reasons={
        "plain-8 < residual-26 < plain-26": "In this run the shortcut does not only undo the "
        "damage: with it, depth begins to pay.",
        "plain-8 < plain-26 < residual-26": "Adding the input would then do harm. In section 5 it "
        "let the image through where plain blocks did not.",
        "residual-26 < plain-26 < plain-8": "The shortcut helps, but section 1 has the other two "
        "the other way round.",
        "plain-26 < plain-8 < residual-26": "Remember section 1: plain depth hurts.",
        "plain-26 < residual-26 < plain-8": "Remember section 1: plain depth hurts.",
    },
)
table(runs)
for other in ("plain-26", "plain-8"):
    gap = runs["residual-26"].learned.loss - runs[other].learned.loss
    word = "about the same" if abs(gap) < 0.1 else "lower" if gap < 0 else "higher"
    print(f"residual-26 against {other:<9} training loss {gap:+.2f}: {word}, in this one run")
pictures.curves(
    {name: run.history for name, run in runs.items()}, title="One seed, one variable at a time"
)

# %% [markdown]
# One seed is an anecdote, so this experiment is repeated with ten seeds and other images on the page
# [docs/experiments.md](https://github.com/cnnlab/cnnlab/blob/main/docs/experiments.md) under
# *Degradation*, with means and spreads. Two results are not equally sure: plain-26 is far behind both
# others with every seed there; residual-26 is ahead of plain-8 with most, and by less. If you have a
# minute, run `train(residual_26, seed=1)`.
#
# What it shows: shortcuts make this deep network *trainable* in a short time. What it does not show:
# that deeper is better without end; at which depth plain networks begin to fail; whether another
# learning rate would suit the plain one better (all three have the same); or much about held-out
# images (the last column).
#
# **You might think** that shortcuts weaken a network, because half of the signal avoids the work.
# The table disagrees. Anything that a plain block computes, $G(x)$, a residual one can aim at
# too, with $F(x) = G(x) − x$; it only begins somewhere else.

# %% tags=["explore"]
norms["residual-26"] = probe(fresh(residual_26), x, y)
with_norms = {name: found for name, found in norms.items() if "without" not in name}
norms_by_layer(with_norms, "Gradients of fresh networks with batch norm")

# %% [markdown]
# (The dips of residual-26 are its projections.) The two deep networks differ, but by no chasm like
# the one without norms, and the plain one's gradients are the *larger* ones. If vanishing were the
# reason, this picture would have to show it.

# %% [markdown]
# ## 10. Begin with nothing
#
# Section 5 suggests a start: let every correction be zero at first, so that the deep network begins
# as a shallow one. Goyal et al. (2017) did this for very large batches, and libraries offer it.
# The trick is *where* to put the zeros. The block must output ReLU(shortcut(x)), and it must be
# able to leave this state. **Your turn.**


# %% todo="zero_init_residual"
def zero_init_residual(model: nn.Module) -> None:
    """Let every one of your ResidualBlocks in a fresh model start as "do nothing".

    Afterwards each ResidualBlock in `model` (at any depth, `model` itself too) computes
    ReLU(shortcut(x)): that is ReLU(x) where the shortcut is x itself. The model is changed in place;
    everything outside F is left alone.

    No parameter is removed or frozen, and the blocks can learn: after one step of training, every
    convolution in them receives a gradient.
    """
    ### BEGIN SOLUTION
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
    ### END SOLUTION


# %% test="zero_init_residual" points=10
check.zero_init_residual(zero_init_residual)

# %% [markdown]
# Residual-26 has twelve blocks, two of them with a projection; around them a stem and a head.

# %% tags=["explore"]
zero_gradients = widgets.prediction(
    "zero_gradients",
    f"Right after this start, how many of the {len(norms['residual-26'])} weights that your probe "
    "measures have a gradient of exactly zero?",
)

# %% tags=["explore"]
my_zero_start = check.use(zero_init_residual)
# The course's version knows the course's block only.
block_type = my_residual if my_zero_start is zero_init_residual else models.ResidualBlock

torch.manual_seed(0)
quiet = my_resnet([4, 4, 4], [8, 16, 32], len(data.class_names), block=block_type).train()
initialise_convolutions(quiet)
my_zero_start(quiet)
before = probe(quiet, x, y)

optimizer = torch.optim.SGD(quiet.parameters(), lr=0.1)
F.cross_entropy(quiet(x), y).backward()
optimizer.step()
optimizer.zero_grad()
later = probe(quiet, x, y)

count = sum(norm == 0 for norm in before.values())
predict.reveal(
    "zero_gradients",
    truth=count,
    reasons={
        0: "F is multiplied by zero at its end. What comes back through a zero is zero.",
        12: "Both convolutions of a block lie before the zero, not only one.",
        26: "The projections are convolutions in blocks, but they lie on the shortcut.",
        28: "Stem, projections and head lie on a way that no zero blocks: the shortcuts.",
    },
    because="Both convolutions of every block lie before its zero.",
)
print(
    f"exactly zero of {len(before)} weights: {count} at the start, "
    f"{sum(norm == 0 for norm in later.values())} after one step"
)

# %% [markdown]
# **You might think** that a gradient of zero means dead for good. Here the *scale* of each block's
# last batch norm is zero, and it does receive a gradient; after one step it lets everything else
# through. Two zeros in a row, or one before a ReLU, would be the end: neither could ever move.
#
# Whether this start trains better is a matter of measurement, not of elegance. Try it: one line more
# in `residual_26`. With few layers and small batches do not expect much.

# %% [markdown]
# ## 11. The real ones
#
# ResNets for ImageNet are the same plan, larger: a stem that shrinks the image by four, four stages
# (ResNet-18 and 34: of 64 to 512 channels), global average pooling, 1,000 classes. ResNet-34 and
# ResNet-50 have sixteen blocks each, with as many layers in all as their names say.

# %% tags=["explore"]
resnet50 = widgets.prediction(
    "resnet50", "By how many percent has ResNet-50 more parameters than ResNet-34?"
)

# %% tags=["explore"]
names = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "vgg16")
with torch.device("meta"):
    sizes = {name: models.count_parameters(models.create(name)) for name in names}
predict.reveal(
    "resnet50",
    truth=round(100 * (sizes["resnet50"] / sizes["resnet34"] - 1)),
    tolerance=0.2,
    reasons={
        47: "As many as it has more layers. But these layers are of another kind, and cheaper.",
        50: "Three layers in a block instead of two. But they are of another kind, and cheaper.",
    },
)
pictures.bars(sizes, title="Parameters, 1,000 classes", form=",")

# %% [markdown]
# (Even ResNet-152 stays below VGG-16: no dense giants.) From 50 layers on, the block is a
# **bottleneck**: 1×1 to a quarter of the channels, 3×3 there, 1×1 back. The 3×3 is the expensive part,
# and it works where it is cheap:

# %% tags=["explore"]
with torch.device("meta"):
    pair = models.ResidualBlock(256, 256)
    bottleneck = models.Bottleneck(256, 64)
for name, block in (("two 3×3", pair), ("1×1, 3×3, 1×1", bottleneck)):
    print(f"{name:<15} at 256 channels: {models.count_parameters(block):>9,} parameters")

# %% [markdown]
# (The stride sits in its 3×3 convolution today; the paper had it in the first 1×1.) The ensemble
# of such networks that won ImageNet in 2015 had a *top-5* error of 3.57 %; do not set that
# beside single networks or top-1 errors, as many tables do.

# %% [markdown]
# ## 12. In your own words
#
# A team cleans speech recordings: noisy waveform in, clean waveform of the same length out. Their
# network is a plain chain of 1-D convolutions with batch norm and ReLU. With 10 layers its loss on
# the *training* recordings ends at 0.019, with 40 layers at 0.031. Three proposals are on the table:
# **(A)** "Forty layers overfit: add dropout and weight decay." **(B)** "The gradients die on their
# way: give the first layers ten times the learning rate." **(C)** "Add the input to the output of
# the whole network, and shortcuts inside, one for every two layers."
#
# For each: does what they observed support it, and why or why not? And what would you measure,
# before they train for another week, to be sure? Six to ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for a judgement with its reason and 1 for
# a measurement that could prove it wrong.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** Not supported: both numbers are *training* losses. A network that overfits is good on the
# recordings it learned from; this one is worse there. Dropout and weight decay make fitting harder
# still. Measure the loss on held-out recordings beside the training loss for both depths: only if
# the 40 layers were *better* in training and worse outside would (A) have a case.
#
# **(B)** Possible, but not shown: with batch norm after every convolution, gradients usually arrive,
# and deep plain networks train badly all the same. Measure the norm of the gradient layer by layer
# on one batch, in training mode, for both depths, at the start and later. If the first layers' norms
# are of the size of the last ones', (B) is wrong.
#
# **(C)** Supported by the kind of task and by the symptom. The clean waveform is close to the noisy
# one, so the right output is the input plus a small correction: with an outer shortcut "do nothing"
# is where the network begins, and each block inside has only to correct. Where the number of
# channels changes, the shortcut needs a 1×1 projection. Measure: at zero corrections the output must
# equal the input, so the first loss is that of the untouched noisy recordings; then train both 40-
# layer networks for the same few steps with several seeds and compare the *training* losses. If the
# plain one is not behind by more than the spread, (C) is not the cure.
#
# *Rubric.* For each: 1 for the judgement with a reason that uses what was observed (training loss,
# batch norm in place, input close to output); 1 for a measurement whose outcome could speak against
# the judgement. (A) "deep networks overfit" without the training loss: 0. (B) accepts "supported
# only if the measured norms fall by orders of magnitude"; "batch norm solves it" without measuring:
# 1. (C) accepts only one of the two kinds of shortcut if the reason fits it; "train it and see"
# without a budget and a comparison: half.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - tell degradation from overfitting and from vanishing gradients, by measurements
# - write a residual block, and say where the ReLU goes and when a projection is needed
# - say what a shortcut promises: a start near the identity, no lower bound for gradients
# - replace dense layers by global average pooling
# - build a network of blocks, and let it begin as "do nothing" without killing it
#
# **Pitfalls.** ReLU after the addition. Projection for a stride *or* another width. No broadcasting
# by accident. New blocks, not one block in a list n times. Clear the probe's traces. Zeros in one
# place only.
#
# **Left out here:** longer trainings, augmentation and schedules (unit 6); the pre-activation block,
# in which batch norm and ReLU come before each convolution (He et al., 2016), named only; dense
# blocks, which concatenate instead of adding; what trained blocks see (unit 8).
#
# **Back:** unit 3 asked why more layers made things worse, unit 4 kept the signal alive; this unit
# needed both. **Next:** unit 6 makes these networks better without a single new layer, and unit 7
# takes a trained ResNet and teaches it something else.
