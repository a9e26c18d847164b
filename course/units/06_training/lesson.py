# %% [markdown]
# # Training well: augmentation, regularisation, optimisers, schedules
#
# Units 1 to 5 changed the network. This one leaves the network alone and changes how it is trained.
# We start with one number, the accuracy on new images, and raise it line by line. You write most
# pieces yourself. Then come pieces that *don't* help here, and at the end a recipe of your own.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. One number
#
# Our data are 2,000 generated pictures of 16×16 pixels: ten kinds of shapes, anywhere in the picture,
# among clutter. They're hard to recognise, for you too, and we chose them for that: here every piece of
# the recipe makes a difference that can be measured in seconds. To *look* at what the pieces do, we
# use photographs of clothes.
#
# Another 1,000 pictures are for **validation**: we may look at them as often as we like and choose by
# them. The 2,000 **test** images are only for the number we report at the end.

# %% tags=["explore"]
import cnnlab.data
from cnnlab import pictures, recipes, recorded, training, widgets
from cnnlab.pictures.lines import lines
from cnnlab.pictures.valley import valley

data = cnnlab.data.load("shapes10", seed=0, n_train=3_000, n_test=2_000, image_size=16)
data = data.with_validation(n=1_000, seed=0)
fashion = cnnlab.data.load("fashion-mnist-small")
clothes, CLOTHES = fashion.train, fashion.class_names
print(data)
pictures.image_grid(data.train.images[:16], data.train.labels[:16], data.class_names)

# %% [markdown]
# The network is always the same: a small VGG with batch norm (units 3 and 4). Here's how it's
# trained. It's the loop you know, with an optimiser from `torch.optim` and a scheduler that sets the
# learning rate after every step. (`scheduler.step()` goes after `optimizer.step()`.)

# %% tags=["explore"]
import inspect

print(inspect.getsource(recipes.train).split('"""')[2])

# %% tags=["explore"]
held_out_guess = widgets.prediction(
    "held_out",
    "Plain SGD, a constant rate, nothing else: after 20 epochs the network gets more than "
    "70 % of its 2,000 training images right. How many percent of the validation images? (Guessing "
    "gives 10.)",
)

# %% tags=["explore"]
SEEDS = (0, 1)
tools = {}  # your functions, as soon as you have written them
recipe, ladder, measured = {}, {}, {}


def measure(recipe):
    """Training and validation accuracy for each seed. (Asking again for the same costs nothing.)"""
    key = str(sorted(recipe.items()))
    if key not in measured:
        runs = [recipes.train(recipe, data, seed, tools) for seed in SEEDS]
        measured[key] = [recipes.accuracies(model, data) for model in runs]
    return measured[key]


def mean(numbers):
    return sum(numbers) / len(numbers)


def climb(name, **change):
    """One line more: change the recipe, train with each seed, and show the ladder so far."""
    recipe.update(change)
    ladder[name] = measure(recipe)
    print(f"{'':<22}{'training':>9}{'validation':>12}   gain, and each seed's")
    before = None
    for line, runs in ladder.items():
        learned, held_out = ([run[p] for run in runs] for p in ("train", "validation"))
        gains = [b - a for a, b in zip(before, held_out, strict=True)] if before else []
        each = f"{mean(gains):+6.1f}  ({'  '.join(f'{g:+.1f}' for g in gains)})" if gains else ""
        print(f"{line:<22}{mean(learned):>8.1f}%{mean(held_out):>11.1f}%   {each}")
        before = held_out


climb("plain SGD", lr=0.1)

# %% tags=["explore", "hide"]
predict.reveal(
    "held_out",
    truth=round(mean([run["validation"] for run in ladder["plain SGD"]])),
    tolerance=0.15,
    reasons={
        70: "Knowing answers by heart isn't the same as understanding the questions.",
        10: "It did learn something about shapes.",
    },
    because="That's the mean of the seeds.",
)

# %% [markdown]
# The difference between the two accuracies is the **gap**. A large gap is called overfitting: the network
# has found rules that hold for its own images and fail on others. Anything meant to narrow the gap is
# a **regulariser**. But a small gap is not the goal; a network that knows nothing has none. The number
# to raise is the accuracy on images the network has never seen.

# %% [markdown]
# ## 2. A schedule for the learning rate
#
# At the start, the weights are random and the gradients large, so small steps are safer. At the end,
# small steps let the network settle. In between, large ones make faster progress. **Warm-up and
# cosine** (the cosine is from Loshchilov and Hutter, 2017) needs just two numbers for this: how long
# the warm-up lasts, and the highest rate. Steps are counted from 0, and the first one shouldn't be
# wasted on a rate of 0.


# %% todo="warmup_cosine"
def warmup_cosine(step: int, total: int, warmup: int, base_lr: float) -> float:
    """The learning rate of one step.

    step     0 for the first step, total − 1 for the last; step = total must work as well
    total    how many steps there are
    warmup   how many of them belong to the warm-up, 0 ≤ warmup < total

    While step < warmup: base_lr · (step + 1)/warmup.
    From then on: base_lr · ½ · (1 + cos(π · (step − warmup)/(total − warmup))), 0 at step = total.
    """
    ### BEGIN SOLUTION
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / (total - warmup)
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))
    ### END SOLUTION


# %% test="warmup_cosine" points=4
check.warmup_cosine(warmup_cosine)

# %% [markdown]
# `LambdaLR` asks for a *factor* by which to multiply the optimiser's own rate, not for the rate
# itself. With `base_lr=1.0` your function gives such a factor, from 0 to 1:

# %% tags=["explore"]
my_warmup_cosine = check.use(warmup_cosine)
tools["schedule"] = my_warmup_cosine

weight = nn.Parameter(torch.zeros(1))
optimizer = torch.optim.SGD([weight], lr=0.1)
scheduler = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda step: my_warmup_cosine(step, total=100, warmup=10, base_lr=1.0)
)
rates = []
for _ in range(100):
    rates.append(scheduler.get_last_lr()[0])
    optimizer.step()
    scheduler.step()
lines({"rate": rates}, xlabel="step", ylabel="learning rate", first=0)

# %% tags=["explore"]
climb("+ warm-up and cosine", schedule="warmup_cosine")

# %% [markdown]
# ## 3. Momentum
#
# Plain SGD steps against the gradient of one batch. In a narrow valley that's slow: the gradient mostly
# points across the valley, while the minimum lies along it. **Momentum** lets a ball roll instead. In
# torch's form, with a velocity $v$:
#
# $$v \leftarrow \mu v + g \qquad\qquad \theta \leftarrow \theta - \eta v$$
#
# **A number to remember:** if $g$ stays the same, $v$ grows to $g + \mu g + \mu^2 g + \dots =
# g/(1-\mu)$. With μ = 0.9 the steps become ten times as long.


# %% todo="sgd_momentum"
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    """One step of SGD with momentum, the same as torch.optim.SGD takes it.

    param     θ, a tensor
    grad      the gradient of the loss for it, of the same shape
    velocity  v, as the previous step returned it; None in the first step, which counts as 0

    With g = grad + weight_decay · θ:    v ← momentum · v + g    and then    θ ← θ − lr · v.

    Returns (param, velocity), new tensors. param, grad and velocity are not changed. lr may be
    different in every step.

    Refused: torch.optim.
    """
    ### BEGIN SOLUTION
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else momentum * velocity + grad
    return param - lr * velocity, velocity
    ### END SOLUTION


# %% test="sgd_momentum" points=7
check.sgd_momentum(sgd_momentum_step)

# %% [markdown]
# Down a valley that is 25 times as steep across as along, 40 steps each. To be fair to plain SGD, it
# also gets the best rate it can use here: 2/(1 + 25). At any rate above 2/25 it would fly out of the
# valley.

# %% tags=["explore"]
my_sgd = check.use(sgd_momentum_step)
curvature = torch.tensor([1.0, 25.0])  # the valley: ½ (x² + 25 y²)
paths = {}
for lr, momentum in ((0.03, 0.0), (2 / 26, 0.0), (0.03, 0.7)):  # change them
    position, velocity, path = torch.tensor([-9.0, 1.5]), None, []
    for _ in range(40):
        path.append(position.tolist())
        position, velocity = my_sgd(position, curvature * position, velocity, lr, momentum)
    height = float(0.5 * (curvature * position**2).sum())
    paths[f"rate {lr:.3f}, momentum {momentum:g}: height {height:.2g} after 40 steps"] = path
valley(paths, (1, 25), "Down a narrow valley")

# %% [markdown]
# At its best rate plain SGD zigzags from one wall to the other, and that limits it: a larger rate would
# get along faster, but overshoot across. With momentum a *small* rate is enough: steps along the
# valley add up, while those across it keep changing direction and partly cancel.
#
# Many books write momentum as $v \leftarrow \mu v + \eta g$, $\theta \leftarrow \theta - v$. Is that the
# same? Both forms take the same ten gradients, once at a constant rate, once with a rate that drops to
# a tenth after five:


# %% tags=["explore"]
def book_step(param, grad, velocity, lr, momentum=0.9):
    """The rate goes into the velocity, and stays there."""
    velocity = lr * grad if velocity is None else momentum * velocity + lr * grad
    return param - velocity, velocity


def ten_steps(step, rates):
    param, velocity = torch.tensor(1.0, dtype=torch.float64), None
    for lr in rates:
        param, velocity = step(param, torch.tensor(0.5, dtype=torch.float64), velocity, lr)
    return param.item()


for name, rates in {"constant": [0.1] * 10, "falling": [0.1] * 5 + [0.01] * 5}.items():
    torchs, books = ten_steps(my_sgd, rates), ten_steps(book_step, rates)
    print(f"{name:<9} rate:  torch's form {torchs:8.4f}   the other {books:8.4f}")

# %% [markdown]
# They agree at a constant rate and differ as soon as it changes. In torch's form a lower rate slows
# everything down at once; in the other, old steps roll on at their old rate.

# %% tags=["explore"]
climb("+ momentum", momentum=0.9)

# %% [markdown]
# ## 4. Augmentation: more images from the same images
#
# A coat moved by a pixel is a coat, and so is a coat in a mirror. To the network these are new images,
# and they cost us nothing: this is **augmentation**. It's like practising a tune in every key: the tune
# stays, the fingering changes. Two rules:
#
# - Each image gets **its own** random change, and a different one in every epoch.
# - The change must leave the label true. (A mirrored 2 isn't a 2: unit 2.)

# %% tags=["explore"]
how_many = widgets.prediction(
    "how_many",
    "Put a border of 2 zeros around an image, cut out a window of the old size anywhere, and mirror "
    "it or not. How many different images can one image become?",
)

# %% tags=["explore", "hide"]
predict.reveal(
    "how_many",
    truth=2 * (2 * 2 + 1) ** 2,
    reasons={
        25: "Those are the windows. Each can be mirrored or not.",
        32: "There are 2 · 2 + 1 offsets in each direction: −2 to 2, including 0.",
        10: "The offsets down and to the right are independent, so they multiply.",
    },
    because="(2p + 1) offsets down, as many to the right, and the mirror: 2 · (2p + 1)².",
)

# %% [markdown]
# **Your turn,** twice. `generator` is a `torch.Generator`: pass it on, as in `torch.rand(…,
# generator=generator)`, and the same seed gives the same images again. Cutout (DeVries and Taylor, 2017) erases a square, so that the network can't rely on
# a single spot.


# %% todo="augment"
def random_crop_flip(x: torch.Tensor, padding: int, generator: torch.Generator) -> torch.Tensor:
    """Shift every image a little, and mirror half of them.

    x          (N, C, H, W), floating point; it is not changed
    padding    a whole number p ≥ 0
    generator  the source of all random numbers; there is no other

    Each image is surrounded by p zeros on every side. From that a window of H × W is cut out, at
    one of the (2p + 1)² offsets; then, with probability ½, it is mirrored left to right. Offset and
    flip are drawn for each image separately, uniformly; all channels of an image move together.

    Returns a new tensor of the same shape.

    Refused: torchvision's transforms.
    """
    ### BEGIN SOLUTION
    n, _, height, width = x.shape
    top, left = torch.randint(2 * padding + 1, (2, n), generator=generator).tolist()
    mirrored = torch.rand(n, generator=generator) < 0.5
    padded = F.pad(x, (padding, padding, padding, padding))
    result = torch.empty_like(x)
    for k in range(n):
        crop = padded[k, :, top[k] : top[k] + height, left[k] : left[k] + width]
        result[k] = crop.flip(-1) if mirrored[k] else crop
    return result
    ### END SOLUTION


def cutout(x: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """Cut a square of zeros out of every image.

    x          (N, C, H, W), floating point; it is not changed
    size       the side of the square, at least 1
    generator  the source of all random numbers; there is no other

    For each image a pixel (row r, column c) is drawn, every pixel equally likely. The square covers
    rows r − size//2 to r − size//2 + size − 1, and columns in the same way from c, in all channels.
    Any part of it outside the image is ignored.

    Returns a new tensor of the same shape.

    Refused: torchvision's transforms.
    """
    ### BEGIN SOLUTION
    n, _, height, width = x.shape
    tops = torch.randint(height, (n,), generator=generator) - size // 2
    lefts = torch.randint(width, (n,), generator=generator) - size // 2
    result = x.clone()
    for image, top, left in zip(result, tops.tolist(), lefts.tolist(), strict=True):
        # A slice with a negative start would count from the end.
        image[:, max(0, top) : top + size, max(0, left) : left + size] = 0
    return result
    ### END SOLUTION


# %% test="augment" points=11
check.augment(random_crop_flip, cutout)
# %% tags=["explore"]
my_crop, my_cutout = check.use(random_crop_flip), check.use(cutout)
tools |= {"crop_and_flip": my_crop, "cutout": my_cutout}

PADDING, SIZE = 3, 9  # change them
generator = torch.Generator().manual_seed(0)
eight = clothes.images[5:6].float().div(255).repeat(8, 1, 1, 1)
both_ways = torch.cat([my_crop(eight, PADDING, generator), my_cutout(eight, SIZE, generator)])
pictures.image_grid(both_ways, columns=8, title="One image: shifted and mirrored; with a hole")

# %% tags=["explore"]
climb("+ crop and flip", crop_and_flip=1)

# %% [markdown]
# Should validation and test images be shifted and mirrored, too? Measure the network both ways.


# %% tags=["explore"]
def shifted(x, generator):
    return my_crop(x, 1, generator)


network = recipes.train(recipe, data, seed=0, tools=tools)
plainly = [training.evaluate(network, data.batches("validation", 500)) for _ in range(4)]
augmented = [
    training.evaluate(network, data.batches("validation", 500, augment=shifted, seed=s))
    for s in range(4)
]
print("as they are:", "  ".join(f"{result.accuracy:.1%}" for result in plainly))
print("augmented:  ", "  ".join(f"{result.accuracy:.1%}" for result in augmented))

# %% [markdown]
# Augmentation makes training harder on purpose. A measurement should be neither harder nor random, so
# **only training images are augmented.** And the mean and standard deviation with which all images
# are normalised come from the training images alone: the others stand for images that we haven't
# seen yet.
#
# torchvision has dozens of such changes, put together in a `Compose`. A transform draws *once* per
# call, so `data.batches` calls it image by image, as a `Dataset` with a `DataLoader` would.

# %% tags=["explore"]
from cnnlab import import_torchvision

import_torchvision(quiet=True)  # also works where torch and torchvision come from different builds
from torchvision.transforms import v2

pipelines = {
    "rotation, crop": v2.Compose(
        [v2.RandomRotation(15), v2.RandomResizedCrop(28, scale=(0.6, 1.0), antialias=True)]
    ),
    "brightness": v2.ColorJitter(brightness=0.6, contrast=0.6),
    "RandAugment": v2.RandAugment(),
    "AutoAugment": v2.AutoAugment(v2.AutoAugmentPolicy.CIFAR10),
}
torch.manual_seed(0)
four = clothes.images[:4]
rows = [four] + [torch.stack([change(image) for image in four]) for change in pipelines.values()]
names = [name for name in ("as it is", *pipelines) for _ in four]
pictures.image_grid(torch.cat(rows), names, columns=4)

# %% [markdown]
# The last two are whole families: AutoAugment's changes were found by a search (Cubuk and others,
# 2019); random ones turned out to do about as well (RandAugment, 2020). CutMix (Yun and others, 2019)
# pastes a piece of one image into another and shares the target by area; it's `v2.CutMix`.

# %% [markdown]
# ## 5. Weight decay
#
# **Weight decay** pulls every weight a little towards zero in each step. In SGD it's the same as a
# penalty $\frac{\lambda}{2} \|\theta\|^2$ on the loss, whose gradient is $\lambda\theta$, and in torch an
# argument of the optimiser: `torch.optim.SGD(…, weight_decay=λ)`. Our trainer lets only weights
# decay, not biases and the parameters of batch norm; that's common practice.

# %% tags=["explore"]
climb("+ weight decay", weight_decay=0.005)

# %% [markdown]
# Look at the training accuracy: decay didn't lower it, but raised it. Batch norm divides the size of a
# convolution's weights out again, so smaller ones don't make these layers any tamer. But they make
# each step larger in comparison, as a higher rate would (van Laarhoven, 2017). With crops and decay
# the network no longer knows its images by heart, so now there's a point in training longer:

# %% tags=["explore"]
climb("+ twice as long", epochs=40)

# %% [markdown]
# ## 6. Dropout
#
# **Dropout** (Srivastava and others, 2014) sets each number to zero with probability p during training, a
# different random set in every step. No unit can rely on a particular other one being there. What is left
# is divided by 1 − p, so that the expected sum stays the same. In evaluation mode nothing is dropped.

# %% tags=["explore"]
drop_guess = widgets.prediction(
    "dropout",
    "nn.Dropout(0.2) in training mode gets a million ones. What is the largest number that comes out?",
)

# %% tags=["explore"]
drop, ones = nn.Dropout(0.2), torch.ones(1_000_000)

# %% tags=["explore", "hide"]
predict.reveal(
    "dropout",
    truth=round(drop(ones).max().item(), 2),
    reasons={
        1: "Then the sum would shrink by a fifth, and the next layer would see smaller numbers in "
        "training than afterwards.",
        0.8: "It's divided by 0.8, not multiplied: the survivors make up for the missing.",
    },
    because="Four fifths survive, each divided by 0.8, so the mean stays 1.",
)

# %% tags=["explore"]
torch.manual_seed(0)
for mode in (True, False):
    drop.train(mode)
    out = drop(ones)
    print(f"training={mode!s:<6} first eight: {out[:8].tolist()}  mean {out.mean():.3f}")

# %% [markdown]
# (Forget `model.eval()`, and your network goes on guessing with parts of itself missing.) Dropout usually
# goes before dense layers, where most parameters are; our network has one, right before its last layer.

# %% tags=["explore"]
short = {name: value for name, value in recipe.items() if name != "epochs"}  # 20, as before
for dropout in (0.0, 0.2):
    runs = measure({**short, "dropout": dropout})
    learned, held_out = (mean([run[p] for run in runs]) for p in ("train", "validation"))
    print(f"dropout {dropout:g}: training {learned:.1f} %, validation {held_out:.1f} %")

# %% [markdown]
# Here it costs accuracy. The network is far from knowing its images by heart, so making training
# even harder doesn't help. Dropout is for networks that overfit, such as AlexNet with its large dense
# layers. We leave it out.
#
# That's the ladder. With 1,000 validation images and two seeds, small gains are uncertain. So here it
# is once more, recorded with the command that is printed: other images for each seed, and 4,000
# test images.

# %% tags=["explore"]
recorded_ladder = recorded.load("ladder")
print(recorded_ladder.command, end="\n\n")
print(recorded_ladder.table(), end="\n\n")
steps = list(recorded_ladder.rows)
for before, line in zip(steps, steps[1:], strict=False):
    gains = recorded_ladder.differences(line, before)
    up = sum(gain > 0 for gain in gains)
    print(f"{line:<22}{mean(gains):+.2f} points; up in {up} of {len(gains)} seeds")

# %% [markdown]
# ## 7. Adam and AdamW
#
# **Adam** (Kingma and Ba, 2015) keeps two running averages for each weight: of the gradient, $m$, and of
# its square, $s$. The step is the rate times their ratio, $m/\sqrt{s}$. Both averages start at 0, so
# at first they are too small, and are corrected for it.

# %% tags=["explore"]
adams_first_step = widgets.prediction(
    "adams_first_step",
    "In the first step one weight has the gradient 1,000 and another 0.001. How many times as far "
    "does the first one move?",
)


# %% todo="adam"
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    """One step of Adam, the same as torch.optim.Adam takes it.

    param  θ, a tensor
    grad   g, the gradient of the loss for it, of the same shape
    state  what the previous step returned; None in the first step. What's in it is up to you: the
           next step needs m, s and t.

    m ← β₁·m + (1 − β₁)·g          s ← β₂·s + (1 − β₂)·g²          both 0 before the first step
    m̂ = m / (1 − β₁ᵗ)              ŝ = s / (1 − β₂ᵗ)               t = 1 in the first step
    θ ← θ − lr · m̂ / (√ŝ + eps)

    Returns (param, state), all new. param, grad and state are not changed, so that the same step
    can be taken twice from the same state.

    Refused: torch.optim.
    """
    ### BEGIN SOLUTION
    mean, square, count = (0.0, 0.0, 0) if state is None else state
    count = count + 1
    mean = betas[0] * mean + (1 - betas[0]) * grad
    square = betas[1] * square + (1 - betas[1]) * grad**2
    full_mean = mean / (1 - betas[0] ** count)
    full_square = square / (1 - betas[1] ** count)
    return param - lr * full_mean / (full_square.sqrt() + eps), (mean, square, count)
    ### END SOLUTION


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    """One step of AdamW: as adam_step, but first the weights shrink by the factor 1 − lr·λ.

    λ is weight_decay. It is decoupled: it isn't part of g, and reaches neither m nor s.
    """
    ### BEGIN SOLUTION
    return adam_step(param * (1 - lr * weight_decay), grad, state, lr, betas, eps)
    ### END SOLUTION


# %% test="adam" points=9
check.adam(adam_step, adamw_step)
# %% tags=["explore"]
my_adam, my_adamw = check.use(adam_step), check.use(adamw_step)
moved, _ = my_adam(torch.zeros(2), torch.tensor([1000.0, 0.001]), None, lr=0.1)

# %% tags=["explore", "hide"]
predict.reveal(
    "adams_first_step",
    truth=round(float(moved[0] / moved[1]), 2),
    tolerance=0.01,
    reasons={1e6: "That would be SGD. Adam divides each gradient by its own size."},
    because="After one step m̂ is g and √ŝ is |g|, so every weight moves by about lr. Here they "
    f"moved by {moved[0]:.5f} and {moved[1]:.5f}, with lr = 0.1.",
)

# %% [markdown]
# This is also why Adam and weight decay needed **AdamW** (Loshchilov and Hutter, 2019). A decay that is
# added to the gradient gets divided by √s like everything else, so weights with large gradients would
# hardly shrink. AdamW shrinks all weights by the same factor, separately from the step.
#
# **You might think** that Adam, which scales every step by itself, needs no tuning. Here are plain SGD,
# momentum, Adam and AdamW on our network, with crops, flips and the schedule:

# %% tags=["explore"]
optimisers = recorded.load("optimisers")
print(optimisers.command, end="\n\n")
print(optimisers.table())

# %% [markdown]
# Every optimiser has rates that suit it and rates that don't, Adam too: its best here is a hundredth of
# plain SGD's. Now compare momentum at 0.1 with plain SGD at 1. With μ = 0.9 the steps become ten times as long, and
# that's all that momentum gained on our ladder: plain SGD at ten times the rate is just as good. So
# compare optimisers at the rates that suit each. And the warm-up? It's meant for large rates: the two
# lines at 0.3 show what it's worth here.

# %% [markdown]
# ## 8. Softer targets: mixup and label smoothing
#
# So far a target was a class number: *this is a coat, and nothing else.* Two regularisers put it less
# harshly, with a row of probabilities. **Mixup** (Zhang and others, 2018) blends two images and blends
# their rows in the same proportion λ:
#
# $$\tilde{x} = \lambda x_i + (1-\lambda)\,x_j \qquad \tilde{y} = \lambda y_i + (1-\lambda)\,y_j$$
#
# λ is drawn anew for each batch, from a Beta distribution, and $j$ comes from a permutation of the
# batch. You're given both.


# %% todo="mixup"
def mixup(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Blend every image of a batch with another one, and the targets in the same way.

    x            (N, C, H, W), floating point
    y            (N,), int64: class numbers, 0 to num_classes − 1
    lam          λ, the share of the image itself, 0 to 1; its partner gets 1 − λ
    permutation  (N,), int64: the partner of image i is image permutation[i]

    Returns (mixed, targets): the blended images, of x's shape, and for each a row of num_classes
    probabilities, (N, num_classes), floating point. Nothing is random here: the caller has drawn λ
    and the permutation. The inputs are not changed.

    Refused: torchvision's transforms.
    """
    ### BEGIN SOLUTION
    rows = F.one_hot(y, num_classes).to(x.dtype)
    mixed = lam * x + (1 - lam) * x[permutation]
    targets = lam * rows + (1 - lam) * rows[permutation]
    return mixed, targets
    ### END SOLUTION


# %% test="mixup" points=5
check.mixup(mixup)
# %% tags=["explore"]
my_mixup = check.use(mixup)
tools["mixup"] = my_mixup

LAM = 0.65  # change it
x = clothes.images[:6].float().div(255)
partners = torch.tensor([3, 4, 5, 0, 1, 2])
mixed, rows = my_mixup(x, clothes.labels[:6], LAM, partners, num_classes=10)
captions = [" + ".join(f"{row[c]:.0%} {CLOTHES[c]}" for c in row.nonzero()[:, 0]) for row in rows]
pictures.image_grid(mixed, captions, columns=3, title="Six images, blended with their partners")

# %% [markdown]
# All three changes are yours, so play with them. Strength is the width of the border for crops, the
# side of the hole for cutout, and the partner's share in sixteenths for mixup. Find the strength at
# which *you* would no longer vouch for the label.


# %% tags=["explore"]
def blend(x, strength, generator):
    labels = torch.zeros(len(x), dtype=torch.int64)  # we only look at the images
    partners = torch.randperm(len(x), generator=generator)
    return my_mixup(x, labels, 1 - strength / 16, partners, num_classes=10)[0]


changes = {"crop and flip": my_crop, "cutout": my_cutout, "mixup": blend}
explorer = widgets.augmentation_explorer(clothes.images[:8], changes)

# %% [markdown]
# **Label smoothing** (Szegedy and others, 2016) is simpler: take a share α from every target and spread
# it over all C classes. With α = 0.1 and ten classes, the right class gets 0.91 and each other one
# 0.01. (There is another convention, in which α goes to the C − 1 *others* only, so 0.9 and 0.0111. Both
# are in use; ours is torch's.)


# %% todo="smooth_labels"
def smooth_labels(targets: torch.Tensor, num_classes: int, alpha: float) -> torch.Tensor:
    """Turn class numbers into rows of probabilities that leave some doubt.

    targets  (N,), int64: class numbers, 0 to num_classes − 1
    alpha    α, 0 to 1: the share that is taken away and spread evenly over *all* C classes

    Returns (N, num_classes), floating point: (1 − α) + α/C for the right class, α/C for each other
    one, as nn.CrossEntropyLoss(label_smoothing=α) has it.
    """
    ### BEGIN SOLUTION
    rows = F.one_hot(targets, num_classes).float()
    return (1 - alpha) * rows + alpha / num_classes
    ### END SOLUTION


# %% test="smooth_labels" points=3
check.smooth_labels(smooth_labels)

# %% [markdown]
# Cross-entropy accepts such rows: $-\sum_k y_k \log p_k$. So your function plugs straight into the loss,
# and torch's own option must give the same number:

# %% tags=["explore"]
my_smooth = check.use(smooth_labels)
torch.manual_seed(0)
logits, targets = torch.randn(5, 10), torch.tensor([3, 1, 4, 1, 5])
print("your rows in the loss:  ", F.cross_entropy(logits, my_smooth(targets, 10, 0.1)).item())
print("label_smoothing=0.1:    ", F.cross_entropy(logits, targets, label_smoothing=0.1).item())
for sure in (2.3, 4.5, 20.0):
    logits = sure * F.one_hot(targets, 10)
    hard = F.cross_entropy(logits, targets).item()
    soft = F.cross_entropy(logits, my_smooth(targets, 10, 0.1)).item()
    print(f"right, logit ahead by {sure:<4g} hard targets {hard:.3f}   smoothed {soft:.3f}")

# %% [markdown]
# With hard targets, being more certain always pays, and weights can grow for ever. With smoothed ones the
# best answer is 0.91, and being more certain than that costs.

# %% [markdown]
# ## 9. What didn't help
#
# Here each piece is added *alone* to momentum and the schedule, for 20 epochs, and then everything at
# once. Cutout comes twice: with black holes, and with holes in the mean colour of the images.

# %% tags=["explore"]
alone = recorded.load("alone")
ahead = {name: mean(alone.differences(name, "nothing")) for name in list(alone.rows)[1:]}
costly = widgets.prediction(
    "costly",
    "Label smoothing, black holes, mean-coloured holes, mixup, weight decay, crop and flip, and "
    "everything at once (with black holes): how many of these seven lower the mean test accuracy by "
    "more than a point?",
)

# %% tags=["explore", "hide"]
predict.reveal(
    "costly",
    truth=sum(points < -1 for points in ahead.values()),
    reasons={
        0: "A regulariser makes training harder, and these runs are short.",
        1: "Everything at once does, but it isn't the only one.",
    },
    because=", ".join(f"{name} {points:+.1f}" for name, points in ahead.items()) + ".",
)

# %% tags=["explore"]
print(alone.command, end="\n\n")
print(alone.table(), end="\n\n")
for name in ahead:
    gains = alone.differences(name, "nothing")
    up = sum(gain > 0 for gain in gains)
    print(f"{name:<22}{ahead[name]:+.2f} points; up in {up} of {len(gains)} seeds")

# %% [markdown]
# Crops with flips and weight decay help here too. Mixup makes no clear difference. Nor do mean-coloured
# holes. Label smoothing and black holes *cost* accuracy, and so does everything at once: with all five,
# the network doesn't even learn its training images in 20 epochs.
#
# Why does the colour matter? Augmentation runs before normalisation, so zeros are black, and to a network
# that has normalised its images black is a strong signal. The cutout paper cut *after* normalisation,
# so its holes had the mean colour. (On CIFAR-10, with holes of a quarter of the image and hundreds
# of epochs, they gained clearly.)
#
# And on photographs? A ladder on 300 clothes, with a small network of three strided convolutions (and,
# once there's momentum, half the rate):

# %% tags=["explore"]
on_clothes = recorded.load("clothes")
print(on_clothes.command, end="\n\n")
print(on_clothes.table())

# %% [markdown]
# The lines differ by about a point, less than the seeds do. All clothes stand upright in the middle, and
# all shoes point the same way, so shifted and mirrored copies have little to teach. What a regulariser
# is worth depends on the data, the network and the time you have, so measure it on validation images.
# (Label smoothing, for one, often helps large networks with many classes, but their features then
# transfer worse: Kornblith and others, 2021.)

# %% [markdown]
# ## 10. Early stopping
#
# The simplest regulariser is to stop. Watch the loss on validation images, and end the training when
# it hasn't improved for some epochs: `patience` says for how many.


# %% todo="early_stopping"
class EarlyStopping:
    """Says when a loss has stopped improving.

    patience   how many calls in a row without an improvement it takes, at least 1
    min_delta  an improvement is a loss < best − min_delta (so one that is nan is none)
    best       the loss of the last improvement; no other loss moves it. The first loss, if it's a
               number, is always an improvement.
    """

    def __init__(self, patience: int, min_delta: float = 0.0):
        ### BEGIN SOLUTION
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.without = 0
        ### END SOLUTION

    def step(self, loss: float) -> bool:
        """Take note of a loss. True means stop: no improvement in the last `patience` calls."""
        ### BEGIN SOLUTION
        if loss < self.best - self.min_delta:
            self.best = loss
            self.without = 0
        else:
            self.without += 1
        return self.without >= self.patience
        ### END SOLUTION


# %% test="early_stopping" points=5
check.early_stopping(EarlyStopping)

# %% [markdown]
# Here's a run at a constant rate with momentum, without augmentation and schedule. We note after each
# epoch what your rule says, and go on to see what it would have missed.

# %% tags=["explore"]
MyStopping = check.use(EarlyStopping)
losses, right = [], []  # after each epoch: validation loss, and which validation images are right


def watch(epoch, model):
    model.eval()
    with torch.no_grad():
        x, y = next(iter(data.batches("validation", 1000)))
        logits = model(x)
        losses.append(float(F.cross_entropy(logits, y)))
        right.append((logits.argmax(dim=1) == y).float())


constant = {"lr": 0.01, "momentum": 0.9, "epochs": 15}
recipes.train(constant, data, seed=0, tools=tools, after_epoch=watch)
told = {}
for patience in (1, 5):
    stopping = MyStopping(patience)
    stops = [epoch for epoch, loss in enumerate(losses, start=1) if stopping.step(loss)]
    if stops:
        told[f"stop, patience {patience}"] = stops[0]
        best = min(losses[: stops[0]])
        print(
            f"patience {patience}: stop after epoch {stops[0]}, lowest loss until then {best:.3f}"
        )
print(f"lowest loss of all: {min(losses):.3f}, after epoch {losses.index(min(losses)) + 1}")
lines({"validation loss": losses}, "epoch", "validation loss", verticals=told)

# %% [markdown]
# The curve is bumpy. With a patience of 1 the first bump ends the run, whether or not better epochs are
# still to come. A longer patience costs some epochs and is safer. Save the weights of the *best*
# epoch (`torch.save(model.state_dict(), …)`), for it isn't the last. With a cosine schedule, early
# stopping makes little sense: the best epochs usually come at the end, when the rate is low.
#
# Could the *test* images do this job? Nothing is trained on them. But choosing the best epoch *by* them
# is fitting to them. Watch: 100 images drawn at random choose the epoch, 100 others judge the choice. We
# do this a thousand times.

# %% tags=["explore"]
table = torch.stack(right)  # (epochs, images)
generator = torch.Generator().manual_seed(0)
claimed, true = [], []
for _ in range(1000):
    order = torch.randperm(table.shape[1], generator=generator)
    chosen = table[:, order[:100]].mean(dim=1).argmax()
    claimed.append(100 * float(table[chosen, order[:100]].mean()))
    true.append(100 * float(table[chosen, order[100:200]].mean()))
print(f"accuracy on the 100 images that chose the epoch: {mean(claimed):.1f} %")
print(f"accuracy of the same epoch on 100 others:        {mean(true):.1f} %")

# %% [markdown]
# If you choose by the test images, you report the first number and get the second in real life. That's
# what validation images are for.

# %% [markdown]
# ## 11. Your turn: design a recipe
#
# The network and the 2,000 images stay as they are, but this time you only get ten epochs, a quarter of
# what the top of the ladder had. Everything else is yours. How high can you get the number?

# %% tags=["explore"]
check.brief("design_recipe")

# %% [markdown]
# A recipe is plain data. `measure` from section 1 tries one on the validation images; the check does the
# same, with three other seeds, and the grader on fresh images. Here's the top of the ladder, cut short,
# and a first try with AdamW:

# %% tags=["explore"]
cut_short = {**recipe, "epochs": 10}
for trial in (cut_short, {"epochs": 10, "optimizer": "adamw", "lr": 0.003}):
    learned, held_out = (mean([run[p] for run in measure(trial)]) for p in ("train", "validation"))
    print(f"training {learned:.1f} %, validation {held_out:.1f} %: {trial}")

# %% [markdown]
# What was right for 40 epochs isn't right for ten. Change one thing at a time, and give each optimiser a
# rate that suits it. Is a difference larger than the spread between seeds? Then keep it.


# %% todo="design_recipe"
def design() -> dict:
    """Your recipe for training `small_vgg` on 2,000 images: a dict with exactly these entries.

    epochs           a whole number, 1 to 10
    batch_size       a whole number, 16 to 512; it was 128 so far
    optimizer        "sgd", "adam" or "adamw"
    lr               the (highest) learning rate, 1e-6 to 10
    momentum         0 to 0.999; only "sgd" uses it
    weight_decay     0 to 1
    schedule         "constant" or "warmup_cosine" (a tenth of the steps warms up)
    crop_and_flip    pixels of border, a whole number, 0 to 4; 0 means neither crops nor flips
    hole             side of the hole that cutout makes, a whole number, 0 to 10
    hole_colour      "mean" or "black"
    mixup            α of the Beta distribution, 0 to 2
    label_smoothing  0 to 0.9
    dropout          0 to 0.9

    The score is the accuracy on unseen shapes, the mean of three runs.
    """
    ### BEGIN SOLUTION
    return {
        "epochs": 10,
        "batch_size": 32,
        "optimizer": "sgd",
        "lr": 0.05,
        "momentum": 0.9,
        "weight_decay": 0.01,
        "schedule": "warmup_cosine",
        "crop_and_flip": 0,
        "hole": 0,
        "hole_colour": "mean",
        "mixup": 0.0,
        "label_smoothing": 0.0,
        "dropout": 0.0,
    }
    ### END SOLUTION


# %% test="design_recipe" points=16
check.design_recipe(design)

# %% [markdown]
# ## 12. In your own words
#
# A friend trains a network on 3,000 photographs of 12 kinds of autumn leaves. Two of the kinds have the
# same shape, and only their *colour* tells them apart. 400 photographs are held out. She uses strong
# colour jitter, flips, crops, label smoothing 0.1, weight decay and AdamW at 0.001, trains for 40
# epochs, and reports the best epoch's accuracy on the 400.
#
# - **(A)** Training accuracy is 71 %, held-out accuracy 74 %. She is pleased ("no overfitting") and plans
#   more augmentation.
# - **(B)** The two kinds that only differ in colour are confused half of the time.
# - **(C)** On 400 *new* photographs she gets 69 %.
#
# For each: say what most likely happened and why, and what she should do or measure next. Six to ten
# sentences.
#
# *How this is marked (6 points): for each of the three, 1 for the cause with its reason, 1 for a
# next step that follows from it.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** A gap that is small, or negative, with 71 % on the training images means that the network
# underfits: the regularisers make training so hard that it doesn't get far enough. (Training
# accuracy is measured on augmented images, which also makes it look lower than it is.) More
# augmentation would make it worse. Next: measure the plain training images in evaluation mode; take
# regularisers away one at a time, train longer, or use a larger network.
#
# **(B)** Colour jitter changes exactly what tells the two kinds apart, so for them it doesn't leave
# the label true: the network is taught to ignore colour. Next: train without colour jitter (or with
# very little), everything else equal, and look at these two rows of the confusion matrix.
#
# **(C)** The best of 40 epochs was chosen by the same 400 images that gave the number, so the number
# is too high; the new photographs tell the truth (some of the 5 points may be chance: with 400
# images ±2.3). Next: set a validation part aside from the training images for all choices, and
# measure the test images once. (If the new photographs were taken elsewhere, a change of the data
# is another possible cause: compare them.)
#
# *Rubric.* For each: 1 for the cause with a reason that explains *this* effect; 1 for a next step
# which follows from it and changes one thing. (A) "the model is too small" with underfitting named:
# full. "Good, no overfitting": 0. (B) must say that the label doesn't survive the change. (C)
# accepts chance as a second cause, not as the only one; "more data" alone: half.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - augment a batch, with a random change for each image, reproducibly, and only in training
# - use weight decay, dropout, mixup and label smoothing, and say what each does
# - write the steps of SGD with momentum, Adam and AdamW, and explain when the two forms of momentum differ
# - give `torch.optim` a learning-rate schedule, and stop by a validation loss
# - measure what a change is worth, with several seeds, and explain why a small gap doesn't make a good
#   network
#
# **Pitfalls.** One draw for the whole batch. Augmented test images. A change that makes the label
# false. Statistics from test images. `scheduler.step()` before `optimizer.step()`. Weight decay added
# to Adam's gradient. The best epoch chosen by the test images.
#
# **Left out here:** Nesterov's momentum (`training.fit` uses it), other schedules (steps, one cycle,
# `ReduceLROnPlateau`), averaging weights, ensembles, second-order methods.
#
# **Next:** unit 7. When images are few, there's something stronger than all of this: a network that has
# already learned something else.
