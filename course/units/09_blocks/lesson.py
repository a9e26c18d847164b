# %% [markdown]
# # Blocks after ResNet: separate, concatenate, weigh
#
# A 3×3 convolution does two jobs at once: it looks around, and it mixes channels. In this unit you'll
# take it apart, put branches side by side, concatenate where ResNet adds, and let an image turn its
# own channels up and down. At the end a block that you wrote recognises photographs.

# %%
import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Eight times less work
#
# Here are two ways from 64 channels to 128, on maps of 32×32. The first is the convolution you know.
# The second is a pair: a **depthwise** convolution looks around in each channel by itself (one 3×3
# kernel a channel, nothing is mixed), then a **pointwise** one mixes the channels of each pixel (1×1).

# %% tags=["explore"]
from cnnlab import anatomy, widgets

whole = nn.Conv2d(64, 128, 3, padding=1, bias=False)
pair = nn.Sequential(
    nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False),  # depthwise: 64 groups of one channel
    nn.Conv2d(64, 128, 1, bias=False),  # pointwise
)
for name, layers in (("one convolution", whole), ("depthwise + pointwise", pair)):
    costs = anatomy.trace(layers, (64, 32, 32))
    print(f"{name:<22} {costs.parameters:>7,} weights {costs.multiply_adds:>11,} multiply-adds")

# %% tags=["explore"]
faster = widgets.prediction(
    "faster",
    "The pair needs 8.4 times fewer multiply-adds. For a batch of 64 images, how many times faster is "
    "it on this machine?",
    choices=["more than 12 times", "6 to 12 times", "less than 6 times"],
)

# %% tags=["explore"]
from cnnlab.deploy import milliseconds  # the median of many passes

times = {
    batch: [milliseconds(layers, torch.rand(batch, 64, 32, 32)) for layers in (whole, pair)]
    for batch in (1, 64)
}
ratio = times[64][0] / times[64][1]

# %% tags=["explore", "hide"]
choices = {6: "less than 6 times", 12: "6 to 12 times"}
predict.reveal(
    "faster",
    truth=next((words for limit, words in choices.items() if ratio < limit), "more than 12 times"),
    reasons={
        "6 to 12 times": "It would be, if every multiply-add took the same time.",
        "more than 12 times": "Fewer weights have to be read, too. But that isn't what holds it up.",
    },
    because=f"One convolution takes {times[64][0]:.0f} ms, the pair {times[64][1]:.0f} ms: {ratio:.1f} "
    "times faster.",
)

# %% tags=["explore"]
print(f"{'':<12}{'one convolution':>18}{'the pair':>12}")
for batch, (one, both) in times.items():
    print(f"batch of {batch:<2} {one:>16.2f} ms {both:>9.2f} ms   {one / both:.1f} times faster")

print()
moved = {"one convolution": [64, 128], "the pair": [64, 64, 64, 128]}  # maps read and written
for (name, maps), layers in zip(moved.items(), (whole, pair), strict=True):
    numbers = sum(maps) * 32 * 32
    work = anatomy.trace(layers, (64, 32, 32)).multiply_adds
    print(f"{name:<16} {numbers:>8,} numbers moved, {work / numbers:>4.0f} multiply-adds for each")

# %% [markdown]
# Fewer multiply-adds do *not* mean faster by that factor. Each half of the pair has to fetch its maps
# from memory and write new ones, so the pair moves *more* numbers than the one convolution and does far
# less with each. A processor calculates faster than it fetches, so the pair often waits. How much it
# gains depends on the batch, the machine and the library. From here on we'll always measure.
#
# Start with the arithmetic.


# %% todo="separable_cost"
def separable_cost(
    in_channels: int, out_channels: int, kernel: int, height: int, width: int
) -> dict[str, int]:
    """What does a k×k convolution cost in one piece, and what as depthwise and pointwise pair?

    Stride 1, same padding, no biases; maps of height × width. A multiply-add is one multiplication
    with the addition that follows it.

    Returns a dictionary with the keys "standard_weights", "separable_weights",
    "standard_multiply_adds" and "separable_multiply_adds". The weights of the pair are those of
    both its parts.
    """
    ### BEGIN SOLUTION
    standard = in_channels * out_channels * kernel**2
    separable = in_channels * kernel**2 + in_channels * out_channels
    positions = height * width
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * positions,
        "separable_multiply_adds": separable * positions,
    }
    ### END SOLUTION


# %% test="separable_cost" points=4
check.separable_cost(separable_cost)

# %% tags=["explore"]
my_cost = check.use(separable_cost)
for channels in (8, 64, 512):
    costs = my_cost(channels, channels, 3, 14, 14)
    ratio = costs["standard_weights"] / costs["separable_weights"]
    print(f"{channels:>3} channels, 3×3: the pair has {ratio:.1f} times fewer weights")

# %% [markdown]
# The saving approaches $k^2$, here 9, as the channels grow: nearly all that's left is the mixing.
#
# ## 2. Depthwise separable convolutions
#
# **MobileNet** (Howard and others, 2017) is a stack of such pairs, with batch norm and ReLU after each
# half. Think of an orchestra: in the depthwise half every section rehearses its own part, in the
# pointwise half the conductor mixes them. What does each half do to a picture? Here a photograph with
# three channels goes through one edge kernel for each channel, and then through one mix.

# %% tags=["explore"]
import cnnlab.data
from cnnlab import pictures

photo = cnnlab.data.photos("coffee").batch(128)[:1].float() / 255  # (1, 3, 128, 128)
edges = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
looked = F.conv2d(photo, edges.expand(3, 1, 3, 3), padding=1, groups=3)
mixed = F.conv2d(looked, torch.tensor([0.3, 0.6, 0.1]).view(1, 3, 1, 1))
changed = photo.clone()
changed[:, 0] = 0  # no red any more
again = F.conv2d(changed, edges.expand(3, 1, 3, 3), padding=1, groups=3)
maps = torch.cat([looked, mixed], dim=1).abs().clamp(max=1)[0]  # four grey pictures
pictures.image_grid(
    torch.cat([photo, maps[:, None].expand(-1, 3, -1, -1)]),
    ["the photograph", "edges in red", "edges in green", "edges in blue", "the mix"],
    columns=5,
)

# %% tags=["explore"]
print("Without red, which of the three depthwise maps change?")
print({name: not torch.equal(looked[0, i], again[0, i]) for i, name in enumerate("RGB")})

# %% [markdown]
# A depthwise convolution mixes nothing: green and blue don't notice that red is gone. So without the
# pointwise half, the channels of a network would never meet.
#
# **Your turn.**


# %% todo="depthwise_separable"
class DepthwiseSeparable(nn.Module):
    """A convolution in two halves: maps (N, in_channels, H, W) → (N, out_channels, H', W').

    depthwise convolution 3×3 with the stride, padding 1: one kernel for each input channel
    batch norm, ReLU
    pointwise convolution 1×1, in_channels → out_channels, stride 1
    batch norm, ReLU

    The convolutions have no bias. With stride 2, H' and W' are half of H and W, rounded up. The
    input isn't changed.

    Refused: ready-made blocks (torchvision's, the course's).
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1):
        ### BEGIN SOLUTION
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, padding=1, groups=in_channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))
        ### END SOLUTION


# %% test="depthwise_separable" points=7
check.depthwise_separable(DepthwiseSeparable)

# %% [markdown]
# ## 3. Wide in the middle: the inverted residual
#
# A depthwise convolution is so cheap that you can afford many channels for it. **MobileNetV2** (Sandler
# and others, 2018) therefore turns ResNet's bottleneck inside out: a 1×1 convolution *widens* the maps
# by a factor called the **expansion**, the depthwise one looks around in the wide middle, and a last
# 1×1 narrows them again. The shortcut joins the two narrow ends.
#
# $$y = x + W_\text{narrow}\,\text{ReLU6}\big(D * \text{ReLU6}(W_\text{wide}\,x)\big)$$
#
# (Batch norm follows each convolution, and ReLU6 is a ReLU that also stops at 6, so that small number
# formats can hold its output: unit 10.) There is no activation after the last convolution. Why not?
# Send points of a plane to a few channels and back, with a ReLU in between:

# %% tags=["explore"]
torch.manual_seed(0)
points = torch.randn(500, 2)
for channels in (2, 3, 6, 30):
    lost = []
    for _ in range(50):
        seen = F.relu(points @ torch.randn(2, channels))
        back = seen @ torch.linalg.lstsq(seen, points).solution  # the best linear way back
        lost.append((back - points).square().sum() / points.square().sum())
    print(f"{channels:>2} channels: on average {torch.stack(lost).mean():.0%} of the plane is lost")

# %% [markdown]
# A ReLU in few channels throws information away. In many channels the others still hold it. So the
# block applies it where it's wide and stays linear where it's narrow.


# %% todo="inverted_residual"
class InvertedResidual(nn.Module):
    """MobileNetV2's block: maps (N, in_channels, H, W) → (N, out_channels, H', W').

    pointwise 1×1, in_channels → in_channels · expansion, batch norm, ReLU6
              (this line is left out if the expansion is 1)
    depthwise 3×3 with the stride, padding 1, batch norm, ReLU6
    pointwise 1×1 → out_channels, batch norm, no activation

    Where the stride is 1 and in_channels equals out_channels, the input is added to the result;
    elsewhere there is no shortcut. The convolutions have no bias. With stride 2, H' and W' are half
    of H and W, rounded up. The input isn't changed.

    Refused: ready-made blocks (torchvision's, the course's).
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, expansion: int = 6):
        ### BEGIN SOLUTION
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [
                nn.Conv2d(in_channels, wide, 1, bias=False),
                nn.BatchNorm2d(wide),
                nn.ReLU6(),
            ]
        layers += [
            nn.Conv2d(wide, wide, 3, stride, padding=1, groups=wide, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU6(),
            nn.Conv2d(wide, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        ]
        self.layers = nn.Sequential(*layers)
        self.adds = stride == 1 and in_channels == out_channels
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        out = self.layers(x)
        return x + out if self.adds else out
        ### END SOLUTION


# %% test="inverted_residual" points=10
check.inverted_residual(InvertedResidual)

# %% [markdown]
# ## 4. Own blocks that see
#
# Is your block the real thing? Here's the strictest check there is. **EfficientNet-Lite0** is a network
# of sixteen such blocks, trained on the 1.28 million photographs of ImageNet. We build it again from
# *your* blocks and give each of your layers the weights of the published layer in its place. (Three
# settings are taken over as well: some kernels are 5×5, with stride 2 the padding is only at the right
# and the bottom, and batch norm has ε = 0.001.) What a block *does* with its layers stays yours: their
# order, ReLU6, the shortcut. If one of them is wrong, the logits can't agree.

# %% tags=["explore"]
from cnnlab import models
from cnnlab.errors import CnnlabError

my_inverted = check.use(InvertedResidual)
SEES = ["cat", "coffee", "rocket", "temple", "flower", "photographer"]
title = "Recognised by your blocks"
try:
    published = models.pretrained("efficientnet-lite0")
except models.PretrainedError as problem:
    title = "Random weights: these names mean nothing"
    print(f"{problem}\nUntil then, random weights stand in: nothing is recognised.\n")
    torch.manual_seed(0)
    published = models.efficientnet_lite0().train()
    for module in published.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # one pass sets the running statistics
    with torch.no_grad():
        published(torch.randn(4, 3, 64, 64))
    published.eval()
card = models.card("efficientnet-lite0")

try:
    mine = models.lite0_of(my_inverted, published)
except CnnlabError as problem:
    print(f"{problem}\nThe course's block stands in.\n")
    mine = models.lite0_of(models.InvertedResidual, published)

photos = cnnlab.data.photos(*SEES)
seen = torch.cat([card.prepare(photo.image) for photo in photos.values()])  # (6, 3, 224, 224)
with torch.no_grad():
    theirs, ours = published(seen), mine(seen)
print(
    f"logits up to {theirs.abs().max():.1f}; largest difference {(ours - theirs).abs().max():.0e}"
)
says = [card.class_names[int(k)] for k in ours.argmax(dim=1)]
pictures.image_grid(photos.batch(224), says, columns=6, title=title)

# %% [markdown]
# Something that you wrote recognises the world. (Not always the way we'd put it: the names are those of
# ImageNet's thousand classes.)
#
# ## 5. Weigh the channels: squeeze-and-excitation
#
# The kernels are the same for every image. **Squeeze-and-excitation** (Hu and others, 2017) lets the
# image have a say: average every map to one number (*squeeze*), let two tiny layers look at all those
# numbers, and multiply every map by a weight between 0 and 1 that comes out (*excite*). It's a row of
# volume knobs that the image turns itself.

# %% tags=["explore"]
se_share = widgets.prediction(
    "se_share",
    "A 3×3 convolution from 64 to 64 channels has 36,864 weights. What percentage of that does a "
    "squeeze-and-excitation block on 64 channels add, if it squeezes to 64 / 4 = 16?",
)


# %% todo="squeeze_excite"
class SqueezeExcite(nn.Module):
    """Scale every channel by a weight that depends on the image: the shape stays (N, C, H, W).

    the mean of every map, image by image → (N, C, 1, 1)
    convolution 1×1 to max(1, channels // reduction), ReLU
    convolution 1×1 back to C, sigmoid: the weights
    the input, each map multiplied by its weight

    Both convolutions have biases (or use nn.Linear, which is the same on one pixel). The input isn't
    changed.

    Refused: ready-made blocks (torchvision's, the course's).
    """

    def __init__(self, channels: int, reduction: int = 4):
        ### BEGIN SOLUTION
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(weights))
        ### END SOLUTION


# %% test="squeeze_excite" points=5
check.squeeze_excite(SqueezeExcite)

# %% tags=["explore", "hide"]
my_squeeze = check.use(SqueezeExcite)
added = models.count_parameters(my_squeeze(64))
predict.reveal(
    "se_share",
    truth=round(100 * added / 36_864, 1),
    tolerance=0.1,
    unit="%",
    reasons={
        100: "It has no 3×3 kernels: it never looks at neighbours.",
        11: "That's one 1×1 convolution from 64 to 64. It goes through 16 channels instead.",
    },
    because=f"It has {added:,} parameters: two layers of 64 · 16, and their biases. They work on one "
    "number a channel, so there are hardly any multiply-adds either.",
)

# %% [markdown]
# **You might think** that attention to channels costs many parameters. It's a few per cent, because it
# works on averages. EfficientNet (Tan and Le, 2019) has one in each of its blocks; the Lite form that you
# just built leaves them out for the sake of small number formats.
#
# ## 6. Side by side: Inception
#
# Should a layer look through 1×1, 3×3 or 5×5? **GoogLeNet** (Szegedy and others, 2014) takes all of
# them, and a pooling, side by side, and concatenates what they find. That would be expensive, so a 1×1
# convolution comes before each large kernel and leaves it few channels to work on. (The idea of 1×1
# convolutions is from *Network in Network*, Lin and others, 2013.)

# %% tags=["explore"]
direct = nn.Conv2d(192, 32, 5, padding=2)
reduced = nn.Sequential(nn.Conv2d(192, 16, 1), nn.ReLU(), nn.Conv2d(16, 32, 5, padding=2))
for name, layers in (("5×5 on 192 channels", direct), ("1×1 to 16, then 5×5", reduced)):
    costs = anatomy.trace(layers, (192, 28, 28))
    print(f"{name:<20} {costs.parameters:>8,} parameters {costs.multiply_adds:>12,} multiply-adds")

# %% [markdown]
# So does a 1×1 convolution do nothing, because it sees one pixel only? It sees all *channels* of that
# pixel. With weights chosen by hand it can make a grey picture, or find one colour:

# %% tags=["explore"]
mixes = torch.tensor([[0.3, 0.6, 0.1], [1.5, -0.8, -0.8], [-1.0, 0.7, 0.7]])  # grey, red, not red
found = F.conv2d(photo, mixes.view(3, 3, 1, 1)).clamp(0, 1)[0]
pictures.image_grid(
    torch.cat([photo, found[:, None].expand(-1, 3, -1, -1)]),
    ["the photograph", "grey", "red", "not red"],
    columns=4,
)


# %% todo="inception_block"
class InceptionBlock(nn.Module):
    """Four branches that read the same maps: (N, in_channels, H, W) → (N, channels, H, W).

    c1    1×1 → c1
    c3    1×1 → c3[0], then 3×3 → c3[1]
    c5    1×1 → c5[0], then 5×5 → c5[1]
    pool  3×3 max-pool with stride 1, then 1×1 → pool

    Every convolution has a bias, is padded so that the maps keep their size, and is followed by a
    ReLU. There is no batch norm. The four results are concatenated in this order, so that
    channels = c1 + c3[1] + c5[1] + pool. The input isn't changed.

    Refused: ready-made blocks (torchvision's, the course's).
    """

    def __init__(
        self, in_channels: int, c1: int, c3: tuple[int, int], c5: tuple[int, int], pool: int
    ):
        ### BEGIN SOLUTION
        super().__init__()

        def conv(channels, wide, kernel):
            return [nn.Conv2d(channels, wide, kernel, padding=kernel // 2), nn.ReLU()]

        self.branches = nn.ModuleList(
            [
                nn.Sequential(*conv(in_channels, c1, 1)),
                nn.Sequential(*conv(in_channels, c3[0], 1), *conv(c3[0], c3[1], 3)),
                nn.Sequential(*conv(in_channels, c5[0], 1), *conv(c5[0], c5[1], 5)),
                nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), *conv(in_channels, pool, 1)),
            ]
        )
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return torch.cat([branch(x) for branch in self.branches], dim=1)
        ### END SOLUTION


# %% test="inception_block" points=5
check.inception_block(InceptionBlock)

# %% tags=["explore"]
my_inception = check.use(InceptionBlock)
block = my_inception(192, 64, (96, 128), (16, 32), 32)  # the first one of GoogLeNet, "3a"
out = block(torch.zeros(1, 192, 28, 28))
print(f"GoogLeNet's 3a: {models.count_parameters(block):,} parameters, 192 → {out.shape[1]} maps")

# %% [markdown]
# ## 7. Concatenate instead of adding: dense blocks
#
# ResNet adds: $x + F(x)$. After the addition nothing can tell the two apart. **DenseNet** (Huang and
# others, 2016) concatenates: every layer of a block reads the maps of *all* layers before it, unchanged,
# and puts a few of its own behind them. Each layer adds `growth` maps. Compare a shared document, in
# which each author overwrites the text, with a folder into which each one puts a page.

# %% tags=["explore"]
dense_out = widgets.prediction(
    "dense_out",
    "A dense block reads 16 maps and has 4 layers with a growth of 12. How many maps come out?",
)


# %% todo="dense_block"
class DenseBlock(nn.Module):
    """A block that keeps everything: (N, in_channels, H, W) → (N, in_channels + layers·growth, H, W).

    Each of its `layers` layers is: batch norm, ReLU, convolution 3×3 to `growth` maps, padding 1,
    without bias. It reads the input of the block and the maps of all layers before it,
    concatenated in that order.

    Returns the input followed by the maps of all layers, in order. The input itself isn't changed.

    Refused: ready-made blocks (torchvision's, the course's).
    """

    def __init__(self, in_channels: int, growth: int, layers: int):
        ### BEGIN SOLUTION
        super().__init__()
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = in_channels + number * growth
            conv = nn.Conv2d(channels, growth, 3, padding=1, bias=False)
            self.layers.append(nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU(), conv))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x
        ### END SOLUTION


# %% test="dense_block" points=5
check.dense_block(DenseBlock)

# %% tags=["explore", "hide"]
my_dense = check.use(DenseBlock)
x = torch.randn(2, 16, 8, 8)
dense = my_dense(16, 12, 4).eval()
with torch.no_grad():
    out = dense(x)
predict.reveal(
    "dense_out",
    truth=out.shape[1],
    reasons={
        12: "That's what the last layer adds. Everything before it is kept as well.",
        48: "The four layers add 48. The input is kept as well.",
        16: "It would stay 16 if the maps were added, as in a residual block.",
    },
    because="16 + 4 · 12: the input is still there, and so is what every layer added.",
)

# %% [markdown]
# **You might think** that dense connections are residual ones under another name. Look whether the
# input can still be found in what comes out:

# %% tags=["explore"]
residual = models.ResidualBlock(16, 16).eval()
with torch.no_grad():
    added = residual(x)
print("dense block:    the first 16 maps are the input:", torch.equal(out[:, :16], x))
print(
    "residual block: any of the 16 maps is an input map:",
    bool((added == x).flatten(2).all(2).any()),
)
print(f"maps in and out: dense 16 → {out.shape[1]}, residual 16 → {added.shape[1]}")

# %% [markdown]
# What a layer adds stays readable to the end. The price: later layers read more and more maps, and all
# of them stay in memory. That's why DenseNets have a **transition** between blocks, a 1×1 convolution to
# half the maps and an average pooling.
#
# ## 8. All of them, with live counts
#
# Move the channels and watch where the weights are. At which width does the separable pair save most?
# Which of inception's branches is the most expensive?

# %% tags=["explore"]
explorer = widgets.block_explorer()

# %% [markdown]
# ## 9. The experiment: one budget of parameters
#
# Now all blocks have to show what they're worth on Fashion-MNIST. Every network has the same plan: a
# stem with stride 2, a block at 14×14, one that goes to 7×7 and to twice the channels, one at 7×7, then
# global average pooling. Only the block differs, and each network is as wide as 40,000 parameters
# allow. All are trained in the same way, with two seeds.

# %% tags=["explore"]
import dataclasses

from cnnlab import training

clothes = cnnlab.data.load("fashion-mnist-small").with_validation(n=1000, seed=0)
data = dataclasses.replace(clothes, train=clothes.train.per_class(200, seed=0))
my_separable = check.use(DepthwiseSeparable)


def separable(channels, out, stride=1):
    return nn.Sequential(my_separable(channels, out, stride), my_separable(out, out))


def weighed(channels, out, stride=1):
    return nn.Sequential(my_inverted(channels, out, stride), my_squeeze(out))


def inception(channels, out, stride=1):
    c1, c3, c5 = out // 4, (3 * out // 8, out // 2), (max(1, out // 16), out // 8)
    block = my_inception(channels, c1, c3, c5, out - c1 - c3[1] - c5[1])
    return nn.Sequential(nn.MaxPool2d(stride), block, nn.BatchNorm2d(out))


def dense(channels, out, stride=1):
    growth = out // 4
    wide = channels + 4 * growth
    mix = (nn.BatchNorm2d(wide), nn.ReLU(), nn.Conv2d(wide, out, 1, bias=False))
    return nn.Sequential(
        nn.AvgPool2d(stride), my_dense(channels, growth, 4), *mix, nn.BatchNorm2d(out), nn.ReLU()
    )


BLOCKS = {
    "VGG": models.PlainBlock,
    "ResNet": models.ResidualBlock,
    "separable": separable,
    "inverted": my_inverted,
    "inverted + SE": weighed,
    "inception": inception,
    "dense": dense,
}


def network(block, width):
    stem = nn.Conv2d(1, width, 3, stride=2, padding=1, bias=False)
    blocks = (block(width, width), block(width, 2 * width, 2), block(2 * width, 2 * width))
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2 * width, 10))
    return nn.Sequential(stem, nn.BatchNorm2d(width), nn.ReLU(), *blocks, *head)


def widest(block, budget=40_000):
    """The largest width with which the network keeps to the budget."""
    width = 8
    while models.count_parameters(network(block, width + 1)) <= budget:
        width += 1
    return width


plans = {name: (block, widest(block)) for name, block in BLOCKS.items()}

# %% tags=["explore"]
slowest = widgets.prediction(
    "slowest",
    "Which of these networks takes longest for a batch of 64 images?",
    choices=list(BLOCKS),
)


# %% tags=["explore"]
def trained(name, seed):
    torch.manual_seed(seed)
    net = network(*plans[name])
    recipe = {"epochs": 5, "optimizer": "adamw", "lr": 0.004, "weight_decay": 0.05}
    training.fit(net, data, batch_size=64, seed=seed, progress=False, **recipe)
    return training.evaluate(net, data.batches("test", 500)).accuracy


rows = {}
for name, (block, width) in plans.items():
    net = network(block, width).eval()
    times = [milliseconds(net, torch.rand(batch, 1, 28, 28)) for batch in (1, 64)]
    work = anatomy.trace(net, (1, 28, 28)).multiply_adds
    scores = [trained(name, seed) for seed in (0, 1)]
    rows[name] = (width, models.count_parameters(net), work, *times, scores)

# %% tags=["explore", "hide"]
took = {name: row[4] for name, row in rows.items()}
predict.reveal(
    "slowest",
    truth=max(took, key=took.get),
    reasons={
        "VGG": "An ordinary 3×3 convolution does a lot with each number it fetches.",
        "ResNet": "It's VGG and a few additions.",
        "separable": "Its maps are many, but it has few steps.",
        "inverted": "Its wide middle moves many numbers, but in few steps.",
        "inverted + SE": "Squeeze-and-excitation works on one number a channel.",
        "inception": "It has many small steps, but others move more.",
        "dense": "It copies its maps again and again, but they are few.",
    },
    because=", ".join(f"{name} {ms:.0f} ms" for name, ms in took.items()) + ".",
)

# %% tags=["explore"]
head = (
    f"{'':<14}{'width':>6}{'parameters':>12}{'multiply-adds':>15}{'1 image':>10}{'64 images':>11}"
)
print(f"{head}{'test accuracy':>18}")
for name, (width, count, work, one, many, scores) in rows.items():
    print(
        f"{name:<14}{width:>6}{count:>12,}{work / 1e6:>13.2f} M{one:>7.2f} ms{many:>8.1f} ms"
        f"{'':>6}{scores[0]:.1%}, {scores[1]:.1%}"
    )

# %% tags=["explore"]
means = {name: sum(row[-1]) / 2 for name, row in rows.items()}
best, second, *_ = sorted(means, key=means.get, reverse=True)
spread = 100 * max(abs(a - b) for *_, (a, b) in rows.values())
gap = 100 * (means[best] - means[second])
works = [row[2] for row in rows.values()]
print(f"multiply-adds: the most are {max(works) / min(works):.1f} × the fewest")
print(
    f"time for 64 images: the longest is {max(took.values()) / min(took.values()):.1f} × the shortest"
)
print(f"quickest: {min(took, key=took.get)}, slowest: {max(took, key=took.get)}")
print(f"most accurate: {best}, {gap:.1f} points ahead of {second}")
print(f"two seeds of one network are up to {spread:.1f} points apart")
print("That's a lead." if gap > spread else "So this run can't tell the best two apart.")

# %% [markdown]
# All networks have about the same number of parameters, and so nearly the same number of multiply-adds:
# on maps of equal size, each weight works equally often. The times are another matter. VGG's plain 3×3
# convolutions do the most with each number they fetch. The depthwise blocks carry many wide maps to and
# fro. Inception and dense blocks consist of many small steps, a slow pooling and copies among them.
#
# Before you choose a winner by accuracy, look at the last lines. With two seeds and 2,000 images, networks
# that are a point apart can't be told apart. And small networks aren't what these blocks were made for:
# where channels are many, a separable pair saves a factor of eight or nine.
#
# ## 10. The real ones

# %% tags=["explore"]
from cnnlab._torchvision import import_torchvision

torchvision_models = import_torchvision(quiet=True).models
FAMOUS = {
    "vgg16": ("2014", "3×3 stacks"),
    "googlenet": ("2014", "inception"),
    "resnet18": ("2015", "residual"),
    "squeezenet1_1": ("2016", "1×1 and 3×3 side by side"),
    "densenet121": ("2016", "dense"),
    "mobilenet_v2": ("2018", "inverted residual"),
    "efficientnet_b0": ("2019", "inverted residual + SE"),
}
head = f"{'':<17}{'year':<6}{'block':<26}{'parameters':>12}{'multiply-adds':>15}{'top-1':>9}"
print(head)
for name, (year, block) in FAMOUS.items():
    meta = torchvision_models.get_model_weights(name).IMAGENET1K_V1.meta
    score = meta["_metrics"]["ImageNet-1K"]["acc@1"]
    print(
        f"{name:<17}{year:<6}{block:<26}{meta['num_params']:>12,}{meta['_ops']:>13.2f} G{score:>8.1f}%"
    )

# %% [markdown]
# The figures come with torchvision: its own weights (version 1), one model, one crop of the ImageNet
# validation images (EfficientNet-B0's is a better resized one). A fortieth of VGG-16's multiply-adds,
# and more accuracy: *that* is what the blocks of this unit have achieved. (Two fine points: torchvision's
# “5×5” branches in GoogLeNet really are 3×3, and its auxiliary heads aren't counted.)
#
# ## 11. Your turn: design a network
#
# Your network for clothes has to do with 120,000 multiply-adds an image, a twentieth of what the networks
# of section 9 need. We train it by a fixed plan on 4,000 images for five epochs.

# %% tags=["explore"]
check.brief("design_blocks")

# %% [markdown]
# Some starting points, trained by the same plan and measured on validation images. (The grader has
# others, which have turned out a little harder.)

# %% tags=["explore"]
full = dataclasses.replace(clothes, train=clothes.train.per_class(400, seed=0))


def start(*blocks, stem=16, last=64):
    first = nn.Conv2d(1, stem, 3, stride=2, padding=1, bias=False)
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(last, 10))
    return nn.Sequential(first, nn.BatchNorm2d(stem), nn.ReLU(), *blocks, *head)


starting_points = {
    "two residual blocks": start(
        models.ResidualBlock(4, 8, 2), models.ResidualBlock(8, 16, 2), stem=4, last=16
    ),
    "small MobileNet": start(
        my_separable(8, 24, 2), my_separable(24, 32), my_separable(32, 48, 2), stem=8, last=48
    ),
    "two inverted residuals": start(
        my_inverted(8, 12, 2, 3), my_inverted(12, 20, 2, 3), stem=8, last=20
    ),
}
for name, net in starting_points.items():
    work = anatomy.trace(net, (1, 28, 28)).multiply_adds
    recipe = {"epochs": 5, "optimizer": "adamw", "lr": 0.004, "weight_decay": 0.05}
    training.fit(net, full, progress=False, **recipe)
    score = training.evaluate(net, full.batches("validation", 500)).accuracy
    size = models.count_parameters(net)
    print(f"{name:<23} {size:>6,} parameters {work:>9,} multiply-adds  {score:.1%}")

# %% [markdown]
# Things to try: where the multiply-adds go (print `anatomy.trace(...)`), shrinking early, what the head
# reads, few wide layers or many narrow ones, blocks mixed. Change one thing at a time, and look at
# validation images only.


# %% todo="design_blocks"
def design() -> nn.Module:
    """Your own network: grey images (N, 1, 28, 28) → logits (N, 10).

    At most 60,000 parameters and 120,000 multiply-adds for one image. It's returned untrained. The
    check and the grader train it from scratch: 4,000 images, 5 epochs in batches of 64, AdamW with
    weight decay 0.05, the rate rising to 0.004 and then falling along a cosine.

    Refused: ready-made networks and blocks (torchvision's, the course's).
    """

    ### BEGIN SOLUTION
    class KeepsWhatItReads(nn.Module):
        def __init__(self, channels, growth):
            super().__init__()
            self.layer = DepthwiseSeparable(channels, growth)

        def forward(self, x):
            return torch.cat([x, self.layer(x)], dim=1)

    stem = (nn.Conv2d(1, 20, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(20), nn.ReLU())
    head = (nn.Flatten(), nn.Linear(60 * 7 * 7, 10))
    return nn.Sequential(*stem, nn.MaxPool2d(2), KeepsWhatItReads(20, 40), *head)
    ### END SOLUTION


# %% test="design_blocks" points=24
check.design_blocks(design)

# %% [markdown]
# ## 12. In your own words
#
# A drone has to recognise ripe fruit on board, one picture at a time, ten times a second. The network, a
# ResNet, takes 180 ms and must come below 100. Three proposals: **(A)** "Replace every 3×3 convolution
# by a depthwise separable one: 8.5 times fewer multiply-adds, so it'll take 21 ms." **(B)** "Replace the
# additions by concatenations, as DenseNet does. It has fewer parameters." **(C)** "Halve the number of
# channels everywhere, and add squeeze-and-excitation to make up for it."
#
# For each: does the reason hold, and why or why not? And what would you measure, on what and how,
# before the next flight? Six to ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for a judgement with its reason and 1 for
# a measurement that could prove it wrong.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** The count is right, the conclusion isn't. Multiply-adds of a depthwise convolution take longer,
# because each number that is fetched is used only nine times; the gain is smaller than 8.5 and depends on
# the device and its library. It may well be enough: 180 ms only has to become less than 100. Measure the
# milliseconds of the changed network on the drone's own processor, at batch size 1, as a median over
# many pictures; and the accuracy after training it again.
#
# **(B)** Fewer parameters aren't fewer milliseconds. With concatenation later layers read more and more
# maps, and all of them have to stay in memory and be read again. Measure the time and the memory at
# batch size 1 on the drone; if it's slower than the ResNet at equal accuracy, (B) is wrong.
#
# **(C)** Plausible: half the channels in and out mean about a quarter of the multiply-adds, of the same,
# quick kind, and SE costs a few per cent of the parameters and nearly no multiply-adds. Whether it makes up
# for the lost accuracy isn't known. Train three networks in the same way with several seeds (whole, half,
# half with SE), compare accuracy on validation images with the spread between seeds, and time all of them
# on the drone.
#
# *Rubric.* For each: 1 for the judgement with a reason from this unit (A: time doesn't follow
# multiply-adds; B: parameters aren't time, or memory; C: a quarter of the work of the same kind, or
# accuracy unknown); 1 for a measurement that could prove it wrong. Timing on another machine or at batch
# size 64 only: half. "Train it and see" without a comparison: half.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - take a convolution apart into looking and mixing, and count what that saves
# - time a network, and say why time doesn't follow multiply-adds
# - write the blocks of MobileNet, MobileNetV2, GoogLeNet and DenseNet, and squeeze-and-excitation
# - say what adding and concatenating each keep
# - compare blocks under one budget, and say what a comparison can't show
# - design a network for a tight budget of multiply-adds
#
# **Pitfalls.** `groups` forgotten. An activation after the narrow end. A shortcut where shapes differ.
# Pooling whose stride is its kernel. Adding where a block should concatenate.
#
# **Left out here:** grouped convolutions with few groups (ResNeXt) and channel shuffles (ShuffleNet);
# auxiliary heads; attention over positions; how to make a trained network smaller and faster (unit 10).
#
# **Next:** unit 10 takes such a network and makes it fit: whole numbers for floats, depth, width and
# resolution scaled together, and a search for what to build.
