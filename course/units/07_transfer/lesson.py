# %% [markdown]
# # Reuse experience, train the specific part
#
# Three kinds of things to tell apart, and 25 pictures of each. That is not enough to learn to see.
# It is enough to learn what to call the things, if somebody else has learned to see before.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, import_torchvision, predict

import_torchvision()  # puts right a torchvision that does not fit torch
from torchvision.transforms import v2

# What the shipped backbone was trained with: mean and standard deviation of red, green and blue.
MEAN, STD = (0.4613, 0.4625, 0.4621), (0.2352, 0.2346, 0.2375)

# %% [markdown]
# ## 1. The same network, twice
#
# **The experience:** a residual network of 14 layers that ships with cnnlab. It has learned to tell
# sixty made-up silhouettes apart. **The task:** three silhouettes that it has never seen.
#
# (The two names in the next cell are all you need to change. `BACKBONE = "resnet18"` takes
# torchvision's network with its ImageNet weights, which are downloaded once, and wants a GPU;
# `DATA = "cifar10-animals"` takes photographs.)

# %% tags=["explore"]
BACKBONE = "shapes-resnet"
DATA = "silhouettes"

# %% tags=["explore"]
import time

from cnnlab import data, models, pictures, training, widgets

card = models.card(BACKBONE)
target = data.load(DATA)
CLASSES = len(target.class_names)
print(f"{BACKBONE}: {card.about} {card.limits}")
print(f"It knows {len(card.class_names)} classes: {', '.join(card.class_names[:4])}, …")
print(target)
pictures.image_grid(
    target.train.images[:18], target.train.labels[:18], target.class_names, title="The new task"
)

# %% [markdown]
# Two runs on 25 pictures a class. One starts from random weights, as all your networks did so far.
# The other starts from the trained ones, and only its last layer learns. The test has 1,500 other
# pictures; blind guessing would get a third of them right. (After the card comes a cell of helpers.
# Run it, and look something up when you meet its name.)

# %% tags=["explore"]
GUESSES = [35, 50, 70, 90]
from_scratch_guess = widgets.prediction(
    "from_scratch",
    "About how many percent does the network get right that starts from scratch?",
    choices=GUESSES,
)


# %% tags=["explore"]
def fresh(seed):
    """The backbone's architecture with random weights, and a head for the new classes."""
    torch.manual_seed(seed)
    if BACKBONE == "shapes-resnet":
        return models.SmallResNet(**{**card.details["architecture"], "num_classes": CLASSES})
    return models.create(BACKBONE, num_classes=CLASSES)


def normalised(images):
    """What section 2 is about, done by the library for now: bytes to what the backbone expects."""
    images = images.float() / 255
    if images.shape[-1] != card.image_size:
        images = F.interpolate(images, size=card.image_size, mode="bilinear", antialias=True)
    return (images - torch.tensor(card.mean).view(3, 1, 1)) / torch.tensor(card.std).view(3, 1, 1)


def features(model, images):
    """What arrives at the head, (N, C), computed once for all images, in evaluation mode."""
    head, model.fc = model.fc, nn.Identity()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device).eval()
    with torch.no_grad():
        found = torch.cat([model(part.to(device)) for part in images.split(256)]).cpu()
    model.fc = head
    return found


def train(model, images, labels, epochs, groups, seed, train_mode=nn.Module.train):
    """SGD on prepared images; `groups` are parameters with their learning rates."""
    optimizer = torch.optim.SGD(groups, lr=0.03, momentum=0.9, nesterov=True, weight_decay=5e-4)
    batches = data.batches((images, labels), 32, shuffle=True, seed=seed)
    training.fit(
        model,
        (batches, None),
        epochs=epochs,
        optimizer=optimizer,
        seed=seed,
        progress=False,
        train_mode=train_mode,
        strict=False,
    )
    return model


def train_head(found, labels, epochs, seed, num_classes=CLASSES):
    """A linear layer on features that were computed once. That is all that learns."""
    torch.manual_seed(seed)
    head = nn.Sequential(nn.Flatten(), nn.Linear(found.shape[1], num_classes))
    groups = [{"params": list(head.parameters()), "lr": 0.03}]
    return train(head, found[:, :, None, None], labels, epochs, groups, seed)


def accuracy(model, images, labels):
    """The share of right answers, in percent."""
    model.eval()
    device = next(model.parameters()).device
    with torch.no_grad():
        right = [
            model(x.to(device)).argmax(dim=1).cpu() == y
            for x, y in zip(images.split(256), labels.split(256), strict=True)
        ]
    return 100 * torch.cat(right).float().mean().item()


# %% tags=["explore"]
few = target.train.per_class(25, seed=0)
few_images, test_images = normalised(few.images), normalised(target.test.images)
few_labels, test_labels = few.labels, target.test.labels

started = time.perf_counter()
beginner = fresh(seed=0)
train(
    beginner, few_images, few_labels, 30, [{"params": list(beginner.parameters()), "lr": 0.05}], 0
)
scratch_seconds = time.perf_counter() - started
scratch_accuracy = accuracy(beginner, test_images, test_labels)

started = time.perf_counter()
expert = models.pretrained(BACKBONE)
hook_head = train_head(features(expert, few_images), few_labels, 30, seed=0)
reuse_seconds = time.perf_counter() - started
test_features = features(expert, test_images)
reuse_accuracy = accuracy(hook_head, test_features[:, :, None, None], test_labels)

predict.reveal(
    "from_scratch",
    truth=min(GUESSES, key=lambda guess: abs(guess - scratch_accuracy)),
    reasons={
        50: "Half would be something. It hardly beats guessing.",
        70: "So it may be with many more pictures, and more rounds.",
        90: "It is that good on the pictures it learned from. These are others.",
    },
    because=f"{len(few_labels)} pictures and {models.count_parameters(beginner):,} parameters: it "
    "can learn each picture by heart, texture and clutter included.",
)
seen = accuracy(beginner, few_images, few_labels)
print(f"from scratch:     {scratch_accuracy:5.1f} %   ({seen:.0f} % of its own pictures)")
print(f"from experience:  {reuse_accuracy:5.1f} %")
print(f"seconds:          {scratch_seconds:.1f} and {reuse_seconds:.1f}")

# %% [markdown]
# Same architecture, same 75 pictures. But one of the two networks had met edges, corners and outlines
# before, in other pictures with other labels. A carpenter who has never built a boat still knows wood;
# what is left to learn is the boat.
#
# That is **transfer learning**. Read a network as two parts: a **backbone** $\varphi$ that turns an
# image into features, and a **head** that turns features into logits:
#
# $$\text{logits} = W\,\varphi(x) + b$$
#
# Here only $W$ and $b$ learned. Early layers find what all images have, late ones what the old task
# needed (measured by Yosinski and others, 2014). How many of them to keep is what this unit is about.
#
# **A fair warning.** Both picture sets come from the same renderer, and only the silhouettes are new.
# Experience is worth most among close relatives; section 8 tries something farther away.

# %% [markdown]
# ## 2. Speak its language
#
# A trained network expects images as it saw them in training: size, range, mean, standard deviation.
# All this stands on its card, and nothing crashes if you ignore it. The shipped backbone gets about
# three quarters of the pictures of its own sixty classes right. Now you forget to subtract the mean and
# to divide by the standard deviation, and give it values from 0 to 1.

# %% tags=["explore"]
UNPREPARED = [2, 35, 55, 75]
not_normalised = widgets.prediction(
    "not_normalised", "About how many percent are right then?", choices=UNPREPARED
)

# %% tags=["explore"]
shipped, shipped_card = models.pretrained("shapes-resnet"), models.card("shapes-resnet")
assert (shipped_card.mean, shipped_card.std) == (MEAN, STD)
source = data.load("shapes_source", n_train=60, n_test=1200)
raw, source_labels = source.test.images.float(), source.test.labels
as_trained = (raw / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
by_input = {
    "normalised as its card says": accuracy(shipped, as_trained, source_labels),
    "0 to 1, not normalised": accuracy(shipped, raw / 255, source_labels),
    "bytes, 0 to 255": accuracy(shipped, raw, source_labels),
}
predict.reveal(
    "not_normalised",
    truth=min(UNPREPARED, key=lambda guess: abs(guess - by_input["0 to 1, not normalised"])),
    reasons={
        2: "That would be guessing among sixty. So bad are the bytes from 0 to 255.",
        55: "It costs more. The contrast is a quarter of what every filter was made for.",
        75: "A person hardly sees the difference. Each filter sees another picture.",
    },
)
pictures.bars(by_input, title="The same network, the same 1,200 pictures", unit="%", form=".1f")

# %% [markdown]
# No error, no warning, just a bad network. So write the two pipelines that every project of this
# kind needs: one for **training**, with dice, and one for **everything else**, without.
#
# torchvision's `v2` has the pieces: `Compose`, `Resize` (one number: the *shorter* side),
# `CenterCrop`, `RandomResizedCrop` (look at its `scale`), `RandomHorizontalFlip`,
# `ToDtype(torch.float32, scale=True)`, `Normalize`. Your own functions are as welcome. ImageNet
# weights want mean (0.485, 0.456, 0.406), standard deviation (0.229, 0.224, 0.225) and 224 pixels.


# %% todo="transforms"
def train_transform(size=32, mean=MEAN, std=STD):
    """Make a function for training images: one uint8 image (3, H, W) → float32 (3, size, size).

    Each call of that function draws anew: it shows a random part of the image that covers at least
    half of its area, and mirrors it left-right in half of the calls, never upside down. Colours
    are left alone. Values are scaled to 0 … 1 and normalised with mean and std (three numbers each).
    """
    ### BEGIN SOLUTION
    return v2.Compose(
        [
            v2.RandomResizedCrop(size, scale=(0.5, 1.0)),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )
    ### END SOLUTION


def eval_transform(size=32, mean=MEAN, std=STD):
    """Make a function for all other images, of the same input and output, but without dice.

    The shorter side is scaled to `size`, what is too long is cut off at both ends alike, and the
    rest is normalised as in train_transform. An image of size × size is only normalised.
    """
    ### BEGIN SOLUTION
    return v2.Compose(
        [
            v2.Resize(size),
            v2.CenterCrop(size),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )
    ### END SOLUTION


# %% test="transforms" points=10
check.transforms(train_transform, eval_transform)
# %% [markdown]
# Eight looks at one picture, as training would show it, and what the evaluation sees:

# %% tags=["explore"]
prepare = check.use(eval_transform)(card.image_size, card.mean, card.std)
play = check.use(train_transform)(card.image_size, card.mean, card.std)


def visible(x):
    """Back from normalised values to something to look at."""
    return (x * torch.tensor(card.std).view(3, 1, 1) + torch.tensor(card.mean).view(3, 1, 1)).clamp(
        0, 1
    )


one = target.train.images[0]
torch.manual_seed(0)
looks = [visible(play(one)) for _ in range(8)]
pictures.image_grid(
    torch.stack([visible(prepare(one)), *looks]), ["evaluation", *["training"] * 8], columns=9
)

# %% tags=["explore"]
few_images = torch.stack([prepare(image) for image in few.images])
test_images = torch.stack([prepare(image) for image in target.test.images])
print("Prepared by your eval_transform:", tuple(test_images.shape), test_images.dtype)

# %% [markdown]
# ## 3. A new head on a frozen body
#
# **You might think** that pretrained models are sealed: sixty classes went in, sixty come out. But
# a network is a Python object, and its head is an attribute.

# %% tags=["explore"]
model = models.pretrained(BACKBONE)
for name, part in model.named_children():
    count = sum(p.numel() for p in part.parameters())
    print(f"{name:<10}{type(part).__name__:<20}{count:>11,} parameters")
print("\nThe head:", model.fc)

# %% [markdown]
# These are torchvision's names, so what you write works on ResNet-18 and ResNet-50 as well, whose
# heads are `Linear(512, 1000)` and `Linear(2048, 1000)`. A parameter is **frozen** by
# `requires_grad = False`: autograd then computes no gradient for it. Three small functions, and
# the surgery is done.


# %% todo="freeze_and_replace"
def freeze(module: nn.Module) -> nn.Module:
    """Freeze every parameter of the module, at any depth; return the module itself.

    Nothing else changes: not the values, and not the modes (`.training`) of its parts.
    """
    ### BEGIN SOLUTION
    for parameter in module.parameters():
        parameter.requires_grad = False
    return module
    ### END SOLUTION


def replace_head(model: nn.Module, num_classes: int) -> nn.Module:
    """Give the model a new `fc` for so many classes; return the model itself.

    The old `fc` is an nn.Linear. The new one is too, with bias, takes as many features as the old
    one, starts from random weights, and is trainable even if the rest is frozen. The rest stays
    as it is, frozen or not.
    """
    ### BEGIN SOLUTION
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
    ### END SOLUTION


def count_trainable(model: nn.Module) -> int:
    """How many numbers an optimizer may change: those in parameters that are not frozen."""
    ### BEGIN SOLUTION
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
    ### END SOLUTION


# %% test="freeze_and_replace" points=14
check.freeze_and_replace(freeze, replace_head, count_trainable)
# %% [markdown]
# The shipped backbone hands 128 features to its head. Freeze it, and give it a head for 3 classes.

# %% tags=["explore"]
left_to_train = widgets.prediction("left_to_train", "How many numbers are left to train?")

# %% tags=["explore"]
my_freeze, my_replace_head = check.use(freeze), check.use(replace_head)
my_count = check.use(count_trainable)
operated = my_replace_head(my_freeze(models.pretrained("shapes-resnet")), 3)
predict.reveal(
    "left_to_train",
    truth=my_count(operated),
    reasons={
        384: "These are the weights. Each class has a bias too.",
        models.count_parameters(operated): "That is the whole network. All but its head is frozen.",
    },
    because="128 · 3 weights and 3 biases.",
)
print(f"{my_count(operated):,} of {models.count_parameters(operated):,} parameters may learn.")

# %% [markdown]
# **You might think** that the whole network must learn the new task, at least a little. Section 1
# says otherwise: only the head learned there.
#
# And a frozen backbone brings a gift. It gives the same features for the same picture in every
# epoch, so it needs to run **once**. The slow way runs it again and again (both in evaluation mode;
# section 5 says why):

# %% tags=["explore"]
EPOCHS_HERE = 30
torch.manual_seed(0)
slow_net = my_replace_head(my_freeze(models.pretrained(BACKBONE)), CLASSES)
started = time.perf_counter()
train(
    slow_net,
    few_images,
    few_labels,
    EPOCHS_HERE,
    [{"params": list(slow_net.fc.parameters()), "lr": 0.03}],
    seed=0,
    train_mode=nn.Module.eval,
)
slow = time.perf_counter() - started

started = time.perf_counter()
expert = models.pretrained(BACKBONE)
few_features = features(expert, few_images)
computed = time.perf_counter() - started
fast_head = train_head(few_features, few_labels, EPOCHS_HERE, seed=0)
fast = time.perf_counter() - started
test_features = features(expert, test_images)

print(f"backbone in every epoch: {slow:5.2f} s")
print(f"features once:           {fast:5.2f} s, of which the backbone {computed:.2f} s")
print(f"{slow / fast:.0f} times as fast, for the same kind of head:")
print(f"test accuracy {accuracy(slow_net, test_images, test_labels):.1f} % and ", end="")
print(f"{accuracy(fast_head, test_features[:, :, None, None], test_labels):.1f} %")

# %% [markdown]
# So: run the backbone once, in evaluation mode, keep the features, and train what you like on
# them. It works only while pictures do not change: with `train_transform` every epoch brings new
# ones.

# %% [markdown]
# ## 4. What is in the features?
#
# Each test picture is a point: in the space of its pixels, in the space of an *untrained*
# network's features, and in that of the pretrained one. All three are flattened to the plane in
# which the points spread most (principal components). No label was used for that.

# %% tags=["explore"]
spaces = {
    "pixels": test_images.flatten(1),
    "untrained network": features(fresh(seed=0), test_images),
    "pretrained network": test_features,
}
shown = slice(0, 600)
picture = pictures.Picture(8.4, 3.0)
separated = {}
for axes, (name, points) in zip(picture.subplots(1, 3), spaces.items(), strict=True):
    torch.manual_seed(0)
    centred = points - points.mean(dim=0)
    plane = centred @ torch.pca_lowrank(centred, q=2)[2]
    centres = torch.stack([plane[test_labels == k].mean(dim=0) for k in range(CLASSES)])
    nearest = torch.cdist(plane, centres).argmin(dim=1)
    separated[name] = 100 * (nearest == test_labels).float().mean().item()
    for k, marker in zip(range(CLASSES), "o^sD*Pv<>X", strict=False):
        mine = plane[shown][test_labels[shown] == k]
        axes.scatter(
            *mine.T.numpy(),
            s=9,
            marker=marker,
            color=pictures.PALETTE[k],
            label=target.class_names[k],
        )
    axes.set(title=name, xticks=[], yticks=[])
picture.axes[0].legend(frameon=True, fontsize=8)
picture.alt = (
    "Test pictures as points. Share that lies nearest to the centre of its own class: "
    + ("; ".join(f"{name} {share:.0f} %" for name, share in separated.items()))
)
print(picture.alt)
picture

# %% [markdown]
# On the left and in the middle the classes lie on top of each other; on the right each has a
# region of its own, *although the network has never met them*. A straight line is all the head
# can draw, and now a straight line is enough. And the middle shows that the architecture alone
# is not the reason.

# %% [markdown]
# ## 5. The switch that freezing does not turn
#
# **You might think** that a frozen network stands still. Remember unit 4: a batch norm has
# parameters, and it has *running statistics*, which are no parameters.
#
# Here is the shipped backbone, every parameter frozen. It is shown pictures from another camera,
# which catches a third of the light. No optimizer, no gradients; training mode. Then it is asked for
# its own sixty classes again, in evaluation mode.

# %% tags=["explore"]
only_looking = widgets.prediction(
    "only_looking",
    "How many of them does it get right now?",
    choices=["exactly as many", "fewer, by at most 5 points", "fewer, by more than 5 points"],
)

# %% tags=["explore"]
prepare_shipped = check.use(eval_transform)()
dark_images = (target.train.images[:1280] * 0.3).to(torch.uint8)
darker = torch.stack([prepare_shipped(image) for image in dark_images])


def after_looking(model):
    """Show the dark pictures, forty batches of 32, and measure on the old task."""
    with torch.no_grad():
        for batch in darker.split(32):
            model(batch)
    return accuracy(model, as_trained, source_labels)


looking = my_freeze(models.pretrained("shapes-resnet"))
weights = [p.clone() for p in looking.parameters()]
before = accuracy(looking, as_trained, source_labels)
after = after_looking(looking.train())
same = all(torch.equal(a, b) for a, b in zip(weights, looking.parameters(), strict=True))
lost = "fewer, by at most 5 points" if before - after <= 5 else "fewer, by more than 5 points"
predict.reveal(
    "only_looking",
    truth="exactly as many" if after == before else lost,
    reasons={
        "exactly as many": "The parameters are as before. The running statistics are not.",
        "fewer, by at most 5 points": "Every batch moved the statistics a tenth of the way: "
        "after forty batches they are those of the dark pictures.",
    },
)
print(f"before {before:.1f} %, after {after:.1f} %; every parameter is as it was: {same}")

# %% [markdown]
# A good part of what it knew was lost by looking alone: no gradient moves running statistics, but
# every forward pass in training mode does. In real projects it happens more quietly: the head is
# trained on features that shift under it, and small or odd batches shift them most.
# The remedy is a training mode of your own. `fit` takes it as `train_mode=`.


# %% todo="frozen_backbone_train"
def frozen_backbone_train(model: nn.Module) -> nn.Module:
    """Put the model into training mode, all but its frozen batch norms; return the model itself.

    A batch norm (nn.BatchNorm2d, at any depth) whose parameters are all frozen is in evaluation
    mode afterwards. Every other part is in training mode: batch norms that may learn, dropout, the
    model itself. The modes before do not matter. What may learn does not change.
    """
    ### BEGIN SOLUTION
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train(any(p.requires_grad for p in module.parameters()))
    return model
    ### END SOLUTION


# %% test="frozen_backbone_train" points=10
check.frozen_backbone_train(frozen_backbone_train)
# %% tags=["explore"]
my_train_mode = check.use(frozen_backbone_train)
careful = my_freeze(models.pretrained("shapes-resnet"))
print(f"plain train():          {before:.1f} % → {after:.1f} %")
print(f"frozen_backbone_train:  {before:.1f} % → {after_looking(my_train_mode(careful)):.1f} %")

# %% [markdown]
# ## 6. Loosen it from the top
#
# A frozen backbone is the start, not the end. It can pay to let the last stage adapt, whose features
# are the most special to the old task, and then the one before. That is **fine-tuning**. Which parts
# may learn is one question:


# %% todo="unfreeze"
def unfreeze(model: nn.Module, stages: int) -> nn.Module:
    """Let the head and the last `stages` stages learn, and nothing else; return the model itself.

    The stages are called layer1, layer2, …, as many as the model has, the last next to the head
    `fc`. `stages` goes from 0 (the head alone) to their number; what comes before layer1 stays
    frozen in any case. The model may come in any state, partly frozen or not. Modes stay.
    """
    ### BEGIN SOLUTION
    freeze(model)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in ["fc", *names[len(names) - stages :]]:
        model.get_submodule(name).requires_grad_(True)
    return model
    ### END SOLUTION


# %% test="unfreeze" points=10
check.unfreeze(unfreeze)
# %% [markdown]
# *How fast* is the other question. The head knows nothing and may take large steps. The backbone
# knows a lot, and the first gradients that reach it come through a head of random numbers: it
# should take smaller ones. An optimizer takes **groups**, each with a rate of its own:
#
# $$\theta_g \leftarrow \theta_g - \eta_g \nabla_{\theta_g} L$$
#
# (A usual start with Adam is $10^{-3}$ for the head and $10^{-5}$ for the last stage. Here, with
# SGD and momentum, it is 0.03 and 0.003.)


# %% todo="parameter_groups"
def parameter_groups(model: nn.Module, head_lr: float, backbone_lr: float) -> list[dict]:
    """Sort the trainable parameters into groups for an optimizer.

    Returns a list of dictionaries {"params": parameters, "lr": rate}: those of the head, `model.fc`
    and nothing else, at head_lr; all others at backbone_lr, whatever their names are. Each
    trainable parameter is there once, no frozen one at all, and no group is empty. The order of
    the groups does not matter. What may learn stays as it is.
    """
    ### BEGIN SOLUTION
    head, body = [], []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (head if name.startswith("fc.") else body).append(parameter)
    groups = [{"params": body, "lr": backbone_lr}, {"params": head, "lr": head_lr}]
    return [group for group in groups if group["params"]]
    ### END SOLUTION


# %% test="parameter_groups" points=10
check.parameter_groups(parameter_groups)
# %% tags=["explore"]
my_unfreeze, my_groups = check.use(unfreeze), check.use(parameter_groups)
model = models.pretrained(BACKBONE)
stage_count = sum(name.startswith("layer") for name, _ in model.named_children())
for stages in range(stage_count + 1):
    learning = my_count(my_unfreeze(model, stages))
    rates = [f"{len(g['params'])} tensors at {g['lr']:g}" for g in my_groups(model, 0.03, 0.003)]
    print(f"stages open: {stages}  {learning:>10,} numbers may learn; {', '.join(rates)}")

# %% [markdown]
# The same to drag. Let one stage after the other learn: what share of the parameters is it? Then
# freeze all but the head, and put the frozen batch norms into training mode: what still moves?

# %% tags=["explore"]
explorer = widgets.transfer_explorer(models.pretrained(BACKBONE))

# %% [markdown]
# **You might think** that fine-tuning is just training, and that any rate which trains will do.
# Here all layers start from the pretrained weights and learn on the 25 pictures a class, the head
# always at 0.03, the backbone at 0.003, at 0.03, and at 0.3, ten times as fast as the head.

# %% tags=["explore"]
AT_LAST = [35, 60, 80, 92]
too_fast = widgets.prediction(
    "too_fast",
    "About how many percent of the test pictures are right if the backbone learns at 0.3?",
    choices=AT_LAST,
)

# %% tags=["explore"]
by_rate = {}
for backbone_lr in (0.003, 0.03, 0.3):
    torch.manual_seed(0)
    tuned = my_replace_head(models.pretrained(BACKBONE), CLASSES)
    train(tuned, few_images, few_labels, 12, my_groups(tuned, 0.03, backbone_lr), seed=0)
    by_rate[f"backbone at {backbone_lr:g}"] = accuracy(tuned, test_images, test_labels)
by_rate["from scratch (section 1)"] = scratch_accuracy
predict.reveal(
    "too_fast",
    truth=min(AT_LAST, key=lambda guess: abs(guess - by_rate["backbone at 0.3"])),
    reasons={
        35: "So it was from scratch. Not everything is lost: compare the bars.",
        60: "Much of the experience survives: compare the bars.",
        92: "Then the rate would not matter. There is something to lose.",
    },
)
pictures.bars(by_rate, title="All layers fine-tuned, head at 0.03, one seed", unit="%", form=".1f")

# %% [markdown]
# Too large a rate trains, too, and on the way it loses part of the experience; no error tells you.
# Between the smaller rates a point or two means little with one seed. The small rate is the
# careful choice, not always the best one.

# %% [markdown]
# ## 7. The experiment
#
# One variable: *what may learn, and from which start*. Same architecture, pictures, rounds and test
# for all four, two seeds (other pictures, other starting weights, another order).
#
# - **from scratch:** random weights, everything learns at 0.05
# - **untrained, frozen:** random weights, only the head learns: is it the experience at all?
# - **pretrained, frozen:** only the head learns, at 0.03, on features computed once
# - **last stage too:** the last stage learns as well, at 0.003
#
# each with 25, 100 and all 500 pictures a class. (The more pictures, the fewer rounds, or you would
# wait too long.) Nothing is augmented.

# %% tags=["explore"]
twenty_times = widgets.prediction(
    "twenty_times_the_data",
    "Which is better: from scratch with 500 pictures a class, or pretrained and frozen with 25?",
    choices=["scratch", "frozen"],
)


# %% tags=["explore"]
def from_scratch(images, labels, epochs, seed):
    model = fresh(seed)
    return train(model, images, labels, epochs, [{"params": model.parameters(), "lr": 0.05}], seed)


def head_on(backbone):
    """Only the head learns, on features that the backbone gives once."""

    def method(images, labels, epochs, seed):
        model = backbone(seed)
        groups = [{"params": list(model.fc.parameters()), "lr": 0.03}]
        found = features(model, images)[:, :, None, None]
        train(nn.Sequential(nn.Flatten(), model.fc), found, labels, epochs, groups, seed)
        return model

    return method


def pretrained(seed):
    torch.manual_seed(seed)
    return my_replace_head(models.pretrained(BACKBONE), CLASSES)


def last_stage_too(images, labels, epochs, seed):
    model = my_unfreeze(pretrained(seed), stages=1)
    groups = my_groups(model, head_lr=0.03, backbone_lr=0.003)
    return train(model, images, labels, epochs, groups, seed, train_mode=my_train_mode)


METHODS = {
    "from scratch": from_scratch,
    "untrained, frozen": head_on(fresh),
    "pretrained, frozen": head_on(pretrained),
    "last stage too": last_stage_too,
}
EPOCHS = {25: 16, 100: 6, 500: 3}  # fewer pictures are seen more often
SEEDS = (0, 1)

# %% tags=["explore"]
scores = {(name, count): [] for count in EPOCHS for name in METHODS}
seconds = {key: [] for key in scores}
for seed in SEEDS:
    for count, epochs in EPOCHS.items():
        part = target.train.per_class(count, seed=seed)
        images = torch.stack([prepare(image) for image in part.images])
        for name, method in METHODS.items():
            started = time.perf_counter()
            model = method(images, part.labels, epochs, seed)
            seconds[name, count].append(time.perf_counter() - started)
            scores[name, count].append(accuracy(model, test_images, test_labels))

print(f"test accuracy in %, {len(SEEDS)} seeds" + "".join(f"{n:>16} a class" for n in EPOCHS))
for name in METHODS:
    cells = [" / ".join(f"{score:.1f}" for score in scores[name, count]) for count in EPOCHS]
    print(f"{name:<31}" + "".join(f"{cell:>24}" for cell in cells))
print("seconds for one run")
for name in METHODS:
    spent = [sum(seconds[name, count]) / len(SEEDS) for count in EPOCHS]
    print(f"{name:<31}" + "".join(f"{value:>24.1f}" for value in spent))

# %% tags=["explore"]
picture = pictures.Picture(6.4, 3.4)
axes = picture.subplots()
counts = list(EPOCHS)
for colour, marker, name in zip(pictures.PALETTE, "osD^", METHODS, strict=False):
    means = [sum(scores[name, count]) / len(SEEDS) for count in counts]
    axes.plot(counts, means, marker=marker, color=colour, label=name)
    for count in counts:
        axes.plot([count] * len(SEEDS), scores[name, count], "_", color=colour, markersize=9)
axes.axhline(100 / CLASSES, color="grey", linewidth=1, linestyle=":")
axes.set(
    xscale="log", xlabel="training pictures a class", ylabel="test accuracy (%)", ylim=(20, 100)
)
axes.set_xticks(counts, [str(count) for count in counts], minor=False)
axes.minorticks_off()
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, fontsize=8, loc="center left")
picture.alt = (
    "Test accuracy with 25, 100 and 500 pictures a class (dotted: guessing). "
    + "; ".join(
        f"{name}: " + ", ".join(f"{sum(scores[name, c]) / len(SEEDS):.0f} %" for c in counts)
        for name in METHODS
    )
)
picture


# %% tags=["explore"]
def compare(better, worse):
    """In words: is one group of runs above another, and by more than the seeds differ?"""
    gap = sum(scores[better]) / len(SEEDS) - sum(scores[worse]) / len(SEEDS)
    every = min(scores[better]) > max(scores[worse])
    clear = "every run above every other" if every else "runs of both overlap: not settled"
    print(f"{better[0]} ({better[1]}) − {worse[0]} ({worse[1]}): {gap:+.1f} points, {clear}")
    return every


for count in counts:
    compare(("pretrained, frozen", count), ("from scratch", count))
compare(("pretrained, frozen", 25), ("untrained, frozen", 25))
for count in counts:
    compare(("last stage too", count), ("pretrained, frozen", count))
print()
ahead = sum(scores["pretrained, frozen", 25]) - sum(scores["from scratch", 500])
predict.reveal(
    "twenty_times_the_data",
    truth="scratch" if ahead < 0 else "frozen",
    reasons={
        "scratch": "Twenty times the pictures of the right task, but no experience, and few rounds.",
        "frozen": "Not with this data and this backbone: twenty times the pictures were worth more.",
    },
    because=f"They differ by {abs(ahead) / len(SEEDS):.0f} points.",
)

# %% [markdown]
# **You might think** that more data always beats transfer. The last line above compares a few
# pictures with experience and twenty times as many without. (In so few rounds the run from scratch is
# far from its limit. With more pictures *and* more rounds the gap shrinks.) The untrained backbone, same
# architecture, same head, shows where the gain comes from.
#
# Whether the last stage is worth its time is a matter of a few points, and two seeds do not settle it:
# by chance alone, two runs lie above two others one time in six. Ten seeds of these very rows stand in
# the repository, in `docs/experiments.md` under *Transfer*; with more rounds, and all layers
# fine-tuned, in `docs/transfer.md`.

# %% [markdown]
# ## 8. Farther from home
#
# **You might think** that only similar data transfers. So take something that the renderer never
# drew: real handwritten digits, grey, without texture or clutter, in ten classes, five of each to
# learn from. A linear layer reads them at several depths: the pixels, and the maps after each stage
# of the backbone, pretrained and untrained (every map averaged down to 4 × 4).

# %% tags=["explore"]
*early, last = [name for name, _ in expert.named_children() if name.startswith("layer")]
EARLY = " or ".join(early)
best_depth = widgets.prediction(
    "best_depth",
    "From which depth of the pretrained backbone are held-out digits read best?",
    choices=["pixels", EARLY, last],
)


# %% tags=["explore"]
def maps_after_stages(model, images):
    """What each stage computes, its maps averaged to 4 × 4 and flattened: {stage: (N, features)}."""
    stages = [name for name, _ in model.named_children() if name.startswith("layer")]
    found = {name: [] for name in stages}

    def keep(name):
        return lambda _, inputs, output: found[name].append(
            F.adaptive_avg_pool2d(output, 4).flatten(1).cpu()
        )

    hooks = [model.get_submodule(name).register_forward_hook(keep(name)) for name in stages]
    features(model, images)
    for hook in hooks:
        hook.remove()
    return {name: torch.cat(parts) for name, parts in found.items()}


def read_digits(learned, tested, labels, seed):
    """A head on these features, standardised alike: its accuracy on the held-out digits."""
    mean, std = learned.mean(), learned.std()
    head = train_head((learned - mean) / std, labels, 60, seed, num_classes=10)
    return accuracy(head, ((tested - mean) / std)[:, :, None, None], digits.test.labels)


def colour(images):
    return torch.stack([prepare(image) for image in images.repeat(1, 3, 1, 1)])


digits = data.load("digits", image_size=32)
held_out = colour(digits.test.images)
backbones = {"pretrained": models.pretrained(BACKBONE), "untrained": fresh(seed=0)}
tested = {name: maps_after_stages(model, held_out) for name, model in backbones.items()}
by_depth = {"pixels": []} | {f"{n}, {stage}": [] for n in tested for stage in tested[n]}
for seed in (0, 1, 2):
    five = digits.train.per_class(5, seed=seed)
    images = colour(five.images)
    pixels = [F.adaptive_avg_pool2d(x, 16).flatten(1) for x in (images, held_out)]
    by_depth["pixels"].append(read_digits(*pixels, five.labels, seed))
    for name, model in backbones.items():
        for stage, learned in maps_after_stages(model, images).items():
            score = read_digits(learned, tested[name][stage], five.labels, seed)
            by_depth[f"{name}, {stage}"].append(score)

mean_of = {name: sum(values) / len(values) for name, values in by_depth.items()}
best = max((*early, last), key=lambda stage: mean_of[f"pretrained, {stage}"])
depth = "pixels" if mean_of["pixels"] > mean_of[f"pretrained, {best}"] else best
predict.reveal(
    "best_depth",
    truth=EARLY if depth in early else depth,
    reasons={
        last: "The last stage serves the old task best. Digits are not the old task.",
        "pixels": "A strong opponent for such tidy pictures, and yet there is something better.",
    },
)
pictures.bars(by_depth, title="Digits, five examples each, three seeds", unit="%", form=".1f")

# %% tags=["explore"]
for better, worse in (
    (f"pretrained, {best}", "pixels"),
    (f"pretrained, {best}", f"untrained, {best}"),
    (f"pretrained, {best}", f"pretrained, {last}"),
    (f"pretrained, {last}", "pixels"),
    (f"untrained, {best}", "pixels"),
):
    gaps = [a - b for a, b in zip(by_depth[better], by_depth[worse], strict=True)]
    print(f"{better:<19} − {worse:<19}" + "".join(f"{gap:>+7.1f}" for gap in gaps) + " points")

# %% [markdown]
# A column for each seed. So experience travels: the early and middle stages help with digits that the
# renderer never drew, where the same stages untrained do not. But not all of it travels: the last stage
# has specialised. *Early layers are general, late ones specific.* And pixels alone do well here: always
# measure the simple opponent too.
#
# That is the reason behind the usual table, from two questions: *how much data*, and *how alike*?
#
# | | similar to the source | different |
# |---|---|---|
# | **little data** | frozen features, a new head | features first, then the last stage |
# | **much data** | fine-tune all | fine-tune all, or from scratch |
#
# It is a place to begin, not a law: measure the next simpler choice as well.


# %% todo="choose_strategy"
def choose_strategy(images_per_class: int, similar: bool, small_below: int = 500) -> str:
    """Where to begin: the table as a function.

    Data are little if there are fewer than small_below images per class, and much from there on.
    Returns "features" (little, similar), "features_then_last_stage" (little, different),
    "fine_tune_all" (much, similar) or "fine_tune_all_or_scratch" (much, different).
    """
    ### BEGIN SOLUTION
    if images_per_class < small_below:
        return "features" if similar else "features_then_last_stage"
    return "fine_tune_all" if similar else "fine_tune_all_or_scratch"
    ### END SOLUTION


# %% test="choose_strategy" points=6
check.choose_strategy(choose_strategy)
# %% tags=["explore"]
my_choice = check.use(choose_strategy)
situations = {
    "40 bird photographs a class, an ImageNet backbone": (40, True),
    "300 X-rays a class, an ImageNet backbone": (300, False),
    "20,000 product photographs a class, an ImageNet backbone": (20_000, True),
    "50,000 spectrograms a class, an ImageNet backbone": (50_000, False),
}
for situation, answers in situations.items():
    print(f"{situation:<58}{my_choice(*answers)}")

# %% [markdown]
# ## 9. Your own pictures
#
# One folder for each class is all it takes: `own/cat/…`, `own/dog/…`. The next cell makes such
# folders from a few of our pictures, so that it runs everywhere; put your own path in their place.
# Here the training pictures change in every epoch (your `train_transform`), so features
# cannot be kept, and your training mode keeps the frozen batch norms still.

# %% tags=["explore"]
import pathlib
import tempfile

from PIL import Image

folder = pathlib.Path(tempfile.mkdtemp()) / "own"
samples = target.train.per_class(12, seed=3)
for number, (image, label) in enumerate(zip(samples.images, samples.labels, strict=True)):
    place = folder / target.class_names[label]
    place.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image.permute(1, 2, 0).numpy()).save(place / f"{number}.png")

own = data.load_folder(folder, image_size=card.image_size, test_fraction=0.25)
print(own)


class Changing:
    """Batches that look different in every epoch."""

    def __len__(self):
        return 1

    def __iter__(self):
        yield torch.stack([play(image) for image in own.train.images]), own.train.labels


torch.manual_seed(0)
mine = my_unfreeze(my_replace_head(models.pretrained(BACKBONE), len(own.class_names)), stages=0)
optimizer = torch.optim.SGD(my_groups(mine, 0.03, 0.003), lr=0.03, momentum=0.9)
training.fit(
    mine,
    (Changing(), None),
    epochs=30,
    optimizer=optimizer,
    train_mode=my_train_mode,
    progress=False,
)
held_out = torch.stack([prepare(image) for image in own.test.images])
print(f"{accuracy(mine, held_out, own.test.labels):.0f} % of {len(own.test)} held-out pictures")

# %% [markdown]
# Nine test pictures are an anecdote: one of them is worth eleven points. Before you trust a number
# about your own pictures, count how many it stands on. And keep all pictures of the same object or
# patient on the same side: near copies in training and test flatter every method.

# %% tags=["explore"]
torchvision_card = models.card("resnet18")
print(f"resnet18: {torchvision_card.image_size} pixels, mean {torchvision_card.mean}")
print('To work with it: BACKBONE = "resnet18" in section 1. Where its weights cannot be had,')
print("cnnlab says so, and names the file and the folder for it.")

# %% [markdown]
# ## 10. In your own words
#
# A factory sends 200 photographs of castings in three classes of defects, 70 % of them "scratch".
# A colleague takes a ResNet-50 with ImageNet weights, replaces the head, and trains *all* layers
# with Adam at a learning rate of 0.01, in batches of 4, in training mode, for 50 epochs. Of the
# 40 photographs held out it gets 29 right. The training accuracy is 100 %. "Transfer does not work
# for us," she says.
#
# Diagnose and advise, in six to ten sentences: name three causes, each with *why* it has this
# effect; then say what you would do instead, in order, with learning rates; and say how you would
# measure it so that you could believe the result.
#
# *How this is marked (6 points): 1 for each of three causes with its reason; 2 for a plan with
# stages and rates; 1 for an honest measurement.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **Causes.** (1) A rate of 0.01 with Adam for *all* layers overwrites the pretrained weights in a
# few steps; what remains is close to a network from scratch, with the most unhelpful start. (2) 23
# million parameters and 160 training photographs: it learns each by heart, hence 100 % in training
# and no gain in the test. (3) Batches of 4 in training mode: batch norm normalises by 4 images and
# its running statistics follow them, so features shift from step to step and differ from those in
# evaluation. (Also right: 29 of 40 is no result at all, since always answering "scratch" would get
# about 28; no augmentation; the head's random gradients reach the backbone from the first step.)
#
# **Plan.** Few images, and castings are not ImageNet: frozen features first. Freeze the backbone,
# compute the features once (evaluation mode, the card's size and normalisation), train the head
# at about 1e-3. Then unfreeze the last stage at about 1e-5, head 1e-3, frozen batch norms in
# evaluation mode, mild augmentation in training only, and keep it only if it measures better.
#
# **Measurement.** With 40 photographs the standard error is about 7 points. Use cross-validation over all 200
# with the same split for every method and several seeds, photographs of one casting on one side,
# accuracy for each class (or balanced), and beside it the baseline "always scratch".
#
# *Rubric.* One point for each cause that comes with a mechanism; naming alone: half. The rate must
# be among the causes or the plan. Plan: 1 for starting with a frozen backbone, 1 for unfreezing late
# parts at a rate at least ten times smaller than the head's. Measurement: 1 for the baseline of
# the largest class, or for more than one split, or for accuracy per class.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - prepare images as a backbone expects them, with dice and without
# - freeze a network, give it a new head, and say how much is left to learn
# - compute features once and train a head on them in a fraction of the time
# - keep frozen batch norms still, and say why freezing does not
# - unfreeze from the top, with a rate for each part
# - say where to begin, from the amount of data and its likeness to the source
#
# **Pitfalls.** Normalise by the *backbone's* numbers. Replace the head after freezing. Frozen is
# not evaluation mode, and evaluation mode is not frozen. A slice from −0 is everything. Hand the
# optimizer only what may learn. Small tests flatter or slander.
#
# **Left out here:** *which* backbone to take (of sixteen, those better on ImageNet transferred better
# too: Kornblith and others, 2019), *why* the features fit (unit 8 looks inside), self-supervised
# pretraining, adapters, and distillation. The blocks are those of unit 5, batch norm is unit 4's, augmentation
# and schedules unit 6's.
#
# **Next:** unit 8. The network says "fish". What did it look at?
