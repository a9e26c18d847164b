# %% [markdown]
# # Training well
#
# Units 1 to 5 changed the network. This one leaves the network alone and changes how it is
# trained: what images it sees, what it is told, how far it steps, and when it stops. The pieces
# are small. You write them all, and then measure what each is worth.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Learned by heart
#
# A small network with batch norm (units 3 and 4; it comes from the library) gets 2,000 images of
# ten kinds of shapes, and sees each of them 20 times. **Change one name** to run this unit on
# photographs: `DATA = "cifar10"` (which is downloaded, and takes longer).

# %% tags=["explore"]
from dataclasses import replace

import cnnlab.data
from cnnlab import models, pictures, training, widgets

DATA = "shapes10"


def load(seed, images=2000):
    """Some images to learn from and 1,000 held out; another seed, other images."""
    if DATA == "shapes10":
        return cnnlab.data.load(DATA, seed=seed, n_train=images, n_test=1000, image_size=16)
    whole = cnnlab.data.load(DATA)
    train = whole.train.per_class(images // len(whole.class_names), seed=seed)
    return replace(whole, train=train, test=whole.test[:1000])


def make_net(seed):
    torch.manual_seed(seed)
    return models.make_vgg(
        [(1, 12), (1, 24), (1, 48)],
        num_classes=10,
        image_size=data.train.images.shape[-1],
        hidden=64,
        batch_norm=True,
        dropout=0.0,
    )


data = load(seed=0)
print(data)
pictures.image_grid(data.train.images[:16], data.train.labels[:16], data.class_names)

# %% tags=["explore"]
held_out_guess = widgets.prediction(
    "held_out",
    "After 20 epochs it has its 2,000 training images by heart. How many percent of 1,000 held-out "
    "images does it get right? (Guessing gives 10.)",
)

# %% [markdown]
# The monitor draws the training while it runs. Watch when the loss comes close to zero, and what
# the gradient does from there on: can the network learn anything more from these images?

# %% tags=["explore"]
RECIPE = {"epochs": 20, "batch_size": 128, "lr": 0.1}
plain_net = make_net(seed=0)
history = widgets.training_monitor(plain_net, data, weight_decay=0.0, seed=0, **RECIPE)
learned = 100 * training.evaluate(plain_net, data, split="train").accuracy
held_out = 100 * training.evaluate(plain_net, data).accuracy
print(f"training images right: {learned:.0f} %      held-out images right: {held_out:.0f} %")
predict.reveal(
    "held_out",
    truth=round(held_out),
    tolerance=0.25,
    reasons={100: "What is known by heart need not be understood.", 10: "It did learn something."},
)

# %% [markdown]
# The difference is the **gap**, and to have a large one is called overfitting: the network has found
# rules that are true of its own images and fail on others. What is meant to narrow the gap is called a
# **regulariser**. But keep one thing in mind for the whole unit: nobody needs a small gap. A
# network that knows nothing has none. What counts is the accuracy on images it has never seen.

# %% [markdown]
# ## 2. More images from the same images
#
# A heart moved by a pixel is a heart. A heart in a mirror, too. To the network these are new
# images, and to us they cost nothing: this is **augmentation**. It is like practising scales in
# every key: the same tune, never the same fingers. Two rules:
#
# - Each image gets **its own** random change, and another one in every epoch.
# - The change must not touch the label. (A mirrored 2 is no 2: unit 2.)

# %% tags=["explore"]
how_many = widgets.prediction(
    "how_many",
    "Surround an image with 2 pixels of zeros, cut out a window of the old size anywhere, and "
    "mirror it or not. How many different images can come out of one?",
)

# %% tags=["explore"]
predict.reveal(
    "how_many",
    truth=2 * (2 * 2 + 1) ** 2,
    reasons={
        25: "Those are the windows. Each can be mirrored or not.",
        32: "There are 2 · 2 + 1 offsets in each direction: −2 to 2, and 0 is one of them.",
        10: "The offsets down and to the right are independent: they multiply.",
    },
    because="(2p + 1) offsets down, as many to the right, and the mirror: 2 · (2p + 1)².",
)

# %% [markdown]
# **Your turn,** twice. `generator` is a `torch.Generator`: hand it to `torch.randint(…,
# generator=generator)` and `torch.rand(…, generator=generator)`, and the same seed gives the same
# images again. Cutout (DeVries and Taylor, 2017) erases a square, so that the network cannot rely
# on a single spot.


# %% todo="augment"
def random_crop_flip(x: torch.Tensor, padding: int, generator: torch.Generator) -> torch.Tensor:
    """Shift every image a little, and mirror half of them.

    x          (N, C, H, W), floating point; it stays as it was
    padding    a whole number p ≥ 0
    generator  all random numbers come from it, and from nowhere else

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

    x          (N, C, H, W), floating point; it stays as it was
    size       the side of the square, at least 1
    generator  all random numbers come from it, and from nowhere else

    For each image a pixel (row r, column c) is drawn, every pixel equally likely. The square takes
    rows r − size//2 to r − size//2 + size − 1, and columns alike from c, in all channels. What
    lies outside the image is left out.

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


# %% test="augment" points=14
check.augment(random_crop_flip, cutout)
# %% tags=["explore"]
my_crop, my_cutout = check.use(random_crop_flip), check.use(cutout)

PADDING, SIZE = 2, 5  # change them
dice = torch.Generator().manual_seed(0)
eight = data.train.images[9:10].float().div(255).repeat(8, 1, 1, 1)
both_ways = torch.cat([my_crop(eight, PADDING, dice), my_cutout(eight, SIZE, dice)])
pictures.image_grid(both_ways, columns=8, title="One image: shifted and mirrored; with a hole")

# %% [markdown]
# The zeros are black here, because augmentation runs on values from 0 to 1, *before* normalisation.
# After it, 0 would be the mean colour. And where do mean and deviation come from? From the training
# images alone. The held-out ones stand for images that nobody has seen yet, so nothing is computed
# from them.

# %% tags=["explore"]
values = data.train.images.float().div(255)
print("mean of the training images:", [round(float(m), 3) for m in values.mean(dim=(0, 2, 3))])
print("what data.batches subtracts:", [round(m, 3) for m in data.mean])

# %% [markdown]
# **You might think** that test images should be treated as the training images were. Here is the
# network from above, measured on the held-out images as they are, and on augmented ones.


# %% tags=["explore"]
def my_augment(x, generator):
    return my_cutout(my_crop(x, 2, generator), 5, generator)


as_they_are = [training.evaluate(plain_net, data).accuracy for _ in range(5)]
augmented = [
    training.evaluate(plain_net, data.batches("test", 256, augment=my_augment, seed=s)).accuracy
    for s in range(5)
]
print("as they are:", "  ".join(f"{accuracy:.1%}" for accuracy in as_they_are))
print("augmented:  ", "  ".join(f"{accuracy:.1%}" for accuracy in augmented))
worse = sum(a < b for a, b in zip(augmented, as_they_are, strict=True))
print(f"\nWorse in {worse} of {len(augmented)} measurements, with {len(set(augmented))} results.")

# %% [markdown]
# Augmentation makes training harder on purpose. A measurement should be neither harder nor random:
# **only training images are augmented.**
#
# The library torchvision has dozens of such changes, put together in a `Compose`. Its transforms
# draw *once* for a whole batch; `data.batches` therefore calls them image by image.

# %% tags=["explore"]
from cnnlab._torchvision import import_torchvision

import_torchvision()  # works also where torch and torchvision come from different builds
from torchvision.transforms import v2

pipeline = v2.Compose(
    [
        v2.ColorJitter(brightness=0.4, saturation=0.4),
        v2.RandomRotation(15),
        v2.RandomResizedCrop(data.train.images.shape[-1], scale=(0.6, 1.0), antialias=True),
    ]
)
one_image = (data.train.images[9:10].repeat(8, 1, 1, 1), data.train.labels[9:10].repeat(8))
shaken, _ = next(iter(cnnlab.data.batches(one_image, 8, augment=pipeline)))
pictures.image_grid(shaken, columns=8, title="Colours, rotation by up to 15°, another crop")

# %% [markdown]
# People have also let a search choose the changes (AutoAugment, Cubuk et al., 2019), found that
# random ones do about as well (RandAugment, 2020), and pasted a piece of one image into another
# (CutMix, Yun et al., 2019: the target is shared by area).

# %% tags=["explore"]
torch.manual_seed(0)
four, four_labels = data.train.images[9:13], data.train.labels[9:13]
cut_mixed, shares = v2.CutMix(num_classes=10)(four, four_labels)
by_search = torch.stack([v2.AutoAugment(v2.AutoAugmentPolicy.CIFAR10)(image) for image in four])
by_chance = torch.stack([v2.RandAugment()(image) for image in four])
names = [name for name in ("as it is", "AutoAugment", "RandAugment", "CutMix") for _ in range(4)]
everything = torch.cat([four, by_search, by_chance, cut_mixed])
for row in shares:
    print("CutMix:", " + ".join(f"{row[c]:.0%} {data.class_names[c]}" for c in row.nonzero()[:, 0]))
pictures.image_grid(everything, names, columns=4)

# %% [markdown]
# ## 3. Softer targets
#
# So far a target was a class number: *this is a star, and nothing else.* Two regularisers say it
# less harshly, with a row of probabilities. **Mixup** (Zhang et al., 2018) blends two images and
# blends their rows by the same share λ:
#
# $$\tilde{x} = \lambda x_i + (1-\lambda)\,x_j \qquad \tilde{y} = \lambda y_i + (1-\lambda)\,y_j$$
#
# λ is drawn anew for each batch, from a Beta distribution, and $j$ comes from a permutation of the
# batch. Both are given to you.


# %% todo="mixup"
def mixup(
    x: torch.Tensor, y: torch.Tensor, lam: float, permutation: torch.Tensor, num_classes: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Blend every image of a batch with another one, and the targets alike.

    x            (N, C, H, W), floating point
    y            (N,), int64: class numbers, 0 to num_classes − 1
    lam          λ, the share of the image itself, 0 to 1; its partner gets 1 − λ
    permutation  (N,), int64: the partner of image i is image permutation[i]

    Returns (mixed, targets): the blended images, of x's shape, and for each a row of num_classes
    probabilities, (N, num_classes), floating point. Nothing is drawn here: the caller has drawn λ
    and the permutation. The inputs stay as they were.

    Refused: torchvision's transforms.
    """
    ### BEGIN SOLUTION
    rows = F.one_hot(y, num_classes).to(x.dtype)
    mixed = lam * x + (1 - lam) * x[permutation]
    targets = lam * rows + (1 - lam) * rows[permutation]
    return mixed, targets
    ### END SOLUTION


# %% test="mixup" points=8
check.mixup(mixup)
# %% tags=["explore"]
my_mixup = check.use(mixup)

LAM = 0.65  # change it
x = data.train.images[:6].float().div(255)
partners = torch.tensor([3, 4, 5, 0, 1, 2])
mixed, rows = my_mixup(x, data.train.labels[:6], LAM, partners, num_classes=10)
captions = [
    " + ".join(f"{row[c]:.0%} {data.class_names[c]}" for c in row.nonzero()[:, 0]) for row in rows
]
pictures.image_grid(mixed, captions, columns=3, title="Six images, blended with their partners")

# %% [markdown]
# All three changes are yours, so play with them. Strength is the padding of your crops, the side
# of your holes, and sixteenths of the partner in your mixup. Find the strength at which *you* would
# no longer sign the label.


# %% tags=["explore"]
def blend(x, strength, generator):
    nobody = torch.zeros(len(x), dtype=torch.int64)
    partners = torch.randperm(len(x), generator=generator)
    return my_mixup(x, nobody, 1 - strength / 16, partners, num_classes=10)[0]


changes = {"crop and flip": my_crop, "cutout": my_cutout, "mixup": blend}
explorer = widgets.augmentation_explorer(data.train.images[:8], changes)

# %% [markdown]
# **Label smoothing** (Szegedy et al., 2016) is simpler: take a share α from every target and spread
# it over all C classes. With α = 0.1 and ten classes, the right class gets 0.91 and each other
# 0.01. (There is another convention: α for the C − 1 *others* only, so 0.9 and 0.0111. Both are in
# use; ours is torch's.)


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


# %% test="smooth_labels" points=6
check.smooth_labels(smooth_labels)
# %% [markdown]
# Cross-entropy takes such rows as they are: $-\sum_k y_k \log p_k$. So your functions plug into
# the loss you know, and torch's shortcut must give the same number:

# %% tags=["explore"]
my_smooth = check.use(smooth_labels)
torch.manual_seed(0)
logits, targets = torch.randn(5, 10), torch.tensor([3, 1, 4, 1, 5])
print("your rows in the loss:  ", F.cross_entropy(logits, my_smooth(targets, 10, 0.1)).item())
print("label_smoothing=0.1:    ", F.cross_entropy(logits, targets, label_smoothing=0.1).item())
sure = 20.0 * F.one_hot(targets, 10)
print("\nright and very sure, hard targets:    ", round(F.cross_entropy(sure, targets).item(), 4))
print("right and very sure, smoothed targets:", end=" ")
print(round(F.cross_entropy(sure, my_smooth(targets, 10, 0.1)).item(), 4))

# %% [markdown]
# With hard targets, being surer always pays; weights can grow for ever. With smoothed ones it
# costs: the best answer is 0.91, not 1.

# %% [markdown]
# ## 4. Steps with a memory
#
# Plain SGD steps against the gradient of one batch. In a narrow valley that is slow: the gradient
# points across, and the way leads along. **Momentum** lets a ball roll instead. Across, the pushes
# cancel; along, they add up. In torch's form:
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
    velocity  v, what the step before returned; None in the first step, which counts as 0

    With g = grad + weight_decay · θ:    v ← momentum · v + g    and then    θ ← θ − lr · v.

    Returns (param, velocity), new tensors. param, grad and velocity stay as they were. lr may be
    another one in every step.

    Refused: torch.optim.
    """
    ### BEGIN SOLUTION
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else momentum * velocity + grad
    return param - lr * velocity, velocity
    ### END SOLUTION


# %% test="sgd_momentum" points=8
check.sgd_momentum(sgd_momentum_step)
# %% tags=["explore"]
my_sgd = check.use(sgd_momentum_step)

MOMENTA = (0.0, 0.9)  # change them
curvature = torch.tensor([1.0, 25.0])  # the valley: ½ (x² + 25 y²)
picture = pictures.Picture(7.0, 2.8)
axes = picture.subplots()
across, along = torch.meshgrid(torch.linspace(-2, 2, 80), torch.linspace(-10, 5, 80), indexing="ij")
axes.contour(along, across, along**2 + 25 * across**2, levels=12, colors="#cccccc", linewidths=0.8)
told = []
for colour, momentum in zip(pictures.PALETTE, MOMENTA, strict=False):
    place, velocity, path = torch.tensor([-9.0, 1.5]), None, []
    for _ in range(40):
        path.append(place)
        place, velocity = my_sgd(place, curvature * place, velocity, lr=0.03, momentum=momentum)
    left = float(0.5 * (curvature * place**2).sum())
    told.append(f"momentum {momentum:g}: height {left:.4f} after 40 steps")
    axes.plot(
        *torch.stack(path).T, ".-", color=colour, label=f"momentum {momentum:g}", markersize=4
    )
axes.set(xlabel="along the valley", ylabel="across")
axes.legend(frameon=False)
picture.alt = "Two paths down a narrow valley. " + "; ".join(told)
print("\n".join(told))
picture

# %% [markdown]
# Many books write the same thing as $v \leftarrow \mu v + \eta g$, $\theta \leftarrow \theta - v$.
# **You might think** that this is only another way of writing. Below, both take the same ten
# gradients: once at a constant rate, once with a rate that falls to a tenth after five.


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
# Equal at a constant rate, different as soon as it changes. In torch's form a lower rate brakes at
# once; in the other, old steps roll on at their old rate. Schedules found with one do not carry
# over to the other.
#
# **Adam** (Kingma and Ba, 2015) keeps two averages for each weight: of the gradient, $m$, and of
# its square, $s$. The step is the rate times their ratio, $m/\sqrt{s}$. Both averages start at 0, so
# at first they are too small, and are corrected.

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
    state  what the step before returned; None in the first step. What is in it is up to you: the
           next step needs m, s and t.

    m ← β₁·m + (1 − β₁)·g          s ← β₂·s + (1 − β₂)·g²          both 0 before the first step
    m̂ = m / (1 − β₁ᵗ)              ŝ = s / (1 − β₂ᵗ)               t = 1 in the first step
    θ ← θ − lr · m̂ / (√ŝ + eps)

    Returns (param, state), all new. param, grad and state stay as they were, so that from the same
    state the same step can be taken twice.

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

    λ is weight_decay. It is decoupled: it is no part of g, and reaches neither m nor s.
    """
    ### BEGIN SOLUTION
    return adam_step(param * (1 - lr * weight_decay), grad, state, lr, betas, eps)
    ### END SOLUTION


# %% test="adam" points=10
check.adam(adam_step, adamw_step)
# %% tags=["explore"]
my_adam, my_adamw = check.use(adam_step), check.use(adamw_step)
start = torch.zeros(2)
moved, _ = my_adam(start, torch.tensor([1000.0, 0.001]), None, lr=0.1)
print("moved by", [round(float(m), 5) for m in moved])
predict.reveal(
    "adams_first_step",
    truth=round(float(moved[0] / moved[1]), 2),
    tolerance=0.01,
    reasons={
        1e6: "That would be SGD. Adam divides each gradient by its own size.",
    },
    because="After one step m̂ is g and √ŝ is |g|: every weight moves by about lr.",
)

# %% [markdown]
# This is also why Adam and weight decay needed **AdamW** (Loshchilov and Hutter, 2019). A decay
# added to the gradient is divided by √s like everything else: weights with large gradients would
# hardly shrink. AdamW lets all weights shrink alike, beside the step.
#
# **You might think** that Adam, which scales every step by itself, needs no tuning. Here is a
# training loop that is yours: it takes any step function that you wrote.


# %% tags=["explore"]
def train_by_hand(step, rate, source, epochs, seed=0, soften=None, after_epoch=None):
    """Train a fresh network: `step` updates one tensor, `rate(t, total)` is the learning rate."""
    model = make_net(seed)
    params = list(model.parameters())
    carried = [None] * len(params)
    batches = source.batches("train", 64, seed=seed)
    total, t = epochs * len(batches), 0
    for epoch in range(epochs):
        model.train()
        for x, y in batches:
            x, y = soften(x, y) if soften else (x, y)
            grads = torch.autograd.grad(F.cross_entropy(model(x), y), params)
            with torch.no_grad():
                for i, (param, grad) in enumerate(zip(params, grads, strict=True)):
                    new, carried[i] = step(param, grad, carried[i], lr=rate(t, total))
                    param.copy_(new)
            t += 1
        if after_epoch:
            after_epoch(epoch, model)
    return model


print(f"knowing nothing:  training loss {math.log(10):.2f}")
for lr in (1e-5, 1e-3, 1e-1, 1e1):
    model = train_by_hand(my_adam, lambda t, total, lr=lr: lr, data, epochs=2)
    result = training.evaluate(model, data, split="train")
    print(f"Adam, rate {lr:<6g} training loss after 2 epochs {result.loss:8.2f}")

# %% [markdown]
# A rate that is far off learns nothing, or breaks. The range that works must be found, as for every
# optimiser; what Adam saves you is a rate for *each weight*.

# %% [markdown]
# ## 5. A rate that moves
#
# At the start, weights are random and gradients large and contradictory: small steps are safer. At
# the end, the network is nearly there: small steps settle. In between, large ones get on. **Warm-up
# and cosine** (the cosine: Loshchilov and Hutter, 2017) do that with two numbers: how long
# the warm-up lasts, and the highest rate. Step numbers start from 0, and the first step should not be
# wasted on a rate of 0.


# %% todo="warmup_cosine"
def warmup_cosine(step: int, total: int, warmup: int, base_lr: float) -> float:
    """The learning rate of one step.

    step     0 for the first step, total − 1 for the last; total is asked for as well
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


# %% test="warmup_cosine" points=6
check.warmup_cosine(warmup_cosine)
# %% tags=["explore"]
my_warmup_cosine = check.use(warmup_cosine)

TOTAL, WARMUP = 100, 10  # change them
rates = [my_warmup_cosine(t, TOTAL, WARMUP, 0.05) for t in range(TOTAL + 1)]
picture = pictures.Picture(6.4, 2.4)
axes = picture.subplots()
axes.plot(rates, color=pictures.PALETTE[0])
axes.set(xlabel="step", ylabel="learning rate")
axes.spines[["top", "right"]].set_visible(False)
picture.alt = f"The rate rises to {max(rates):g} by step {WARMUP} and falls to {rates[-1]:g}."
picture

# %% [markdown]
# Now all of it together, in the loop above: your steps, your schedule, your mixup. (It runs for four
# epochs only, to see that the parts fit. Section 7 has twenty.)

# %% tags=["explore"]
beta = torch.distributions.Beta(0.2, 0.2)


def my_soften(x, y):
    return my_mixup(x, y, float(beta.sample()), torch.randperm(len(x)), num_classes=10)


def my_rate(t, total):
    return my_warmup_cosine(t, total, warmup=total // 10, base_lr=0.05)


mine = train_by_hand(my_sgd, my_rate, data, epochs=4, soften=my_soften)
for split in ("train", "test"):
    print(f"{split:<6} {training.evaluate(mine, data, split=split).accuracy:.1%}")

# %% [markdown]
# ## 6. When to stop
#
# The simplest regulariser is to stop. Watch the loss on images that are *not* trained on; when it
# has not improved for some epochs, end. `patience` says for how many.


# %% todo="early_stopping"
class EarlyStopping:
    """Says when a loss has stopped improving.

    patience   how many calls in a row without an improvement it takes, at least 1
    min_delta  an improvement is a loss < best − min_delta (so one that is nan is none)
    best       the loss of the last improvement; no other loss moves it. The first loss, being a
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


# %% test="early_stopping" points=8
check.early_stopping(EarlyStopping)
# %% [markdown]
# Half of the 1,000 held-out images become a **validation** set: they may decide when to stop. The
# other half has no say in it. The next run has 3,000 images, a constant rate, and no regulariser. It
# notes when your rule says stop, and goes on, to see what comes after.

# %% tags=["explore"]
MyStopping = check.use(EarlyStopping)
more = load(seed=0, images=3000)
record = []  # for each epoch: validation loss, and which of the 1,000 held-out images are right


def watch(epoch, model):
    losses, right = [], []
    model.eval()
    with torch.no_grad():
        for x, y in more.batches("test", 250):
            logits = model(x)
            losses.append(F.cross_entropy(logits, y, reduction="none"))
            right.append((logits.argmax(dim=1) == y).float())
    record.append((float(torch.cat(losses)[:500].mean()), torch.cat(right)))


train_by_hand(my_sgd, lambda t, total: 0.05, more, epochs=9, after_epoch=watch)
curve = [loss for loss, _ in record]
told = {}
for patience in (1, 3):
    stopping = MyStopping(patience)
    stops = [epoch for epoch, loss in enumerate(curve, start=1) if stopping.step(loss)]
    told[patience] = stops[0] if stops else None
    print(f"patience {patience}: told to stop in epoch {told[patience]}")
print(f"lowest validation loss: {min(curve):.2f}, in epoch {curve.index(min(curve)) + 1}")
picture = pictures.Picture(6.4, 2.6)
axes = picture.subplots()
axes.plot(range(1, len(curve) + 1), curve, color=pictures.PALETTE[0], marker=".")
for colour, (patience, epoch) in zip(pictures.PALETTE[1:], told.items(), strict=False):
    if epoch:
        axes.axvline(epoch, color=colour, linestyle="--", label=f"stop, patience {patience}")
axes.set(xlabel="epoch", ylabel="validation loss")
axes.legend(frameon=False)
axes.spines[["top", "right"]].set_visible(False)
picture.alt = f"Validation loss: {min(curve):.2f} at best, {curve[-1]:.2f} at the end."
picture

# %% [markdown]
# With a patience of 1 the first bump ends the run, whether or not the best is still to come. A longer
# patience costs some epochs, and is surer. A stopping rule should also keep the weights of the *best*
# epoch, not of the last. (With a cosine it makes little sense to stop early: the best usually comes
# when the rate is low.)
#
# **You might think** the test images could do this job too, since nothing is trained on them. But
# to choose the best epoch *by* them is to fit to them. Watch: of all 1,000 held-out images, 100 drawn
# at random choose the epoch, 100 others judge the choice. This is done a thousand times.

# %% tags=["explore"]
right = torch.stack([row for _, row in record])  # (epochs, 1000)
dice = torch.Generator().manual_seed(0)
claimed, true = [], []
for _ in range(1000):
    order = torch.randperm(right.shape[1], generator=dice)
    chosen = right[:, order[:100]].mean(dim=1).argmax()
    claimed.append(float(right[chosen, order[:100]].mean()))
    true.append(float(right[chosen, order[100:200]].mean()))
claimed_mean, true_mean = 100 * sum(claimed) / 1000, 100 * sum(true) / 1000
print(f"accuracy on the 100 images that chose the epoch: {claimed_mean:.1f} %")
print(f"accuracy of the same epoch on 100 others:        {true_mean:.1f} %")
print(f"So the choice flatters itself by {claimed_mean - true_mean:.1f} points on average.")

# %% [markdown]
# Whoever chooses by the test images reports the first number, and gets the second in real life.

# %% [markdown]
# ## 7. The experiment
#
# One variable: the recipe. The same network, 2,000 images, 20 epochs, SGD with momentum 0.9 (`fit`
# takes Nesterov's form) at 0.1 with your schedule; two seeds, each with other images. Crops, flips
# and holes are yours; for mixup and label smoothing we use `fit`'s own options, which do what your
# functions do.


# %% tags=["explore"]
def crop_and_flip(x, generator):
    return my_crop(x, 1, generator)


def holes(x, generator):
    return my_cutout(x, 4, generator)


def crop_flip_and_holes(x, generator):
    return holes(crop_and_flip(x, generator), generator)


recipes = {
    "nothing": {},
    "weight decay": {"weight_decay": 0.005},
    "crop and flip": {"augment": crop_and_flip},
    "cutout": {"augment": holes},
    "mixup": {"mixup": 0.2},
    "label smoothing": {"label_smoothing": 0.1},
    "all together": {
        "weight_decay": 0.005,
        "augment": crop_flip_and_holes,
        "mixup": 0.2,
        "label_smoothing": 0.1,
    },
}


def my_schedule(step, total):
    return my_warmup_cosine(step, total, max(1, round(total / 10)), base_lr=1.0)


# %% tags=["explore"]
best_recipe = widgets.prediction(
    "best_recipe", "Which recipe gets most held-out images right?", choices=list(recipes)
)

# %% tags=["explore"]
SEEDS = (0, 1)
on_train, on_test = {name: [] for name in recipes}, {name: [] for name in recipes}
for seed in SEEDS:
    data = load(seed)
    for name, recipe in recipes.items():
        model = make_net(seed)
        settings = {"weight_decay": 0.0, "schedule": my_schedule, **RECIPE, **recipe}
        training.fit(model, data, seed=seed, progress=False, **settings)
        for split, found in (("train", on_train), ("test", on_test)):
            found[name].append(100 * training.evaluate(model, data, split=split).accuracy)

# %% tags=["explore"]
gaps = {
    name: [a - b for a, b in zip(on_train[name], on_test[name], strict=True)] for name in recipes
}


def mean(values):
    return sum(values) / len(values)


print(f"{'recipe':<17}{'training':>9}{'held-out':>10}{'gap':>7}   held-out, each seed")
for name in recipes:
    each = "  ".join(f"{value:.1f}" for value in on_test[name])
    print(
        f"{name:<17}{mean(on_train[name]):>9.1f}{mean(on_test[name]):>10.1f}"
        f"{mean(gaps[name]):>7.1f}   {each}"
    )
pictures.bars(on_test, title="Held-out accuracy", unit="%", form=".1f")

# %% tags=["explore"]
share = mean(on_test["nothing"]) / 100
chance = 100 * math.sqrt(share * (1 - share) / len(data.test))
print(f"Drawing other held-out images would move each figure by about ±{chance:.1f} points.\n")


def verdict(name, other, values, what):
    """In words: is `name` on the same side of `other` with every seed, and by more than chance?"""
    apart = [a - b for a, b in zip(values[name], values[other], strict=True)]
    clear = min(map(abs, apart)) > 2 * chance and min(apart) * max(apart) > 0
    says = "clear in every run" if clear else "not clear: runs disagree, or chance could do it"
    print(f"{what}, {name} − {other}: {mean(apart):+.1f} points ({says})")


verdict("crop and flip", "nothing", gaps, "gap")
verdict("all together", "nothing", gaps, "gap")
for name in list(recipes)[1:]:
    verdict(name, "nothing", on_test, "held-out")
verdict("all together", "crop and flip", on_test, "held-out")
verdict("crop and flip", "weight decay", on_test, "held-out")
print()
predict.reveal(
    "best_recipe",
    truth=max(recipes, key=lambda name: mean(on_test[name])),
    reasons={
        "nothing": "It knows its own images by heart. That is not what is asked.",
        "weight decay": "It helps. Whether another helps more, two seeds can hardly tell: see the "
        "last line above.",
        "crop and flip": "It helps. Whether another helps more, two seeds can hardly tell: see the "
        "last line above.",
        "cutout": "A hole may hide what tells small shapes apart.",
        "mixup": "Softer targets make a network less sure. That need not make it right more often.",
        "label smoothing": "Softer targets make a network less sure. That need not make it right "
        "more often.",
        "all together": "More is not always better: here the network does not even learn its "
        "training images any more.",
    },
)

# %% [markdown]
# Read the table by columns. **The gap:** crops and flips cut it by far, and all together cut it
# further; weight decay and softer targets hardly move it. **The held-out images** tell another story:
# the recipe with the smallest gap is not the one that sees best. All five together no longer learn even
# their training images in 20 epochs.
#
# **You might think** that more augmentation is always better. It is a dose. These holes take a
# sixteenth of an image, and of a small shape perhaps much more; and one of the ten kinds of shape *is*
# a square. What is too much also depends on the time: whatever makes the training images harder makes
# learning slower.
#
# Ten seeds of this experiment stand in `docs/experiments.md`, under *Regularisers*. The order of the
# gaps is clear there, and so is what crops and flips, or weight decay, add on the held-out images,
# though weight decay leaves the gap nearly as it was. Differences of a point or two are not clear. It is
# one small network with few small images. Take the *method* with you, not the table.

# %% [markdown]
# ## 8. In your own words
#
# A friend trains a network on 3,000 photographs of 12 kinds of autumn leaves; two of the kinds have
# the same shape, and only their *colour* tells them apart. 400 photographs are held out. She uses
# strong colour jitter, flips, crops, label smoothing 0.1, weight decay and AdamW at 0.001, trains
# for 40 epochs, and reports the best epoch's accuracy on the 400.
#
# - **(A)** Training accuracy is 71 %, held-out accuracy 74 %. She is glad: "no overfitting", and plans
#   more augmentation.
# - **(B)** The two kinds that only colour tells apart are mixed up half of the time.
# - **(C)** On 400 *new* photographs she gets 69 %.
#
# For each: say what most likely happens and why, and what she should do or measure next. Six to
# ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for the cause with its reason, 1 for a
# next step that follows from it.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** A gap that is small, or negative, with 71 % on the training images says that the network
# underfits: the regularisers make training so hard that it does not finish learning. (Training
# accuracy is taken on augmented images, which also makes it look lower than it is.) More
# augmentation would make it worse. Next: measure the plain training images in evaluation mode; take
# regularisers away one at a time, train longer, or take a larger network.
#
# **(B)** Colour jitter changes the very thing that tells the two kinds apart, so for them it does
# not keep the label true: the network is taught to ignore colour. Next: train without colour jitter
# (or with very little), all else equal, and look at these two rows of the confusion matrix.
#
# **(C)** The best of 40 epochs was chosen by the 400 images that also gave the number, so the
# number is flattered; the new photographs tell the truth (some of the 5 points may be chance: with
# 400 images ±2.3). Next: set a validation part aside from the training images for all choices, and
# measure the test images once. (If the new photographs were taken elsewhere, a change of the data
# is another cause: compare them.)
#
# *Rubric.* For each: 1 for the cause with a reason that explains *this* effect; 1 for a next step
# which follows from it and changes one thing. (A) "the model is too small" with underfitting named:
# full. "Good, no overfitting": 0. (B) must name that the label does not survive the change. (C)
# accepts chance as a second cause, not as the only one; "more data" alone: half.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - augment a batch, each image by its own dice, reproducibly, and only in training
# - blend images with their targets, and smooth labels in torch's convention
# - write the steps of SGD with momentum, Adam and AdamW, and say where two momentum forms part
# - shape a learning rate, and stop by a validation loss
# - measure a recipe, and tell a small gap from a good network

# %% [markdown]
# **Pitfalls.** One draw for the whole batch. Augmented test images. A label that the change does
# not leave true. Statistics from test images. A schedule tuned for another momentum form. Weight
# decay put into Adam's gradient. The best epoch by the test images.
#
# **Left out here:** Nesterov's momentum (`fit` uses it), averaging weights, second-order methods, a
# search for the best settings; dropout (unit 1). Augmentation with torchvision's transforms is
# written out in unit 7.
#
# **Back:** the loop is unit 2's, batch norm is unit 4's, and why a deeper network may fail even on
# its training images is unit 5's. **Next:** unit 7. When images are few, there is something
# stronger than all of this: a network that has learned something else before.
