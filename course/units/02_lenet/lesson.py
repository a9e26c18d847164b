# %% [markdown]
# # LeNet and the training loop
#
# In 1998 a network with sixty thousand parameters was reading digits in a system that processed
# millions of bank cheques a day. You'll build it, write the loss and the loop that train it, measure
# honestly how good it is, and at the end design a better one yourself.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Clothes
#
# Fashion-MNIST is a set of 70,000 small photographs of clothes from an online shop, in ten classes.
# We use 12,000 of them. They are divided into three parts:
#
# - **training images** (8,000): the network learns from these;
# - **validation images** (2,000): we compare settings and choose by these;
# - **test images** (2,000): we report scores on these, and *never choose anything by them*. A setting
#   that was chosen because it did well on some images looks better on those than it really is, so the
#   final score needs images that played no part in any choice.

# %% tags=["explore"]
import cnnlab.data
from cnnlab import models, pictures, training

fashion = cnnlab.data.load("fashion-mnist-small").with_validation(2000)
print(fashion)
pictures.image_grid(
    fashion.validation.images[:16], fashion.validation.labels[:16], fashion.class_names
)

# %% [markdown]
# It's harder than it looks: at 28 × 28 pixels, a shirt, a coat and a pullover are easy to confuse. People
# without fashion expertise were shown 1,000 images of the full test set, each to three of them; the
# majority was right for **83.5 %** (published with the data set). Now LeNet-5 goes through the training
# images six times.

# %% tags=["explore"]
from cnnlab import widgets

first_guess = widgets.prediction(
    "lenet_on_fashion", "What percentage of the 2,000 validation images will it get right?"
)

# %% tags=["explore"]
torch.manual_seed(0)
first_net = models.LeNet5(modern=True)
training.fit(first_net, fashion, epochs=6, lr=0.03, progress=False)
first_net.eval()

valid_images, valid_labels = next(iter(fashion.batches("validation", batch_size=2000)))
with torch.no_grad():
    guesses = first_net(valid_images).argmax(dim=1)
is_right = guesses == valid_labels
first_accuracy = 100 * float(is_right.float().mean())

# %% tags=["explore", "hide"]
predict.reveal(
    "lenet_on_fashion",
    truth=round(first_accuracy, 1),
    unit="%",
    tolerance=0.03,
    reasons={10: "That's what blind guessing gets."},
    because="Anything within 3 % of it counts as right.",
)

# %% tags=["explore"]
print(f"{models.count_parameters(first_net):,} parameters, {first_accuracy:.1f} % right")
wrong = (~is_right).nonzero().flatten()[:16]
pictures.image_grid(
    fashion.validation.images[wrong],
    [f"{fashion.class_names[valid_labels[i]]}\n→ {fashion.class_names[guesses[i]]}" for i in wrong],
    title="Some of its mistakes: true → predicted",
)

# %% [markdown]
# `training.fit` hid everything that matters. You'll write each part yourself: how the network is told about its mistakes (**the loss**), the network (**LeNet-5**), and
# the steps that are repeated over and over (**the loop**).

# %% [markdown]
# ## 2. Softmax: from scores to probabilities
#
# The last layer returns ten numbers, one per class. They can be negative and don't add up to anything
# in particular. These raw scores are called **logits**. To *predict*, taking the largest is enough. To
# *learn*, we need to know how confident the network was, as probabilities $p$. **Softmax** computes
# them:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# The exponential makes every score positive; the division makes them add up to 1. **Change the
# logits** and run the cell again. What happens if you add 10 to all of them? If you double them?

# %% tags=["explore"]
logits = torch.tensor([2.0, 1.0, 0.0, -1.0])

powers = logits.exp()
print("logits       ", "  ".join(f"{z:7.3f}" for z in logits))
print("exponentials ", "  ".join(f"{e:7.3f}" for e in powers), f"  sum {powers.sum():.3f}")
print("probabilities", "  ".join(f"{p:7.3f}" for p in powers / powers.sum()), "  sum 1")

# %% [markdown]
# Only the *differences* between logits matter: a difference of 1 is a factor of $e$, about 2.7. Doubling
# the logits doubles the differences, so the largest gets even more. Adding the same number to all of them
# changes nothing. You'll need that right away, because the formula isn't safe as it stands:

# %% tags=["explore"]
careless = torch.tensor([1000.0, 999.0]).exp()
print("exp of 1000 and 999: ", careless.tolist())
print("divided by their sum:", (careless / careless.sum()).tolist())

# %% [markdown]
# **Your turn.** A `nan` (not a number) spreads to every weight it touches. Write a softmax that avoids
# it.


# %% todo="softmax"
def softmax(logits: torch.Tensor) -> torch.Tensor:
    """Turn scores into probabilities, along the last dimension.

    logits  (..., C): any number of dimensions before the classes, including none

    Returns a tensor of the same shape and dtype: every entry is exp(logit) divided by the sum of
    exp over the C classes of its row. Logits of ±1000 must neither overflow nor give nan.
    Don't change logits.

    Not allowed: torch's own softmax in any form (F.softmax, log_softmax, nn.Softmax, …).
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.amax(dim=-1, keepdim=True)  # the largest of each row becomes 0
    powers = shifted.exp()
    return powers / powers.sum(dim=-1, keepdim=True)
    ### END SOLUTION


# %% test="softmax" points=5
check.softmax(softmax)

# %% [markdown]
# ## 3. Cross-entropy: the cost of a mistake
#
# How would you pay a weather forecaster for saying "rain, 90 %"? A lot if it rains, little if it
# doesn't, and least of all if they were *certain* and wrong. **Cross-entropy** turns that into a cost:
# $-\log p$, where $p$ is the probability given to what really happened.

# %% tags=["explore"]
import matplotlib.pyplot as plt

p = torch.linspace(0.002, 1, 500)
plt.figure(figsize=(5.6, 2.8))
plt.plot(p, -p.log())
for value in (0.01, 0.1, 0.5, 0.9):
    plt.plot(value, -math.log(value), "o", color="tab:red")
    plt.annotate(f"p = {value:g}: {-math.log(value):.2f}", (value + 0.02, -math.log(value) + 0.1))
plt.xlabel("probability of the right class, p")
plt.ylabel("cost, −log p")
plt.xlim(0, 1.2)
plt.show()

# %% [markdown]
# Take a network for ten classes with fresh random weights. It knows nothing yet. What $p$ will it
# give to the right class?

# %% tags=["explore"]
first_loss = widgets.prediction("first_loss", "Roughly how large is its mean cross-entropy?")

# %% tags=["explore", "hide"]
torch.manual_seed(1)
with torch.no_grad():
    scores = models.LeNet5()(valid_images)
untrained = nn.CrossEntropyLoss()(scores, valid_labels).item()
predict.reveal(
    "first_loss",
    truth=round(untrained, 2),
    tolerance=0.05,
    reasons={
        0.9: "That's the share of wrong answers. The cost is −log of a probability.",
        0.1: "That's the probability itself. The cost is −log of it.",
        1: "−log₁₀ of 0.1 would be 1, but here log is the natural logarithm.",
        10: "There are ten classes, but the cost is a logarithm.",
    },
    because="Knowing nothing, it gives each of the ten classes about 0.1, and −log 0.1 is "
    f"{math.log(10):.3f}.",
)

# %% [markdown]
# Worth memorising: **an untrained classifier for C classes usually starts with a loss near log C.**
# If yours starts far above that, look at the scale of its inputs and initial weights first.
#
# Now put softmax into the cost. The logarithm of the fraction becomes a difference, and the right
# class $t$ appears as a plain logit:
#
# $$-\log p_t = \log \sum_j e^{z_j} \; - \; z_t$$
#
# The first part is called **log-sum-exp**. There's a good reason to compute the loss this way,
# straight from the logits:

# %% tags=["explore"]
confident_and_wrong = torch.tensor([0.0, 200.0])  # the right class is number 0
detour = -check.use(softmax)(confident_and_wrong)[0].log()
straight = torch.logsumexp(confident_and_wrong, dim=0) - confident_and_wrong[0]
print(f"−log of the probability: {detour:g}    log-sum-exp minus logit: {straight:g}")

# %% [markdown]
# The probability is too small for a float and becomes 0, so its logarithm is lost. The direct way
# keeps both the cost and its gradient. **Your turn:** a batch of logits, the right classes, and the
# mean of the costs.


# %% todo="cross_entropy"
def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean over a batch of −log(probability of the right class), straight from the logits.

    logits   (N, C), raw scores
    targets  (N,), int64: the number of each sample's right class, 0 to C−1

    Returns a tensor without dimensions, so that `.backward()` works on it. Logits of ±1000 must
    give a finite loss with the right gradient: use log-sum-exp, not the log of a probability.
    Don't change the inputs.

    Not allowed: torch's own cross-entropies and softmaxes (F.cross_entropy, F.nll_loss,
    log_softmax, nn.CrossEntropyLoss, …). `torch.logsumexp` is welcome.
    """
    ### BEGIN SOLUTION
    chosen = logits[torch.arange(len(targets)), targets]  # (N,)
    return (torch.logsumexp(logits, dim=1) - chosen).mean()
    ### END SOLUTION


# %% test="cross_entropy" points=8
check.cross_entropy(cross_entropy)

# %% [markdown]
# The gradient of what you wrote is remarkably simple: *what the network said minus what is true*.
# Here it is for one sample, computed by autograd.

# %% tags=["explore"]
my_softmax, my_cross_entropy = check.use(softmax), check.use(cross_entropy)
z = torch.tensor([[2.0, 1.0, 0.0, -1.0]], requires_grad=True)
my_cross_entropy(z, torch.tensor([1])).backward()
print("probabilities ", "  ".join(f"{v:6.3f}" for v in my_softmax(z.detach())[0]))
print("truth         ", "  ".join(f"{v:6.3f}" for v in F.one_hot(torch.tensor(1), 4).float()))
print("gradient      ", "  ".join(f"{v:6.3f}" for v in z.grad[0]))

# %% [markdown]
# A step *against* this gradient raises the logit of the right class and lowers the others, each in
# proportion to the probability it was given by mistake.
#
# **You might think** that a network should end in a softmax before `nn.CrossEntropyLoss`, since the
# loss is about probabilities. Suppose a network with ten classes ends in a softmax, and is *perfect*:
# it outputs 1 for the right class and 0 for all others.

# %% tags=["explore"]
softmax_twice = widgets.prediction(
    "perfect_but_twice", "What does nn.CrossEntropyLoss return for these outputs?"
)

# %% tags=["explore", "hide"]
perfect = F.one_hot(torch.tensor([3]), num_classes=10).float()
predict.reveal(
    "perfect_but_twice",
    truth=round(nn.CrossEntropyLoss()(perfect, torch.tensor([3])).item(), 2),
    tolerance=0.01,
    reasons={
        0: "It would be 0 if the loss took probabilities. It takes logits and applies softmax "
        "itself, so the 1 and the nine 0s are evened out once more.",
        2.3: "That's the cost of knowing nothing. It's a bit better than that.",
    },
    because="Softmax of a 1 and nine 0s gives the right class e/(e + 9), so the loss can't fall "
    f"below log(e + 9) − 1 = {math.log(math.e + 9) - 1:.3f}.",
)

# %% [markdown]
# The loss has a floor well above 0, and near it the gradient vanishes. You'll soon see what that does
# to training. Give logits to the loss, and use softmax only when you want to show probabilities.

# %% [markdown]
# ## 4. LeNet-5
#
# LeNet-5 follows the plan of unit 1: space shrinks while channels grow, then dense layers decide. Its
# layers are called C (convolution), S (subsampling, today called pooling) and F (fully connected), and
# they are numbered. This is the whole network:

# %% tags=["explore"]
from cnnlab import anatomy

trace = anatomy.trace(models.LeNet5(), (1, 28, 28))
for layer in trace.layers:
    print(f"{layer.name.upper():<8} {layer.type:<12} {layer.output_shape}")

# %% [markdown]
# Two cards before you see the costs. The kernels of C1 and C3 are 5 × 5; C5 has 120 units, F6 has 84.

# %% tags=["explore"]
layers = {layer.name.upper(): layer for layer in trace.layers if layer.parameters}
CANDIDATES = ["C1", "C3", "C5", "F6"]
most_parameters = widgets.prediction(
    "most_parameters", "Which layer has the most parameters?", choices=CANDIDATES
)
most_work = widgets.prediction(
    "most_work", "Which layer does the most multiply-adds?", choices=CANDIDATES
)

# %% tags=["explore", "hide"]
largest = max(layers, key=lambda name: layers[name].parameters)
busiest = max(layers, key=lambda name: layers[name].multiply_adds)
predict.reveal(
    "most_parameters",
    truth=largest,
    reasons={
        "C1": "Its maps are the largest, but its 6 kernels have 25 weights each, whatever their size.",
        "C3": "It has 16 kernels of 6 × 5 × 5: a few thousand weights, shared over all positions.",
        "F6": "A dense layer, but with only 120 inputs. Another one has 400.",
    },
)
predict.reveal(
    "most_work",
    truth=busiest,
    reasons={
        "C1": "It has the most positions, 784, but each of its kernels looks at one channel only.",
        "C5": "Each of its weights is used once per image. A kernel's is used at every position.",
    },
)

# %% tags=["explore"]
print(
    f"{largest} has {layers[largest].parameters / trace.parameters:.0%} of the parameters; "
    f"{busiest} does {layers[busiest].multiply_adds / trace.multiply_adds:.0%} of the work."
)
trace

# %% [markdown]
# Most parameters are where the dense layers begin; most work is done where convolutions slide. You'll
# meet both again in unit 3, in a network two thousand times as large.
#
# **Your turn.** One class, two forms: *classic* with tanh and average pooling, as networks were built
# then, and *modern* with ReLU and max pooling, as they are built today.


# %% todo="lenet5"
class LeNet5(nn.Module):
    """LeNet-5: images (N, in_channels, image_size, image_size) → logits (N, num_classes).

    C1      convolution 5×5, in_channels → 6; padding 2 if image_size is 28, none if it is 32
    S2      pooling 2×2
    C3      convolution 5×5, 6 → 16
    S4      pooling 2×2, then flatten: 16 maps of 5×5
    C5, F6  dense layers to 120 and to 84
    output  dense layer to num_classes

    An activation follows C1, C3 (before the pooling), C5 and F6; nothing follows the output.
    modern=False: tanh (or sigmoid) everywhere, and average pooling.
    modern=True: ReLU everywhere, and max pooling.
    All convolutions and dense layers have biases. No other image sizes are needed.
    """

    def __init__(
        self,
        num_classes: int = 10,
        in_channels: int = 1,
        image_size: int = 28,
        modern: bool = False,
    ):
        ### BEGIN SOLUTION
        super().__init__()
        activation = nn.ReLU if modern else nn.Tanh
        pooling = nn.MaxPool2d if modern else nn.AvgPool2d
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 6, kernel_size=5, padding=2 if image_size == 28 else 0),
            activation(),
            pooling(2),  # (N, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),
            activation(),
            pooling(2),  # (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(16 * 5 * 5, 120),
            activation(),
            nn.Linear(120, 84),
            activation(),
            nn.Linear(84, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return self.classifier(self.features(x))
        ### END SOLUTION


# %% test="lenet5" points=12
check.lenet5(LeNet5)

# %% [markdown]
# This isn't exactly the network of the paper. The original differs mainly in three places:
#
# - Its pooling was *learned*: each map had its own scale and bias, followed by a sigmoid.
# - In C3 most maps saw only some of the six maps before them: six saw 3, nine saw 4, one saw all.
# - Its output wasn't ten logits. Ten units measured the distance between F6 and ten fixed, hand-drawn
#   patterns (radial basis functions, RBF), with a loss to match.
#
# Counted that way, you get the paper's round number:

# %% tags=["explore"]
paper = {
    "C1": 6 * (5 * 5 + 1),
    "S2": 6 * 2,
    "C3": 6 * (3 * 25 + 1) + 9 * (4 * 25 + 1) + 1 * (6 * 25 + 1),
    "S4": 16 * 2,
    "C5": 120 * (16 * 25 + 1),
    "F6": 84 * (120 + 1),
}
ours = {name: layer.parameters for name, layer in layers.items()}
for name in {**paper, **ours}:
    print(f"{name:<7} paper {paper.get(name, 0):>7,}   ours {ours.get(name, 0):>7,}")
print(f"{'all':<7} paper {sum(paper.values()):>7,}   ours {sum(ours.values()):>7,}")

# %% [markdown]
# The paper gives two reasons for the partial connections: there are fewer of them to compute, and maps
# that see different inputs have to look for different things. Full connections are simpler, and logits
# with cross-entropy are what nearly every classifier uses today.
#
# This is what the network you saw in section 1 computes for one image on the way to its answer:

# %% tags=["explore"]
with torch.no_grad():
    after_s2 = first_net.s2(first_net.act1(first_net.c1(valid_images[:1])))
    after_s4 = first_net.s4(first_net.act3(first_net.c3(after_s2)))
name = fashion.class_names[valid_labels[0]]
pictures.feature_maps(after_s2[0], title=f"“{name}” after S2: 6 maps of 14 × 14")

# %% tags=["explore"]
pictures.feature_maps(after_s4[0], title="… and after S4: 16 maps of 5 × 5")

# %% [markdown]
# After S2 you can still recognise the piece of clothing. After S4 you can't, but the dense layers can:
# each of the 400 numbers says how strongly some pattern was found in a window of 16 × 16 pixels. (A
# map that's dark all over found nothing in this image.)

# %% [markdown]
# ## 5. The training loop
#
# PyTorch splits the handling of data into two parts. A **Dataset** knows how many samples there are
# and returns sample number `i`. A **DataLoader** shuffles the samples and groups them into batches.
# This is all you need for images in memory:

# %% tags=["explore"]
from torch.utils.data import DataLoader, Dataset


class Pictures(Dataset):
    """Images and labels of one part of a data set, normalised, with an optional random change."""

    def __init__(self, split, mean, std, transform=None):
        self.images = (split.images / 255 - mean) / std
        self.labels = split.labels
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        image = self.images[i] if self.transform is None else self.transform(self.images[i])
        return image, self.labels[i]


def loader(data, part, batch_size=64, seed=0, transform=None):
    """Batches of one part of `data`; the training part is shuffled anew in every epoch."""
    (mean,), (std,) = data.mean, data.std  # grey images: one number each
    dataset = Pictures(getattr(data, part), mean, std, transform)
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size, shuffle=part == "train", generator=generator)


example_loader = loader(fashion, "train")
x, y = next(iter(example_loader))
print(f"{len(example_loader.dataset):,} samples in {len(example_loader)} batches")
print(f"one batch: images {tuple(x.shape)}, labels {tuple(y.shape)}, {y.dtype}")
print(f"images: mean {x.mean():.2f}, standard deviation {x.std():.2f}")

# %% [markdown]
# Pixels from 0 to 255 are normalised to mean 0 and standard deviation 1, with numbers that come from
# the *training* images only. Layers start out with weights made for inputs of that size.
#
# Training repeats five steps for every batch:
#
# 1. **clear** the gradients of the previous step: `optimizer.zero_grad()`
# 2. **forward:** logits for the batch: `model(x)`
# 3. **compare:** one number, the loss
# 4. **backward:** the gradient of that number for every weight: `loss.backward()`
# 5. **step:** move every weight a little against its gradient: `optimizer.step()`
#
# One pass through all batches is an **epoch**. At its start, `model.train()` puts the network in
# training mode, which switches dropout on. On a machine with a GPU you also move the model and each
# batch there, with `model.to(device)` and `x.to(device)`, where `device` is `"cuda"` or `"cpu"`.
# To see how training goes, the loop also reports loss and accuracy.


# %% todo="train_epoch"
def train_epoch(model, batches, optimizer) -> tuple[float, float]:
    """Train for one epoch: one step of the optimizer per batch, in training mode.

    model      images (N, …) → logits (N, C); it may arrive in any mode
    batches    yields (x, y), where y holds int64 class numbers; you can loop over it once, and
               the last batch may be shorter than the others
    optimizer  a torch optimizer of the model's parameters

    Each step follows the gradient of the mean cross-entropy of its own batch, and of no other.

    Returns (loss, accuracy), two plain numbers that hold no graph: the mean cross-entropy and the
    fraction (0 to 1) of right answers, in which every *sample* counts the same. Both come from the
    logits that the steps were computed from: no batch is run a second time.

    The loss may be your cross_entropy or torch's F.cross_entropy.
    """
    ### BEGIN SOLUTION
    device = next(model.parameters()).device
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        logits = model(x)
        loss = cross_entropy(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)  # loss is a mean over this batch
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count
    ### END SOLUTION


# %% test="train_epoch" points=8
check.train_epoch(train_epoch)

# %% [markdown]
# What if you forget `zero_grad`? Perhaps training just gets slower, since old gradients still point
# roughly the right way? Here's a loop that forgets:


# %% tags=["explore"]
def forgetful_epoch(model, batches, optimizer):
    """Like train_epoch, but the gradients are never cleared. (Its loss: the last batch's.)"""
    model.train()
    for x, y in batches:
        loss = nn.CrossEntropyLoss()(model(x), y)
        loss.backward()  # adds to the gradients of all earlier batches
        optimizer.step()
    return loss.item(), math.nan


# %% [markdown]
# Two networks start from the same weights and train for five epochs on 2,000 images, one with each
# loop. Then both are measured on the validation images.

# %% tags=["explore"]
without_zero_grad = widgets.prediction(
    "without_zero_grad",
    "Compared with the right loop, the forgetful one is … (same: within 2 points; slower: worse, but "
    "it learns; broken: below 25 %)",
    choices=["same", "slower", "broken"],
)

# %% tags=["explore"]
from dataclasses import replace

my_train_epoch, my_lenet5 = check.use(train_epoch), check.use(LeNet5)
fewer = replace(fashion, train=fashion.train[:2000])


def measured(model, batches):
    """(loss, accuracy), until you have written `evaluate` yourself."""
    result = training.evaluate(model, batches)
    return result.loss, result.accuracy


def train(make, data=fashion, lr=0.03, epochs=6, seed=0, one_epoch=None, transform=None):
    """Make a network and train it. Returns it with one row per epoch; the seed decides all."""
    torch.manual_seed(seed)
    model = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    batches = loader(data, "train", seed=seed, transform=transform)
    held_out = loader(data, "validation", batch_size=500)
    history = training.History()
    for epoch in range(1, epochs + 1):
        train_loss, train_accuracy = (one_epoch or my_train_epoch)(model, batches, optimizer)
        loss, accuracy = measured(model, held_out)
        row = training.Epoch(epoch, train_loss, train_accuracy, loss, accuracy, lr, seconds=0.0)
        history.rows.append(row)
    return model, history


def modern():
    return my_lenet5(modern=True)


careful_net, careful = train(modern, fewer, epochs=5)
_, forgetful = train(modern, fewer, epochs=5, one_epoch=forgetful_epoch)

# %% tags=["explore", "hide"]
careful_end, forgetful_end = careful.final.validation_accuracy, forgetful.final.validation_accuracy
fate = "broken" if forgetful_end < 0.25 else "slower"
predict.reveal(
    "without_zero_grad",
    truth="same" if forgetful_end > careful_end - 0.02 else fate,
    reasons={
        "slower": "The old gradients aren't just a little out of date: all of them stay, and the "
        "pile keeps growing.",
        "same": "Each step follows the sum of all gradients so far, not that of its own batch.",
    },
)

# %% tags=["explore"]
for name, history in (("cleared", careful), ("never cleared", forgetful)):
    shares = "  ".join(f"{share:7.1%}" for share in history.validation_accuracy)
    print(f"{name:<14} validation accuracy: {shares}")
    losses = "  ".join(f"{loss:7.2f}" for loss in history.validation_loss)
    print(f"{'':<14} validation loss:     {losses}")

# %% [markdown]
# By the end, each step follows the sum of 160 gradients (32 batches, five epochs), and nearly all of
# them were computed for weights that the network no longer has. Nothing crashes, and no message tells
# you.
#
# And the softmax before the loss? The same network, with one line more:


# %% tags=["explore"]
def ends_in_softmax():
    return nn.Sequential(modern(), nn.Softmax(dim=1))


_, plain = train(modern, fewer, epochs=8)
_, doubled = train(ends_in_softmax, fewer, epochs=8)
floor = math.log(math.e + 9) - 1
print(f"Logits to the loss:       training loss {plain.final.train_loss:.2f}")
print(f"Softmax before the loss:  training loss {doubled.final.train_loss:.2f} (floor {floor:.2f})")
pictures.curves({"logits": plain, "softmax before the loss": doubled}, title="One softmax too many")

# %% [markdown]
# It still learns, only more slowly and less well. That makes the bug hard to notice: you just wonder why
# the loss won't go down. (The losses aren't on the same scale. Compare the accuracies.)

# %% [markdown]
# ## 6. Evaluation
#
# The numbers from `train_epoch` are biased: the network was changing while we measured it, and it was
# trained on these very images. So measure separately, on other images. That takes two switches:
#
# - `model.eval()` for **evaluation mode**: dropout is off, and batch norm (unit 4) uses its stored
#   statistics instead of the batch's;
# - `with torch.no_grad():` so that autograd doesn't record anything.
#
# Before you write it, a question about averages. Take 450 images in batches of 64: 7 full batches and a
# last one of 2. One image of that *last* batch is misclassified, all 449 others are right.


# %% tags=["explore"]
def mean_of_batches(correct, size=64):
    """The mean of the batches' accuracies: every *batch* counts the same."""
    return float(torch.stack([batch.mean() for batch in correct.split(size)]).mean())


batch_mean = widgets.prediction(
    "mean_of_batches", "What's the mean of the eight batch accuracies, in percent?"
)

# %% tags=["explore", "hide"]
one_wrong = torch.ones(450)
one_wrong[-1] = 0
share_right = (
    "That's the share of images that are right, which is what we want. The mean of the batches gives "
    "the last two images the weight of 64."
)
predict.reveal(
    "mean_of_batches",
    truth=round(100 * mean_of_batches(one_wrong), 2),
    unit="%",
    tolerance=0.005,
    reasons={
        99.8: share_right,
        99.78: share_right,
        0.9375: "Right, as a fraction, but the question asks for percent.",
        50: "That's the last batch alone.",
    },
    because=f"Seven times 100 % and once 50 %, divided by eight. The truth is {449 / 450:.1%}.",
)

# %% [markdown]
# So the same network can get different scores on the same images: it depends on which two come last.
# Take the careful network of section 5, and shuffle 450 validation images a thousand times:

# %% tags=["explore"]
with torch.no_grad():
    is_right = careful_net.eval()(valid_images[:450]).argmax(dim=1) == valid_labels[:450]
generator = torch.Generator().manual_seed(0)
orders = [torch.randperm(450, generator=generator) for _ in range(1000)]
by_batch = torch.tensor([100 * mean_of_batches(is_right.float()[order]) for order in orders])
right_at_the_end = torch.tensor([int(is_right[order][-2:].sum()) for order in orders])
how_often = {}
for number, words in enumerate(("neither of the last two", "one of them", "both")):
    these = right_at_the_end == number
    if these.any():
        name = f"{words} right: “accuracy” {by_batch[these][0]:.1f} %"
        how_often[name] = float(these.float().mean())
print(f"Every image counts the same: {is_right.float().mean():.1%}, in any order.")
pictures.bars(
    how_often, title="What the mean of the batches says instead, in 1,000 orders", form=".0%"
)

# %% [markdown]
# **Your turn.** Scripts often just have `model.eval()` at the top of an evaluation and `model.train()` at
# the top of the training loop. That works as long as *every* loop does it. A function for others to use
# is safer if it leaves the network as it was.


# %% todo="evaluate"
def evaluate(model, batches) -> tuple[float, float]:
    """Measure a model: the mean cross-entropy and the accuracy over all samples of the batches.

    model    images (N, …) → logits (N, C); it may arrive in any mode
    batches  as in train_epoch

    Runs in evaluation mode, and autograd records nothing meanwhile. Afterwards autograd is on
    again, and the model is as it was: parameters, buffers, gradients, and the mode (`.training`)
    of *every* module in it; some may be in a different mode from the rest.

    Returns (loss, accuracy) as train_epoch does: plain numbers, every sample counts the same.
    """
    ### BEGIN SOLUTION
    device = next(model.parameters()).device
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss_sum += cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, was_training in modes:
        module.training = was_training
    return loss_sum / count, correct / count
    ### END SOLUTION


# %% test="evaluate" points=7
check.evaluate(evaluate)

# %% [markdown]
# Does a lower loss always mean a higher accuracy? Here two networks answer five questions with two
# possible answers each. The numbers are the probabilities they gave to the right one.

# %% tags=["explore"]
right_probability = {
    "cautious": torch.tensor([0.55, 0.55, 0.55, 0.45, 0.45]),
    "confident": torch.tensor([0.99, 0.99, 0.99, 0.99, 0.001]),
}
for name, p in right_probability.items():
    print(
        f"{name:<10} right: {(p > 0.5).float().mean():.0%}   cross-entropy: {-p.log().mean():.2f}"
    )

# %% [markdown]
# The confident one gets more right and still has the higher loss: one answer, certain and wrong, cost it
# a lot. Accuracy asks *which side of the line* an answer is on, cross-entropy *how sure* it was. So we
# report both.

# %% [markdown]
# ## 7. A fair baseline
#
# LeNet-5 works. But is that because of its convolutions? To find out, compare it with a dense network
# that has the *same parameter budget*: a larger one could win because of its size, a smaller one lose
# because of it.


# %% todo="matched_mlp"
def matched_mlp(budget: int, n_in: int, n_out: int) -> nn.Module:
    """A dense network whose parameter count is as close to `budget` as possible.

    The network: flatten all dimensions but the first, dense layer from n_in to h units, ReLU,
    dense layer to n_out logits. Both dense layers have biases. h is the whole number, at least 1,
    that brings the total number of parameters closest to the budget, above or below.
    """
    ### BEGIN SOLUTION
    per_unit = n_in + 1 + n_out  # weights in, a bias, weights out
    hidden = max(1, round((budget - n_out) / per_unit))
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out))
    ### END SOLUTION


# %% test="matched_mlp" points=4
check.matched_mlp(matched_mlp)

# %% [markdown]
# ## 8. Experiment: does LeNet win?
#
# One variable: the network. The same images, 6 epochs, batches of 64, SGD with momentum 0.9. But one
# learning rate needn't suit all of them, so each network first tries three and keeps the one with the
# best *validation* accuracy. With that rate it trains with two more seeds, because a single run
# proves little. Only then do we look at the test images. A single linear layer is included as a
# baseline.
#
# Choose "nobody" if you think the top two will be too close to call.

# %% tags=["explore"]
who_wins = widgets.prediction(
    "who_wins",
    "Which network gets the most test images right?",
    choices=["classic", "modern", "dense", "nobody"],
)

# %% tags=["explore"]
my_evaluate, my_matched_mlp = check.use(evaluate), check.use(matched_mlp)
measured = my_evaluate  # from here on, `train` measures with your function
BUDGET = models.count_parameters(my_lenet5())
RATES, SEEDS = (0.01, 0.03, 0.1), (0, 1, 2)


def linear():
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10))


contestants = {
    "LeNet-5 classic": my_lenet5,
    "LeNet-5 modern": modern,
    "dense, same budget": lambda: my_matched_mlp(BUDGET, n_in=28 * 28, n_out=10),
    "one linear layer": linear,
}
runs, rate_of, tried_rates = {}, {}, {}
for name, make in contestants.items():
    print(f"training {name} …")
    tried = {rate: train(make, lr=rate, seed=SEEDS[0]) for rate in RATES}
    rate_of[name] = max(RATES, key=lambda rate: tried[rate][1].final.validation_accuracy)
    tried_rates[name] = [history.final.validation_accuracy for _, history in tried.values()]
    others = [train(make, lr=rate_of[name], seed=seed) for seed in SEEDS[1:]]
    runs[name] = [tried[rate_of[name]], *others]
nets = {name: [net for net, _ in group] for name, group in runs.items()}
histories = {name: [history for _, history in group] for name, group in runs.items()}

# %% tags=["explore"]
test = loader(fashion, "test", batch_size=500)


def predictions(net):
    with torch.no_grad():
        return torch.cat([net.eval()(x).argmax(dim=1) for x, _ in test])


hits = {
    name: torch.stack([predictions(net) == fashion.test.labels for net in group]).float()
    for name, group in nets.items()
}  # for each network: (seeds, images), 1 where it is right
final = {name: 100 * table.mean(dim=1) for name, table in hits.items()}


def compare(name, other):
    """The difference in points, and how far it may be off: the same images, compared in pairs."""
    each_image = 100 * (hits[name].mean(0) - hits[other].mean(0))
    return float(each_image.mean()), 2 * float(each_image.std()) / math.sqrt(len(each_image))


# %% tags=["explore", "hide"]
short = {"LeNet-5 classic": "classic", "LeNet-5 modern": "modern", "dense, same budget": "dense"}
first, second = sorted(short, key=lambda name: final[name].mean(), reverse=True)[:2]
ahead, noise = compare(first, second)
close = "The differences are small: look at the ± in the table below."
predict.reveal(
    "who_wins",
    truth=short[first] if ahead > noise else "nobody",
    reasons={
        "modern": f"ReLU and max pooling won the following decades, in deeper networks. {close}",
        "classic": close,
        "dense": close,
    },
)

# %% tags=["explore"]
print(f"{'validation accuracy with rate':<29}" + "".join(f"{rate:>8}" for rate in RATES))
for name, shares in tried_rates.items():
    print(f"{name:<29}" + "".join(f"{share:>8.1%}" for share in shares) + f"  → {rate_of[name]}")
pictures.curves(histories, title="Fashion-MNIST, three seeds each")

# %% tags=["explore"]
print(f"{'':<20}{'parameters':>11}{'test, mean':>13}{'lowest':>9}{'highest':>9}")
for name, accuracy in final.items():
    print(
        f"{name:<20}{models.count_parameters(nets[name][0]):>11,}{accuracy.mean():>11.1f} %"
        f"{accuracy.min():>9.1f}{accuracy.max():>9.1f}"
    )
print("people, majority of three, as published: 83.5 % (1,000 images of the full test set)\n")
for name, other in [
    ("LeNet-5 modern", "LeNet-5 classic"),
    ("LeNet-5 modern", "dense, same budget"),
    ("LeNet-5 modern", "one linear layer"),
]:
    gap, margin = compare(name, other)
    clear = "clear" if abs(gap) > margin else "too close to call"
    print(f"{name} − {other}: {gap:+.1f} ± {margin:.1f} points, {clear}")

# %% [markdown]
# Clothes are photographed in the same position and at the same size, and with 8,000 images a dense
# network of the same budget comes within a point or two of LeNet-5. So **this experiment can't show that
# convolutions are the reason** for a good score: nearly all of it is there without them. A result is
# evidence for an idea only if the same thing *without* the idea does clearly worse.
#
# (The ± comes from comparing the networks image by image. It covers which test images happened to be
# drawn, not other seeds, data sets or recipes. With `SEEDS = (3, 4, 5)` a gap may cross the line between
# "clear" and "too close to call".)
#
# Look at the curves, too: which network has the largest gap between training and validation accuracy?
# A network that keeps improving on its training images and stops improving on others **overfits**.

# %% [markdown]
# ## 9. The same networks, slightly shifted images
#
# Convolutions should pay off when position varies. So test the same trained networks on the same test
# images, moved sideways by one to three pixels; what leaves on one side comes back on the other.
# (Nothing is trained or chosen here.)

# %% tags=["explore"]
from cnnlab.pictures.bands import bands


def accuracy_when_moved(net, pixels):
    """The mean test accuracy when the images are moved to the left and to the right."""
    results = []
    for step in {pixels, -pixels}:
        images = torch.roll(fashion.test.images, step, dims=-1)
        moved = replace(fashion, test=cnnlab.data.Split(images, fashion.test.labels))
        results.append(my_evaluate(net, loader(moved, "test", batch_size=500))[1])
    return sum(results) / len(results)


steps = [0, 1, 2, 3]
when_moved = {
    name: torch.tensor([[accuracy_when_moved(net, step) for step in steps] for net in nets[name]])
    for name in ("LeNet-5 modern", "dense, same budget")
}
bands(steps, when_moved, xlabel="test images moved by (pixels)", chance=0.1)

# %% tags=["explore"]
lenet, dense = when_moved.values()
for column, step in enumerate(steps):
    gap = 100 * (lenet[:, column] - dense[:, column])
    spread = f"{gap.min():+.1f} to {gap.max():+.1f}"
    print(f"moved by {step}: LeNet-5 − dense {gap.mean():+5.1f} points ({spread})")

# %% [markdown]
# *Here* the assumptions built into LeNet-5 earn something: the dense network has learned what to expect
# at each pixel, and that knowledge doesn't carry over to the neighbouring ones. (LeNet-5 shares weights
# *and* pools; this table can't tell which helps more.) Still, LeNet-5 loses a lot as well. What would you
# change? You'll get to try in section 13.

# %% [markdown]
# ## 10. Looking at the mistakes
#
# An accuracy tells you how many are wrong. Only the images tell you why. Rows are the true classes,
# columns the predictions; the menus show the images behind a cell.

# %% tags=["explore"]
browser = widgets.confusion_browser(nets["LeNet-5 modern"][0], fashion)

# %% tags=["explore"]
everyone = [net for name in short for net in nets[name]]
votes = torch.stack([predictions(net) for net in everyone])  # (networks, images)
truth = fashion.test.labels
missed = (votes != truth).sum(dim=0)
print(f"{int((missed == 0).sum()):,} of {len(truth):,} images: all {len(everyone)} networks right")
print(f"{int((missed == len(everyone)).sum()):,} of {len(truth):,} images: all of them wrong")
agreed = (votes == votes[0]).all(dim=0) & (votes[0] != truth)
hardest = agreed.nonzero().flatten()[:16]
pictures.image_grid(
    fashion.test.images[hardest],
    [f"{fashion.class_names[truth[i]]}\n→ {fashion.class_names[votes[0, i]]}" for i in hardest],
    title="All networks give the same wrong answer: true → predicted",
)

# %% [markdown]
# Would you have got them all right? In some of these images, the answer simply isn't visible at this
# resolution; in others you may doubt the label. The last few points of an accuracy are often about the
# data.

# %% [markdown]
# ## 11. Free data by mirroring?
#
# A common trick to get more training data: mirror each image left to right with probability ½.
# (torchvision's `transforms.v2.RandomHorizontalFlip()` does that; unit 6 uses it.) We try it on
# clothes and on handwritten digits. Here are both in the mirror:

# %% tags=["explore"]
digits = cnnlab.data.load("digits").with_validation(300)
one_each = [
    torch.stack([(data.test.labels == label).nonzero()[0, 0] for label in range(10)])
    for data in (fashion, digits)
]
pictures.image_grid(
    torch.cat([fashion.test.images[one_each[0]], digits.test.images[one_each[1]]]).flip(-1),
    [*fashion.class_names, *digits.class_names],
    columns=10,
    title="In the mirror, with their labels",
)

# %% tags=["explore"]
flip_guess = widgets.prediction(
    "flips",
    "Training images are mirrored at random. Which test accuracy falls by more than half a point?",
    choices=["clothes", "digits", "both", "neither"],
)


# %% tags=["explore"]
def flip(image):
    """Mirrored left to right with probability ½; `Pictures` calls it for each image."""
    return image.flip(-1) if torch.rand(()) < 0.5 else image


flip_runs, flip_nets = {}, {}
for data, epochs in ((fashion, 6), (digits, 20)):
    for name, transform in (("without flips", None), ("with flips", flip)):
        found, flip_nets[data.name, name] = [], []
        for seed in SEEDS:
            if data is fashion and transform is None:
                net = nets["LeNet-5 modern"][seed]
            else:
                rate = rate_of["LeNet-5 modern"]
                net, _ = train(modern, data, rate, epochs, seed, transform=transform)
            found.append(my_evaluate(net, loader(data, "test", batch_size=500))[1])
            flip_nets[data.name, name].append(net)
        flip_runs[data.name, name] = 100 * torch.tensor(found)

# %% tags=["explore", "hide"]
change = {
    name: flip_runs[data.name, "with flips"] - flip_runs[data.name, "without flips"]
    for name, data in (("clothes", fashion), ("digits", digits))
}
fell = [name for name, points in change.items() if points.mean() < -0.5]
predict.reveal(
    "flips",
    truth=fell[0] if len(fell) == 1 else "both" if fell else "neither",
    reasons={"digits": "They do fall: a mirrored 2 isn't a 2. But look at the clothes, too."},
    because="A mirrored 2 isn't a 2, but its label still says so. A mirrored coat is a coat; what "
    "flips do to clothes needs a closer look.",
)

# %% tags=["explore"]
for (data, name), accuracy in flip_runs.items():
    spread = f"{accuracy.min():.1f} to {accuracy.max():.1f}"
    print(f"{data:<20} {name:<14} {accuracy.mean():.1f} % ({spread})")
for name, points in change.items():
    print(f"{name}: flips change the test accuracy by {points.mean():+.1f} points on average")

# %% [markdown]
# An augmentation is a claim: *this change doesn't alter the label*. It's true for clothes and false for
# digits, so always look at some augmented images before you train on them. Unit 6 has more.
#
# But with a true claim, why doesn't the accuracy on clothes rise? In the same six epochs there's more to
# learn, and these test images don't ask for it: nearly all sandals, sneakers and ankle boots point to
# the left (see section 1), in training and test images alike. Mirrored test images do ask for it:

# %% tags=["explore"]
shoes = torch.isin(fashion.test.labels, torch.tensor([5, 7, 9]))
shoe_labels = fashion.test.labels[shoes]
for way, images in (
    ("as they are", fashion.test.images),
    ("mirrored", fashion.test.images.flip(-1)),
):
    only_shoes = replace(fashion, test=cnnlab.data.Split(images[shoes], shoe_labels))
    for name in ("without flips", "with flips"):
        shares = [
            my_evaluate(net, loader(only_shoes, "test", batch_size=500))[1]
            for net in flip_nets[fashion.name, name]
        ]
        print(f"shoes {way:<11} trained {name:<13} {min(shares):6.1%} to {max(shares):6.1%} right")

# %% [markdown]
# ## 12. In your own words
#
# A colleague trains a network on photographs of 43 kinds of traffic signs with
# `nn.CrossEntropyLoss`, and asks for help with three observations. **(A)** After 60 epochs 99 % of
# the training images are right, yet the training loss is stuck at about 2.8. **(B)** The same saved
# network, measured twice on the same test images, gets 91.2 % and then 90.6 %. **(C)** "Keep left" and
# "keep right" are confused half of the time, and so are "turn left" and "turn right"; nearly all other
# signs are right.
#
# For each observation: name the most likely cause and say why it has this effect. Then say what you
# would look at, compute or run to be sure *before* changing anything. Write six to ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for a cause with its reason and 1 for a test
# that would tell this cause from others.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** The network most likely ends in a softmax, and the loss applies another one. The "logits" are
# then probabilities between 0 and 1, so even a perfect answer has a loss of
# log(e + 42) − 1 ≈ 2.80, exactly the number observed. Accuracy isn't affected, because softmax keeps
# the order. Test: add up the network's outputs for one image. If they are never negative and add up to
# 1 for every image, that's the cause.
#
# **(B)** A saved network on the same images is a fixed function, so something in it must be random.
# Most likely it's measured in training mode, where dropout is active (and batch norm depends on how the
# images are grouped). Test: print `model.training`, or run one batch twice and compare the outputs;
# after `model.eval()` they must be equal.
#
# **(C)** Most likely the images are mirrored at random during training. A mirrored "keep left" *is* a
# "keep right", so half of these images have a wrong label and the best the network can do is guess.
# A mirrored "30" looks odd, but no other class claims it, so such signs suffer little. Test: show some
# training batches with their labels and look for mirrored signs. (If the labels of these pairs were
# mixed up in the data, that would show in the same place: compare with the original files.)
#
# *Rubric.* For each: 1 for the cause with a reason that explains *this* effect; 1 for an observation
# that would come out differently under another cause. (A) accepts any activation that limits the
# outputs to 0…1 if the arithmetic is shown; softmax without any reason: half. (B) accepts other
# randomness that is still active while measuring, such as augmenting the test images. (C) accepts
# labels mixed up within the pairs if the test tells that from mirroring. "Train again without
# it" alone is a fix, not a test: half.
# ### END SOLUTION

# %% [markdown]
# ## 13. Your design
#
# Everything so far was specified down to the last parameter. Now you choose: design a network that beats
# LeNet-5 on Fashion-MNIST with no more parameters.

# %% tags=["explore"]
check.brief("design_small_cnn")

# %% [markdown]
# *Parameters* limit how much the network can store, *multiply-adds* how much it may compute for one
# image; `anatomy.trace(design(), (1, 28, 28))` shows both, layer by layer. Everything else is yours:
# kernel sizes, channels, pooling or strides, how many layers, what comes after the convolutions.
#
# The grader calls your `design()`, trains the network for 5 epochs on 6,000 images of the training set
# you have here (AdamW, batches of 64, a learning rate that rises and then falls), and measures it on
# clothes that neither you nor your network has ever seen. The check below does the same with a validation
# part instead, so expect the two results to differ by a point or two. Run it as often as you like; that's
# what validation images are for. Where does LeNet-5 spend its 61,706 parameters, and what would you
# rather have?


# %% todo="design_small_cnn"
def design() -> nn.Module:
    """An untrained network of your own: images (N, 1, 28, 28) → logits (N, 10).

    At most 61,706 parameters and 2,000,000 multiply-adds for one image. The grader trains it and
    counts how many unseen clothes it classifies correctly; `check.brief("design_small_cnn")`
    shows what each result is worth. All of torch's layers are welcome.
    """

    ### BEGIN SOLUTION
    def block(c_in: int, c_out: int) -> list[nn.Module]:
        convolution = nn.Conv2d(c_in, c_out, kernel_size=3, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(c_out), nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(
        *block(1, 16), *block(16, 32), *block(32, 48), nn.Flatten(), nn.Linear(48 * 3 * 3, 10)
    )
    ### END SOLUTION


# %% test="design_small_cnn" points=16
check.design_small_cnn(design)

# %% [markdown]
# ## What you can do now
#
# - turn logits into probabilities and into a loss that survives ±1000
# - tell an untrained classifier by its loss, and an extra softmax by its floor
# - build LeNet-5 in two forms, and say how the original differs
# - feed data with a Dataset and a DataLoader, train in a loop, and evaluate without side effects
# - choose by validation images, report on test images, and say when a comparison shows *nothing*
# - design a small network within a budget
#
# **Pitfalls.** Give logits to the loss. Clear the gradients for every batch. Count samples, not
# batches. Switch to eval mode to measure. Choose by validation images only. Look at loss *and*
# accuracy.
#
# **Left out here:** how SGD, momentum and the learning rate work, and better augmentation (unit 6);
# why evaluation mode matters so much with batch norm (unit 4).
#
# **Next:** unit 3. Does it help to add more layers, or larger kernels, or something else?
