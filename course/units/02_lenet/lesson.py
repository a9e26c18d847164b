# %% [markdown]
# # The first working CNN, and the loop that trains it
#
# In 1998 a network of sixty thousand numbers read the amounts on bank cheques. You will build it,
# write the loss and the loop that train it, measure it honestly, and find out what it is
# worth.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. A small network reads
#
# Here are handwritten digits that real people wrote. (They were stored at 8 × 8 pixels; we enlarge
# them to 28 × 28.) Of 1,797 digits, 450 are held out: no training will ever see them.

# %% tags=["explore"]
import time

import cnnlab.data
from cnnlab import models, pictures, training

digits = cnnlab.data.load("digits")
print(digits)
pictures.image_grid(digits.test.images[:16], digits.test.labels[:16], title="Held out")

# %% [markdown]
# LeNet-5 now trains on the other digits for 20 rounds, which takes seconds, and then reads the 450.
# Make your guess on the card, press its button, then run the next cell.

# %% tags=["explore"]
from cnnlab import widgets

misread_guess = widgets.prediction("misread", "How many of the 450 does it misread?")

# %% tags=["explore"]
started = time.perf_counter()
torch.manual_seed(0)
first_net = models.LeNet5(modern=True).eval()
training.fit(first_net, digits, epochs=20, lr=0.02, batch_size=32, progress=False)
seconds = time.perf_counter() - started

test_images, test_labels = next(iter(digits.batches("test", batch_size=450)))
with torch.no_grad():
    guesses = first_net(test_images).argmax(dim=1)
is_right = guesses == test_labels
predict.reveal(
    "misread",
    truth=int((~is_right).sum()),
    tolerance=0.5,
    reasons={405: "That many are misread by somebody who guesses blindly."},
    because="Anything from half to one and a half times this counts as right.",
)
print(f"{models.count_parameters(first_net):,} parameters, trained in {seconds:.1f} s")
print(f"{int(is_right.sum())} of {len(is_right)} digits right: {is_right.float().mean():.1%}")
wrong_first = torch.cat([(~is_right).nonzero().flatten(), is_right.nonzero().flatten()])[:16]
pictures.image_grid(
    digits.test.images[wrong_first],
    [f"{test_labels[i]} → {guesses[i]}" for i in wrong_first],
    title="True → read as, its mistakes first",
)

# %% [markdown]
# `training.fit` hid everything that matters. By the end of this unit you have written each part
# of it: what the network is told about its mistakes (**the loss**), the network itself
# (**LeNet-5**), and what goes round and round (**the loop**).

# %% [markdown]
# ## 2. From scores to probabilities
#
# The network's last layer gives ten numbers, one for each digit. They may be negative, and they add
# up to anything: these raw scores are called **logits**. "The largest wins" is enough to *read*. To
# *learn* we must say how sure the network was, in probabilities $p$. **Softmax** makes them:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
#
# The exponential makes every score positive; the division makes them add up to 1. **Change the
# logits** and watch: what happens if you add 10 to all of them? If you double them?

# %% tags=["explore"]
logits = torch.tensor([2.0, 1.0, 0.0, -1.0])

powers = logits.exp()
print("logits       ", "  ".join(f"{z:7.3f}" for z in logits))
print("exponentials ", "  ".join(f"{e:7.3f}" for e in powers), f"  sum {powers.sum():.3f}")
print("probabilities", "  ".join(f"{p:7.3f}" for p in powers / powers.sum()), "  sum 1")

# %% [markdown]
# Only the *differences* between logits count: one step of 1 is a factor of $e$, about 2.7. Adding
# the same number to all of them changes nothing, and you need this right away, because the formula
# as it stands is not safe:

# %% tags=["explore"]
careless = torch.tensor([1000.0, 999.0]).exp()
print("exp of 1000 and 999: ", careless.tolist())
print("divided by their sum:", (careless / careless.sum()).tolist())

# %% [markdown]
# **Your turn.** `nan` (not a number) would poison every weight it reaches. Make yours safe.


# %% todo="softmax"
def softmax(logits: torch.Tensor) -> torch.Tensor:
    """Turn scores into probabilities, along the last dimension.

    logits  (..., C): any number of dimensions, also none, before the classes

    Returns a tensor of the same shape and dtype: every entry is exp(logit), divided by the sum of
    exp over the C classes of its row. Logits of ±1000 must neither overflow nor give nan.
    logits stays as it was.

    Refused: torch's own softmax in all its forms (F.softmax, log_softmax, nn.Softmax, …).
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.amax(dim=-1, keepdim=True)  # every row's largest becomes 0
    powers = shifted.exp()
    return powers / powers.sum(dim=-1, keepdim=True)
    ### END SOLUTION


# %% test="softmax" points=6
check.softmax(softmax)
# %% [markdown]
# ## 3. What a mistake costs
#
# How should a forecaster be paid who says "rain with 90 %"? Well if it rains, badly if it does
# not, and worst if they were *sure* and wrong. **Cross-entropy** does that: the cost is
# $-\log p$, where $p$ is the probability that was given to what really happened.

# %% tags=["explore"]
p = torch.linspace(0.002, 1, 500)
picture = pictures.Picture(5.6, 2.8)
axes = picture.subplots()
axes.plot(p, -p.log(), color=pictures.PALETTE[0])
for value in (0.01, 0.1, 0.5, 0.9):
    axes.plot(value, -math.log(value), "o", color=pictures.PALETTE[1])
    axes.annotate(f"p = {value:g}: {-math.log(value):.2f}", (value + 0.02, -math.log(value) + 0.1))
axes.set(xlabel="probability of the right class, p", ylabel="cost, −log p", xlim=(0, 1.2))
axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
axes.spines[["top", "right"]].set_visible(False)
picture.alt = "The cost −log p falls from above 6 near p = 0 to 0 at p = 1."
picture

# %% [markdown]
# A network of ten classes has just been made, with random weights. It knows nothing. Think of what
# $p$ it gives to the right digit.

# %% tags=["explore"]
first_loss = widgets.prediction("first_loss", "About how large is its mean cross-entropy?")

# %% tags=["explore"]
torch.manual_seed(1)
with torch.no_grad():
    scores = models.LeNet5()(test_images)
untrained = nn.CrossEntropyLoss()(scores, test_labels).item()
predict.reveal(
    "first_loss",
    truth=round(untrained, 2),
    tolerance=0.05,
    reasons={
        0.9: "That is the share of wrong answers. The cost is −log of a probability.",
        0.1: "That is the probability itself. The cost is −log of it.",
        1: "−log₁₀ of 0.1 would be 1. Here log is the natural logarithm.",
        10: "There are ten classes, but the cost is a logarithm.",
    },
    because="Without knowledge each of ten classes gets about 0.1, and −log 0.1 is "
    f"{math.log(10):.3f}.",
)

# %% [markdown]
# Keep this for life: **a fresh classifier of C classes starts near log C.** If yours starts
# elsewhere, something is wrong before training began.
#
# Now put softmax into the cost. The logarithm of the fraction becomes a difference, and the right
# class $t$ appears as a plain logit:
#
# $$-\log p_t = \log \sum_j e^{z_j} \; - \; z_t$$
#
# The first part is called **log-sum-exp**. It is worth going this way, straight from the logits:

# %% tags=["explore"]
sure_and_wrong = torch.tensor([0.0, 200.0])  # the right class is number 0
detour = -check.use(softmax)(sure_and_wrong)[0].log()
straight = torch.logsumexp(sure_and_wrong, dim=0) - sure_and_wrong[0]
print(f"log of the probability: {detour:g}    log-sum-exp minus logit: {straight:g}")

# %% [markdown]
# The probability is too small for a float and becomes 0; its logarithm is lost. The direct
# way keeps both the cost and its gradient. **Your turn:** a batch of logits, the right classes, and
# the mean of the costs.


# %% todo="cross_entropy"
def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean over a batch of −log(probability of the right class), straight from the logits.

    logits   (N, C), raw scores
    targets  (N,), int64: the number of each sample's right class, 0 to C−1

    Returns a tensor without dimensions, so that `.backward()` works on it. Logits of ±1000 must
    give a finite loss with the right gradient: use log-sum-exp, not the log of a probability.
    Neither input is changed.

    Refused: torch's own cross-entropies and softmaxes (F.cross_entropy, F.nll_loss, log_softmax,
    nn.CrossEntropyLoss, …). `torch.logsumexp` is welcome.
    """
    ### BEGIN SOLUTION
    chosen = logits[torch.arange(len(targets)), targets]  # (N,)
    return (torch.logsumexp(logits, dim=1) - chosen).mean()
    ### END SOLUTION


# %% test="cross_entropy" points=10
check.cross_entropy(cross_entropy)
# %% [markdown]
# The gradient of what you wrote is remarkably simple: *what the network said minus what is
# true*. Here it is for one sample, by autograd.

# %% tags=["explore"]
my_softmax, my_cross_entropy = check.use(softmax), check.use(cross_entropy)
z = torch.tensor([[2.0, 1.0, 0.0, -1.0]], requires_grad=True)
my_cross_entropy(z, torch.tensor([1])).backward()
print("probabilities ", "  ".join(f"{v:6.3f}" for v in my_softmax(z.detach())[0]))
print("truth         ", "  ".join(f"{v:6.3f}" for v in F.one_hot(torch.tensor(1), 4).float()))
print("gradient      ", "  ".join(f"{v:6.3f}" for v in z.grad[0]))

# %% [markdown]
# A step *against* this gradient raises the logit of the right class and lowers all others, each by
# as much as it was overrated.
#
# **You might think** that a network should end in a softmax before `nn.CrossEntropyLoss`, since it
# is about probabilities. Take one with ten classes that ends in a softmax, and let it be *perfect*:
# 1 for the right class, 0 for all others.

# %% tags=["explore"]
softmax_twice = widgets.prediction(
    "perfect_but_twice", "What does nn.CrossEntropyLoss say of these outputs?"
)

# %% tags=["explore"]
perfect = F.one_hot(torch.tensor([3]), num_classes=10).float()
predict.reveal(
    "perfect_but_twice",
    truth=round(nn.CrossEntropyLoss()(perfect, torch.tensor([3])).item(), 2),
    tolerance=0.01,
    reasons={
        0: "It would be 0 if the loss took probabilities. It takes logits, and applies softmax "
        "itself: the 1 and the nine 0s are softened once more.",
        2.3: "That is the cost of knowing nothing. It is a little better than that.",
    },
    because="Softmax of 1 and nine 0s gives the right class e/(e + 9): the loss cannot fall below "
    f"log(e + 9) − 1 = {math.log(math.e + 9) - 1:.3f}.",
)

# %% [markdown]
# The loss has a floor, and near it the gradient dies out. You will see soon what that does to
# training. Give logits to the loss; use softmax only when somebody asks for probabilities.

# %% [markdown]
# ## 4. LeNet-5
#
# The network follows the plan of unit 1: space shrinks while channels grow, then dense
# layers decide. Its layers are named C (convolution), S (subsampling, now called pooling) and F
# (fully connected), and numbered. This is the whole network:

# %% tags=["explore"]
from cnnlab import anatomy

trace = anatomy.trace(models.LeNet5(), (1, 28, 28))
print(trace)

# %% [markdown]
# Two cards, and a piece of paper over the columns of *parameters* and *multiply-adds*.

# %% tags=["explore"]
CANDIDATES = ["C1", "C3", "C5", "F6"]
most_parameters = widgets.prediction(
    "most_parameters", "Which layer holds the most parameters?", choices=CANDIDATES
)
most_work = widgets.prediction(
    "most_work", "Which layer does the most multiply-adds?", choices=CANDIDATES
)

# %% tags=["explore"]
layers = {layer.name.upper(): layer for layer in trace.layers if layer.parameters}
largest = max(layers, key=lambda name: layers[name].parameters)
busiest = max(layers, key=lambda name: layers[name].multiply_adds)
predict.reveal(
    "most_parameters",
    truth=largest,
    reasons={
        "C1": "It makes the largest maps, but its 6 kernels have 25 weights each, whatever the size.",
        "C3": "It has 16 kernels of 6 × 5 × 5: a few thousand weights, shared over all places.",
        "F6": "A dense layer, but with 120 inputs. Another one has 400.",
    },
)
predict.reveal(
    "most_work",
    truth=busiest,
    reasons={
        "C1": "It has the most places, 784, but each of its kernels looks at one channel only.",
        "C5": "Each of its weights is used once an image. A kernel's is used at every place.",
    },
)
print(
    f"{largest} has {layers[largest].parameters / trace.parameters:.0%} of the parameters; "
    f"{busiest} does {layers[busiest].multiply_adds / trace.multiply_adds:.0%} of the work."
)

# %% [markdown]
# Two lessons in one table: parameters gather where dense layers begin, work gathers where
# convolutions slide. Unit 3 will meet both again, in a network two thousand times as large.
#
# **Your turn.** One class, two forms: *classic* with tanh and average pooling, as networks were
# built then; *modern* with ReLU and max pooling, as they are built today.


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
    All convolutions and dense layers have biases. Other image sizes are not asked for.
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


# %% test="lenet5" points=14
check.lenet5(LeNet5)
# %% [markdown]
# **This is not quite the network of the paper,** and most courses do not say so. The original
# differs most in three places:
#
# - Its pooling *learned*: each map had a scale and a bias of its own, followed by a sigmoid.
# - In C3 most maps saw only some of the six maps before them: six saw 3, nine saw 4, one saw all.
# - Its output was not ten logits: ten units measured the distance from F6 to ten fixed patterns,
#   drawn by hand (radial basis functions, RBF), with a loss that goes with distances.
#
# Count it, and the paper's round number appears:

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
# The partial connections saved work on a computer of the time and forced the maps to differ. Full
# connections are simpler, and logits with cross-entropy are what nearly every classifier has today.
#
# Here is what the trained network of section 1 makes of a digit on its way down.

# %% tags=["explore"]
with torch.no_grad():
    after_s2 = first_net.s2(first_net.act1(first_net.c1(test_images[:1])))
    after_s4 = first_net.s4(first_net.act3(first_net.c3(after_s2)))
pictures.feature_maps(after_s2[0], title=f"A {test_labels[0]} after S2: 6 maps of 14 × 14")

# %% tags=["explore"]
pictures.feature_maps(after_s4[0], title="… and after S4: 16 maps of 5 × 5")

# %% [markdown]
# After S2 you can still read it. After S4 you cannot, but the dense layers can: each of the 400
# numbers says how strongly some pattern was found in a window of 16 × 16 pixels. (A map that is
# dark all over found nothing in this digit.)

# %% [markdown]
# ## 5. The loop
#
# Training is five steps, again and again:
#
# 1. **clear** the gradients of last time
# 2. **forward:** logits for a batch
# 3. **compare:** one number, the loss
# 4. **backward:** the gradient of that number for every weight
# 5. **step:** every weight goes a little against its gradient
#
# In code: `optimizer.zero_grad()`, `model(x)`, the loss, `loss.backward()`, `optimizer.step()`. The
# loop never changes, only what goes in. Once through all batches is an **epoch**. Before it,
# `model.train()` switches the network to training mode (unit 4 says what for), and since we want to
# know how it goes, the loop reports loss and accuracy as well.


# %% todo="train_epoch"
def train_epoch(model, batches, optimizer) -> tuple[float, float]:
    """Train for one epoch: one step of the optimizer for each batch, in training mode.

    model      images (N, …) → logits (N, C); it may come in any mode
    batches    yields (x, y), y int64 class numbers; can be walked through once, and the last
               batch may be shorter than the others
    optimizer  a torch optimizer of the model's parameters

    Each step follows the gradient of the mean cross-entropy of its own batch, and of no other.

    Returns (loss, accuracy), two plain numbers that hold no graph: the mean cross-entropy and the
    fraction (0 to 1) of right answers, in which every *sample* counts the same. Both come from the
    outputs that the steps were computed from: no batch is run a second time.

    The loss may be your cross_entropy or torch's F.cross_entropy.
    """
    ### BEGIN SOLUTION
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for x, y in batches:
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


# %% test="train_epoch" points=12
check.train_epoch(train_epoch)
# %% [markdown]
# **You might think** that forgetting `zero_grad` only makes training slower, since old gradients
# still point roughly the right way. This is a loop that forgets:


# %% tags=["explore"]
def forgetful_epoch(model, batches, optimizer):
    """Like train_epoch, but the gradients are never cleared. (Its loss: the last batch's.)"""
    model.train()
    for x, y in batches:
        loss = nn.CrossEntropyLoss()(model(x), y)
        loss.backward()  # adds to the gradients of all batches before
        optimizer.step()
    return loss.item(), math.nan


# %% [markdown]
# Two networks with the same start train for five epochs, one with the right loop, one with the
# forgetful one. Then both read the held-out digits. "Same" below means within 2 points, "slower"
# worse, but it learns, and "broken" close to blind guessing.

# %% tags=["explore"]
without_zero_grad = widgets.prediction(
    "without_zero_grad",
    "Beside the right network, the forgetful one is …",
    choices=["same", "slower", "broken"],
)

# %% tags=["explore"]
my_train_epoch, my_lenet5 = check.use(train_epoch), check.use(LeNet5)


def library_evaluate(model, batches):
    """(loss, accuracy) on held-out batches, until you have written your own."""
    result = training.evaluate(model, batches)
    return result.loss, result.accuracy


def train(
    make,
    seed,
    epochs,
    data=digits,
    batch_size=32,
    one_epoch=my_train_epoch,
    measure=library_evaluate,
    augment=None,
):
    """Make a network and train it; all that is random comes from the seed."""
    torch.manual_seed(seed)
    model = make()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    batches = data.batches("train", batch_size, seed=seed, augment=augment)
    held_out = data.batches("test", 256)
    history = training.History()
    for epoch in range(1, epochs + 1):
        began = time.perf_counter()
        learned = one_epoch(model, batches, optimizer)
        measured = measure(model, held_out)
        spent = time.perf_counter() - began
        history.rows.append(training.Epoch(epoch, *map(float, (*learned, *measured)), 0.02, spent))
    return model, history


def modern():
    return my_lenet5(modern=True)


careful_net, careful = train(modern, seed=0, epochs=5)
_, forgetful = train(modern, seed=0, epochs=5, one_epoch=forgetful_epoch)
careful_end, forgetful_end = careful.final.validation_accuracy, forgetful.final.validation_accuracy
fate = "broken" if forgetful_end < 0.25 else "slower"
predict.reveal(
    "without_zero_grad",
    truth="same" if forgetful_end > careful_end - 0.02 else fate,
    reasons={
        "slower": "Old gradients are not just a little stale: they all stay, and the pile grows.",
        "same": "Each step then follows the sum of all gradients so far, not that of its batch.",
    },
)
for name, history in (("cleared", careful), ("never cleared", forgetful)):
    shares = "  ".join(f"{share:6.1%}" for share in history.validation_accuracy)
    print(f"{name:<14} accuracy after each epoch: {shares}")
    losses = "  ".join(f"{loss:6.2f}" for loss in history.validation_loss)
    print(f"{'':<14} loss after each epoch:     {losses}")

# %% [markdown]
# A gradient that was right a hundred steps ago, added a hundred times, is not a slow gradient. It
# is a wrong one.
#
# And the softmax before the loss, promised above? The same network, with one line more.


# %% tags=["explore"]
def ends_in_softmax():
    return nn.Sequential(modern(), nn.Softmax(dim=1))


_, plain = train(modern, seed=0, epochs=12)
_, doubled = train(ends_in_softmax, seed=0, epochs=12)
floor = math.log(math.e + 9) - 1
print(f"Logits to the loss:        training loss {plain.final.train_loss:.2f}")
print(
    f"Softmax before the loss:   training loss {doubled.final.train_loss:.2f}  (floor: {floor:.2f})"
)
picture = pictures.Picture(6.4, 3.0)
axes = picture.subplots()
named = {"logits": plain, "softmax before the loss": doubled}
for colour, (name, history) in zip(pictures.PALETTE, named.items(), strict=False):
    axes.plot(
        range(1, 13), [100 * a for a in history.validation_accuracy], color=colour, label=name
    )
axes.set(xlabel="epoch", ylabel="held-out accuracy (%)", ylim=(0, 102))
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
picture.alt = "Held-out accuracy over 12 epochs: " + "; ".join(
    f"{name} ends at {history.final.validation_accuracy:.0%}" for name, history in named.items()
)
picture

# %% [markdown]
# It learns all the same, later and less. That makes this mistake so common: nothing
# crashes, one only wonders why the loss will not fall.

# %% [markdown]
# ## 6. Measuring
#
# The report of `train_epoch` flatters or slanders: the network changed while it was measured, and
# these images taught it. So measure separately, on images held out, with a network that holds
# still. Two switches: **evaluation mode**, `model.eval()` (dropout stops dropping, batch norm stops
# learning; unit 4), and **no gradients**, `with torch.no_grad():` (nobody needs them now).
#
# Before you write it: **you might think** the accuracy over a data set is the mean of the batches'
# accuracies. Take 450 digits in batches of 64: 7 full batches and a last one of 2. One digit of that
# *last* batch is misread, all 449 others are right.

# %% tags=["explore"]
batch_mean = widgets.prediction(
    "mean_of_batches", "What does the mean of the eight batch accuracies say, in percent?"
)

# %% tags=["explore"]
one_wrong = torch.ones(450)
one_wrong[-1] = 0


def mean_of_batches(correct, size=64):
    """The mean of the batches' accuracies: every *batch* counts the same."""
    return float(torch.stack([batch.mean() for batch in correct.split(size)]).mean())


share_of_digits = (
    "That is the share of digits that were read rightly, as it should be. The mean of the batches "
    "gives the last two digits the weight of 64."
)
predict.reveal(
    "mean_of_batches",
    truth=round(100 * mean_of_batches(one_wrong), 2),
    tolerance=0.005,
    reasons={
        99.8: share_of_digits,
        99.78: share_of_digits,
        0.9375: "Right, as a fraction: the question asks for percent.",
        50: "That is the last batch alone.",
    },
    because=f"Seven times 100 % and once 50 %, divided by eight. The truth is {449 / 450:.1%}.",
)

# %% [markdown]
# So the same network on the same digits gets another mark each time the digits come in another
# order. Take the network that you just trained for five epochs, and shuffle the 450 digits a
# thousand times:

# %% tags=["explore"]
with torch.no_grad():
    is_right = careful_net.eval()(test_images).argmax(dim=1) == test_labels
generator = torch.Generator().manual_seed(0)
orders = [torch.randperm(len(is_right), generator=generator) for _ in range(1000)]
by_batch = torch.tensor([100 * mean_of_batches(is_right.float()[order]) for order in orders])
truth = 100 * float(is_right.float().mean())
picture = pictures.Picture(6.4, 2.6)
axes = picture.subplots()
axes.hist(by_batch.numpy(), bins=60, color=pictures.PALETTE[0], label="mean of the batches")
axes.axvline(truth, color=pictures.PALETTE[1], linewidth=2.5, label="every digit counts the same")
axes.set(xlabel="“accuracy” of one and the same network (%)", ylabel="of 1,000 orders")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, loc="upper left")
low, high = float(by_batch.min()), float(by_batch.max())
picture.alt = (
    f"The mean of the batches ranges from {low:.1f} % to {high:.1f} %; truth {truth:.1f} %."
)
print(f"Mean of the batches: {low:.1f} % to {high:.1f} %. Every digit once: always {truth:.1f} %.")
picture

# %% [markdown]
# **Your turn.** Leave the network as you found it: who measures in the middle of training must not
# change what comes after.


# %% todo="evaluate"
def evaluate(model, batches) -> tuple[float, float]:
    """Measure a model: the mean cross-entropy and the accuracy over all samples of the batches.

    model    images (N, …) → logits (N, C); it may come in any mode
    batches  as in train_epoch

    Runs in evaluation mode, and autograd records nothing meanwhile. Afterwards autograd is on
    again, and the model is as it was: parameters, buffers, gradients, and the mode (`.training`)
    of *every* module in it; some may be in another mode than the rest.

    Returns (loss, accuracy) as train_epoch does: plain numbers, every sample counts the same.
    """
    ### BEGIN SOLUTION
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = model(x)
            loss_sum += cross_entropy(logits, y).item() * len(y)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, was_training in modes:
        module.training = was_training
    return loss_sum / count, correct / count
    ### END SOLUTION


# %% test="evaluate" points=10
check.evaluate(evaluate)
# %% [markdown]
# **You might think** that a lower loss always means a higher accuracy: both say "better". Here two
# networks answer five questions, each with the probability it gave to the right one of two classes.

# %% tags=["explore"]
right_probability = {
    "cautious": torch.tensor([0.55, 0.55, 0.55, 0.45, 0.45]),
    "bold": torch.tensor([0.99, 0.99, 0.99, 0.99, 0.001]),
}
for name, p in right_probability.items():
    print(f"{name:<9} right: {(p > 0.5).float().mean():.0%}   cross-entropy: {-p.log().mean():.2f}")

# %% [markdown]
# The bold one reads more and pays more: one answer, sure and wrong, cost it all. Accuracy
# asks *which side*, cross-entropy asks *how sure*. Watch for it in the real runs below.

# %% [markdown]
# ## 7. A fair opponent
#
# LeNet-5 reads well. But is it because of its convolutions? Numbers mean something only beside
# other numbers. The opponent is a dense network with the *same parameter budget*; a larger one
# could win by size, a smaller one lose by it.


# %% todo="matched_mlp"
def matched_mlp(budget: int, n_in: int, n_out: int) -> nn.Module:
    """A dense network with as nearly `budget` parameters as possible.

    The network: flatten all dimensions but the first, dense layer from n_in to h units, ReLU,
    dense layer to n_out logits. Both dense layers have biases. h is the whole number, at least 1,
    for which the count of all parameters is nearest to the budget, be it above or below.
    """
    ### BEGIN SOLUTION
    per_unit = n_in + 1 + n_out  # weights in, a bias, weights out
    hidden = max(1, round((budget - n_out) / per_unit))
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out))
    ### END SOLUTION


# %% test="matched_mlp" points=8
check.matched_mlp(matched_mlp)
# %% [markdown]
# ## 8. The experiment
#
# One variable: the network. The same digits, 24 epochs, batches of 32, SGD with learning rate 0.02
# and momentum 0.9, and three seeds each, since a single run is an anecdote. Every part of it is
# yours now: network, loss, loop and measurement. A single linear layer runs along, to show
# how far one gets with next to nothing.
#
# "Nobody" below means that the first is not ahead of the second by more than chance explains.

# %% tags=["explore"]
who_wins = widgets.prediction(
    "who_wins",
    "Which reads the held-out digits best?",
    choices=["classic", "modern", "dense", "nobody"],
)

# %% tags=["explore"]
my_evaluate, my_matched_mlp = check.use(evaluate), check.use(matched_mlp)
BUDGET = models.count_parameters(my_lenet5())


def linear():
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10))


contestants = {
    "LeNet-5 classic": my_lenet5,
    "LeNet-5 modern": modern,
    "dense, same budget": lambda: my_matched_mlp(BUDGET, n_in=28 * 28, n_out=10),
    "one linear layer": linear,
}
SEEDS = (0, 1, 2)
nets, histories = {}, {}
for name, make in contestants.items():
    runs = [train(make, seed, epochs=24, measure=my_evaluate) for seed in SEEDS]
    nets[name], histories[name] = [net for net, _ in runs], [history for _, history in runs]
three = {name: runs for name, runs in histories.items() if name != "one linear layer"}
picture = pictures.curves(three, title="Real digits, three seeds each", log_loss=True)
picture.axes[1].set_ylim(0.9, 1.003)  # a close look at the top
picture

# %% tags=["explore"]
final = {
    name: 100 * torch.tensor([history.final.validation_accuracy for history in runs])
    for name, runs in histories.items()
}
count = len(digits.test)
print(f"{'':<20}{'parameters':>11}{'held-out, mean':>16}{'lowest':>8}{'highest':>9}{'loss':>7}")
for name, accuracy in final.items():
    loss = sum(history.final.validation_loss for history in histories[name]) / len(SEEDS)
    print(
        f"{name:<20}{models.count_parameters(nets[name][0]):>11,}{accuracy.mean():>14.1f} %"
        f"{accuracy.min():>8.1f}{accuracy.max():>9.1f}{loss:>7.3f}"
    )
one_digit = 100 / count
typical = final["LeNet-5 modern"].mean() / 100
by_chance = 100 * math.sqrt(typical * (1 - typical) / count)
print(
    f"\nOne digit more or less is {one_digit:.2f} points. With {count} other digits from the same"
)
print(f"writers, these accuracies would differ by about ±{by_chance:.1f} points by chance alone.\n")


noise = 2 * math.sqrt(2) * by_chance


def verdict(name, other):
    """In words: is the difference of two groups of runs larger than what chance explains?"""
    gap = float(final[name].mean() - final[other].mean())
    clear = "more than chance explains" if abs(gap) > noise else "no more than chance may do"
    print(f"{name} − {other}: {gap:+.1f} points ({clear}: ±{noise:.1f})")


verdict("LeNet-5 modern", "LeNet-5 classic")
verdict("LeNet-5 modern", "dense, same budget")
verdict("LeNet-5 modern", "one linear layer")
short = {"LeNet-5 classic": "classic", "LeNet-5 modern": "modern", "dense, same budget": "dense"}
first, second = sorted(short, key=lambda name: final[name].mean(), reverse=True)[:2]
ahead = float(final[first].mean() - final[second].mean())
print()
predict.reveal(
    "who_wins",
    truth=short[first] if ahead > noise else "nobody",
    reasons={
        "modern": "ReLU and max pooling won the next decades, but on harder images than these.",
        "classic": "It is as good as the modern one here, and no better than the dense one.",
        "dense": "Its loss may be the lowest; its accuracy is within chance of the others.",
    },
)

# %% [markdown]
# Did you expect that? LeNet-5 reads these digits well, in both forms, and **this experiment
# cannot show that convolutions are the reason**. Every digit stands in the same place, at the same
# size; a dense net needs no more. A good result is not evidence for an idea unless
# something *without* the idea does worse. (The line ± is rough: it takes the digits as drawn
# independently, and all networks meet the same ones. The spread of the seeds says how much the
# random start matters, and nothing about other data.)
#
# Look at the losses, too; each line of their axis is a factor of ten. On the training digits they go
# on falling long after they stand still on the held-out ones.
#
# One more thing in these records. Is there a network that at some moment had a *lower* loss than at
# another moment, and a lower accuracy too?

# %% tags=["explore"]
pairs = [
    (name, one, other)
    for name, runs in histories.items()
    for history in runs
    for one in history.rows
    for other in history.rows
    if one.validation_loss < other.validation_loss
]
opposite = [pair for pair in pairs if pair[1].validation_accuracy < pair[2].validation_accuracy]
print(
    f"Two epochs of the same run: in {len(opposite) / len(pairs):.0%} of all pairs the one with the"
)
print("lower loss has the lower accuracy. The pair with the largest difference in loss:")
opposite.sort(key=lambda pair: pair[2].validation_loss - pair[1].validation_loss)
for name, *two in opposite[-1:]:
    for row in two:
        print(
            f"  {name}, epoch {row.epoch:>2}: loss {row.validation_loss:.3f}, "
            f"accuracy {row.validation_accuracy:.1%}"
        )

# %% [markdown]
# ## 9. Something harder
#
# So give both something that convolutions are made for: ten kinds of shapes that
# turn, grow, hide in textures and stand anywhere. 3,000 of them to learn from, two seeds.

# %% tags=["explore"]
shapes = cnnlab.data.load("shapes10", n_train=3000, n_test=1000)
pictures.image_grid(shapes.test.images[:16], shapes.test.labels[:16], shapes.class_names)


# %% tags=["explore"]
def colour_lenet():
    return my_lenet5(in_channels=3, image_size=32, modern=True)


colour_budget = models.count_parameters(colour_lenet())
rivals = {
    "LeNet-5 modern": colour_lenet,
    "dense, same budget": lambda: my_matched_mlp(colour_budget, n_in=3 * 32 * 32, n_out=10),
}
on_shapes = {}
for name, make in rivals.items():
    runs = [
        train(make, seed, epochs=12, data=shapes, batch_size=64, measure=my_evaluate)
        for seed in (0, 1)
    ]
    on_shapes[name] = [history for _, history in runs]
    ends = ", ".join(f"{history.final.validation_accuracy:.1%}" for history in on_shapes[name])
    print(f"{name:<20} {ends} of {len(shapes.test):,} held-out shapes")
pictures.curves(on_shapes, title="Shapes, two seeds each")

# %% tags=["explore"]
apart = [
    100 * (lenet.final.validation_accuracy - dense.final.validation_accuracy)
    for lenet, dense in zip(*on_shapes.values(), strict=True)
]
direction = "better with both seeds" if min(apart) > 0 else "not better with both seeds"
print(
    f"LeNet-5 is {direction}: by {min(apart):+.0f} and {max(apart):+.0f} points at the same "
    "parameter count.\nTwo seeds and one recipe: trust the direction more than the size."
)

# %% [markdown]
# *Here* the assumption earns something: look at the dashed and the solid line of the dense net, and
# how far apart they are. It learned its images by heart, pixel by pixel. LeNet-5 finds strokes
# and corners wherever they are. And yet it is far from reading them all. What would you change?
# That is unit 3.

# %% [markdown]
# ## 10. Look at the mistakes
#
# An accuracy tells you how many. Only the images tell you which, and why. Rows are the truth,
# columns what the network read; the menus open the images behind a cell.

# %% tags=["explore"]
browser = widgets.confusion_browser(nets["LeNet-5 modern"][0], digits)

# %% tags=["explore"]
everybody = [net for name in list(nets)[:3] for net in nets[name]]
with torch.no_grad():
    votes = torch.stack([net.eval()(test_images).argmax(dim=1) for net in everybody])  # (nets, 450)
missed = (votes != test_labels).sum(dim=0)
hardest = missed.argsort(descending=True, stable=True)[:16]
captions = []
for i in hardest:
    wrong_votes = votes[:, i][votes[:, i] != test_labels[i]]
    read_as = int(wrong_votes.mode().values) if len(wrong_votes) else int(test_labels[i])
    captions.append(f"{test_labels[i]} → {read_as} ({missed[i]}×)")
print(
    f"{int((missed > 0).sum())} digits were misread by at least one of {len(everybody)} networks,"
)
print(f"{int((missed == len(everybody)).sum())} by all of them.")
pictures.image_grid(
    digits.test.images[hardest], captions, title="True → read as (by how many networks)"
)

# %% [markdown]
# Would you have read them all? A few of these digits are beyond every network here, whatever its
# kind. The last few points of an accuracy are often about the data.

# %% [markdown]
# ## 11. More data for free?
#
# A common trick doubles the data: mirror half of the images at random. **You might think** this can
# only help. Before the run, look at what it does to digits.

# %% tags=["explore"]
one_each = torch.stack([(digits.test.labels == d).nonzero()[0, 0] for d in range(10)])
mirrored = digits.test.images[one_each].flip(-1)
pictures.image_grid(mirrored, range(10), columns=10, title="In the mirror, with their labels")

# %% tags=["explore"]
flip = cnnlab.data.flip_and_shift(pixels=0, flip=True)
flipped = [train(modern, seed, epochs=24, augment=flip) for seed in SEEDS]
with_flips = 100 * torch.tensor([history.final.validation_accuracy for _, history in flipped])
without = final["LeNet-5 modern"]
for name, accuracy in (("without flips", without), ("with flips", with_flips)):
    print(f"{name:<14} {accuracy.mean():.1f} %  ({accuracy.min():.1f} to {accuracy.max():.1f})")
change = with_flips - without
every = "with every seed" if change.max() < 0 else "not with every seed"
print(f"\nFlips change the held-out accuracy by {change.mean():+.1f} points, downwards {every}.")

# %% [markdown]
# An augmentation is a claim: *this change does not alter the label*. For cats it is true; a
# mirrored 2 is no 2 at all, yet the label insists, and the network spends its parameters on
# characters that nobody writes. Look at the images before you believe a trick. Unit 6 has more.

# %% [markdown]
# ## 12. In your own words
#
# A colleague trains a network on photographs of 43 kinds of traffic signs with
# `nn.CrossEntropyLoss`, and asks for help with three observations. **(A)** After 60 epochs 99 % of
# the training images are right, yet the training loss stands still at about 2.8. **(B)** The same
# saved network, measured twice on the same test images, gives 91.2 % and then 90.6 %. **(C)** "Keep
# left" and "keep right" are mixed up half of the time; nearly all other signs are right.
#
# For each observation: name the most likely cause and say why it has this effect; then say what to
# look at, compute or run to be sure of it *before* anything is changed. Six to ten sentences.
#
# *How this is marked (6 points): for each of the three, 1 for a cause with its reason and 1 for a
# test that would tell this cause from others.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** The network most likely ends in a softmax, and the loss applies another one. The "logits"
# are then probabilities between 0 and 1, so even a perfect answer has the loss
# log(e + 42) − 1 ≈ 2.80: just the number seen. Accuracy does not suffer from it, because softmax
# keeps the order. Test: add up the outputs of the network for one image. If they are never negative
# and add up to 1 for every image, it is so.
#
# **(B)** A saved network on the same images is a fixed function, so something in it is random:
# most likely it is measured in training mode, where dropout drops (and batch norm depends on how
# the images are grouped). Test: print `model.training`, or run one batch twice and compare the
# outputs; after `model.eval()` they must be equal.
#
# **(C)** Most likely the images are flipped at random in training. A mirrored "keep left" *is* a
# "keep right", so half of these images carry a wrong label, and chance is the best answer; signs
# that are their own mirror images do not care. Test: show some training batches with their labels
# and look for mirrored signs. (Labels of the two classes mixed up in the data would show in the
# same place: compare with the files as they are.)
#
# *Rubric.* For each: 1 for the cause with a reason that explains *this* effect; 1 for an
# observation that would come out differently under another cause. (A) accepts any activation that
# bounds the outputs to 0…1 if the arithmetic is shown; softmax named without any reason: half.
# (B) accepts other randomness that is still switched on while measuring, such as augmentation of
# the test images. (C) accepts labels mixed up between the two classes if the test tells it from
# flips. "Train again without it" alone is a repair, not a test: half.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - turn logits into probabilities and into a loss that survives ±1000
# - say what the loss of an untrained classifier is, and spot a softmax too many by its floor
# - build LeNet-5 in two forms, and say where the original differs
# - write the loop that trains, and the one that measures and leaves no trace
# - set up a fair comparison, and say when it shows *nothing*
#
# **Pitfalls.** Give logits to the loss. Clear the gradients for every batch. Count samples, not
# batches. Switch to evaluation mode and back. Look at loss *and* accuracy. Look at the images.
#
# **Left out here:** how SGD, momentum and the learning rate work, and better augmentations (unit
# 6); why evaluation mode matters so much with batch norm (unit 4); choosing settings by a
# validation part of its own. We only watched the held-out digits; had we picked the best epoch by
# them, the number would flatter us.
#
# **Next:** unit 3. LeNet-5 fails on shapes. Would more layers help, or larger filters, or
# something else?
