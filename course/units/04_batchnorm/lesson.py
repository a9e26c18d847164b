# %% [markdown]
# # Keeping deep networks trainable
#
# Unit 3 made networks deeper, and found that depth has a price. Here you see what happens to a signal
# on a long way, how to start it well, and how to keep it well: batch norm, with the two modes that
# everybody forgets once.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Twenty layers down
#
# Pictures of 16 × 16 pixels, and a tower of twenty 3 × 3 convolutions with ReLUs. It is not trained;
# we only look at how large the numbers are that come out of each layer. What we choose is the
# standard deviation of the random weights.

# %% tags=["explore"]
import copy
import dataclasses

from cnnlab import models, pictures, training, widgets
from cnnlab.data import load

DATA = "shapes10"  # or "cifar10"


def load_small(name):
    """2,000 images to learn from and 1,000 held out."""
    if name == "shapes10":
        return load(name, seed=0, n_train=2_000, n_test=1_000, image_size=16)
    whole = load(name)
    return dataclasses.replace(
        whole, train=whole.train.per_class(200), test=whole.test.per_class(100)
    )


data = load_small(DATA)
print(data)
pictures.image_grid(data.train.images[:16], data.train.labels[:16], data.class_names)

# %% tags=["explore"]
# You write yours below.
from cnnlab.exercises.u04_batchnorm.activation_stats import activation_stats as ready_made

images = next(iter(data.batches("train", batch_size=64, shuffle=False)))[0]


def tower(std, depth=20, width=16, make_block=None):
    """Convolutions with weights of this standard deviation; `std` may be a rule for fan_in."""
    torch.manual_seed(0)
    layers, channels = [], 3
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


first = ready_made(tower(std=0.02), images)
print(f"weights of std 0.02: after layer 1 the signal has a std of {first[0][1]:.3f}")

# %% tags=["explore"]
power_of_ten = widgets.prediction(
    "power_of_ten",
    "What is left after layer 20? Give the power of ten: -2 is about 0.01, 3 is about 1,000.",
)

# %% tags=["explore"]
left = first[-1][1]
predict.reveal(
    "power_of_ten",
    truth=round(math.log10(left)),
    tolerance=0.15,
    reasons={
        -2: "That is roughly where it starts. Each layer takes its share of what is left.",
        -1: "That is roughly where it starts. Each layer takes its share of what is left.",
        0: "Nothing in the tower holds the size: each layer multiplies what it gets.",
    },
    because=f"Each layer multiplies the signal by about {(left / first[0][1]) ** (1 / 19):.2f}, "
    "and that nineteen times.",
)
print(f"after layer 20: {left:.1e}")

seen = images.clone().requires_grad_()
out = tower(std=0.02)(seen)
out.backward(torch.randn_like(out))  # a gradient of size 1 sets out at the top
print(f"of a gradient of size 1 at the top, {seen.grad.std():.1e} comes back to the image")

# %% [markdown]
# Of the image next to nothing arrives, and of the gradient on its way back no more. Larger weights,
# then? **Change the list** and find the value that works.

# %% tags=["explore"]
STDS = [0.02, 0.1, 0.2, 0.3]


def plot_towers(towers, title):
    """The standard deviation after each ReLU, for towers by name."""
    picture = pictures.Picture(6.8, 3.2)
    axes = picture.subplots()
    told = []
    for index, (name, stats) in enumerate(towers.items()):
        sizes = [std for _, std in stats]
        mark = "os^Dvx"[index % 6]
        axes.plot(
            range(1, len(sizes) + 1),
            sizes,
            color=pictures.PALETTE[index],
            marker=mark,
            ms=4,
            label=name,
        )
        told.append(f"{name} ends at {sizes[-1]:.1e}")
    axes.set(yscale="log", xlabel="layer", ylabel="std of the output", title=title)
    axes.set_xticks([1, 5, 10, 15, 20])
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    picture.alt = f"{title}, on a logarithmic axis: " + "; ".join(told) + "."
    return picture


plot_towers(
    {f"weights of std {std}": ready_made(tower(std), images) for std in STDS},
    "What is left of the signal",
)

# %% [markdown]
# Twenty equal factors make a twentieth power: ½ leaves a millionth, 2 makes a million. It is a word
# whispered along a row of twenty people; each passes it on a bit more softly, and the last one hears
# nothing. Two cures: **choose the factor well at the start**, or **set the volume anew at every
# step**. This unit does both.

# %% [markdown]
# ## 2. A good start
#
# Each output of a layer is a sum of $n$ products, where $n$ is the **fan-in**: $C_{in} \cdot k \cdot k$
# for a convolution. A random weight has the mean 0 and the variance $\sigma^2$, so one product has the
# variance $\sigma^2$ · (mean square of the inputs). Variances of independent terms add up: $n$ times
# that. The ReLU then sets half of the outputs to zero and so halves the mean square:
#
# $$\text{mean square out} \;=\; \tfrac12 \, n \, \sigma^2 \cdot \text{mean square in}$$
#
# Does it hold? **Change the two numbers:**

# %% tags=["explore"]
FAN_IN, STD = 144, 0.02  # as in the tower: 16 · 3 · 3 products

torch.manual_seed(0)
inputs = torch.randn(2_000, FAN_IN).relu()  # as another layer with a ReLU would give them
outputs = (inputs @ (STD * torch.randn(FAN_IN, 4_000))).relu()
measured = outputs.square().mean() / inputs.square().mean()
print(f"measured factor {measured:.4f}   by the formula {0.5 * FAN_IN * STD**2:.4f}")

# %% [markdown]
# We want this factor to be 1. (Kaiming He and others, 2015, had this idea; Xavier Glorot and Yoshua
# Bengio, 2010, had done it for layers without ReLU, where no ½ appears, as a compromise between the
# ways forward and back. Both rules go by their authors' first names: Kaiming and Xavier.)


# %% todo="kaiming_std"
def kaiming_std(fan_in: int) -> float:
    """The standard deviation of weights that keep a signal's size through layers with ReLU.

    fan_in  how many numbers each output is a sum of: n_in of a dense layer, C_in·k·k of a
            convolution

    A layer multiplies the mean square of its inputs by fan_in · std² · ½ (the ½ is the ReLU's).
    Returns the std, a plain number, for which this factor is 1.
    """
    ### BEGIN SOLUTION
    return math.sqrt(2 / fan_in)
    ### END SOLUTION


# %% test="kaiming_std" points=4
check.kaiming_std(kaiming_std)
# %% tags=["explore"]
my_kaiming_std = check.use(kaiming_std)
for channels in (3, 16, 64, 512):
    print(f"3×3 convolution on {channels:>3} channels: std {my_kaiming_std(9 * channels):.3f}")

# %% [markdown]
# So for the tower, with its 16 channels, the value that works lies between 0.1 and 0.2. It is no
# constant of nature: other widths need other values.
#
# **Your turn, to measure.** `ready_made` looked into the tower with **hooks**: functions that torch
# calls whenever a layer has run. `layer.register_forward_hook(f)` makes torch call
# `f(layer, inputs, output)`; it returns a handle, whose `remove()` ends it. Whoever looks leaves no
# trace.


# %% todo="activation_stats"
def activation_stats(model: nn.Module, x: torch.Tensor) -> list[tuple[float, float]]:
    """How large the numbers are that leave each ReLU, when x goes through the model once.

    Returns one pair (mean, standard deviation) for each time that an `nn.ReLU` runs, in the order
    in which they run. A ReLU may lie at any depth, and the same one may run more than once. Both
    numbers are plain and taken over all elements of the output; the standard deviation has the
    divisor n.

    The model runs as it is, in the modes that are set. Afterwards its hooks and the mode of each
    part are as they were before, and autograd is on.
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


# %% test="activation_stats" points=10
check.activation_stats(activation_stats)
# %% tags=["explore"]
my_activation_stats = check.use(activation_stats)


def torchs_own(fan_in):
    """What nn.Conv2d does by itself: uniform within ±1/√fan_in."""
    return math.sqrt(1 / (3 * fan_in))


rules = {
    "Kaiming: √(2/n)": my_kaiming_std,
    "no ReLU counted: √(1/n)": lambda n: math.sqrt(1 / n),
    "torch's default: √(1/3n)": torchs_own,
}
plot_towers(
    {name: my_activation_stats(tower(rule), images) for name, rule in rules.items()},
    "Three rules for the start",
)

# %% [markdown]
# Kaiming's rule keeps the signal alive, where others lose a constant factor at each layer. It does not
# keep it exactly: zeros come in at the borders of such small maps, and sixteen channels are few for
# a law of averages.
#
# **You might think** that a good start is enough. But it is a promise about *random* weights. After a
# few steps they are not random any more:

# %% tags=["explore"]
torch.manual_seed(0)
started = nn.Sequential(
    tower(my_kaiming_std, depth=8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10)
)
optimizer = torch.optim.SGD(started.parameters(), lr=0.3, momentum=0.9)
for step, (x, y) in enumerate(data.batches("train", batch_size=64, seed=0)):
    if step in (0, 2, 4, 8, 12):
        sizes = "  ".join(f"{std:9.2g}" for _, std in my_activation_stats(started, images))
        print(f"after {step:>2} steps: {sizes}")
    if step == 12:
        break
    optimizer.zero_grad()
    F.cross_entropy(started(x), y).backward()
    optimizer.step()

# %% [markdown]
# Read down the last column: the eighth layer, well begun, grows quieter with every line. The learning
# rate is too bold for this network; the weights of all layers move at once, and the factors with them.

# %% [markdown]
# ## 3. Set the volume anew
#
# `data.batches` subtracts the mean from the input images and divides by their standard deviation.
# **Batch norm** (Ioffe and Szegedy, 2015) does it inside the network, and anew for every batch. Each
# *channel* has its own two numbers, taken over all images of the batch, all rows and all columns:
#
# $$y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$$
#
# $\gamma$ and $\beta$ are learned, one pair for each channel; torch calls them `weight` and `bias`. The
# small $\varepsilon$ saves us from dividing by zero. By hand, for one channel of two tiny images:
# **change the numbers**. Which changes does the result not notice?

# %% tags=["explore"]
channel = torch.tensor([[1.0, 3.0], [5.0, 7.0]])  # two images of 1 × 2 pixels
gamma, beta = 1.0, 0.0

mean, variance = channel.mean(), channel.var(unbiased=False)
normalised = (channel - mean) / torch.sqrt(variance + 1e-5)
print(f"mean {mean:.2f}   variance {variance:.2f}   standard deviation {variance.sqrt():.2f}")
print("normalised        ", "  ".join(f"{v:6.3f}" for v in normalised.flatten()))
print("scaled and shifted", "  ".join(f"{v:6.3f}" for v in (gamma * normalised + beta).flatten()))

# %% [markdown]
# It is a teacher who grades on a curve: what counts is your place among the others of this class.
#
# And what if a class has one pupil? When the network is *used*, an answer about one picture must
# not depend on the pictures that happen to come with it. So the layer keeps a memory while it trains,
# the **running statistics**: after each batch they move a tenth of the way to the batch's mean
# and variance. In **evaluation mode** it grades by these.
#
# One detail: $\sigma^2$ of the batch has the divisor $n$ (the batch itself is meant), the one that
# goes into the memory has $n - 1$ (it stands for all the data that the batch was drawn from).


# %% todo="batch_norm"
class BatchNorm2d(nn.Module):
    """Batch normalisation of feature maps: (N, C, H, W) → (N, C, H, W), C being num_features.

    weight, bias               parameters of shape (C,), at first all 1 and all 0
    running_mean, running_var  buffers of shape (C,), at first all 0 and all 1

    Training mode: each channel is normalised by the mean and the *biased* variance (divisor n) of
    its n = N·H·W values in this batch, then scaled by `weight` and shifted by `bias`:
    (x − mean) / sqrt(variance + eps) · weight + bias. Both running statistics move towards the
    batch's by the share `momentum`, new = (1 − momentum)·old + momentum·batch; for running_var
    the batch's variance is the *unbiased* one (divisor n − 1).

    Evaluation mode: the same formula with running_mean and running_var, which stay as they are.

    Gradients flow through mean and variance of the batch; the running statistics hold no graph.
    x stays as it was. Batches with a single value in each channel are not asked for.

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


# %% test="batch_norm" points=24
check.batch_norm(BatchNorm2d)
# %% [markdown]
# Into the tower with it. The weights have a standard deviation of 0.02, or fifteen times as much:

# %% tags=["explore"]
my_norm = check.use(BatchNorm2d)


def normed(channels, width):
    convolution = nn.Conv2d(channels, width, kernel_size=3, padding=1, bias=False)
    return nn.Sequential(convolution, my_norm(width), nn.ReLU())


plot_towers(
    {
        f"std {std}, {'with' if block else 'without'} norm": my_activation_stats(
            tower(std, make_block=block), images
        )
        for block in (None, normed)
        for std in (0.02, 0.3)
    },
    "With your norm after each convolution",
)

# %% [markdown]
# The two lines with a norm lie on each other: how large the weights are hardly matters any more.
#
# **You might think** that this is the normalisation of the input, repeated. But that one is fixed, and
# batch norm has $\gamma$ and $\beta$: it can take itself back completely, if that serves the loss.

# %% tags=["explore"]
norm = my_norm(3)
with torch.no_grad():
    norm.weight.copy_((images.var(dim=(0, 2, 3), unbiased=False) + 1e-5).sqrt())
    norm.bias.copy_(images.mean(dim=(0, 2, 3)))
    print(f"largest change by this norm: {(norm(images) - images).abs().max():.1e}")

# %% [markdown]
# ## 4. The block
#
# From here on, most networks are made of one brick: convolution, batch norm, ReLU. In training mode,
# add 100 to every output of the convolution, just before the norm.

# %% tags=["explore"]
plus_hundred = widgets.prediction(
    "plus_hundred",
    "By how much does the block's output change, but for rounding?",
    choices=["not at all", "a little", "a lot"],
)

# %% tags=["explore"]
conv = nn.Conv2d(3, 8, kernel_size=3)
maps = conv(images)
with torch.no_grad():
    change = float((my_norm(8)(maps + 100) - my_norm(8)(maps)).abs().max())
predict.reveal(
    "plus_hundred",
    truth="not at all" if change < 1e-3 else "a little" if change < 1 else "a lot",
    reasons={
        "a little": "The mean grows by 100 as well, and is subtracted: nothing is left of it.",
        "a lot": "The mean grows by 100 as well, and is subtracted: nothing is left of it.",
    },
)
print(f"largest change: {change:.1e}")

loss = (my_norm(8)(maps) * torch.randn_like(maps)).mean()
gradients = torch.autograd.grad(loss, (conv.weight, conv.bias))
for name, gradient in zip(("weight", "bias"), gradients, strict=True):
    print(f"largest gradient of the convolution's {name:<7} {gradient.abs().max():.1e}")

# %% [markdown]
# A bias of the convolution is such a constant. In front of a norm it does nothing, and its gradient
# is zero but for rounding; the norm's own $\beta$ does its work. So leave it out.


# %% todo="conv_bn_relu"
def conv_bn_relu(
    in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1
) -> nn.Module:
    """A module of convolution, batch norm and ReLU, in this order.

    The convolution has kernel_size × kernel_size weights (kernel_size is odd), the stride given,
    padding kernel_size // 2, and no bias. The norm has the default settings: your BatchNorm2d or
    torch's.
    """
    ### BEGIN SOLUTION
    # No bias: the norm subtracts each channel's mean, and any constant with it.
    return nn.Sequential(
        nn.Conv2d(
            in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2, bias=False
        ),
        BatchNorm2d(out_channels),
        nn.ReLU(),
    )
    ### END SOLUTION


# %% test="conv_bn_relu" points=8
check.conv_bn_relu(conv_bn_relu)
# %% [markdown]
# Something else cancels, too: a *factor*. Multiply all weights of the convolution by 10:

# %% tags=["explore"]
torch.manual_seed(0)
block = check.use(conv_bn_relu)(3, 8)
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

# %% [markdown]
# The output is the same, and the gradient shrinks as the weights grow. So a step that was too long
# makes the next ones gentler: a brake that works by itself, and one reason why networks with batch
# norm bear large learning rates. Let us see whether they do.

# %% [markdown]
# ## 5. The experiment
#
# One variable: batch norm or none, at learning rates 1×, 3×, 10× and 30× of 0.01. Everything
# else is the same: a small VGG (unit 3) without dropout, Kaiming's start, 2,000 images, 12 epochs,
# batches of 32, SGD with momentum, a rate that warms up and then falls. The hidden *dense* layers have
# a norm, too (`nn.BatchNorm1d`: no rows and columns, else the same); without it the top of
# the network breaks at high rates, and the story with it.
#
# We compare accuracy on the *training* images: the question is what can be *optimised*.

# %% tags=["explore"]
rates_ahead = widgets.prediction(
    "rates_ahead",
    "At how many of the four rates does the network with norm end more than 5 points ahead?",
    choices=[0, 1, 2, 3, 4],
)

# %% tags=["explore"]
CONFIG = [(1, 16), (1, 32), (2, 64)]
FACTORS = (1, 3, 10, 30)
SEED = 0


def make_net(batch_norm):
    torch.manual_seed(SEED)
    return models.make_vgg(
        CONFIG,
        num_classes=len(data.class_names),
        image_size=data.train.images.shape[-1],
        batch_norm=batch_norm,
        dropout=0.0,
    )


def train(model, factor):
    """Train, also where it fails: `strict=False` records a run that stands still."""
    return training.fit(
        model,
        data,
        epochs=12,
        lr=0.01 * factor,
        batch_size=32,
        seed=SEED,
        progress=False,
        strict=False,
    )


nets, histories, learned = {}, {}, {}
for batch_norm in (False, True):
    for factor in FACTORS:
        key = batch_norm, factor
        nets[key] = make_net(batch_norm)
        histories[key] = train(nets[key], factor)
        learned[key] = 100 * training.evaluate(nets[key], data, split="train").accuracy

# %% tags=["explore"]
picture = pictures.Picture(8.4, 3.4)
panels = picture.subplots(1, 2, sharey=True)
for panel, batch_norm in zip(panels, (False, True), strict=True):
    for index, factor in enumerate(FACTORS):
        accuracy = [100 * a for a in histories[batch_norm, factor].train_accuracy]
        panel.plot(
            range(1, len(accuracy) + 1),
            accuracy,
            color=pictures.PALETTE[index],
            marker="os^D"[index],
            ms=4,
            label=f"{factor}×: {0.01 * factor:g}",
        )
    title = "with batch norm" if batch_norm else "without"
    panel.set(title=title, xlabel="epoch", ylim=(0, 102))
    panel.spines[["top", "right"]].set_visible(False)
panels[0].set_ylabel("training accuracy (%)")
panels[1].legend(frameon=False, title="learning rate", loc="upper left", bbox_to_anchor=(1, 1))
picture.alt = "Training accuracy over 12 epochs. " + "; ".join(
    f"{'with' if key[0] else 'without'} norm, rate {key[1]}×: ends at {value:.0f} %"
    for key, value in learned.items()
)
picture

# %% tags=["explore"]
print(f"{'learning rate':<15}{'without':>10}{'with':>8}{'lead':>9}   (training accuracy, %)")
leads = {factor: learned[True, factor] - learned[False, factor] for factor in FACTORS}
for factor in FACTORS:
    print(
        f"{f'{factor}× = {0.01 * factor:g}':<15}{learned[False, factor]:>10.1f}"
        f"{learned[True, factor]:>8.1f}{leads[factor]:>+9.1f}"
    )
ahead = [factor for factor in FACTORS if leads[factor] > 5]
blind = [factor for factor in FACTORS if learned[False, factor] < 15]
print(f"\nWith batch norm it is ahead by more than 5 points at {len(ahead)} of 4 rates.")
if blind:
    print(
        f"Without it, it is no better than blind guessing at {', '.join(f'{f}×' for f in blind)}."
    )
predict.reveal(
    "rates_ahead",
    truth=len(ahead),
    reasons={
        1: "It is not only a remedy against rates that are too high: it is faster at low ones.",
        2: "High rates are where it shows most. But look at the low ones.",
        3: "Which of the four did you leave out? Find its row in the table.",
        4: "There is one rate at which the norm does not save it. Find its row in the table.",
    },
)

# %% [markdown]
# How far can this be trusted? One seed is an anecdote. The course repeats this experiment with ten
# seeds, each with other images: `docs/experiments.md` in its repository has the means and the spreads,
# under *Batch norm and learning rates*. The lead at 1×, 3× and 10× is larger than the spread. At 30× the
# network with a norm learns with some seeds and not with others (change `SEED`): batch norm widens the
# range of rates, it does not abolish its end. And nothing is claimed about held-out accuracy: 2,000
# small images are soon known by heart.
#
# These runs used torch's norm, for speed. Does yours train as well?


# %% tags=["explore"]
def with_my_norm(model):
    """Puts your BatchNorm2d into the place of torch's."""
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
my_history = train(my_net, factor=3)
for name, history in (("torch's", histories[True, 3]), ("yours", my_history)):
    losses = "  ".join(f"{loss:.3f}" for loss in history.train_loss[::3])
    print(f"{name:<8} training loss, every third epoch: {losses}")

# %% [markdown]
# The same at the start, but for rounding, and then nearly the same: sums taken in another order round
# otherwise, and every step of training amplifies the difference. From here on we look at the network
# with *your* norm.
#
# **You might think** that behind each norm the numbers now have mean 0 and standard deviation 1:

# %% tags=["explore"]
device = next(my_net.parameters()).device
found = []
watched = [m for m in my_net.modules() if isinstance(m, my_norm)]
hooks = [
    m.register_forward_hook(
        lambda layer, inputs, output: found.append((output.mean((0, 2, 3)), output.std((0, 2, 3))))
    )
    for m in watched
]
with torch.no_grad():
    my_net.eval()(images.to(device))
for hook in hooks:
    hook.remove()
for number, (means, stds) in enumerate(found, start=1):
    print(
        f"norm {number}: channel means from {means.min():5.2f} to {means.max():5.2f}, "
        f"stds from {stds.min():.2f} to {stds.max():.2f}"
    )

# %% [markdown]
# They start there. Training moved $\gamma$ and $\beta$ to where the loss wanted them.

# %% [markdown]
# ## 6. Two modes
#
# `model.train()` and `model.eval()` choose by what a norm grades: by the batch, or by the running
# statistics. **You might think** that evaluation mode is only faster. Somebody measures your trained
# network on the 1,000 held-out images and forgets `model.eval()`. The images come in the order of their
# classes, in batches of 50.

# %% tags=["explore"]
forgotten_eval = widgets.prediction(
    "forgotten_eval",
    "Compared with evaluation mode, the accuracy is … (a bit: by 2 to 10 points)",
    choices=["same", "a bit lower", "much lower"],
)


# %% tags=["explore"]
@torch.no_grad()
def accuracy(model, part, batch_size, training_mode):
    """Percent of the images read rightly; a copy is measured, so nothing moves in the model."""
    twin = copy.deepcopy(model).train(training_mode)
    device = next(twin.parameters()).device
    right, count = 0, 0
    for x, y in held_out(part, batch_size):
        right += int((twin(x.to(device)).argmax(dim=1).cpu() == y).sum())
        count += len(y)
    return 100 * right / count


def held_out(part, batch_size):
    """Batches of held-out images, in the order of `part` (their numbers)."""
    chosen = dataclasses.replace(data, test=data.test[part])
    return list(chosen.batches("test", batch_size))


mixed = torch.randperm(len(data.test), generator=torch.Generator().manual_seed(0))
by_class = data.test.labels.argsort(stable=True)
right_way = accuracy(my_net, mixed, 50, training_mode=False)
forgotten = accuracy(my_net, by_class, 50, training_mode=True)
lost = right_way - forgotten
predict.reveal(
    "forgotten_eval",
    truth="same" if abs(lost) <= 2 else "a bit lower" if 0 < lost <= 10 else "much lower",
    reasons={
        "same": "Each batch is graded on its own curve, and here a batch holds one class only.",
        "a bit lower": "In a batch of one class, what is typical of the class is subtracted as "
        "the mean.",
    },
)
print(f"evaluation mode, any order:            {right_way:5.1f} %")
print(f"evaluation mode, sorted by class:      {accuracy(my_net, by_class, 50, False):5.1f} %")
print(f"training mode, sorted, batches of 50:  {forgotten:5.1f} %")
for size in (200, 50, 10, 4, 2):
    value = accuracy(my_net, mixed, size, training_mode=True)
    print(f"training mode, mixed, batches of {size:>3}:  {value:5.1f} %")

# %% [markdown]
# The same weights, the same images. In mixed batches of 200 the mistake is hard to see, and so it
# survives in programs; the smaller the batch, the worse its statistics.
#
# And a batch of one? **You might think** that batch norm works the same there.

# %% tags=["explore"]
one = images[:1].to(device)
try:
    copy.deepcopy(my_net).train()(one)
except ValueError as error:
    print(f"training mode, one image: {type(error).__name__}: {error}")
convolutions = copy.deepcopy(my_net.block1).train()
with torch.no_grad():
    alone = convolutions(one)
    together = convolutions(images.to(device))[:1]
print(
    f"its first maps, alone and among 64: they differ by {(alone - together).abs().mean():.2f} on "
    f"average,\nwhere their own mean is {together.mean():.2f}."
)

# %% [markdown]
# A dense layer has nothing to take a mean over, and at least says so. A convolution's norm works on in
# silence, with the mean of one image. Where batches have to be small, other norms help that do
# not look at the batch: group norm (Wu and He, 2018) or layer norm (Ba et al., 2016).
#
# And a frozen network? You set `requires_grad = False` for every parameter. Then darker images go
# through it in training mode, as it happens when only a new last layer is trained.

# %% tags=["explore"]
frozen_norm = widgets.prediction(
    "frozen_norm",
    "Afterwards, in evaluation mode, its accuracy on the old images is … (to half a point)",
    choices=["the same", "different"],
)

# %% tags=["explore"]
frozen = copy.deepcopy(my_net)
for parameter in frozen.parameters():
    parameter.requires_grad = False
before = {name: value.clone() for name, value in frozen.state_dict().items()}

frozen.train()
with torch.no_grad():
    for x, _ in data.batches("train", batch_size=32, seed=1):
        frozen(0.5 * x.to(device) - 1)  # half the contrast, and darker

after = accuracy(frozen, mixed, 50, training_mode=False)
parameters = dict(frozen.named_parameters())
moved = [n for n, v in frozen.state_dict().items() if not torch.equal(v, before[n])]
predict.reveal(
    "frozen_norm",
    truth="the same" if abs(after - right_way) < 0.5 else "different",
    reasons={
        "the same": "requires_grad=False stops the optimiser. No optimiser moves the running "
        "statistics: the forward pass does, in training mode."
    },
)
print(f"accuracy on the old images: {right_way:.1f} % before, {after:.1f} % after")
print(f"parameters that changed: {sum(name in parameters for name in moved)} of {len(parameters)}")
print(f"buffers that changed:    {sum(name not in parameters for name in moved)}")

# %% [markdown]
# The forgotten mode, the tiny batch, the frozen network that moves: three ways to fall, and one rule.
# In training mode a norm looks at the batch *and* remembers it. Whoever freezes a norm must also put it
# into evaluation mode. Unit 7 will need that.

# %% [markdown]
# ## 7. Fold it away
#
# In evaluation mode a norm is a fixed map for each channel: subtract, scale, shift. A convolution is
# linear, so both together are again a convolution, with other weights and a bias:
#
# $$\gamma \, \frac{(w * x + b) - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta
# \;=\; \underbrace{s\,w}_{\text{new weights}} * \; x \; + \;
# \underbrace{s\,(b - \mu) + \beta}_{\text{new bias}}
# \qquad s = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}$$
#
# Networks on phones are often run in this form: the norm helped to train, and costs nothing afterwards.


# %% todo="fold_batchnorm"
def fold_batchnorm(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    """One new nn.Conv2d that computes what bn(conv(x)) computes in evaluation mode.

    conv  with or without bias, with any stride, padding, dilation and groups
    bn    an nn.BatchNorm2d for its output channels, in any mode, with any eps

    The new convolution has a bias, and memory of its own. conv and bn stay as they were, also
    their modes.

    Refused: torch's own functions that fuse a norm into a convolution.
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


# %% test="fold_batchnorm" points=14
check.fold_batchnorm(fold_batchnorm)
# %% tags=["explore"]
import time

my_fold = check.use(fold_batchnorm)


def fold_all(model):
    """A copy in evaluation mode, in which no convolution has a norm behind it any more."""
    folded = copy.deepcopy(model).eval().cpu()
    for part in folded.children():
        layers = list(part.named_children())
        for (name, conv), (after, norm) in zip(layers, layers[1:], strict=False):
            if isinstance(norm, nn.BatchNorm2d):
                setattr(part, name, my_fold(conv, norm))
                setattr(part, after, nn.Identity())
    return folded


trained = copy.deepcopy(nets[True, 3]).eval().cpu()
folded = fold_all(trained)
everything = torch.cat([x for x, _ in held_out(mixed, 50)])
with torch.no_grad():
    gap = float((folded(everything) - trained(everything)).abs().max())
    agree = float((folded(everything).argmax(1) == trained(everything).argmax(1)).float().mean())
    versions = {"with norms": trained, "folded": folded}
    times = {name: [] for name in versions}
    for _ in range(10):  # in turn, so that a busy moment slows down both
        for name, model in versions.items():
            began = time.perf_counter()
            model(everything)
            times[name].append(time.perf_counter() - began)
    for name, model in versions.items():
        norms = sum(isinstance(m, nn.BatchNorm2d) for m in model.modules())
        print(
            f"{name:<12}{norms} norms after convolutions, {models.count_parameters(model):,} "
            f"parameters, {1000 * min(times[name]):.0f} ms"
        )
print(f"largest difference of a logit: {gap:.1e}; the same answer for {agree:.1%} of the images")

# %% [markdown]
# ## 8. Why does it help?
#
# Be careful with the answer. The paper of 2015 gave one: the inputs of each layer change their
# distribution while the layers before it learn ("internal covariate shift"), and batch norm stops
# that. Santurkar et al. (2018) put it to the test: they added *noise* behind each norm, so that
# the distributions jumped about more than without any norm, and the networks still trained about as
# well as with undisturbed norms. What they measured instead is a smoother loss: along a step, loss and
# gradient change less, so longer steps are safe. Bjorck et al. (2018) traced most of the gain to the
# large learning rates that the norm makes possible.
#
# So "internal covariate shift" is the original motive. The smoother landscape is the better supported
# explanation today, and the discussion is not closed. What you have *seen* here is that the signal
# keeps its size, that scale cancels, and that large rates work.

# %% [markdown]
# ## 9. In your own words
#
# Three teams use the VGG of section 5, its dense layers normalised too, and ask for help.
#
# - **(A)** A hospital's X-rays come from two machines, one much brighter. The loader gives a batch from
#   the first, then one from the second, in turn. Training accuracy is 97 %; in evaluation mode, *on the
#   same training images*, it is 71 %.
# - **(B)** A web service sorts photos in groups, as they come in. The same photo gets other answers at
#   busy hours than at night; at night, when one may come alone, the service sometimes crashes.
# - **(C)** For larger images a team went from batches of 64 on one graphics card to 2 on each of 32
#   cards. "Same total batch, same rate", and yet the loss jumps about and evaluation is poor.
#
# For each: the most likely cause, and why it has just this effect; then a test that would tell it
# from other causes, or a remedy that attacks it. Six to ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for a cause with its reason and 1 for a
# test or a remedy that fits it.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** In training mode each batch is normalised by its own mean and variance, and each batch comes
# from one machine: brightness is removed separately for the two. The running statistics are a mixture
# of both machines (nearer to whichever came last), which fits neither, so evaluation mode feeds the
# layers numbers that they never saw in training. Test: measure the training images in training mode,
# in batches of one machine each: 97 % should come back, though no weight has changed; or compare
# `running_mean` with the channel means of each machine. Remedy: shuffle, so that each batch holds
# both machines as the data does.
#
# **(B)** The service runs in training mode: the statistics are those of the photos that happen to
# arrive together, so the answer depends on the neighbours, and a single photo leaves the norm of a
# dense layer nothing to average (the crash). Test: print `model.training`, or send one photo twice with
# different neighbours; after `model.eval()` both answers must agree, and a photo alone works.
#
# **(C)** Each card computes its statistics from its own 2 images. The total batch matters for the
# gradient, not for the norm: means of 2 images are noisy, which makes the loss jump, and the running
# statistics gather noisy estimates that do not match what the layers were trained with. Test: batches
# of 2 on one card show the same; 32 on each of two cards do not. Remedy: synchronised statistics over
# the cards (torch's SyncBatchNorm), or a norm that does not look at the batch (group norm).
#
# *Rubric.* For each: 1 for a cause whose reason explains *this* effect; 1 for a test that would come
# out differently under another cause, or a remedy that attacks the cause. (A) "overfitting" earns
# nothing: the images are the same. Running statistics named without saying why they fit neither
# machine: half. (B) the wrong mode without the crash or without the neighbours: half. (C) "the
# learning rate is too high" earns nothing unless it is tied to the noise of small batches.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - say why a signal dies or explodes in a deep network, and choose weights that keep it
# - look into any network with hooks, and leave no trace
# - write batch norm, with both of its modes, and say what is learned and what is measured
# - build the block of convolution, norm and ReLU, and say why it has no bias
# - find the bugs that norms bring: the forgotten mode, the tiny batch, the frozen network that moves
# - fold a norm into a convolution
#
# **Pitfalls.** `model.eval()` before measuring, `model.train()` before training. Biased variance to
# normalise, unbiased to remember. In torch, `momentum` is the share of the *new*. Frozen is not
# evaluation mode. Batches of two are too small.
#
# **Left out here:** layer norm and group norm in detail; weight decay and batch norm (unit 6); what
# momentum and schedules do (unit 6); batch norm in transfer (unit 7).
#
# **Back:** the block is unit 3's with a norm in it; evaluation mode is the one that you restored so
# carefully in unit 2. **Next:** unit 5. Now that signals survive, are deeper networks better? We
# ask the *training* images.
