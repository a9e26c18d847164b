# %% [markdown]
# # Batch norm: keeping deep networks trainable
#
# Unit 3 made a network deeper and found that depth makes training harder. Here you'll see what happens
# to a signal on its way through many layers, how to start it at the right scale, and how batch norm keeps
# it there. You'll also meet batch norm's two modes and the bugs that come from mixing them up. At the end
# you'll train a deep network with a recipe of your own.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. A signal through twenty layers
#
# Here are photographs of clothes, 28 × 28 pixels (Fashion-MNIST), and a tower of twenty 3 × 3
# convolutions with ReLUs. The tower isn't trained. We choose the standard deviation of its random weights
# and look at how large the numbers are after each layer.

# %% tags=["explore"]
import copy
import dataclasses

from cnnlab import models, pictures, training, widgets
from cnnlab.data import load
from cnnlab.pictures.signals import accuracy_by_rate, signal_by_layer

clothes = load("fashion-mnist-small").with_validation(n=1_000, seed=0)
data = dataclasses.replace(clothes, train=clothes.train.per_class(200))  # few: quickly trained
print(data)
pictures.image_grid(data.train.images[:16], data.train.labels[:16], data.class_names)

# %% tags=["explore"]
images = next(iter(data.batches("train", batch_size=64, shuffle=False)))[0]


def tower(std, depth=20, width=16, make_block=None):
    """Convolutions with weights of this standard deviation; `std` may be a rule for fan_in."""
    torch.manual_seed(0)
    layers, channels = [], 1
    for _ in range(depth):
        if make_block:
            layer = make_block(channels, width)
        else:
            convolution = nn.Conv2d(channels, width, kernel_size=3, padding=1, bias=False)
            layer = nn.Sequential(convolution, nn.ReLU())
        for part in layer.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.normal_(part.weight, std=std(9 * channels) if callable(std) else std)
        layers.append(layer)
        channels = width
    return nn.Sequential(*layers)


def sizes_in(net, x):
    """The standard deviation after each layer of a plain nn.Sequential."""
    found = []
    with torch.no_grad():
        for layer in net:
            x = layer(x)
            found.append(x.std().item())
    return found


first = sizes_in(tower(std=0.02), images)
print(f"weights of std 0.02: after layer 1 the signal has a std of {first[0]:.3f}")

# %% tags=["explore"]
power_of_ten = widgets.prediction(
    "power_of_ten",
    "What is left after layer 20? Give the power of ten: -2 means about 0.01, 3 about 1,000.",
)

# %% tags=["explore", "hide"]
predict.reveal(
    "power_of_ten",
    truth=round(math.log10(first[-1])),
    tolerance=0.15,
    reasons={
        -2: "That's roughly where it starts. Each layer shrinks what is left.",
        -1: "That's roughly where it starts. Each layer shrinks what is left.",
        0: "Nothing in the tower keeps the size: each layer multiplies its input.",
    },
    because=f"Each layer multiplies the signal by about {(first[-1] / first[0]) ** (1 / 19):.2f}, "
    "nineteen times in a row.",
)

# %% tags=["explore"]
print(f"after layer 20: {first[-1]:.1e}")
seen = images.clone().requires_grad_()
out = tower(std=0.02)(seen)
out.backward(torch.randn_like(out))  # a gradient of size 1 starts at the top
print(f"of a gradient of size 1 at the top, {seen.grad.std():.1e} comes back to the image")

# %% [markdown]
# Almost nothing of the image reaches the top, and almost nothing of the gradient makes it back. So
# larger weights, then? **Change the list** and find the value that works.

# %% tags=["explore"]
STDS = [0.02, 0.1, 0.2, 0.3]

signal_by_layer(
    {f"weights of std {std}": sizes_in(tower(std), images) for std in STDS},
    "What is left of the signal",
)

# %% [markdown]
# The same factor twenty times over makes a twentieth power: ½ leaves a millionth, 2 makes a million. It's
# like a word whispered along a row of twenty people: if each passes it on a little more quietly, the
# last one hears nothing. (When the numbers grow instead, we say that the signal, or the gradient,
# *explodes*.) There are two cures: **choose the factor well at the start**, or **reset the volume at
# every layer**. This unit does both.

# %% [markdown]
# ## 2. Initialisation: Xavier and Kaiming
#
# Each output of a layer is a sum of $n$ products, where $n$ is the **fan-in**: $C_{in} \cdot k \cdot k$
# for a convolution. A random weight has mean 0 and variance $\sigma^2$, so one product has the variance
# $\sigma^2$ · (mean square of the inputs). Variances of independent terms add up, so the sum has $n$ times
# that. The ReLU then sets half of the outputs to zero, which halves the mean square:
#
# $$\text{mean square out} \;=\; \tfrac12 \, n \, \sigma^2 \cdot \text{mean square in}$$
#
# Does that hold? **Change the two numbers:**

# %% tags=["explore"]
FAN_IN, STD = 144, 0.02  # as in the tower: 16 · 3 · 3 products

torch.manual_seed(0)
inputs = torch.randn(2_000, FAN_IN).relu()  # as another layer with a ReLU would give them
outputs = (inputs @ (STD * torch.randn(FAN_IN, 4_000))).relu()
measured = outputs.square().mean() / inputs.square().mean()
print(f"measured factor {measured:.4f}   by the formula {0.5 * FAN_IN * STD**2:.4f}")

# %% [markdown]
# We want this factor to be 1. That's the rule of Kaiming He and others (2015). Xavier Glorot and Yoshua
# Bengio had done the same in 2010 for layers without ReLU, where there's no ½. They also wanted gradients
# to keep their size on the way back, where the sum runs over the $n_{out}$ outputs, and took the middle:
#
# $$\sigma^2_{\text{Xavier}} = \frac{2}{n_{in} + n_{out}}$$
#
# Both rules go by their authors' first names. In torch they are `nn.init.xavier_normal_` and
# `nn.init.kaiming_normal_`. **Your turn:** Kaiming's.


# %% todo="kaiming_std"
def kaiming_std(fan_in: int) -> float:
    """The standard deviation of weights that keep a signal's size through layers with ReLU.

    fan_in  how many products each output is a sum of: n_in for a dense layer, C_in·k·k for a
            convolution

    A layer multiplies the mean square of its inputs by fan_in · std² · ½ (the ½ is the ReLU's).
    Returns the std for which this factor is 1.
    """
    ### BEGIN SOLUTION
    return math.sqrt(2 / fan_in)
    ### END SOLUTION


# %% test="kaiming_std" points=2
check.kaiming_std(kaiming_std)
# %% tags=["explore"]
my_kaiming_std = check.use(kaiming_std)
for channels in (3, 16, 64, 512):
    print(f"3×3 convolution on {channels:>3} channels: std {my_kaiming_std(9 * channels):.3f}")

# %% [markdown]
# So for the tower with its 16 channels the right value lies between 0.1 and 0.2. It isn't a universal
# constant: other widths need other values.
#
# **Your turn to measure.** `sizes_in` could only walk through a plain nn.Sequential. To look inside *any*
# network, torch has **hooks**: functions that it calls whenever a layer has run.
# `layer.register_forward_hook(f)` makes torch call `f(layer, inputs, output)`, and returns a handle
# whose `remove()` takes the hook off again.


# %% todo="activation_stats"
def activation_stats(model: nn.Module, x: torch.Tensor) -> list[tuple[float, float]]:
    """How large the outputs of each ReLU are when x goes through the model once.

    Returns one pair (mean, standard deviation) for each time an `nn.ReLU` runs, in the order in
    which they run. A ReLU may be at any depth, and the same one may run more than once. Both are
    plain numbers taken over all elements of the output; the standard deviation has the divisor n.

    Each part of the model runs in the mode it's in. Afterwards its hooks and the mode of each part
    are as they were before, and autograd is on.
    """
    ### BEGIN SOLUTION
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    relus = [module for module in model.modules() if isinstance(module, nn.ReLU)]
    hooks = [relu.register_forward_hook(measure) for relu in relus]
    try:
        with torch.no_grad():
            model(x)
    finally:
        for hook in hooks:
            hook.remove()
    return stats
    ### END SOLUTION


# %% test="activation_stats" points=5
check.activation_stats(activation_stats)
# %% tags=["explore"]
my_activation_stats = check.use(activation_stats)


def my_sizes(net):
    return [std for _, std in my_activation_stats(net, images)]


rules = {
    "Kaiming: √(2/n)": my_kaiming_std,
    "without the ReLU's 2: √(1/n)": lambda n: math.sqrt(1 / n),
    "torch's default: √(1/3n)": lambda n: math.sqrt(1 / (3 * n)),
}
signal_by_layer(
    {name: my_sizes(tower(rule)) for name, rule in rules.items()}, "Three rules for the start"
)

# %% [markdown]
# Kaiming's rule keeps the signal alive, while the others lose much the same factor at each layer. It
# doesn't hold the size exactly: zeros enter at the borders of the maps, and sixteen channels are few for an
# average.
#
# Is a good start enough? It's a promise about *random* weights, and after a few steps they aren't random
# any more. Let's start eight layers by Kaiming's rule, train them at a rate that is too high, and watch:

# %% tags=["explore"]
torch.manual_seed(0)
started = nn.Sequential(
    tower(my_kaiming_std, depth=8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10)
)
optimizer = torch.optim.SGD(started.parameters(), lr=1.0, momentum=0.9)
print(f"{'layer':<15} " + "  ".join(f"{layer:>9}" for layer in range(1, 9)))
for step, (x, y) in enumerate(data.batches("train", batch_size=64, seed=0)):
    if step % 4 == 0:
        sizes = "  ".join(f"{std:9.2g}" for std in my_sizes(started))
        print(f"after {step:>2} steps: {sizes}")
    if step == 20:
        break
    optimizer.zero_grad()
    F.cross_entropy(started(x), y).backward()
    optimizer.step()

# %% [markdown]
# Read down the last columns: they start well, and within a few steps their signal is a small part of what
# it was. All layers' weights move at once and their factors multiply, and nothing in a good start guards
# against that.

# %% [markdown]
# ## 3. Batch norm
#
# You already normalise the *input*: `data.batches` subtracts the mean of the training images and divides
# by their standard deviation, as `torchvision.transforms.v2.Normalize(mean, std)` does. **Batch norm**
# (Ioffe and Szegedy, 2015) does it inside the network, anew for every batch. Each *channel* has its own
# mean and variance, taken over all images of the batch, all rows and all columns:
#
# $$y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$$
#
# $\gamma$ and $\beta$ are learned, one pair for each channel; torch calls them `weight` and `bias`. The
# small $\varepsilon$ keeps us from dividing by zero. Here it is by hand, for one channel of two tiny
# images. **Change the numbers.** Which changes leave the result the same?

# %% tags=["explore"]
channel = torch.tensor([[1.0, 3.0], [5.0, 7.0]])  # two images of 1 × 2 pixels
gamma, beta = 1.0, 0.0

mean, variance = channel.mean(), channel.var(unbiased=False)
normalised = (channel - mean) / torch.sqrt(variance + 1e-5)
print(f"mean {mean:.2f}   variance {variance:.2f}   standard deviation {variance.sqrt():.2f}")
print("normalised        ", "  ".join(f"{v:6.3f}" for v in normalised.flatten()))
print("scaled and shifted", "  ".join(f"{v:6.3f}" for v in (gamma * normalised + beta).flatten()))

# %% [markdown]
# It's like a teacher who grades on a curve: what counts is your position relative to the class.
#
# But what if the class has one pupil? When the network is *used*, the answer for one image mustn't depend
# on the images that happen to come with it. So in training the layer also keeps **running statistics**:
# after each batch they move a tenth of the way towards the batch's mean and variance. In **eval mode** it
# uses those. Here is one channel of an untrained convolution; the dashed lines are the mean and the variance
# over all 1,000 images. Drag the batch size and the momentum:

# %% tags=["explore"]
from cnnlab.widgets.batch_statistics import batch_statistics_explorer

many = next(iter(data.batches("train", batch_size=1_000)))[0]
torch.manual_seed(0)
convolution = nn.Conv2d(1, 1, kernel_size=3, padding=1)
nn.init.kaiming_normal_(convolution.weight)
with torch.no_grad():
    one_channel = convolution(many)[:, 0]
statistics = batch_statistics_explorer(one_channel)

# %% [markdown]
# One detail for your code: to normalise, $\sigma^2$ has the divisor $n$ (it describes this batch); the
# variance that goes into the running estimate has $n - 1$ (it estimates the variance of all the data the
# batch was drawn from).


# %% todo="batch_norm"
class BatchNorm2d(nn.Module):
    """Batch normalisation of feature maps: (N, C, H, W) → (N, C, H, W), where C is num_features.

    weight, bias               parameters of shape (C,), initially all 1 and all 0
    running_mean, running_var  buffers of shape (C,), initially all 0 and all 1

    Training mode: each channel is normalised by the mean and the *biased* variance (divisor n) of
    its n = N·H·W values in this batch, then scaled by `weight` and shifted by `bias`:
    (x − mean) / sqrt(variance + eps) · weight + bias. Both running statistics move towards the
    batch's by the share `momentum`, new = (1 − momentum)·old + momentum·batch; for running_var
    the batch's variance is the *unbiased* one (divisor n − 1).

    Eval mode: the same formula with running_mean and running_var, which stay as they are.

    Gradients flow through the mean and the variance of the batch; the running statistics keep no
    graph. x is not changed. There is more than one value per channel.

    Refused: torch's own norms in all their forms (nn.BatchNorm2d, F.batch_norm, nn.GroupNorm, …),
    also as a base class.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1):
        ### BEGIN SOLUTION
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        if self.training:
            mean = x.mean(dim=(0, 2, 3))  # (C,)
            variance = x.var(dim=(0, 2, 3), unbiased=False)
            with torch.no_grad():
                unbiased = x.var(dim=(0, 2, 3))
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (unbiased - self.running_var)
        else:
            mean, variance = self.running_mean, self.running_var
        scale = self.weight / torch.sqrt(variance + self.eps)
        return (x - mean.view(1, -1, 1, 1)) * scale.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
        ### END SOLUTION


# %% test="batch_norm" points=18
check.batch_norm(BatchNorm2d)
# %% [markdown]
# Now put it into the tower. The weights have a standard deviation of 0.02, or fifteen times that:

# %% tags=["explore"]
my_norm = check.use(BatchNorm2d)


def normed(channels, width):
    convolution = nn.Conv2d(channels, width, kernel_size=3, padding=1, bias=False)
    return nn.Sequential(convolution, my_norm(width), nn.ReLU())


signal_by_layer(
    {
        f"std {std}, {'with' if block else 'without'} batch norm": my_sizes(
            tower(std, make_block=block)
        )
        for block in (None, normed)
        for std in (0.02, 0.3)
    },
    "With your batch norm after each convolution",
)

# %% [markdown]
# The two lines with batch norm lie on top of each other: the scale of the weights hardly matters any more.
#
# Is this just input normalisation, repeated? No: that one is fixed, while batch norm has $\gamma$ and
# $\beta$, and with these it can undo itself completely if that lowers the loss:

# %% tags=["explore"]
norm = my_norm(1)
with torch.no_grad():
    norm.weight.copy_((images.var(dim=(0, 2, 3), unbiased=False) + 1e-5).sqrt())
    norm.bias.copy_(images.mean(dim=(0, 2, 3)))
    print(f"largest change by this batch norm: {(norm(images) - images).abs().max():.1e}")

# %% [markdown]
# ## 4. The block: convolution, batch norm, ReLU
#
# ResNet and many networks after it are made of one building block: convolution, batch norm, ReLU. Suppose
# that in training mode you add 100 to every output of the convolution, just before batch norm.

# %% tags=["explore"]
plus_hundred = widgets.prediction(
    "plus_hundred",
    "By how much does the block's output change, apart from rounding?",
    choices=["not at all", "a little", "a lot"],
)

# %% tags=["explore", "hide"]
torch.manual_seed(0)
conv = nn.Conv2d(1, 8, kernel_size=3)
maps = conv(images)
with torch.no_grad():
    change = float((my_norm(8)(maps + 100) - my_norm(8)(maps)).abs().max())
predict.reveal(
    "plus_hundred",
    truth="not at all" if change < 1e-3 else "a little" if change < 1 else "a lot",
    because="The mean grows by 100 as well, and is subtracted. Nothing is left of it.",
)

# %% tags=["explore"]
print(f"largest change: {change:.1e}")
loss = (my_norm(8)(maps) * torch.randn_like(maps)).mean()
gradients = torch.autograd.grad(loss, (conv.weight, conv.bias))
for name, gradient in zip(("weight", "bias"), gradients, strict=True):
    print(f"largest gradient of the convolution's {name:<7} {gradient.abs().max():.1e}")

# %% [markdown]
# A convolution's bias is such a constant. Before batch norm it does nothing, and its gradient is zero
# apart from rounding; batch norm's own $\beta$ does its work. So leave it out.
#
# Should batch norm come before or after the ReLU? The paper puts it before, and most published networks
# do too: every channel then starts with positive values somewhere, so no ReLU starts dead. Others
# report equal or better results after the ReLU, and the question isn't settled. We follow the paper; in
# section 9 you can try both.


# %% todo="conv_bn_relu"
def conv_bn_relu(
    in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1
) -> nn.Module:
    """A module of convolution, batch norm and ReLU, in this order.

    The convolution has kernel_size × kernel_size kernels (kernel_size is odd), the given stride,
    padding kernel_size // 2, and no bias. Batch norm has the default settings: your BatchNorm2d or
    torch's.
    """
    ### BEGIN SOLUTION
    # No bias: batch norm subtracts each channel's mean, and any constant with it.
    return nn.Sequential(
        nn.Conv2d(
            in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2, bias=False
        ),
        BatchNorm2d(out_channels),
        nn.ReLU(),
    )
    ### END SOLUTION


# %% test="conv_bn_relu" points=4
check.conv_bn_relu(conv_bn_relu)
# %% [markdown]
# Something else cancels too: a *factor*. Multiply all weights of the convolution by 10:

# %% tags=["explore"]
torch.manual_seed(0)
block = check.use(conv_bn_relu)(1, 8)
kernel = next(p for p in block.parameters() if p.dim() == 4)
target = torch.randn(64, 8, *images.shape[2:])
sizes = []
for factor in (1, 10):
    with torch.no_grad():
        kernel.mul_(factor)
    out = block(images)
    (gradient,) = torch.autograd.grad((out * target).mean(), kernel)
    sizes.append(float(gradient.norm()))
    print(f"weights × {factor:>2}: output std {out.std():.4f}   gradient norm {sizes[-1]:.2e}")
print(f"The gradient is {sizes[0] / sizes[1]:.1f} times smaller.")
cosine = F.cosine_similarity(gradient.flatten(), kernel.detach().flatten(), dim=0)
print(f"cosine of the angle between gradient and weights: {abs(cosine):.4f}")

# %% [markdown]
# The output stays the same, and the gradient shrinks as the weights grow. And they do grow: the gradient
# is at right angles to the weights (making them longer changes nothing), so each step along it lengthens
# them, a long one most of all. A step that was too long makes the next ones gentler: a brake that works by
# itself. Does that make the learning rate matter less?

# %% [markdown]
# ## 5. Experiment: learning rates with and without batch norm
#
# One variable: batch norm or none, at five learning rates. Everything else is the same: a small VGG
# (unit 3) without dropout, Kaiming's start, 2,000 images, 8 epochs, batches of 32, SGD with momentum, a
# rate that warms up and then falls. The hidden *dense* layers have batch norm too (`nn.BatchNorm1d`,
# which has no rows and columns to average over).
#
# First we ask what can be *optimised*, so we look at the training images.

# %% tags=["explore"]
rates_without = widgets.prediction(
    "rates_without",
    "At how many of the rates 0.001, 0.01, 0.03, 0.1 and 0.3 does the network without batch norm "
    "get more than half of its training images right?",
    choices=[0, 1, 2, 3, 4, 5],
)

# %% tags=["explore"]
CONFIG = [(1, 16), (1, 32), (2, 64)]
RATES = (0.001, 0.01, 0.03, 0.1, 0.3)
SEED = 0


def make_net(batch_norm):
    torch.manual_seed(SEED)
    return models.make_vgg(
        CONFIG, num_classes=10, in_channels=1, image_size=28, batch_norm=batch_norm, dropout=0.0
    )


def train(model, rate):
    """Train, even where it fails: `strict=False` records a run that stands still."""
    recipe = {"epochs": 8, "lr": rate, "batch_size": 32, "seed": SEED}
    return training.fit(model, data, **recipe, progress=False, strict=False)


nets, histories, learned, held_out = {}, {}, {}, {}
for batch_norm in (False, True):
    for rate in RATES:
        key = batch_norm, rate
        nets[key] = make_net(batch_norm)
        histories[key] = train(nets[key], rate)
        learned[key] = 100 * training.evaluate(nets[key], data, split="train").accuracy
        held_out[key] = 100 * training.evaluate(nets[key], data, split="validation").accuracy
    print(f"{'with' if batch_norm else 'without'} batch norm: done")

# %% tags=["explore"]
accuracy_by_rate(
    {
        title: {rate: histories[batch_norm, rate].train_accuracy for rate in RATES}
        for title, batch_norm in (("without batch norm", False), ("with batch norm", True))
    }
)

# %% tags=["explore", "hide"]
works = [rate for rate in RATES if learned[False, rate] > 50]
predict.reveal(
    "rates_without",
    truth=len(works),
    reasons={5: "Far too small a rate gets nowhere in 8 epochs, and far too large a one diverges."},
    because=f"It does at {', '.join(map(str, works))}. Below, the steps are too small for 8 epochs; "
    "above, training breaks down.",
)

# %% [markdown]
# The same numbers as a table, and next to them the accuracy on 1,000 *validation* images. How do you
# expect the two to change, with batch norm, as the rate goes up from 0.01 to 0.1?

# %% tags=["explore"]
train_or_validation = widgets.prediction(
    "train_or_validation",
    "With batch norm, from rate 0.01 to rate 0.1: what rises?",
    choices=["training accuracy", "validation accuracy", "both", "neither"],
)

# %% tags=["explore"]
print(f"{'':<15}{'training images, %':>20}{'validation images, %':>24}")
print(f"{'learning rate':<15}" + 2 * f"{'without':>12}{'with':>8}  ")
for rate in RATES:
    cells = "".join(
        f"{found[False, rate]:>12.1f}{found[True, rate]:>8.1f}  " for found in (learned, held_out)
    )
    print(f"{rate:<15}{cells}")

# %% tags=["explore", "hide"]
rises = [
    name
    for name, found in (("training accuracy", learned), ("validation accuracy", held_out))
    if found[True, 0.1] > found[True, 0.01]
]
predict.reveal(
    "train_or_validation",
    truth="both" if len(rises) == 2 else rises[0] if rises else "neither",
    because="Here training accuracy falls a little above 0.01, and validation accuracy doesn't."
    if rises == ["validation accuracy"]
    else "Compare the rows 0.01 and 0.1.",
)

# %% [markdown]
# So what did batch norm do? It **widened the range of rates that work**, in both directions: at small
# rates the network with it learns much faster, and at large ones it still learns when the other has
# broken down. It did not make every rate equally good: its *training* accuracy is highest at a fairly
# small rate and falls off above. *Validation* accuracy doesn't fall with it: larger rates come out a little
# ahead. Bjorck and others (2018) saw that clearly on larger data; here a point is ten images.
#
# How far can this be trusted? It's one seed, so change `SEED`. In the course's repository,
# [docs/experiments.md](https://github.com/cnnlab/cnnlab/blob/main/docs/experiments.md) repeats the
# comparison with other seeds, and says in how many of them each of these sentences holds.
#
# **Batch norm also regularises.** An image's normalised values depend on the companions that happen to
# share its batch. That's noise, a bit like dropout's, and the smaller the batch the larger the noise. So
# networks with batch norm often get by with less dropout. Measure it, for one image among random
# companions:

# %% tags=["explore"]
noisy = copy.deepcopy(nets[True, 0.03].block1).cpu().train()
for size in (2, 8, 32, 128):
    outputs = []
    for draw in range(20):
        companions = torch.randperm(len(many), generator=torch.Generator().manual_seed(draw))[:size]
        with torch.no_grad():
            outputs.append(noisy(torch.cat([many[:1], many[companions[1:]]]))[0])
    outputs = torch.stack(outputs)
    share = outputs.std(dim=0).mean() / outputs.mean(dim=0).std()
    print(f"batches of {size:>3}: the features of one image vary by {share:.1%} of their spread")

# %% [markdown]
# These runs used torch's batch norm, for speed. Does yours train just as well?


# %% tags=["explore"]
def with_my_norm(model):
    """Puts your BatchNorm2d in the place of torch's."""
    for part in model.children():
        for name, layer in list(part.named_children()):
            if isinstance(layer, nn.BatchNorm2d):
                setattr(part, name, my_norm(layer.num_features))
    return model


my_net, same_start = with_my_norm(make_net(batch_norm=True)), make_net(batch_norm=True)
labels = data.train.labels[: len(images)]
for name, net in (("torch's", same_start), ("yours", my_net)):
    with torch.no_grad():
        loss = F.cross_entropy(copy.deepcopy(net).train()(images), labels)
    print(f"{name:<8} loss of the first batch, untrained: {loss:.6f}")
my_history = train(my_net, rate=0.03)
for name, history in (("torch's", histories[True, 0.03]), ("yours", my_history)):
    losses = "  ".join(f"{loss:.3f}" for loss in history.train_loss)
    print(f"{name:<8} training loss, epoch by epoch: {losses}")
my_net = my_net.cpu()

# %% [markdown]
# They start out identical up to rounding and may then drift slightly apart: floating-point sums depend on
# their order, and training amplifies the difference. From here on we look at the network with *your*
# batch norm.
#
# **You might think** that after each batch norm the numbers have mean 0 and standard deviation 1. In
# training mode they have mean $\beta$ and standard deviation $|\gamma|$, and both are learned:

# %% tags=["explore"]
norms = [layer for layer in my_net.modules() if isinstance(layer, my_norm)]
for number, layer in enumerate(norms, start=1):
    gamma, beta = layer.weight.detach(), layer.bias.detach()
    print(
        f"batch norm {number}: γ from {gamma.min():5.2f} to {gamma.max():5.2f}, "
        f"β from {beta.min():5.2f} to {beta.max():5.2f}"
    )

# %% [markdown]
# They started at exactly 1 and 0, and training has moved them.

# %% [markdown]
# ## 6. Training mode and eval mode
#
# `model.train()` and `model.eval()` decide which statistics batch norm uses: the current batch's, or the
# running ones. Suppose you measure your trained network on the 2,000 test images and forget
# `model.eval()`. The images come sorted by class, in batches of 50.

# %% tags=["explore"]
forgotten_eval = widgets.prediction(
    "forgotten_eval",
    "Compared with eval mode, the accuracy is … (a bit: by 2 to 10 points)",
    choices=["the same", "a bit lower", "much lower"],
)

# %% tags=["explore"]
from torch.utils.data import DataLoader, TensorDataset

test_x, test_y = next(iter(data.batches("test", batch_size=len(data.test))))
sorted_set = TensorDataset(test_x[test_y.argsort(stable=True)], test_y.sort().values)
mixed_set = TensorDataset(test_x, test_y)


@torch.no_grad()
def accuracy(model, dataset, batch_size):
    """Percent of the images classified correctly, in the mode that the model is in."""
    right = 0
    for x, y in DataLoader(dataset, batch_size):
        right += int((model(x).argmax(dim=1) == y).sum())
    return 100 * right / len(dataset)


def forgetful():
    """A copy in training mode: its running statistics will move, those of my_net won't."""
    return copy.deepcopy(my_net).train()


my_net.eval()
right_way = accuracy(my_net, mixed_set, 50)
forgotten = accuracy(forgetful(), sorted_set, 50)

# %% tags=["explore", "hide"]
lost = right_way - forgotten
predict.reveal(
    "forgotten_eval",
    truth="the same" if abs(lost) <= 2 else "a bit lower" if 0 < lost <= 10 else "much lower",
    because=f"{right_way:.1f} % in eval mode, {forgotten:.1f} % in training mode. A batch of one class "
    "is graded on its own curve: what is typical of the class is subtracted as the mean.",
)

# %% tags=["explore"]
print(f"eval mode, sorted by class:            {accuracy(my_net, sorted_set, 50):5.1f} %")
print(f"training mode, sorted, batches of 50:  {forgotten:5.1f} %")
for size in (200, 50, 10, 4, 2):
    print(
        f"training mode, mixed, batches of {size:>3}:  {accuracy(forgetful(), mixed_set, size):5.1f} %"
    )

# %% [markdown]
# The same weights, the same images. In mixed batches of 200 the mistake is hard to see, and so it survives
# in real programs; the smaller the batch, the worse its statistics. And a batch of one?

# %% tags=["explore"]
one = images[:1]
try:
    forgetful()(one)
except ValueError as error:
    print(f"training mode, one image: {type(error).__name__}: {error}")
with torch.no_grad():
    alone = forgetful().block1(one)
    together = forgetful().block1(images)[:1]
print(
    f"its first maps, alone and among 64: they differ by {(alone - together).abs().mean():.2f} on "
    f"average,\nwhile their own mean is {together.mean():.2f}."
)

# %% [markdown]
# With one image, a dense layer's batch norm has nothing to average over, and at least says so. A
# convolution's silently goes on with the mean of that image. Where batches have to be small, other norms
# help, which don't look at the batch but average within each image: **layer norm** over all its channels
# and positions (Ba and others, 2016), **instance norm** over each channel on its own (Ulyanov and others,
# 2016), and **group norm** over a few channels at a time (Wu and He, 2018).
#
# And a frozen network? Set `requires_grad = False` for every parameter. Then send darker images through
# it in training mode, as happens when only a new last layer is trained.

# %% tags=["explore"]
frozen_norm = widgets.prediction(
    "frozen_norm",
    "Afterwards, in eval mode, its accuracy on the old images is … (to half a point)",
    choices=["the same", "different"],
)

# %% tags=["explore"]
frozen = copy.deepcopy(my_net)
for parameter in frozen.parameters():
    parameter.requires_grad = False
before = {name: value.clone() for name, value in frozen.state_dict().items()}

frozen.train()
for x, _ in data.batches("train", batch_size=32, seed=1):
    frozen(0.5 * x - 1)  # half the contrast, and darker

frozen.eval()
after = accuracy(frozen, mixed_set, 50)
moved = {
    name for name, value in frozen.state_dict().items() if not torch.equal(value, before[name])
}

# %% tags=["explore", "hide"]
predict.reveal(
    "frozen_norm",
    truth="the same" if abs(after - right_way) < 0.5 else "different",
    because=f"{right_way:.1f} % before, {after:.1f} % after. requires_grad=False stops the optimiser. "
    "But it isn't the optimiser that moves the running statistics: the forward pass does, in training "
    "mode.",
)

# %% tags=["explore"]
for kind, names in (
    ("parameters", [name for name, _ in frozen.named_parameters()]),
    ("buffers", [name for name, _ in frozen.named_buffers()]),
):
    print(f"{kind} that changed: {len(moved.intersection(names))} of {len(names)}")

# %% [markdown]
# Forgotten eval mode, tiny batches, a frozen network that still changes: three bugs with one cause. In
# training mode batch norm uses the batch *and* updates its running statistics. To freeze a batch-norm
# layer, also put it in eval mode. You'll need that in unit 7.

# %% [markdown]
# ## 7. Folding batch norm into the convolution
#
# In eval mode batch norm is a fixed map for each channel: subtract, scale, shift. A convolution is
# linear, so together they are again a convolution, with other weights and a bias:
#
# $$\gamma \, \frac{(w * x + b) - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta
# \;=\; \underbrace{s\,w}_{\text{new weights}} * \; x \; + \;
# \underbrace{s\,(b - \mu) + \beta}_{\text{new bias}}
# \qquad s = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}$$
#
# Networks are often folded like this before they go onto a phone: batch norm helped to train them, and is
# gone afterwards.


# %% todo="fold_batchnorm"
def fold_batchnorm(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    """One new nn.Conv2d that computes what bn(conv(x)) computes in eval mode.

    conv  with or without bias, with any stride, padding, dilation and groups
    bn    an nn.BatchNorm2d for its output channels, in any mode, with any eps

    The new convolution has a bias, and memory of its own. conv and bn stay as they were, including
    their modes.

    Refused: torch's own functions that fuse batch norm into a convolution.
    """
    ### BEGIN SOLUTION
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    with torch.no_grad():
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)  # (C_out,)
        bias = 0 if conv.bias is None else conv.bias
        folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
        folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded
    ### END SOLUTION


# %% test="fold_batchnorm" points=7
check.fold_batchnorm(fold_batchnorm)
# %% tags=["explore"]
import time

my_fold = check.use(fold_batchnorm)


def fold_all(model):
    """A copy in eval mode in which each convolution has taken in the batch norm behind it."""
    folded = copy.deepcopy(model).eval()
    for part in folded.children():
        layers = list(part.named_children())
        for (name, conv), (after, norm) in zip(layers, layers[1:], strict=False):
            if isinstance(norm, nn.BatchNorm2d):
                setattr(part, name, my_fold(conv, norm))
                setattr(part, after, nn.Identity())
    return folded


trained = copy.deepcopy(nets[True, 0.03]).cpu().eval()
versions = {"with batch norm": trained, "folded": fold_all(trained)}
few = test_x[:500]
times = {name: [] for name in versions}
with torch.no_grad():
    answers = {name: model(few) for name, model in versions.items()}
    for _ in range(10):  # in turn, so that a busy moment slows both down
        for name, model in versions.items():
            began = time.perf_counter()
            model(few)
            times[name].append(time.perf_counter() - began)
for name, model in versions.items():
    count = sum(isinstance(layer, nn.BatchNorm2d) for layer in model.modules())
    print(f"{name:<16}{count} BatchNorm2d layers, {1000 * min(times[name]):.1f} ms for 500 images")
gap = (answers["folded"] - answers["with batch norm"]).abs().max()
saved = 1 - min(times["folded"]) / min(times["with batch norm"])
print(f"largest difference of a logit: {gap:.1e};  time saved: {saved:.0%}")

# %% [markdown]
# The answers are the same up to rounding. How much time you save depends on the machine: multiply-adds are
# almost all in the convolutions, but batch norm reads and writes every map once more, and on many devices
# it's memory traffic that counts.

# %% [markdown]
# ## 8. Why does it help?
#
# Be careful with the answer. The 2015 paper gave one: the inputs of each layer change their distribution
# while the layers before it learn ("internal covariate shift"), and batch norm stops that. Santurkar and
# others (2018) put it to the test: they added *noise* after each batch norm, so that the distributions
# jumped about more than without any batch norm, and the networks still trained about as well. What they
# measured instead is a smoother loss: along a step, loss and gradient change less, so longer steps are
# safe. Bjorck and others (2018) traced most of the gain to the larger learning rates that this allows.
#
# So "internal covariate shift" is the original motive, the smoother landscape is the better-supported
# explanation today, and the discussion isn't closed. What you have *seen* here is that the signal keeps
# its size, that the scale of the weights cancels, and that a wider range of learning rates works.

# %% [markdown]
# ## 9. Your design: a recipe for a deep network
#
# Unit 3 left you with a VGG of twelve convolutions that stood still at a rate that suited the shallow one.
# Here it is again, narrower. It gets 3,000 images and 5 epochs, which is little for a deep network. You
# don't change its layers; you write the **recipe**: batch norm or none, and where; how large the weights are
# at the start; the learning rate, and how long it warms up; momentum; batch size (smaller batches mean more
# steps). Here are the points:

# %% tags=["explore"]
check.brief("design_deep_training")

# %% [markdown]
# This is your workbench. It trains the network by each recipe and measures it on the *validation* images.
# **Add your own recipes**, change one setting at a time, and note what it does. Is the best learning rate the
# same with and without batch norm? How much does the size of the weights at the start matter in each case?
# Does batch norm do better before the ReLU or after it? And how close can you come without it?

# %% tags=["explore"]
from cnnlab.deep_training import train_deep

more_data = dataclasses.replace(clothes, train=clothes.train.per_class(300))
BASE = {
    "norm": "none",  # or "before ReLU", or "after ReLU"
    "weight_scale": 1.0,  # times Kaiming's standard deviation
    "lr": 0.01,
    "warmup": 0.1,  # the share of the steps in which the rate rises
    "momentum": 0.9,
    "batch_size": 64,
}
recipes = {
    "torch's default start": {"weight_scale": 0.41},
    "Kaiming's start": {},
}
for name, changes in recipes.items():
    trained_net = train_deep({**BASE, **changes}, more_data, seed=0)
    reached = training.evaluate(trained_net, more_data, split="validation").accuracy
    print(f"{name:<32} validation accuracy {reached:.1%}")

# %% [markdown]
# **Your turn.** Put your best recipe below. The check trains it once more and says where you stand. Grading
# trains on other images and measures on 4,000 that aren't in this notebook.


# %% todo="design_deep_training"
def design() -> dict[str, object]:
    """A recipe that trains the VGG of twelve convolutions, as a dict of settings:

    "norm"          "none", "before ReLU" or "after ReLU": where batch norm stands
    "weight_scale"  0.01 to 10, times Kaiming's standard deviation
    "lr"            0.00001 to 3, the highest learning rate; it falls along a cosine
    "warmup"        0 to 0.5, the share of the steps in which the rate rises
    "momentum"      0 to 0.99
    "batch_size"    a whole number from 8 to 256

    All six have to be there. You earn 2 points for settings within these bounds, 4 more from 50 %
    of unseen clothes right, 8 more from 70 % and 10 more from 81 %.
    """
    ### BEGIN SOLUTION
    return {
        "norm": "before ReLU",
        "weight_scale": 1.0,
        "lr": 0.03,
        "warmup": 0.1,
        "momentum": 0.9,
        "batch_size": 16,
    }
    ### END SOLUTION


# %% test="design_deep_training" points=24
check.design_deep_training(design)
# %% [markdown]
# ## 10. In your own words
#
# Three teams use the VGG of section 5 with batch norm, in its dense layers too, and ask for help.
#
# - **(A)** A hospital's X-rays come from two machines, one much brighter. The loader gives a batch from the
#   first, then one from the second, in turn. Training accuracy is 97 %; in eval mode, *on the same
#   training images*, it's 71 %.
# - **(B)** A web service classifies photos in groups, as they come in. The same photo gets different answers
#   at busy hours and at night; at night, when a photo may come alone, the service sometimes crashes.
# - **(C)** For larger images a team went from batches of 64 on one GPU to 2 on each of 32 GPUs. "Same total
#   batch, same rate", and yet the loss jumps about and the accuracy in eval mode is poor.
#
# For each: the most likely cause, and why it has just this effect; then a test that would distinguish it
# from other causes, or a remedy that addresses it. Six to ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for a cause with its reason and 1 for a test or
# a remedy that fits it.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** In training mode each batch is normalised by its own mean and variance, and each batch comes from
# one machine: brightness is removed separately for the two. The running statistics are a mixture of both
# machines (closer to whichever came last) and fit neither, so in eval mode the layers get numbers they
# never saw in training. Test: measure the training images in training mode, in batches from one machine
# each: 97 % should come back, though no weight has changed; or compare `running_mean` with the channel
# means of each machine. Remedy: shuffle, so that each batch holds both machines as the data does.
#
# **(B)** The service runs in training mode: the statistics are those of the photos that happen to arrive
# together, so the answer depends on the neighbours, and a single photo leaves a dense layer's batch norm
# nothing to average (the crash). Test: print `model.training`, or send one photo twice with different
# neighbours; after `model.eval()` both answers must agree, and a photo on its own works.
#
# **(C)** Each GPU computes its statistics from its own 2 images. The total batch matters for the gradient,
# not for batch norm: means of 2 images are noisy, which makes the loss jump, and the running statistics
# collect noisy estimates that don't match what the layers were trained with. Test: batches of 2 on one GPU
# show the same; 32 on each of two GPUs don't. Remedy: statistics synchronised over the GPUs (torch's
# SyncBatchNorm), or a norm that doesn't look at the batch (group norm).
#
# *Rubric.* For each: 1 for a cause whose reason explains *this* effect; 1 for a test that would come out
# differently under another cause, or a remedy that addresses the cause. (A) "Overfitting" earns nothing:
# the images are the same. Running statistics named without saying why they fit neither machine: half.
# (B) The wrong mode without the crash or without the neighbours: half. (C) "The learning rate is too
# high" earns nothing unless it is tied to the noise of small batches.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - say why a signal dies or explodes in a deep network, and choose weights that keep its size
# - look inside any network with hooks, and remove them again
# - write batch norm with both of its modes, and say what is learned and what is measured
# - build the block of convolution, batch norm and ReLU, and say why it has no bias
# - find the bugs that batch norm brings: forgotten eval mode, tiny batches, a frozen network that changes
# - fold batch norm into a convolution
# - choose a recipe that trains a deep plain network
#
# **Pitfalls.** `model.eval()` before measuring, `model.train()` before training. Biased variance to
# normalise, unbiased for the running estimate. In torch, `momentum` is the share of the *new* value.
# Freezing isn't eval mode. Batches of two are too small.
#
# **Left out here:** layer norm and group norm in detail; weight decay and batch norm, momentum and schedules
# (unit 6); batch norm in transfer learning (unit 7).
#
# **Back:** the block is unit 3's with batch norm in it; eval mode comes from unit 2. **Next:** unit 5. Now
# that signals survive, are deeper networks better? We ask the *training* images.
