# %% [markdown]
# # Residual networks
#
# Do more layers help? You'll put it to the test, measure what depth does to gradients, write the
# block that made networks with a hundred layers ordinary (it takes one addition), and then design a
# network of your own.

# %%
import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. 8 layers against 26
#
# Our pictures are Fashion-MNIST: real photographs of clothes, shrunk to 28×28 grey pixels. To keep a
# run short, we take 2,000 for training and let the networks see them at half size, 14×14. The
# accuracy is measured on validation images along the way and on test images at the end.
#
# The network is built like those of unit 3, with batch norm after every convolution (unit 4): a first
# convolution, then blocks of two, and one dense layer at the end. We train it with 8 layers and with
# 26. Everything else is the same: the images, the widths 8, 16 and 32, the number of steps, and the
# recipe (SGD with momentum, and a learning rate that rises to 0.1 and then falls).

# %% tags=["explore"]
import dataclasses

import cnnlab.data
from cnnlab import models, pictures, training

clothes = cnnlab.data.load("fashion-mnist-small").with_validation(n=1000, seed=0)
clothes = dataclasses.replace(clothes, train=clothes.train.per_class(200, seed=0))


def halved(part):
    """The same images at half the size: every 2×2 pixels averaged to one."""
    images = F.avg_pool2d(part.images.float(), 2).round().to(torch.uint8)
    return dataclasses.replace(part, images=images)


parts = {name: halved(getattr(clothes, name)) for name in ("train", "validation", "test")}
data = dataclasses.replace(clothes, **parts)
print(data)
pictures.image_grid(clothes.train.images[:16], clothes.train.labels[:16], data.class_names)

# %% tags=["explore"]
from cnnlab import widgets

deeper = widgets.prediction(
    "deeper",
    "Compared with the 8-layer network, the final *training* loss of the 26-layer network is … "
    "('equal' means within 0.05)",
    choices=["lower", "equal", "higher"],
)


# %% tags=["explore"]
@dataclasses.dataclass
class Run:
    """A trained network, its learning curve, and how it does on training and test images."""

    model: nn.Module
    history: training.History
    learned: training.Evaluation
    tested: training.Evaluation


def train(make, seed=0):
    """Train the network that `make()` returns; everything random comes from the seed."""
    torch.manual_seed(seed)
    model = make()
    history = training.fit(
        model, data, epochs=10, lr=0.1, batch_size=64, seed=seed, live_plot=False
    )
    learned = training.evaluate(model, data.batches("train", 256, shuffle=False))
    tested = training.evaluate(model, data.batches("test", 256))
    return Run(model, history, learned, tested)


def table(runs):
    print(f"{'':<13}{'parameters':>11}{'training loss':>15}{'training':>10}{'test':>8}")
    for name, run in runs.items():
        print(
            f"{name:<13}{models.count_parameters(run.model):>11,}{run.learned.loss:>15.2f}"
            f"{run.learned.accuracy:>10.1%}{run.tested.accuracy:>8.1%}"
        )


def plain(depth):
    return lambda: models.small_plain(depth, width=8, num_classes=10, in_channels=1)


runs = {f"plain-{depth}": train(plain(depth)) for depth in (8, 26)}

# %% tags=["explore", "hide"]
shallow, deep = runs["plain-8"].learned.loss, runs["plain-26"].learned.loss
kind = "lower" if deep < shallow else "higher"
predict.reveal(
    "deeper",
    truth="equal" if abs(deep - shallow) < 0.05 else kind,
    reasons={
        "lower": "It has several times the parameters, so it *could* fit better. Training didn't "
        "find out how.",
        "equal": "The extra layers could do nothing and leave the rest as good as before. Training "
        "didn't find that either.",
    },
    because=f"The training loss is {shallow:.2f} with 8 layers and {deep:.2f} with 26.",
)

# %% tags=["explore"]
table(runs)
pictures.curves({name: run.history for name, run in runs.items()}, title="8 layers and 26")

# %% [markdown]
# This is called **degradation** (He, Zhang, Ren and Sun, 2015, *Deep Residual Learning*), and it's
# stranger than it looks. Here is a 26-layer network that is at least as good as any 8-layer one: copy
# the 8 layers, and let the other 18 pass on what they receive. So a good solution *exists* in the
# deep network. Training doesn't find it in the same number of steps.
#
# It isn't overfitting. A network that overfits does well on its training images and badly on new ones.
# This one does worse on both.
#
# These are short runs: they show that the deep plain network is *slow to optimise*. Section 9 has
# longer ones.

# %% [markdown]
# ## 2. Do the gradients vanish?
#
# If every layer shrinks the gradient a little, almost nothing is left at the first layer. You saw that
# in units 3 and 4, in networks without batch norm. This network has batch norm. Let's measure.
#
# **Your turn:** write a probe that leaves the network's gradients and modes exactly as it found them.


# %% todo="gradient_norms"
def gradient_norms(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """How large is the gradient of the mean cross-entropy, for each weight?

    model  images → logits (N, C); all its parameters are trainable and used
    x, y   a batch: images, and class numbers (N,)

    Returns a dictionary from a parameter's name to the norm of its gradient (the square root of the
    sum of all its squared entries), for every parameter with two or more dimensions, in the order of
    `model.named_parameters()`.

    It runs in whatever mode the model is in. Afterwards the modes and every `.grad` (a tensor or
    None) are as they were before, and old values in `.grad` have no effect on the norms. (In
    training mode batch norms update their running statistics, as in any forward pass.)
    """
    ### BEGIN SOLUTION
    weights = {name: p for name, p in model.named_parameters() if p.dim() >= 2}
    loss = F.cross_entropy(model(x), y)
    gradients = torch.autograd.grad(loss, list(weights.values()))  # stores nothing in .grad
    return {name: g.norm().item() for name, g in zip(weights, gradients, strict=True)}
    ### END SOLUTION


# %% test="gradient_norms" points=7
check.gradient_norms(gradient_norms)

# %% tags=["explore"]
first_gradient = widgets.prediction(
    "first_gradient",
    "In an untrained plain-26 with batch norm, how does the gradient norm of the first convolution "
    "compare with that of the last? ('about equal' means within a factor of 2)",
    choices=["more than 1000 times smaller", "smaller", "about equal", "larger"],
)

# %% [markdown]
# We measure four untrained networks with 26 layers. They differ in two things, one at a time: with
# batch norm or without, and He's initialisation (unit 4) or torch's default.

# %% tags=["explore"]
probe = check.use(gradient_norms)
x, y = next(iter(data.batches("train", 64, seed=0)))


def fresh(make, batch_norm=True, he=True, seed=0):
    """An untrained network in training mode; if asked, without batch norm or He's initialisation."""
    torch.manual_seed(seed)
    model = make().train()
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d) and not batch_norm:
                setattr(module, name, nn.Identity())
            if isinstance(child, nn.Conv2d) and not he:
                child.reset_parameters()  # torch's default
    return model


def signal_and_gradients(model):
    """How large is the signal that reaches the dense layer (its standard deviation), and how large
    is the gradient that comes back to the last convolution, and to the first (its norm)?
    """
    seen = []

    def note_gradient(layer, given, out):
        out.register_hook(lambda gradient: seen.append(gradient.norm()))

    convolutions = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    hooks = [c.register_forward_hook(note_gradient) for c in (convolutions[0], convolutions[-1])]
    hooks.append(
        model.fc.register_forward_pre_hook(lambda fc, given: seen.append(given[0].detach().std()))
    )
    probe(model, x, y)
    for hook in hooks:
        hook.remove()
    return [float(size) for size in seen]  # the gradient meets the last convolution first


norms = {}
print(f"{'':<23}  signal at the end   gradient at the end   gradient at the start")
for batch_norm in (True, False):
    for he in (True, False):
        network = fresh(plain(26), batch_norm, he)
        name = f"{'batch norm' if batch_norm else 'no batch norm'}, {'He' if he else 'default'}"
        norms[name] = probe(network, x, y)
        signal, end, start = signal_and_gradients(network)
        print(f"{name:<23}  {signal:>17.0e}   {end:>19.0e}   {start:>21.0e}")

# %% tags=["explore", "hide"]
first, *_, last, head = norms["batch norm, He"].values()
ratio = first / last
sizes = {0.001: "more than 1000 times smaller", 0.5: "smaller", 2: "about equal"}
predict.reveal(
    "first_gradient",
    truth=next((word for limit, word in sizes.items() if ratio < limit), "larger"),
    reasons={
        "more than 1000 times smaller": "Batch norm rescales the signal in every layer, so it can't "
        "fade away.",
        "smaller": "In this network the gradient even grows on its way back.",
        "about equal": "That would be ideal. Batch norm keeps the *signal* at one size on its way "
        "forward. The gradient on its way back is another matter.",
    },
    because=f"The gradient of the first convolution is {ratio:.1f} times that of the last.",
)

# %% tags=["explore"]
from cnnlab.pictures.lines import lines

lines(
    {name: list(found.values()) for name, found in norms.items()},
    xlabel="weight, from the input to the output",
    ylabel="gradient norm",
    title="Gradients of four untrained 26-layer networks",
    log=True,
)

# %% [markdown]
# Read the lines from right to left, the way the gradient travels.
#
# - **No batch norm, torch's default.** Every weight's gradient is tiny, and even the dense layer's at
#   the very end. A weight's gradient is a product: the signal that comes in, times the gradient that
#   comes back. The printed table has both: the signal vanishes on its way forward, and the gradient
#   on its way back. Near the end one factor is missing, near the start the other.
# - **No batch norm, He.** A better start alone repairs nearly all of that.
# - **With batch norm** nothing vanishes, whichever start we take. The gradient even *grows* towards the
#   input.
#
# A factor like that may be bearable. But watch what depth does to it. One start proves little, so
# we take the median of five:

# %% tags=["explore"]
import statistics


def growth(make):
    """First convolution's gradient divided by the last one's: the median of five fresh networks."""
    ratios = []
    for seed in range(5):
        first, *_, last, head = probe(fresh(make, seed=seed), x, y).values()
        ratios.append(first / last)
    return statistics.median(ratios)


for depth in (8, 26, 50, 98):
    print(
        f"plain-{depth:<3} first convolution's gradient = {growth(plain(depth)):>11,.1f} × "
        "the last one's"
    )

# %% [markdown]
# This is **gradient explosion**, and batch norm causes it: Yang and others (2019, *A Mean Field Theory
# of Batch Normalization*) proved that in deep networks with batch norm and no shortcuts the gradient
# grows exponentially with depth, whatever the scale of the first weights, and found that very deep
# ones can't be trained at all.
#
# Is that enough to explain section 1? Probably not by itself: a lower learning rate helps plain-26,
# but doesn't close the gap (section 9). Other work points to the *direction* of the gradients: in deep
# plain networks, the gradients of neighbouring inputs have little to do with each other (Balduzzi and
# others, 2017, *shattered gradients*). So "ResNets cure vanishing gradients" isn't the story; the
# ResNet paper itself thought them an unlikely cause. What helps, though, is known.

# %% [markdown]
# ## 3. The plain block
#
# First write the block of the networks above. In the next section you'll change one thing in it.


# %% todo="plain_block"
class PlainBlock(nn.Module):
    """Two convolutions: maps (N, in_channels, H, W) → (N, out_channels, H', W').

    convolution 3×3, in_channels → out_channels, padding 1, with the stride
    batch norm, ReLU
    convolution 3×3, out_channels → out_channels, padding 1, stride 1
    batch norm, ReLU

    The convolutions have no bias, because batch norm brings its own. All layers keep torch's
    default initialisation. With stride 1, H' is H; with stride 2 it is half of H, rounded up. The
    same holds for W'.

    Refused: ready-made blocks (torchvision's, the course's).
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


# %% test="plain_block" points=5
check.plain_block(PlainBlock)

# %% [markdown]
# ## 4. The residual block
#
# If 18 layers should pass on what they receive, each block has to learn the *identity*, starting from
# random kernels: every 3×3 kernel has to become a precise pattern of zeros and ones. That's hard. So
# turn the task round, and let the block learn only what to *change*:
#
# $$y = \text{ReLU}(F(x) + x)$$
#
# Here $F$ is the same pair of convolutions as before. It learns the **residual**: what still has to be
# added to $x$. The second path, along which $x$ travels unchanged, is the **shortcut** or
# **skip connection**. Passing $x$ on is now the easiest thing of all: $F = 0$. (The ReLU doesn't get in
# the way, because $x$ comes out of the ReLU of the block before and has no negative values to lose.)
#
# In numbers: a single weight has to turn 2.0 into 2.2, alone or next to a shortcut. It starts near
# 0. How far does it have to move?

# %% tags=["explore"]
given, wanted = 2.0, 2.2
for weight in (0.0, 0.05, 0.1, 1.1):
    alone, beside = weight * given, weight * given + given
    print(f"weight {weight:<5g} alone {alone:.2f}   next to a shortcut {beside:.2f}   ({wanted})")

# %% [markdown]
# In this drawing the left-hand path of each residual block is $F(x)$, and the path around it the
# shortcut.

# %% tags=["explore"]
from cnnlab.pictures.residual_blocks import residual_blocks

residual_blocks()

# %% [markdown]
# Where a block halves the maps or changes the number of channels, $x$ and $F(x)$ have different
# shapes. Does torch sort this out? Try it, also with shapes that only *happen* to fit:

# %% tags=["explore"]
small, wide = torch.ones(2, 8, 4, 4), torch.ones(2, 16, 4, 4)
try:
    small + wide
except RuntimeError as error:
    print("8 and 16 channels:", error)
print("maps of 4×4 and of 1×1:", tuple((small + torch.ones(2, 8, 1, 1)).shape), "and no error")

# %% [markdown]
# The first is an error. The second is worse: broadcasting silently adds one number to a whole map. So
# we make the shapes equal on purpose, with a **projection**: a 1×1 convolution with the block's
# stride, then batch norm. (A 1×1 kernel looks at one pixel, but at all its channels: it mixes them
# in the same way at every position.) Use it only where the shapes differ; everywhere else the shortcut
# is the identity.
#
# **Your turn.** Watch where the last ReLU goes. If it came before the addition, a block could only add
# and never take anything away.


# %% todo="residual_block"
class ResidualBlock(nn.Module):
    """The block that adds its input: ReLU(F(x) + shortcut(x)).

    F(x)         convolution 3×3 with the stride, batch norm, ReLU, convolution 3×3, batch norm:
                 the plain block without its last ReLU
    shortcut(x)  x itself if stride is 1 and in_channels equals out_channels; it then has no
                 parameters. Otherwise a 1×1 convolution with the stride and no bias, then batch norm

    Sizes, initialisation and what is refused are as in PlainBlock. x may contain negative numbers,
    and is not changed.
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


# %% test="residual_block" points=12
check.residual_block(ResidualBlock)

# %% [markdown]
# ## 5. What an untrained block does
#
# A coat goes through twelve untrained blocks with one channel each. We multiply γ, the scale of the
# last batch norm in every block, by a number. It sets how large $F$ is. γ = 1 is what torch gives you.
# **Change the numbers** and run again.

# %% tags=["explore"]
my_plain, my_residual = check.use(PlainBlock), check.use(ResidualBlock)
coat = clothes.train.images[clothes.train.labels == 4][:1].float() / 255


def last_scale(block):
    """The scales γ of the last batch norm of F: the last one that isn't on the shortcut."""
    named = [m for n, m in block.named_modules() if "shortcut" not in n]
    return [m for m in named if isinstance(m, nn.BatchNorm2d)][-1].weight


def through_twelve(block, gamma):
    torch.manual_seed(0)
    stack = nn.Sequential(*(block(1, 1) for _ in range(12))).train()
    with torch.no_grad():
        for each in stack:
            last_scale(each).mul_(gamma)
        return stack(coat)


def likeness(out):
    """The correlation of what came out with what went in; 0 if nothing came out."""
    both = torch.stack([coat.flatten(), out.flatten()])
    return 0.0 if out.std() == 0 else float(torch.corrcoef(both)[0, 1])


tiles, captions = [], []
for name, block in (("plain", my_plain), ("residual", my_residual)):
    for gamma in (1.0, 0.1, 0.01, 0.0):
        out = through_twelve(block, gamma)
        tiles.append(out / out.max().clamp(min=1e-6))
        captions.append(f"{name}, γ = {gamma:g}\nlikeness {likeness(out):+.2f}")
pictures.image_grid(torch.cat(tiles), captions, columns=4, title="After twelve untrained blocks")

# %% [markdown]
# (Each picture is scaled to its own brightest point.) In the plain stack γ hardly matters, because the
# next batch norm undoes it; only at γ = 0 nothing gets through, and the layers after that have nothing
# to learn from. In the residual stack, the smaller γ is, the more of the coat gets through, and at γ = 0
# it arrives untouched. But look at γ = 1, the start that torch gives you: there the residual stack
# loses the coat as well. A shortcut doesn't make a fresh block an identity. It makes the identity
# *easy to reach*.
#
# Now scale the weights yourself. The upper bars show the signal on its way forward, the lower ones the
# gradient on its way back. At which scale are the bars of 20 plain blocks about level from end to end?
# Then switch to residual blocks, and finally turn on batch norm.

# %% tags=["explore"]
explorer = widgets.residual_block_explorer()

# %% [markdown]
# ## 6. What the shortcut does to gradients
#
# On the way back, the addition copies the gradient to both paths. For a single number, with
# $y = F(x) + x$:
#
# $$\frac{dy}{dx} = F'(x) + 1$$
#
# **You might think** that this is always at least 1, so that nothing can vanish. Many texts say so.
# But $F'$ may be negative: a block that takes something away has a derivative below 1.

# %% tags=["explore"]
for slope in (0.5, -0.5, -1.0):
    point = torch.tensor(2.0, requires_grad=True)
    (slope * point + point).backward()
    print(
        f"F(x) = {slope:+.1f}·x   dy/dx = {point.grad.item():.1f}   "
        f"after twelve such blocks: {point.grad.item() ** 12:.2g}"
    )

# %% [markdown]
# In general the derivative is a matrix, the Jacobian $F' + I$. Its singular values say by which factors
# a small change of the input grows or shrinks, one for each direction. We measure a fresh block as
# it is when training starts, in training mode, with γ = 1, 0.3 and 0:

# %% tags=["explore"]
torch.manual_seed(0)
block, maps = my_residual(3, 3).train(), torch.rand(16, 3, 4, 4)
for gamma in (1.0, 0.3, 0.0):
    nn.init.constant_(last_scale(block), gamma)
    jacobian = torch.autograd.functional.jacobian(
        lambda first: block(torch.cat([first, maps[1:]]))[0].flatten(), maps[:1]
    )
    factors = torch.linalg.svdvals(jacobian.reshape(48, 48))
    shrink = int((factors < 0.999).sum())
    print(
        f"γ = {gamma:<4g} {shrink:>2} of 48 directions shrink; "
        f"factors from {factors.min():.2f} to {factors.max():.2f}"
    )

# %% [markdown]
# With γ = 1 the block is nowhere near the identity: batch norm gives $F$ a standard deviation of 1,
# which is *more* than that of $x$, so $F$ drowns out the shortcut. With γ = 0 every factor is exactly
# 1. That's the reason for a popular start: set γ = 0 in the last batch norm of every block. Goyal and
# others (2017) did it to train with very large batches, and torchvision's ResNets offer it as
# `zero_init_residual=True`. A network started like this begins as a shallow one, and each block joins
# in when it has something to add.
#
# Why does a ResNet train at all with γ = 1, then? Because corrections add up: after $l$ blocks the
# signal on the shortcut is a sum of $l$ of them, and the next one is small compared with it. De and Smith
# (2020) showed that this, $F$ shrinking *relative* to the shortcut with depth, is what batch norm does
# for deep ResNets.
#
# **Your turn.** The trick is *where* the zeros go: the block has to output ReLU(shortcut(x)), and it
# has to be able to leave that state.


# %% todo="zero_init_residual"
def zero_init_residual(model: nn.Module) -> None:
    """Make every one of your ResidualBlocks in an untrained model start as "do nothing".

    Afterwards each ResidualBlock in `model` (at any depth, and `model` itself) computes
    ReLU(shortcut(x)): that is ReLU(x) where the shortcut is x itself. The model is changed in place.
    Convolutions keep their weights, and everything outside F is left alone, also layers that
    aren't in a ResidualBlock but have the same names.

    No parameter is removed or frozen, and the blocks can learn: after one step of training, every
    convolution in them receives a gradient.
    """
    ### BEGIN SOLUTION
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
    ### END SOLUTION


# %% test="zero_init_residual" points=9
check.zero_init_residual(zero_init_residual)

# %% [markdown]
# Why a shortcut around *two* layers? Around a single convolution it adds nothing that the convolution
# couldn't do itself, with 1 added to the middle of a kernel:

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
# That's why $F$ spans two layers or more, with a ReLU inside.

# %% [markdown]
# ## 7. Global average pooling
#
# VGG ends by flattening: every position of every map gets its own weights, and the image must have one
# fixed size. ResNet ends with **global average pooling** (from *Network in Network*, Lin and others,
# 2013): each map, which says *where* a pattern is, becomes one number that says *how much* of it
# there is. A small dense layer reads these numbers, and images may have any size.

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

    Works for any N, C, H and W, including 1, and lets gradients through.
    """
    ### BEGIN SOLUTION
    return x.mean(dim=(2, 3))
    ### END SOLUTION


# %% test="global_average_pool" points=3
check.global_average_pool(global_average_pool)

# %% [markdown]
# ## 8. A network of blocks
#
# It has three parts: a **stem**, **stages** of blocks, and a **head**. Space shrinks while channels
# grow, as always: each new stage halves the maps and moves on to the next width. The block is an
# argument, so that one class builds both sides of the experiment.


# %% todo="small_resnet"
class SmallResNet(nn.Module):
    """A network of blocks: images (N, in_channels, H, W) of any size → logits (N, num_classes).

    stem    convolution 3×3, in_channels → widths[0], padding 1, no bias; batch norm; ReLU
    stages  one for each width: stage i has blocks_per_stage[i] blocks, each made by
            block(in_channels, out_channels, stride), with widths[i] output channels. The first
            block of every stage except the first has stride 2; all others have stride 1
    head    global average pooling, then a dense layer (with bias) to num_classes

    There may be any number of stages, and neighbouring widths may be equal. With two convolutions
    in a block, the network is 2·sum(blocks_per_stage) + 2 layers deep.
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


# %% test="small_resnet" points=8
check.small_resnet(SmallResNet)

# %% tags=["explore"]
from cnnlab import anatomy

my_resnet = check.use(SmallResNet)
net = my_resnet([1, 1, 1], [8, 16, 32], 10, in_channels=1, block=my_residual)
print(anatomy.trace(net, (1, 28, 28)))
with torch.no_grad():
    for side in ((28, 28), (24, 40), (9, 7)):
        print(side, "→", tuple(net(torch.zeros(2, 1, *side)).shape))

# %% [markdown]
# ## 9. The experiment
#
# The same data, steps, widths, learning rate and initialisation as in section 1, with one thing
# changed: 26 layers of your ResidualBlock instead of the plain block. (Its two projections add a few
# parameters; the table says how many.)

# %% tags=["explore"]
from itertools import permutations

in_order = widgets.prediction(
    "order",
    "Put the three networks in order of their training loss, lowest first.",
    choices=[" < ".join(three) for three in permutations(["plain-8", "plain-26", "residual-26"])],
)

# %% tags=["explore"]
from cnnlab.models.initialisation import initialise_convolutions


def residual_26():
    model = my_resnet([4, 4, 4], [8, 16, 32], 10, in_channels=1, block=my_residual)
    initialise_convolutions(model)  # He's, as in the plain networks
    return model


runs["residual-26"] = train(residual_26)

# %% tags=["explore", "hide"]
losses = {name: run.learned.loss for name, run in runs.items()}
predict.reveal(
    "order",
    truth=" < ".join(sorted(losses, key=losses.get)),
    reasons={
        "plain-8 < residual-26 < plain-26": "That would only undo the harm. The shortcut does more: "
        "the extra layers now help to fit.",
        "plain-8 < plain-26 < residual-26": "Then adding the input would do harm.",
        "residual-26 < plain-26 < plain-8": "The shortcut helps, but section 1 has the other two "
        "the other way round.",
        "plain-26 < plain-8 < residual-26": "Remember section 1: plain depth hurts.",
        "plain-26 < residual-26 < plain-8": "Remember section 1: plain depth hurts.",
    },
    because=", ".join(f"{name} {loss:.2f}" for name, loss in losses.items()) + ".",
)

# %% tags=["explore"]
table(runs)
pictures.curves({name: run.history for name, run in runs.items()}, title="One seed, ten epochs")

# %% tags=["explore"]
for depth in (8, 26, 50, 98):
    ratio = growth(lambda depth=depth: models.small_resnet(depth, 8, in_channels=1))
    print(f"residual-{depth:<3} first convolution's gradient = {ratio:>6.1f} × the last one's")

# %% [markdown]
# With shortcuts the gradient still grows towards the input, but slowly: compare the row of 98 layers
# with that of plain-98 in section 2.
#
# Ten epochs are few. So here are longer runs, made once with the command that is printed: three times
# as many epochs, all 10,000 test images, and plain-26 also at a lower learning rate, in case 0.1
# doesn't suit it.

# %% tags=["explore"]
from cnnlab import recorded

longer = recorded.load("long_runs")
print(longer.command, end="\n\n")
print(longer.table())
pictures.curves(longer.histories(), title="30 epochs", log_loss=True)

# %% tags=["explore"]
for other in ("plain-8", "plain-26", "plain-26, rate 0.03"):
    for what, unit in (("train_loss", ""), ("test", " points")):
        gaps = longer.differences("residual-26", other, what)
        ahead = sum(gap < 0 if what == "train_loss" else gap > 0 for gap in gaps)
        mean = sum(gaps) / len(gaps)
        print(
            f"residual-26 − {other:<20} {what.replace('_', ' '):<11}{mean:+.2f}{unit:<8}"
            f"better in {ahead} of {len(gaps)} seeds"
        )

# %% [markdown]
# The residual network has the lowest training loss at the same depth at which the plain one has the
# highest. A lower rate helps the plain one to fit, but it doesn't catch up, and on new images it gains
# nothing. There the deep plain network stays behind 8 layers, and the residual one is only a little
# ahead of them. Why not more? Both know all 2,000 training images by heart, and eight layers seem to
# be enough for so few. Depth pays where there's more to learn: see the ImageNet table in section 11.
#
# What does a trained network lose with one of its blocks? Take out one block of plain-26 or of
# residual-26, leave all the others as they are, and train no further.

# %% tags=["explore"]
removed = widgets.prediction(
    "removed",
    "With one of its blocks removed, which trained network still keeps more than half of its "
    "accuracy, on average over the blocks?",
    choices=["both", "only plain-26", "only residual-26", "neither"],
)

# %% tags=["explore"]
import copy


def without(model, name):
    """A copy of the network in which this block only passes on what it receives."""
    smaller = copy.deepcopy(model)
    place, _, last = name.rpartition(".")
    setattr(smaller.get_submodule(place), last, nn.Identity())
    return smaller


def removable(model):
    """The names of the blocks whose maps go out in the shape in which they came in."""
    for name, block in model.named_modules():
        if isinstance(block, (my_residual, models.PlainBlock)):
            convolutions = [m for m in block.modules() if isinstance(m, nn.Conv2d)]
            if all(c.in_channels == c.out_channels and c.stride == (1, 1) for c in convolutions):
                yield name


def accuracy(model):
    return training.evaluate(model, data.batches("validation", 500)).accuracy


whole = {name: accuracy(runs[name].model) for name in ("plain-26", "residual-26")}
left = {
    name: [accuracy(without(runs[name].model, block)) for block in removable(runs[name].model)]
    for name in whole
}
kept = {name: statistics.mean(left[name]) / whole[name] for name in whole}

# %% tags=["explore", "hide"]
survivors = [name for name, share in kept.items() if share > 0.5]
predict.reveal(
    "removed",
    truth={0: "neither", 1: f"only {survivors[0]}" if survivors else "", 2: "both"}[len(survivors)],
    reasons={
        "both": "A plain block gets its input from the block before, and from nowhere else.",
        "only plain-26": "It's the other way round.",
        "neither": "Past a missing residual block there's still the shortcut.",
    },
    because=", ".join(f"{name} keeps {share:.0%} of its accuracy" for name, share in kept.items())
    + ".",
)

# %% tags=["explore"]
for name in whole:
    print(
        f"{name:<12} whole {whole[name]:.1%}, with a block removed {min(left[name]):.1%} to "
        f"{max(left[name]):.1%}"
    )
lines(left, xlabel="removed block", ylabel="validation accuracy", title="One block less")

# %% [markdown]
# Veit, Wilber and Belongie (2016) see a ResNet as a collection of many paths of different lengths: a
# missing block cuts some of them and leaves the rest. A plain network has a single path.

# %% [markdown]
# ## 10. Start as a shallow network
#
# Now use your zero start on residual-26: twelve blocks, two of them with a projection, a stem and a
# head make 28 weights that your probe measures.

# %% tags=["explore"]
zero_gradients = widgets.prediction(
    "zero_gradients",
    "Right after this start, how many of the 28 weights have a gradient of exactly zero?",
)

# %% tags=["explore"]
my_zero_start = check.use(zero_init_residual)
# The course's version only knows the course's block.
block_type = my_residual if my_zero_start is zero_init_residual else models.ResidualBlock

torch.manual_seed(0)
quiet = my_resnet([4, 4, 4], [8, 16, 32], 10, in_channels=1, block=block_type).train()
initialise_convolutions(quiet)
my_zero_start(quiet)
before = probe(quiet, x, y)

optimizer = torch.optim.SGD(quiet.parameters(), lr=0.1)
F.cross_entropy(quiet(x), y).backward()
optimizer.step()
optimizer.zero_grad()
later = probe(quiet, x, y)
count = sum(norm == 0 for norm in before.values())

# %% tags=["explore", "hide"]
predict.reveal(
    "zero_gradients",
    truth=count,
    reasons={
        0: "F is multiplied by zero at its end. What comes back through a zero is zero.",
        12: "Both convolutions of a block come before the zero, not only one.",
        26: "The projections are convolutions in blocks, but they are on the shortcut.",
        28: "No zero blocks the way to the stem, the projections and the head: the shortcuts.",
    },
    because="Both convolutions of every block come before its zero.",
)
still = sum(norm == 0 for norm in later.values())
print(f"exactly zero of {len(before)} weights: {count} at the start, {still} after one step")

# %% [markdown]
# A gradient of zero doesn't mean dead for good. γ itself is zero but receives a gradient, and after one
# step it lets everything else through. Two zeros in a row, or a zero before a ReLU, could never move.

# %% [markdown]
# ## 11. The real ones
#
# ResNets for ImageNet follow the same plan on a larger scale: a stem that shrinks the image by a factor of
# four, four stages, global average pooling, 1,000 classes. From 50 layers on, the block is a
# **bottleneck**: 1×1 down to a quarter of the channels, 3×3 there, 1×1 back up.

# %% tags=["explore"]
resnet50 = widgets.prediction(
    "resnet50",
    "ResNet-34 and ResNet-50 both have sixteen blocks. What percentage more parameters does "
    "ResNet-50 have?",
)

# %% tags=["explore"]
torchvision_models = cnnlab.import_torchvision(quiet=True).models
family = {"resnet18": 18, "resnet34": 34, "resnet50": 50, "resnet101": 101, "resnet152": 152}
weights = {
    name: torchvision_models.get_model_weights(name).IMAGENET1K_V1.meta
    for name in ("vgg16", *family)
}

# %% tags=["explore", "hide"]
sizes = {name: meta["num_params"] for name, meta in weights.items()}
predict.reveal(
    "resnet50",
    truth=round(100 * (sizes["resnet50"] / sizes["resnet34"] - 1)),
    tolerance=0.2,
    reasons={
        47: "That's how many more layers it has. But these layers are of another, cheaper kind.",
        50: "Three layers in a block instead of two, yes. But of another, cheaper kind.",
    },
    because="A 3×3 convolution is expensive, and in a bottleneck it works on few channels.",
)

# %% tags=["explore"]
heads = f"{'':<10}{'layers':>7}{'block':>12}{'parameters':>13}{'multiply-adds':>16}"
print(f"{heads}{'top-1':>8}{'top-5':>8}")
for name, meta in weights.items():
    scores = meta["_metrics"]["ImageNet-1K"]
    depth = family.get(name, 16)
    block = "–" if name == "vgg16" else "two 3×3" if depth < 50 else "bottleneck"
    print(
        f"{name:<10}{depth:>7}{block:>12}{meta['num_params']:>13,}{meta['_ops']:>14.1f} G"
        f"{scores['acc@1']:>7.1f}%{scores['acc@5']:>7.1f}%"
    )
with torch.device("meta"):
    pair, bottleneck = models.ResidualBlock(256, 256), models.Bottleneck(256, 64)
for name, block in (("two 3×3", pair), ("1×1, 3×3, 1×1", bottleneck)):
    print(f"at 256 channels, {name:<14} {models.count_parameters(block):>9,} parameters")

# %% [markdown]
# These figures come with torchvision: accuracies of its own trained weights (version 1) on the
# ImageNet validation images, one model, one 224×224 crop. Here depth pays, line by line, and even
# ResNet-152 has fewer parameters than VGG-16, because it has no giant dense layers.

# %% [markdown]
# ## 12. Your turn: design a deep network
#
# Now design a network of your own for clothes in full size, 28×28, and make it *deep*: eighteen
# convolutions one after another, not counting the stem, with a tight budget of parameters and of
# multiply-adds (for one image). We train it by a fixed plan on 4,000 images for five epochs. That's
# short: networks that learn *quickly* win.

# %% tags=["explore"]
check.brief("design_resnet")

# %% [markdown]
# Two starting points, trained by the same plan and measured on the validation images. (The grader uses
# other images. On 1,000 validation images, a difference of one point may be chance.)

# %% tags=["explore"]
full = cnnlab.data.load("fashion-mnist-small").with_validation(n=1000, seed=0)
full = dataclasses.replace(full, train=full.train.per_class(400, seed=0))
RECIPE = {"epochs": 5, "optimizer": "adamw", "lr": 0.004, "weight_decay": 0.05}


def on_half_size(block):
    return nn.Sequential(nn.AvgPool2d(2), my_resnet([3, 3, 3], [8, 16, 32], 10, 1, block))


designs = {"20 plain layers": on_half_size(my_plain), "20 layers": on_half_size(my_residual)}
for name, network in designs.items():
    work = anatomy.trace(network, (1, 28, 28)).multiply_adds
    training.fit(network, full, **RECIPE, progress=False)
    score = training.evaluate(network, full.batches("validation", 500)).accuracy
    size = models.count_parameters(network)
    print(f"{name:<16} {size:>7,} parameters {work / 1e6:.2f} M multiply-adds  {score:.1%}")

# %% [markdown]
# Both average the image to half its size before any layer has seen it. Where else could you save?
# Ask of each part what it costs and what it gives: the stem, the way the maps get smaller, the number
# of blocks and their width at each size, the start of the blocks, what the head reads. Use your own
# blocks or any layers of `torch.nn`. Add designs to the list, change one thing at a time, and keep notes.


# %% todo="design_resnet"
def design() -> nn.Module:
    """Your own deep network: grey images (N, 1, 28, 28) → logits (N, 10).

    At most 70,000 parameters and 2,500,000 multiply-adds for one image. On its longest path there
    are at least 18 convolutions. Those count that are larger than 1×1, have 8 channels or more on
    both sides, and do at least 40,000 multiply-adds; the stem has one channel on one side.

    It's returned untrained. The check and the grader train it from scratch: 4,000 images, 5 epochs
    in batches of 64, AdamW with weight decay 0.05, the rate rising to 0.004 and then falling along
    a cosine. You earn 2 points for keeping to the limits, 4 more from 80 % right, 4 more from 82 %
    and 6 more from 84.5 %.

    Refused: ready-made networks and blocks (torchvision's, the course's).
    """
    ### BEGIN SOLUTION
    # Only the stem works on full-size maps; the blocks start by doing nothing.
    stem = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(4)
    )
    small = [ResidualBlock(16, 16) for _ in range(6)]
    smaller = [ResidualBlock(16, 24, 2), ResidualBlock(24, 24), ResidualBlock(24, 24)]
    blocks = nn.Sequential(*small, *smaller)
    zero_init_residual(blocks)
    return nn.Sequential(stem, blocks, nn.Flatten(), nn.Linear(24 * 4 * 4, 10))
    ### END SOLUTION


# %% test="design_resnet" points=16
check.design_resnet(design)

# %% [markdown]
# ## 13. In your own words
#
# A team cleans speech recordings: a noisy waveform goes in, a clean waveform of the same length comes
# out. Their network is a plain chain of 1-D convolutions with batch norm and ReLU. With 10 layers its
# loss on the *training* recordings ends at 0.019, with 40 layers at 0.031. Three proposals are on the
# table: **(A)** "Forty layers overfit: add dropout and weight decay." **(B)** "The gradients die on
# their way: give the first layers ten times the learning rate." **(C)** "Add the input to the output
# of the whole network, and shortcuts inside, one for every two layers."
#
# For each: does what they observed support it, and why or why not? And what would you measure to be
# sure, before they train for another week? Six to ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for a judgement with its reason and 1 for
# a measurement that could prove it wrong.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** Not supported: both numbers are *training* losses. A network that overfits does well on the
# recordings it was trained on; this one does worse there. Dropout and weight decay make fitting even
# harder. Measure the loss on held-out recordings beside the training loss, for both depths: only if
# the 40 layers were *better* in training and worse on held-out recordings would (A) have a case.
#
# **(B)** Possible, but not shown. With batch norm after every convolution, gradients don't usually
# vanish; in deep plain networks they tend to *grow* towards the input, and then a larger rate for the
# first layers would make things worse. Measure the norm of the gradient layer by layer on one batch,
# in training mode, for both depths, at the start and later. If the norms in the first layers are as
# large as those in the last, or larger, (B) is wrong.
#
# **(C)** Supported by the kind of task and by the symptom. The clean waveform is close to the noisy
# one, so the right output is the input plus a small correction: with an outer shortcut the network
# starts at "do nothing", and each block inside only has to correct. Where the number of channels
# changes, the shortcut needs a 1×1 projection. Measure: with zero corrections the output must
# equal the input, so the first loss is that of the untouched noisy recordings; then train both 40-
# layer networks for the same few steps with several seeds and compare the *training* losses. If the
# plain one isn't behind by more than the spread, (C) isn't the cure.
#
# *Rubric.* For each: 1 for the judgement with a reason that uses what was observed (training loss,
# batch norm in place, input close to output); 1 for a measurement whose outcome could speak against
# the judgement. (A) "deep networks overfit" without the training loss: 0. (B) also accepts "supported
# only if the measured norms fall by orders of magnitude"; "batch norm solves it" without measuring:
# 1. (C) accepts only one of the two kinds of shortcut if the reason fits it; "train it and see"
# without a budget and a comparison: half.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - tell degradation from overfitting and from vanishing gradients, by measuring
# - name what batch norm does to gradients in deep plain networks, and show it
# - write a residual block, and say where the ReLU goes and when a projection is needed
# - say what a shortcut promises (the identity is easy to reach) and what it doesn't (a lower bound
#   for gradients, or an identity at the start)
# - replace dense layers by global average pooling
# - start a residual network as a shallow one
# - design a deep network within a budget: where the maps shrink, how the blocks start, what the head
#   reads
#
# **Pitfalls.** ReLU before the addition. No projection where only the stride, or only the width,
# changes. Accidental broadcasting. One block in a list n times instead of n blocks. Zeros in two
# places.
#
# **Left out here:** augmentation and schedules (unit 6); the pre-activation block, with batch norm and
# ReLU before each convolution (He and others, 2016); WideResNet, ResNeXt; DenseNet, which concatenates
# instead of adding.
#
# **Next:** unit 6 makes these networks better without a single new layer, and unit 7 takes a trained
# network and teaches it something else.
