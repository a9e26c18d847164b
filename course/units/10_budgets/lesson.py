# %% [markdown]
# # Budgets: small, fast, deployed
#
# A trained network has to run somewhere: on a phone, in a camera, on a chip with a few kilobytes of
# memory. In this unit you turn floats into bytes, write the convolution that computes with them, and
# hand a network over to ONNX Runtime. Then you spend budgets: of bytes, of multiply-adds, and of training
# time in a search.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Throwing bits away
#
# Here's a small network for Fashion-MNIST: three stages of two 3×3 convolutions with batch norm and
# ReLU, the first convolution of each with stride 2, then global average pooling. We train it three
# times, with three seeds. Each weight is a float32: 32 bits, about seven decimal digits.

# %% tags=["explore"]
from dataclasses import replace

from cnnlab import anatomy, data, deploy, models, pictures, recorded, training, widgets
from cnnlab import deployment_plans as plans
from cnnlab import search_space
from cnnlab.integer_network import IntegerNetwork
from cnnlab.pictures.fronts import front
from cnnlab.pictures.lines import lines

SEEDS = (0, 1, 2)
clothes = data.load("fashion-mnist-small").with_validation(1_000)
clothes = replace(clothes, train=clothes.train[:6_000])
PLAN = {"depth": 2, "width": 12, "growth": 2.0}
nets = {seed: plans.train(PLAN, clothes, seed) for seed in SEEDS}

test_x = torch.cat([x for x, _ in clothes.batches("test", 500)])
test_y = clothes.test.labels
calibration = next(iter(clothes.batches("train", 200)))[0]  # training images, for section 2


@torch.no_grad()
def answers(run):
    """What a network says of every test image."""
    return run(test_x).argmax(dim=1)


def accuracy(said):
    """In percent."""
    return 100 * (said == test_y).float().mean().item()


weights = models.count_parameters(nets[0])
full = {seed: answers(net) for seed, net in nets.items()}
print(f"{weights:,} parameters, {4 * weights:,} bytes as float32")
print("test accuracy:", "  ".join(f"{accuracy(said):.1f} %" for said in full.values()))
pictures.image_grid(
    clothes.test.images[:10], clothes.test.labels[:10], clothes.class_names, columns=10
)

# %% [markdown]
# Now every weight is rounded to one of 255 values, so that 8 bits can hold it. The network isn't trained
# again.

# %% tags=["explore"]
LOSSES = [0, 2, 5, 20]
at_8_bits = widgets.prediction(
    "at_8_bits", "About how many points of accuracy does that cost?", choices=LOSSES
)

# %% tags=["explore"]
at_3_bits = widgets.prediction(
    "at_3_bits", "And with 3 bits, which leave 7 values for a weight?", choices=LOSSES
)

# %% tags=["explore", "hide"]
BITS = (8, 6, 5, 4, 3, 2)
by_bits = {
    bits: [accuracy(answers(plans.Rounded(net, bits, True, calibration))) for net in nets.values()]
    for bits in BITS
}
before = [accuracy(said) for said in full.values()]


def mean(numbers):
    return sum(numbers) / len(numbers)


loss_at = {bits: mean(before) - mean(after) for bits, after in by_bits.items()}


def nearest(loss):
    return min(LOSSES, key=lambda choice: abs(choice - loss))


predict.reveal(
    "at_8_bits",
    truth=nearest(loss_at[8]),
    reasons={
        5: "A weight changes by at most half a step, and half a step is 1/254 of the largest weight.",
        20: "That would be a lot: each weight changes by less than half a percent of the largest.",
    },
    because=f"The mean of three networks changes by {-loss_at[8]:+.1f} points.",
)
predict.reveal(
    "at_3_bits",
    truth=nearest(loss_at[3]),
    reasons={
        0: "8 bits cost next to nothing, but the steps are more than 40 times as wide now.",
        20: "So it seems, with 7 values. But errors of many weights partly cancel in a sum.",
    },
    because=f"It falls by {loss_at[3]:.1f} points.",
)

# %% tags=["explore"]
print("bits" + "".join(f"{bits:>8}" for bits in ("32", *BITS)))
for number in range(len(SEEDS)):
    row = [before[number]] + [by_bits[bits][number] for bits in BITS]
    print(f"net {number}" + "".join(f"{value:>7.1f}%" for value in row)[1:])

# %% [markdown]
# **You might think** that INT8 costs much accuracy. Read the table: down to 5 or 6 bits you'd hardly
# notice it, and at 2 bits nothing is left. Each weight is off by at most half a step, some up, some down, and in a sum of
# dozens of products such errors partly cancel.

# %% [markdown]
# ## 2. From real numbers to bytes
#
# A byte is a whole number from 0 to 255. **Affine quantisation** lays a ruler with 256 marks over
# the numbers of a layer: the **scale** $s$ is the distance between two marks, and the **zero point** $z$
# is the mark at which 0 lies.
#
# $$q = \operatorname{round}(x / s) + z, \qquad x \approx s \, (q - z)$$
#
# How wide does the ruler have to be? You run a few hundred images through the network and note the lowest
# and the highest number of each layer: that's **calibration**. A worked example:

# %% tags=["explore"]
low, high = -1.0, 4.1
step = (high - low) / 255
print(f"from {low} to {high}: scale {step:.3f}, and 0 lies {-low / step:.0f} steps above {low}")
byte = round(1.5 / step) + round(-low / step)
print(f"1.5 becomes {byte}, and {byte} stands for {step * (byte - round(-low / step)):.3f}")

# %% [markdown]
# 0 has to have a mark of its own, because padding and ReLU produce so many exact zeros. So the range is
# first widened until it holds 0.


# %% todo="quantization_parameters"
def quantization_parameters(low, high, bits=8):
    """Scale and zero point for real numbers from low to high, as unsigned whole numbers.

    low, high  floats with low <= high; the range is first widened to hold 0
    bits       the whole numbers go from 0 to 2^bits − 1

    Returns (scale, zero_point): the scale a float, (high − low)/(2^bits − 1) of the widened range,
    and 1.0 if that range is empty; the zero point an int, −low/scale rounded, from 0 to 2^bits − 1.

    Refused: torch's and ONNX Runtime's quantisation.
    """
    ### BEGIN SOLUTION
    low, high = min(low, 0.0), max(high, 0.0)
    levels = 2**bits - 1
    if low == high:
        return 1.0, 0
    scale = (high - low) / levels
    return scale, min(max(round(-low / scale), 0), levels)
    ### END SOLUTION


# %% test="quantization_parameters" points=7
check.quantization_parameters(quantization_parameters)

# %% [markdown]
# Now the way there and back. Numbers outside of the range are clipped. And a byte is a trap: it can't be
# negative, so `q - z` computed in bytes wraps around.


# %% todo="quantize"
def quantize(x, scale, zero_point, bits=8):
    """Real numbers to whole ones: a tensor of uint8 with the shape of x.

    x / scale is rounded to the nearest whole number (a half to the even neighbour, as torch.round
    does), then the zero point is added, then everything is clipped to 0 … 2^bits − 1.
    """
    ### BEGIN SOLUTION
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(0, 2**bits - 1).to(torch.uint8)
    ### END SOLUTION


def dequantize(q, scale, zero_point):
    """The real numbers, float32, that a tensor of uint8 stands for: scale · (q − zero_point)."""
    ### BEGIN SOLUTION
    return (q.float() - zero_point) * scale
    ### END SOLUTION


# %% test="quantize" points=6
check.quantize(quantize, dequantize)

# %% [markdown]
# Your functions drive this picture. (Photo: Stéfan van der Walt, CC0.)

# %% tags=["explore"]
my_parameters = check.use(quantization_parameters)
my_quantize, my_dequantize = check.use(quantize), check.use(dequantize)
cat = data.photo("cat").square(128).float() / 255
widgets.quantiser(cat, my_parameters, my_quantize, my_dequantize)

# %% [markdown]
# ## 3. Weights: symmetric, one scale for each channel
#
# Weights lie around 0 on both sides, so they need no zero point: they become int8 from −127 to 127.
# And each output channel gets a scale of its own, because some channels have much smaller weights than others,
# particularly once batch norm is **folded** into them: in evaluation mode it multiplies each channel by a
# constant and adds another, so it disappears into the convolution's weights and bias.

# %% tags=["explore"]
from cnnlab.integer_network import folded

layer = folded(nets[0])[2]
largest = layer.weight.flatten(1).abs().amax(dim=1)
print(f"largest weight of each channel: from {largest.min():.2f} to {largest.max():.2f}")
print("bits      one scale a layer    a scale for each channel")
for bits in (8, 5, 4):
    shared = mean(
        [accuracy(answers(plans.Rounded(n, bits, False, calibration))) for n in nets.values()]
    )
    print(f"{bits:>4}{shared:>20.1f} %{mean(by_bits[bits]):>24.1f} %")


# %% todo="quantize_weights"
def quantize_weights(weight):
    """Weights as int8, with a scale for each output channel.

    weight  a float tensor (C_out, …), of a convolution or of a dense layer

    Returns (wq, scales): wq int8 in the shape of weight, weight/scale rounded to the nearest whole
    number; scales (C_out,), the largest absolute weight of the channel divided by 127, or 1 for a
    channel of zeros.
    """
    ### BEGIN SOLUTION
    largest = weight.flatten(1).abs().amax(dim=1)
    scales = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    shape = (-1,) + (1,) * (weight.dim() - 1)
    return torch.round(weight / scales.view(shape)).to(torch.int8), scales
    ### END SOLUTION


# %% test="quantize_weights" points=6
check.quantize_weights(quantize_weights)

# %% [markdown]
# ## 4. A convolution of whole numbers
#
# Put $x = s_x (q_x - z)$ and $w = s_w q_w$ into the convolution, and both scales come out of the sum:
#
# $$y = s_x \, s_w \sum (q_x - z)\, q_w \; + \; b$$
#
# Everything under the sum is a whole number. That's what small chips are good at: at 45 nm,
# multiplying two bytes takes about 0.2 pJ, and two floats 3.7 pJ (Horowitz, 2014). How large can such a sum become, for 64 input
# channels and a 3×3 kernel?

# %% tags=["explore"]
KINDS = ["int16", "float32", "int32"]
holds_sums = widgets.prediction(
    "holds_sums", "Which of these holds every such sum exactly?", choices=KINDS
)

# %% tags=["explore", "hide"]
largest_sum = 64 * 9 * 255 * 127
limits = {"int16": 2**15 - 1, "float32": 2**24, "int32": 2**31 - 1}
predict.reveal(
    "holds_sums",
    truth=[kind for kind in KINDS if largest_sum <= limits[kind]][0],
    reasons={
        "int16": "A single product may already be 255 · 127, which is nearly all that int16 holds.",
        "float32": "float32 reaches much further, but beyond 2^24 it leaves out odd numbers.",
    },
    because=f"The largest sum is {largest_sum:,}. "
    + ", ".join(f"{kind} counts exactly to {limit:,}" for kind, limit in limits.items())
    + ".",
)

# %% [markdown]
# So the sums have to be exact: use int32, int64 or float64 (whose whole numbers are exact up to $2^{53}$).
# Then comes the border. **You might think** that padding an image of bytes with 0 pads with nothing. But the
# byte 0 stands for $-s z$, the *lowest* number there is. Nothing is the byte $z$.


# %% todo="int8_conv2d"
def int8_conv2d(xq, x_scale, x_zero, wq, w_scales, bias, stride=1, padding=0):
    """The convolution of quantised images with quantised weights, as float32.

    xq        (N, C_in, H, W), uint8; a byte q stands for x_scale · (q − x_zero)
    wq        (C_out, C_in, k, k), int8; a weight q of channel c stands for w_scales[c] · q
    bias      (C_out,) floats, or None
    stride, padding  as in F.conv2d; what's padded stands for 0, so it's the byte x_zero

    Returns (N, C_out, H', W'), float32: x_scale · w_scales[c] times the sums of (xq − x_zero) · wq,
    plus the bias. The sums are exact whole numbers, also where float32 couldn't hold them.

    F.conv2d is allowed: you've written that in unit 1. (It takes int64 and float64 as well.)
    """
    ### BEGIN SOLUTION
    x = F.pad(xq, (padding,) * 4, value=x_zero).to(torch.float64) - x_zero
    sums = F.conv2d(x, wq.to(torch.float64), stride=stride)
    y = sums.float() * (x_scale * w_scales).view(-1, 1, 1)
    return y if bias is None else y + bias.view(-1, 1, 1)
    ### END SOLUTION


# %% test="int8_conv2d" points=10
check.int8_conv2d(int8_conv2d)

# %% [markdown]
# Your convolution on test images, with a frame of $z$ and with a frame of 0, next to float32:

# %% tags=["explore"]
my_weights = check.use(quantize_weights)
my_int8_conv2d = check.use(int8_conv2d)
conv = folded(nets[0])[0]
scale, zero = my_parameters(calibration.min().item(), calibration.max().item())
xq = my_quantize(test_x[:100], scale, zero)
wq, w_scales = my_weights(conv.weight)
exact = F.conv2d(test_x[:100], conv.weight, conv.bias, stride=1, padding=1)
frames = {
    "frame of z": my_int8_conv2d(xq, scale, zero, wq, w_scales, conv.bias, padding=1),
    "frame of 0": my_int8_conv2d(F.pad(xq, (1,) * 4), scale, zero, wq, w_scales, conv.bias),
}
inside = torch.zeros_like(exact, dtype=torch.bool)
inside[..., 1:-1, 1:-1] = True
print(f"mean error (z = {zero})     inside   at the border")
for name, y in frames.items():
    error = (y - exact).abs()
    print(f"{name:<20}{error[inside].mean():>12.4f}{error[~inside].mean():>16.4f}")

# %% [markdown]
# ## 5. Experiment: the same network in float32 and in INT8
#
# One variable changes: the arithmetic. Weights, images and calibration stay the same. `IntegerNetwork` folds
# the batch norms and calls *your* four functions, layer after layer; the dense layer is a 1×1 convolution.

# %% tags=["explore"]
tools = {
    "quantization_parameters": my_parameters,
    "quantize": my_quantize,
    "quantize_weights": my_weights,
    "int8_conv2d": my_int8_conv2d,
}
mine = {seed: IntegerNetwork(net, calibration, tools) for seed, net in nets.items()}
whole = {seed: answers(net) for seed, net in mine.items()}
print(f"bytes: {4 * weights:,} as float32, {mine[0].bytes:,} quantised")
print("        float32     INT8   difference   now right   now wrong   by chance")
gaps, chances = [], []
for seed in SEEDS:
    was, now = full[seed] == test_y, whole[seed] == test_y
    gained, lost = int((now & ~was).sum()), int((was & ~now).sum())
    # As if each of these answers were a coin: how often would they fall as unevenly?
    falls = sum(math.comb(gained + lost, k) for k in range(min(gained, lost) + 1))
    chances.append(min(1, 2 * falls / 2 ** (gained + lost)))
    gaps.append(accuracy(whole[seed]) - accuracy(full[seed]))
    print(
        f"seed {seed} {accuracy(full[seed]):>7.2f}% {accuracy(whole[seed]):>7.2f}% {gaps[-1]:>+9.2f}"
        f"{gained:>14}{lost:>12}{chances[-1]:>12.0%}"
    )
unclear = sum(chance > 0.05 for chance in chances)
print(
    f"The largest difference is {max(map(abs, gaps)):.2f} points. In {unclear} of {len(SEEDS)} networks it's"
)
print("no larger than what coins would do in more than 5 % of all cases.")

# %% [markdown]
# (With ten seeds we found differences between −0.30 and +0.25 points, and in nine of the ten such a sign test couldn't
# tell them from chance.) How far does that go? These are small networks on one data set. Depthwise convolutions are harder to
# quantise (their channels differ more), and so are networks with a few huge activations. Where 8 bits do
# cost something, **quantisation-aware training** helps: it rounds in the forward pass while training.

# %% [markdown]
# ## 6. Deployed: ONNX and ONNX Runtime
#
# On a device there's no Python. **ONNX** is a file format for networks: a graph of layers with their
# weights. `torch.onnx.export` follows one forward pass and writes it down; **ONNX Runtime** runs the
# file, and quantises it with the arithmetic you've just written. `deploy.compare` does it all, and measures.

# %% tags=["explore"]
FACTORS = ["4 times as fast", "twice as fast", "about as fast", "slower"]
int8_speed = widgets.prediction(
    "int8_speed",
    "A byte is a quarter of a float. For 64 images on this machine, compared with float32 in ONNX "
    "Runtime, INT8 is …",
    choices=FACTORS,
)

# %% tags=["explore", "hide"]
comparison = deploy.compare(nets[0], clothes) if deploy.available() else None
if comparison is None:
    print(
        'ONNX Runtime isn\'t installed here: pip install "cnnlab[deploy]", then restart the kernel.'
    )
    print("Sections 1 to 5 and 7 to 11 work without it.")
else:
    float_row, int_row = list(comparison.rows.values())[1:]
    ratio = float_row.milliseconds_for_64 / int_row.milliseconds_for_64
    speed = (
        FACTORS[0]
        if ratio > 3
        else FACTORS[1]
        if ratio > 1.5
        else FACTORS[2]
        if ratio > 0.8
        else FACTORS[3]
    )
    predict.reveal(
        "int8_speed",
        truth=speed,
        reasons={
            FACTORS[
                0
            ]: "The file is small, but a processor needs special instructions for bytes, and "
            "quantising between layers takes time, too."
        },
        because=f"float32 takes {ratio:.1f} times as long as INT8, here and now.",
    )

# %% tags=["explore"]
if comparison is not None:
    print(comparison)
    print(f"largest difference, float32: {float_row.largest_difference:.1e}")
print(f"your own INT8 arithmetic:    {accuracy(whole[0]):.2f} %, {mine[0].bytes:,} bytes")

# %% [markdown]
# ONNX Runtime in float32 gives PyTorch's logits up to rounding. It knows the whole network before it
# starts, merges layers, and leaves Python out. INT8 makes the file smaller. Does it make it *four times as fast everywhere*?
# Your table is one machine's answer. It depends on the processor's instructions for bytes, on the
# size of the layers, and on the batch. Measure on the device that you deploy to.

# %% [markdown]
# ## 7. Scaling: depth, width, resolution
#
# Bits are one way to spend a budget. If you may spend more, what do you enlarge? EfficientNet (Tan and
# Le, 2019) enlarges everything together, **compound scaling**: with $\varphi$ the depth grows by $\alpha^\varphi$,
# the width by $\beta^\varphi$, the resolution by $\gamma^\varphi$. Some people treat resolution as free:
# it adds no weights. Let's see. The sides of the images are doubled, from 32 to 64 pixels.

# %% tags=["explore"]
doubled = widgets.prediction(
    "doubled_resolution", "By which factor does the number of multiply-adds grow?"
)

# %% tags=["explore", "hide"]
counted = {side: anatomy.trace(nets[0], (1, side, side)).multiply_adds for side in (32, 64)}
predict.reveal(
    "doubled_resolution",
    truth=round(counted[64] / counted[32], 1),
    tolerance=0.02,
    reasons={
        2: "Twice as many rows, *and* twice as many columns.",
        1: "The weights stay the same, but each is used at more positions.",
    },
    because="There are four times as many positions. (Only the dense layer costs what it did.)",
)

# %% tags=["explore"]
print("side   multiply-adds   milliseconds for 64 images")
for side in (16, 32, 64):
    images = torch.rand(64, 1, side, side)
    cost = anatomy.trace(nets[0], (1, side, side)).multiply_adds
    print(f"{side:>4}{cost:>16,}{deploy.milliseconds(nets[0], images):>29.1f}")


# %% todo="compound_scale"
def compound_scale(phi, alpha=1.2, beta=1.1, gamma=1.15):
    """How much larger a network gets at φ.

    Returns four floats (depth, width, resolution, cost): alpha^phi, beta^phi, gamma^phi, and the
    factor by which the multiply-adds grow: depth · width² · resolution².

    phi may be negative or fractional. (α·β²·γ² of the defaults is 1.92, "about 2" in the paper.)
    """
    ### BEGIN SOLUTION
    depth, width, resolution = alpha**phi, beta**phi, gamma**phi
    return depth, width, resolution, depth * width**2 * resolution**2
    ### END SOLUTION


# %% test="compound_scale" points=3
check.compound_scale(compound_scale)

# %% tags=["explore"]
my_compound_scale = check.use(compound_scale)
print("  φ    depth   width   resolution   multiply-adds")
for phi in (-1, 0, 1, 2, 4, 7):
    d, w, r, cost = my_compound_scale(phi)
    print(f"{phi:>3}{d:>9.2f}{w:>8.2f}{r:>13.2f}{cost:>16.1f}")

# %% [markdown]
# ## 8. The Pareto front
#
# We've trained 32 networks of random depth, width, resolution and learning rate for 8 epochs
# each, and recorded what they reached. Which would you take? It depends on what you can spend. But some you'd
# *never* take: those for which another one costs no more and scores no less. What remains is the **Pareto front**.


# %% todo="pareto_front"
def pareto_front(costs, scores):
    """The points that no other point beats, as a list of indices, by rising cost.

    costs, scores  lists of numbers of the same length; a low cost and a high score are good

    A point beats another if its cost is no higher and its score no lower, and one of the two is
    better. Of equal points the first stays.
    """
    ### BEGIN SOLUTION
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i], i))
    found, best = [], -math.inf
    for i in order:
        if scores[i] > best:
            found.append(i)
            best = scores[i]
    return found
    ### END SOLUTION


# %% test="pareto_front" points=6
check.pareto_front(pareto_front)

# %% tags=["explore"]
my_pareto_front = check.use(pareto_front)
record = recorded.load("search")
tried = [runs[0] for runs in record.rows.values()]
costs = [plans.multiply_adds(run["candidate"]) for run in tried]
reached = [run["test"] for run in tried]
best = my_pareto_front(costs, reached)
for i in best:
    print(f"{costs[i]:>9,} multiply-adds {reached[i]:>6.1f} %   {tried[i]['candidate']}")
front(costs, reached, best, "multiply-adds", "test accuracy in %", "32 recorded networks")

# %% [markdown]
# With other seeds, neighbours on the front may change places. And a network that looks beaten
# may just have had a bad learning rate. Which leads to the last question: how do you find good settings
# when each trial costs minutes or days?

# %% [markdown]
# ## 9. Searching with a budget
#
# **Random search**: draw some candidates, train each for the full time, keep the best. **Successive
# halving** (Jamieson and Talwalkar, 2016) spends the same time differently: train *many* for a short time, keep
# the better half, train these for twice as long, and so on.


# %% todo="successive_halving"
def successive_halving(candidates, score, efforts):
    """Search among candidates, with more and more effort for fewer and fewer of them.

    candidates  a list of anything, at least one
    score       score(candidate, effort) → a float, high is good; each call is a training run, so it's
                called once for each candidate in the race at each effort
    efforts     a list of numbers, such as [1, 2, 4]

    At each effort all candidates still in the race are scored. The better half of them, rounded
    up, goes on; of equal ones the earlier in the list. After the last effort the best wins.

    Returns (winner, record): the winning candidate itself, and a list with one dict for each effort,
    from the index in `candidates` to the score, of all that were scored.
    """
    ### BEGIN SOLUTION
    race, record = list(range(len(candidates))), []
    for effort in efforts:
        scores = {i: score(candidates[i], effort) for i in race}
        record.append(scores)
        ranking = sorted(race, key=lambda i: (-scores[i], i))
        race = sorted(ranking[: math.ceil(len(ranking) / 2)])
    return candidates[ranking[0]], record
    ### END SOLUTION


# %% test="successive_halving" points=6
check.successive_halving(successive_halving)

# %% [markdown]
# A search of your own, for real: six candidates, 1, 2 and 4 epochs, measured on validation images.

# %% tags=["explore"]
my_halving = check.use(successive_halving)
small = search_space.pictures()
race = search_space.draw_candidates(6, seed=1)
winner, rounds = my_halving(race, lambda c, epochs: search_space.score(c, epochs, small), [1, 2, 4])
for epochs, scores in zip((1, 2, 4), rounds, strict=True):
    print(f"epochs: {epochs}    " + "  ".join(f"{i}: {value:.3f}" for i, value in scores.items()))
print("winner:", winner)

# %% [markdown]
# One search proves nothing. The 32 recorded networks were trained for 1, 2, 4 and 8 epochs, so we can
# replay searches by looking results up. 500 times we draw 16 candidates. Successive halving gets
# all 16: 16·1 + 8·2 + 4·4 + 2·8 = 64 epochs. Random search trains the first 8 of them for 8 epochs: 64, too. They choose
# by validation images; the winner is trained for 8 epochs and compared on test images.

# %% tags=["explore"]
OUTCOMES = ["halving", "random search", "both find the same"]
who_finds = widgets.prediction(
    "who_finds_better",
    "In 500 replays, which is the most frequent outcome: who finds the better network?",
    choices=OUTCOMES,
)

# %% tags=["explore", "hide"]
import random

EFFORTS = [1, 2, 4, 8]


def looked_up(number, epochs):
    return tried[number]["validation"][str(epochs)]


dice, outcomes, leads, picks = (
    random.Random(0),
    [],
    [],
    {"halving": [], "random": [], "one draw": []},
)
for _ in range(500):
    drawn = dice.sample(range(len(tried)), 16)
    halved, _ = my_halving(drawn, looked_up, EFFORTS)
    chosen = max(drawn[:8], key=lambda number: looked_up(number, 8))
    for name, number in (("halving", halved), ("random", chosen), ("one draw", drawn[0])):
        picks[name].append(tried[number]["test"])
    lead = tried[halved]["test"] - tried[chosen]["test"]
    leads.append(lead)
    outcomes.append(OUTCOMES[2] if halved == chosen else OUTCOMES[0] if lead > 0 else OUTCOMES[1])
shares = {name: outcomes.count(name) / len(outcomes) for name in OUTCOMES}
predict.reveal(
    "who_finds_better",
    truth=max(shares, key=shares.get),
    reasons={
        OUTCOMES[
            1
        ]: "Full training tells more about each candidate, but there are only half as many."
    },
    because=", ".join(f"{name}: {share:.0%}" for name, share in shares.items()),
)

# %% tags=["explore"]
for name, found in picks.items():
    print(f"{name:<9} {mean(found):.2f} % on average, worst of 500: {min(found):.1f} %")
spread = math.sqrt(sum((lead - mean(leads)) ** 2 for lead in leads) / len(leads))
print(f"halving − random: {mean(leads):+.2f} points on average, {spread:.2f} from search to search")
conclusion = (
    "On average halving finds better networks"
    if mean(leads) > 0.1
    else "On average random search finds better networks"
    if mean(leads) < -0.1
    else "On average neither finds better networks by more than 0.1 points"
)
print(f"{conclusion}, at the same 64 epochs.")
gain = mean(picks["random"]) - mean(picks["one draw"])
print(f"From a single draw to random search it's {gain:+.2f} points.")

# %% [markdown]
# Does a search beat a random choice because it's clever? Look at the sizes: most of the gain comes from trying
# *several* and choosing by validation accuracy, which random search does, too. So compare a clever method
# with random search at equal cost, not with a single draw. Halving helps here because a short training
# already tells hopeless candidates (such as a far too low learning rate) from the others. These are 32 networks
# on one task, trained with one seed each; elsewhere the numbers will differ.

# %% [markdown]
# ## 10. Design a network for 8,000 bytes
#
# Now you spend a budget. You write a *plan*; our code trains the network (6,000 images, 5 epochs), rounds it to
# your bits, and measures it on clothes that no learner has. Here's what counts:

# %% tags=["explore"]
check.brief("design_deployment")

# %% [markdown]
# What simple plans reach on the validation images:

# %% tags=["explore"]
practice = replace(clothes, test=clothes.validation, validation=None)
base = {
    "depth": 1,
    "width": 8,
    "growth": 2.0,
    "resolution": 28,
    "weight_bits": 8,
    "scales": "channel",
}
SIMPLE = {
    "8 bits, 28 pixels": base,
    "3 bits, wider": {**base, "width": 13, "weight_bits": 3},
    "8 bits, 20 pixels": {**base, "resolution": 20},
}
for name, plan in SIMPLE.items():
    reaches = plans.carry_out(plan, seed=0, data=practice)
    print(
        f"{name:<18}{plans.size_in_bytes(plan):>7,} bytes {plans.multiply_adds(plan):>8,} multiply-adds {reaches:>6.1%}"
    )

# %% [markdown]
# Change one thing at a time and write down what comes out, or let your `successive_halving` search.
# `plans.size_in_bytes(plan)` and `plans.multiply_adds(plan)` tell what a plan takes before anything is
# trained. Choose by validation images; the grader draws its own.


# %% todo="design_deployment"
def design():
    """Return your plan: a dict with these six settings.

    depth        1 to 4: convolutions in each of the three stages
    width        2 to 48: channels of the first stage
    growth       0.5 to 3: each stage has this many times the channels of the one before, rounded
    resolution   8 to 28: images are scaled to this side. Each stage begins with stride 2
    weight_bits  2 to 8
    scales       "channel" or "tensor": a scale for each output channel, or one for each layer

    At most 8,000 bytes (each weight takes weight_bits, each bias and each scale 4 bytes) and at most
    400,000 multiply-adds an image. Points: 2 for a plan within the limits, and 3, 4, 4 and 3 more when
    the accuracy on unseen clothes reaches 65 %, 76 %, 80 % and 81.5 %.
    """
    ### BEGIN SOLUTION
    return {
        "depth": 2,
        "width": 14,
        "growth": 1.0,
        "resolution": 14,
        "weight_bits": 6,
        "scales": "channel",
    }
    ### END SOLUTION


# %% test="design_deployment" points=16
check.design_deployment(design)

# %% [markdown]
# ## 11. In your own words
#
# A team puts a classifier on a doorbell camera. In float32 it takes 40 MB, 900 ms an image, and gets 91 % of
# the test images right. Someone quantises it to INT8, with 100 images from the *office* for calibration:
# 10 MB, 700 ms, 74 %. "INT8 costs 17 points and isn't four times as fast," they report, "so we need
# a smaller network. We'll search 200 architectures and take the one with the best test accuracy."
#
# **(A)** Name two possible causes of the 17 points, and a measurement for each that would tell. **(B)** Why isn't
# it four times as fast, and what would you measure, where? **(C)** What's wrong with the search as
# planned, and what would you do with the same training time? Six to ten sentences.
#
# *How this is marked (6 points): two for each of A, B and C.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** (1) Calibration on other images: at night or against the sun activations leave the ranges that the
# office fixed, and are clipped. Calibrate with training images from the door, and count how many activations
# are clipped. (2) One scale for a whole layer, while channels differ: compare with a scale for each channel, or
# quantise one layer at a time and see which costs accuracy. Also good: a few huge activations stretch the range
# (look at a histogram, clip at a percentile); padding with the byte 0; the images are prepared in another
# way on the device.
#
# **(B)** Four times fewer bytes aren't four times less time: the processor may lack instructions for bytes,
# quantising between layers takes time, layers may fall back to float32, and much of the 900 ms may not be
# arithmetic at all (reading the camera, scaling the image). Time each part, layer by layer, on the
# doorbell's own processor, with a batch of one: a median over many runs.
#
# **(C)** Choosing among 200 by *test* accuracy makes the test set a validation set: the best of 200 is
# partly luck, and 91 % or whatever it shows will be too high. Choose by validation images and look at the test
# once. With the same time: successive halving, or random search as the baseline at equal cost; with bytes and
# milliseconds *on the device* beside accuracy, and a decision from the Pareto front. Mend the calibration first: perhaps
# no search is needed.
#
# *Rubric.* (A) 1 for each cause with a measurement that could show it; half without. (B) 1 for a reason why bytes
# don't give the factor, 1 for measuring on the device and by parts. (C) 1 for validation in the place of test, 1 for
# a search at equal cost with a baseline, or for mending the calibration first.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - choose scale and zero point for a range, and turn numbers into bytes and back
# - quantise weights symmetrically, with a scale for each channel
# - write a convolution whose sums are exact, and pad it with nothing
# - export a network, run it with ONNX Runtime, and measure bytes, milliseconds and accuracy
# - say what depth, width and resolution cost, and read a Pareto front
# - search with a budget, and compare with random search at equal cost
#
# **Pitfalls.** Bytes wrap around. The byte 0 isn't nothing. Calibrate with images like those to come, from the
# training part. Time on the device, with one thread and a median. Never choose by test images.
#
# **Left out here:** quantisation-aware training, pruning, distillation (a small network learns from a large
# one's answers), 4-bit formats of language models, and searches that learn from earlier trials.
#
# **Next:** networks that don't learn, and how to find out why.
