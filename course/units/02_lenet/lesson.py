# %% [markdown]
# # The first working CNN, and the loop that trains it

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict


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


# %% todo="train_epoch"
def train_epoch(model, batches, optimizer) -> tuple[float, float]:
    """Train for one epoch: one step of the optimizer for each batch, in training mode.

    model      images (N, …) → logits (N, C); it may come in any mode
    batches    yields (x, y), y int64 class numbers; can be walked through once, and the last
               batch may be shorter than the others
    optimizer  a torch optimizer of the model's parameters

    Each step follows the gradient of the mean cross-entropy of its own batch, and of no other.

    Returns (loss, accuracy), two plain numbers: the mean cross-entropy and the fraction (0 to 1)
    of right answers, in which every *sample* counts the same. Both come from the outputs that the
    steps were computed from: no batch is run a second time.

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


# %% todo="evaluate"
def evaluate(model, batches) -> tuple[float, float]:
    """Measure a model: the mean cross-entropy and the accuracy over all samples of the batches.

    model    images (N, …) → logits (N, C); it may come in any mode
    batches  as in train_epoch

    Runs in evaluation mode, and autograd records nothing. Afterwards the model is as it was:
    parameters, buffers, gradients, and the mode (`.training`) of *every* module in it; some may be
    in another mode than the rest.

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
    for module, training in modes:
        module.training = training
    return loss_sum / count, correct / count
    ### END SOLUTION


# %% test="evaluate" points=10
check.evaluate(evaluate)


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
# ## In your own words
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
