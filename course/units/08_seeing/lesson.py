# %% [markdown]
# # Visualising CNNs: what is the network looking at?
#
# A network gives you an answer but no reason. In this unit you'll look inside: draw what its layers
# compute, ask in three ways which pixels the answer depends on, and make images that a channel responds
# to. Then comes the harder part: finding out how far you can trust such pictures.

# %%
import contextlib
import copy

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. Nearly perfect
#
# A network learns ten kinds of shapes from 1,500 pictures, from scratch (a ResNet with 14 layers, as in
# unit 5). Then we test it on pictures *from the same source* that it hasn't seen. The pictures are
# generated, and you'll soon see why we need that here.

# %% tags=["explore"]
from dataclasses import replace

import cnnlab.data
from cnnlab import models, pictures, training, widgets

EPOCHS, TRAIN, LOOK = 4, 1500, 200


def load(name, n_train=TRAIN):
    """The first images of a data set: `n_train` to learn from, 1,000 to test with."""
    counts = {"n_train": n_train, "n_test": 1000} if name.startswith("shapes") else {}
    data = cnnlab.data.load(name, **counts)
    return replace(data, train=data.train[:n_train], test=data.test[:1000])


def fresh_network():
    return models.SmallResNet([2, 2, 2], [32, 64, 128], num_classes=10, stem_stride=2)


def train(model, data, lr):
    training.fit(model, data, epochs=EPOCHS, lr=lr, batch_size=32, progress=False)
    return model.eval()


# %% tags=["explore", "hide"]
source = load("shapes10_shortcut", TRAIN + LOOK)
unseen = replace(source, test=source.train[TRAIN:])
source = replace(source, train=source.train[:TRAIN])
torch.manual_seed(0)
delivered = train(fresh_network(), source, lr=0.05)
print(f"{training.evaluate(delivered, unseen).accuracy:.1%} of the unseen pictures are right")

# %% [markdown]
# Great! Now it's delivered, and it meets pictures from somewhere else: the same ten shapes, drawn by
# the same program.

# %% tags=["explore"]
SHARES = [10, 50, 90, 98]
share_elsewhere = widgets.prediction(
    "elsewhere", "Roughly what percentage of those does it get right?", choices=SHARES
)

# %% tags=["explore", "hide"]
elsewhere = training.evaluate(delivered, source).accuracy
predict.reveal(
    "elsewhere",
    truth=min(SHARES, key=lambda share: abs(share - 100 * elsewhere)),
    reasons={
        98: "That's what you'd get if it had learned the shapes.",
        90: "A small drop is normal when pictures come from elsewhere. This isn't a small drop.",
        50: "Then it would know something about the shapes.",
    },
    because=f"It gets {elsewhere:.1%} right. With ten classes, guessing gets about 10 %.",
)

# %% [markdown]
# Its accuracy on pictures from the first source gave no warning. What was it looking at? Real data sets are
# too large to look through, so we'll ask the network instead. First you need tools, and a network trained on
# photographs to try them on.

# %% [markdown]
# ## 2. Feature maps: catch a layer's output with a hook
#
# Our main subject is **EfficientNet-Lite0**, which was trained on the 1.28 million photographs of
# ImageNet. Here are its three most probable classes for each of three photographs.

# %% tags=["explore"]
SEER = "efficientnet-lite0"
try:
    seer = models.pretrained(SEER)
except models.PretrainedError as problem:
    SEER = "shapes-resnet"
    seer = models.pretrained(SEER)
    print(f"{problem}\nUntil then, the small shipped network and generated pictures stand in.\n")
seer_card = models.card(SEER)
STAGES = [name for name, _ in seer.named_children() if name.startswith("layer")]
FIRST, MIDDLE, LAST = STAGES[0], STAGES[len(STAGES) // 3], STAGES[-1]

VIEW_NAMES = ["cat", "coffee", "rocket"]
views = cnnlab.data.photos(*VIEW_NAMES).batch()[:, :, 16:240, 16:240]  # the middle 224 of 256
if SEER == "shapes-resnet":
    VIEW_NAMES = ["first", "second", "third"]
    views = cnnlab.data.load("shapes_source", n_train=60, n_test=120).test.images[[0, 1, 4]]


def prepared(images, like):
    """uint8 images (N, 3, H, W) as the network of this card or data set expects them."""
    mean, std = (torch.tensor(one).view(-1, 1, 1) for one in (like.mean, like.std))
    return (images.float() / 255 - mean) / std


photos = prepared(views, seer_card)
with torch.no_grad():
    probabilities = seer(photos).softmax(dim=1)
answers = probabilities.argmax(dim=1).tolist()
for name, row in zip(VIEW_NAMES, probabilities, strict=True):
    top = [f"{seer_card.class_names[int(k)]} {row[k]:.2f}" for k in row.topk(3).indices]
    print(f"{name:<8}" + ", ".join(top))
pictures.image_grid(views, [seer_card.class_names[k] for k in answers], columns=3)

# %% [markdown]
# The simplest thing to look at is the first layer. Its filters have three input channels, red, green and
# blue, so each of them can be drawn as a small picture:

# %% tags=["explore"]
pictures.filters(seer.conv1.weight, columns=16, title="The learned filters of the first layer")

# %% [markdown]
# Edges in several directions, contrasts of colour, and a few blank filters, whose weights have all become
# zero. Networks with larger first filters (7 × 7 in ResNet) show the same more clearly.
#
# Deeper filters have dozens of input channels and can't be drawn as colours. What we can draw is their
# *output*.
#
# How do you get at the output of a layer in the middle? You could rewrite `forward`. Or you register a
# **hook**: a function that PyTorch calls each time the layer has run, with the module, its inputs and
# its output. Usually a hook just listens. But look:

# %% tags=["explore"]
with torch.no_grad():
    before = seer(photos[:1])
    listener = seer.layer1.register_forward_hook(lambda module, inputs, output: None)
    listened = seer(photos[:1])
    meddler = seer.layer2.register_forward_hook(lambda module, inputs, output: output * 0)
    meddled = seer(photos[:1])
    listener.remove()
    meddler.remove()
    after = seer(photos[:1])
for name, logits in (("listening", listened), ("returns zeros", meddled), ("removed", after)):
    print(f"{name:<14} same logits: {torch.equal(logits, before)}")

# %% [markdown]
# A hook that returns nothing changes nothing. What a hook returns *replaces* the output. And a hook that
# isn't removed stays: in a notebook, each run of the cell adds another one.
#
# **Your turn.** Watch out for two traps: a later layer may work *in place* and overwrite what you
# caught (so copy it), and the forward pass may fail half-way (so clean up in any case, with `finally` or
# `with`).


# %% todo="capture"
def capture(model, names, x):
    """The outputs of named modules of a network for a batch of images, from one forward pass.

    model  an nn.Module; it may come in any mode
    names  qualified names of submodules, such as "layer1" or "layer2.0.conv1"
    x      a batch of images

    Returns a dict: for each name a detached copy of that module's output. (A copy, because the
    next layer may work in place and overwrite it.)

    Runs the model once, in evaluation mode. Afterwards the model is as it was: none of your hooks is
    left, every module is in the mode it was in before, and parameters, buffers and stored gradients
    are untouched. If the forward pass fails, hooks and modes are restored all the same, and the error
    reaches the caller.

    Refused: torchvision.models.feature_extraction and torch.fx, which do it for you.
    """
    ### BEGIN SOLUTION
    kept = {}

    def keeper(name):
        def keep(module, inputs, output):
            kept[name] = output.detach().clone()

        return keep

    handles = []
    modes = [(module, module.training) for module in model.modules()]
    try:
        model.eval()
        for name in names:
            handles.append(model.get_submodule(name).register_forward_hook(keeper(name)))
        with torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
        for module, was_training in modes:
            module.training = was_training
    return {name: kept[name] for name in names}
    ### END SOLUTION


# %% test="capture" points=9
check.capture(capture)
# %% [markdown]
# Here's the first photograph at three depths, through your hooks. The maps get smaller, and there are more
# of them.

# %% tags=["explore"]
my_capture = check.use(capture)
outputs = my_capture(seer, [FIRST, MIDDLE, LAST], photos[:1])
for name, output in outputs.items():
    print(f"{name}: {output.shape[1]} maps of {output.shape[2]} × {output.shape[3]}")
pictures.feature_maps(outputs[FIRST][0][:8], title=f"{FIRST}, 8 of its maps")

# %% tags=["explore"]
pictures.feature_maps(outputs[MIDDLE][0][:8], title=f"{MIDDLE}, 8 of its maps")

# %% tags=["explore"]
pictures.feature_maps(outputs[LAST][0][:8], title=f"{LAST}, 8 of its maps")

# %% [markdown]
# In the first stage you can still recognise the picture. In the last one, each map has a few dozen numbers:
# *how much of my pattern is about here?* So what is a map's pattern? **You might think** that each
# channel stands for one concept: a cat channel, a cup channel.
#
# Let's check that on data where we can count. From here on we often use a second network: the small one that ships
# with cnnlab, fine-tuned on 1,500 generated shapes (unit 7 explains how). For every channel we take
# the nine test pictures that it responds to most. How many classes do they come from?

# %% tags=["explore"]
DATA = "shapes10_offcentre"  # or "shapes10", or "cifar10" (a download)


def fine_tuned(data):
    """The shipped network with a new head, trained on `data`."""
    torch.manual_seed(0)
    model = models.pretrained("shapes-resnet")
    model.fc = nn.Linear(model.fc.in_features, len(data.class_names))
    return train(model, data, lr=0.03)


def ready(images, data, model):
    """Images as a model trained on `data` expects them, on the model's device."""
    return prepared(images, data).to(next(model.parameters()).device)


data = load(DATA)
net = fine_tuned(data)
some = data.test[:LOOK]
x, y = ready(some.images, data, net), some.labels.tolist()
with torch.no_grad():
    said = net(x).argmax(dim=1).tolist()
right = [i for i in range(LOOK) if said[i] == y[i]]
one = right[0]
print(f"{training.evaluate(net, data).accuracy:.1%} of the test pictures are right")

everything = ready(data.test.images, data, net)
NET_STAGES = ["layer1", "layer2", "layer3"]
responses = {name: [] for name in NET_STAGES}
for batch in everything.split(250):
    for name, output in my_capture(net, NET_STAGES, batch).items():
        responses[name].append(output.mean(dim=(2, 3)).cpu())  # (250, channels)
favourites = {name: torch.cat(parts).topk(9, dim=0).indices for name, parts in responses.items()}
kinds = {
    name: torch.tensor([len(data.test.labels[nine].unique()) for nine in indices.T])
    for name, indices in favourites.items()
}
for name, count in kinds.items():
    print(
        f"{name}: {int((count == 1).sum()):>3} of {len(count):>3} channels have nine favourites of "
        f"one class; median: {int(count.median())} classes"
    )
typical = int((kinds["layer3"] == kinds["layer3"].median()).nonzero()[0])
nine = favourites["layer3"][:, typical]
pictures.image_grid(
    data.test.images[nine],
    data.test.labels[nine],
    data.class_names,
    columns=9,
    title=f"The favourites of channel {typical} of layer3, a typical one",
)

# %% [markdown]
# Look at the counts, not at a single row of pictures. The deeper the stage, the more channels keep to one class, and
# even in the last stage a typical channel doesn't: it may respond to something two classes share, such as
# a curve. (Zeiler and Fergus, 2014, showed such favourites for every layer of a large network: edges first,
# then textures, then parts of objects.)

# %% [markdown]
# ## 3. Saliency: the gradient with respect to the image
#
# Change one pixel a little, and the logit of a class changes a little. By how much? That's a derivative,
# and autograd computes it for *all* pixels in one backward pass. You know gradients with respect to weights;
# this one is with respect to the **image**. Simonyan, Vedaldi and Zisserman (2014) called the picture of
# it a **saliency map**:
#
# $$S_{ij} = \max_c \left| \frac{\partial z_t}{\partial x_{cij}} \right|$$
#
# where $z_t$ is the target's logit and $c$ runs over the colour channels. Take the pixel with the largest
# derivative in one of our shapes:

# %% tags=["explore"]
image, target = x[one], y[one]
asking = image.clone().requires_grad_()
(slope,) = torch.autograd.grad(net(asking[None])[0, target], asking)
channel, row, column = (int(i) for i in torch.unravel_index(slope.abs().argmax(), slope.shape))
steepest = slope[channel, row, column].item()
print(f"The derivative at channel {channel}, row {row}, column {column} is {steepest:+.3f}.")

# %% [markdown]
# Now we add 0.1 to this one number of the image.

# %% tags=["explore"]
logit_change = widgets.prediction(
    "logit_change", "By how much does the logit change? (mind the sign)"
)

# %% tags=["explore", "hide"]
nudged = image.clone()
nudged[channel, row, column] += 0.1
with torch.no_grad():
    change = (net(nudged[None]) - net(image[None]))[0, target].item()
predict.reveal(
    "logit_change",
    truth=round(change, 3),
    tolerance=0.25,
    reasons={
        round(steepest, 3): "That's the derivative: the change for a step of 1. The step was 0.1.",
        round(-0.1 * steepest, 2): "The size is right. Look at the derivative's sign.",
    },
    because=f"Derivative times step is {0.1 * steepest:+.4f}; the network isn't quite linear.",
)

# %% [markdown]
# **Your turn.** Explain the logit, not the probability: a probability also rises when *other* classes
# fall, and where the network is certain, its gradient nearly vanishes. And remember what `backward()` would
# leave behind in the network's parameters.


# %%
@contextlib.contextmanager
def in_eval_mode(model):
    """Inside, the model is in evaluation mode; afterwards every module has its own mode back."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, was_training in modes:
            module.training = was_training


# %% todo="saliency"
def saliency(model, x, target):
    """How strongly the target's logit depends on each pixel: (H, W), the largest |∂logit/∂x|.

    model   images (N, C, H, W) → logits (N, classes); it may come in any mode, and its parameters
            may be frozen
    x       one image (C, H, W)
    target  the number of a class, whether it wins or not

    For each pixel: the largest absolute value, over the channels, of the gradient of the target's
    logit, computed in evaluation mode. Not rescaled.

    Leaves the model as it was (modes, parameters, stored gradients) and x too; the map holds no
    graph.
    """
    ### BEGIN SOLUTION
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        logit = model(image[None])[0, target]
        (gradient,) = torch.autograd.grad(logit, image)
    return gradient.abs().amax(dim=0)
    ### END SOLUTION


# %% test="saliency" points=8
check.saliency(saliency)
# %% tags=["explore"]
my_saliency = check.use(saliency)
VIEW_CLASSES = [seer_card.class_names[k] for k in answers]
heats = [my_saliency(seer, photo, k) for photo, k in zip(photos, answers, strict=True)]
pictures.heat_rows(views, {"saliency": heats}, VIEW_CLASSES)

# %% [markdown]
# Specks: on the cup, many of them around the rim and on the coffee; in the third picture, on the towers as
# well as on the rocket. The question was: *which pixel, changed a little, changes the logit?* It wasn't:
# which part of the picture is the reason? Many of the specks are noise: the gradient jumps from one pixel
# to the next. Average it over noisy copies of the image and it gets calmer. That's
# **SmoothGrad** (Smilkov and others, 2017), and it takes one line:

# %% tags=["explore"]
torch.manual_seed(0)
photo, answer = photos[0], answers[0]
smooth = sum(my_saliency(seer, photo + 0.3 * torch.randn_like(photo), answer) for _ in range(12))
pictures.heat_rows(views[:1], {"saliency": heats[:1], "SmoothGrad": [smooth]}, VIEW_CLASSES[:1])

# %% [markdown]
# ## 4. Occlusion: cover a part and see what happens
#
# Here's a blunter and more direct question: **cover a part of the image. Does the answer suffer?** There's no
# gradient, only many forward passes. Zeiler and Fergus (2014) slid a grey square over photographs. If the
# probability of "dog" drops when the face is covered, the face mattered.
#
# The images are normalised, so the value 0 covers with the mean colour.


# %% todo="occlusion_map"
def occlusion_map(model, x, target, size=4, stride=2, fill=0.0):
    """How much the target's probability drops when a square of the image is covered.

    model, x, target  as in saliency
    size, stride      the square is size × size pixels and moves by stride, starting at the top left
    fill              the value that covers it, in every channel

    Returns ((H − size) // stride + 1, (W − size) // stride + 1): the probability of the target on
    the whole image, minus that on the image with this square covered. Negative where covering
    helps. Computed in evaluation mode.

    Leaves the model and x as they were; the map holds no graph.
    """
    ### BEGIN SOLUTION
    height, width = x.shape[1:]
    covered = []
    for top in range(0, height - size + 1, stride):
        for left in range(0, width - size + 1, stride):
            image = x.clone()
            image[:, top : top + size, left : left + size] = fill
            covered.append(image)
    with in_eval_mode(model), torch.no_grad():
        probability = model(torch.stack([x, *covered])).softmax(dim=1)[:, target]
    drop = probability[0] - probability[1:]
    return drop.view((height - size) // stride + 1, (width - size) // stride + 1)
    ### END SOLUTION


# %% test="occlusion_map" points=8
check.occlusion_map(occlusion_map)
# %% [markdown]
# **Change `SIZE`, `STRIDE` and `FILL`** (in fractions of the image's side) and run it again. What does a
# small square find, and a large one? What if the cover is bright (2) or dark (−2)?

# %% tags=["explore"]
SIZE, STRIDE, FILL = 0.25, 0.15, 0.0

my_occlusion_map = check.use(occlusion_map)
side = views.shape[-1]
drops = [
    my_occlusion_map(seer, photo, k, int(SIZE * side), int(STRIDE * side), FILL)
    for photo, k in zip(photos, answers, strict=True)
]
for name, drop in zip(VIEW_NAMES, drops, strict=True):
    print(f"{name:<8}the probability drops by up to {100 * float(drop.max()):.0f} points")
squares = {"occlusion": (int(SIZE * side), int(STRIDE * side))}
pictures.heat_rows(
    views, {"occlusion": [drop.clamp(min=0) for drop in drops]}, VIEW_CLASSES, squares
)

# %% [markdown]
# The size decides what you find: what a small square covers can often be guessed from the rest, and a large
# one nearly always covers something that matters. No cover is neutral, either: a grey square is
# *something*, and the network wasn't trained on pictures with one.

# %% [markdown]
# ## 5. Grad-CAM: ask the last stage
#
# Saliency is sharp but noisy, and occlusion is slow. Selvaraju and others (2017) ask a layer instead. The last
# stage knows *what* is there (its channels) and still roughly *where* (its maps). So give each channel a
# weight, how much it speaks for the target, and add up its maps:
#
# $$\alpha_k = \frac{1}{hw}\sum_{ij} \frac{\partial z_t}{\partial A^k_{ij}} \qquad
# \text{heat} = \mathrm{ReLU}\Big(\sum_k \alpha_k A^k\Big)$$
#
# It's a vote: each channel points to where it found its pattern, and its vote counts $\alpha_k$. The ReLU
# drops the positions that speak against the target.
#
# In our shapes network, `layer3` is followed by global average pooling and one linear layer, `fc`. The 128
# weights $\alpha_k$ are then proportional to numbers that you can simply read off.

# %% tags=["explore"]
CANDIDATES = [
    "weights of layer3's last convolution",
    "the target's row of fc.weight",
    "the maps' means",
]
which_weights = widgets.prediction(
    "which_weights", "Proportional to which numbers?", choices=CANDIDATES
)

# %% tags=["explore", "hide"]
maps = my_capture(net, ["layer3"], x[one : one + 1])["layer3"].requires_grad_()
logit = net.fc(maps.mean(dim=(2, 3)))[0, target]
(slope,) = torch.autograd.grad(logit, maps)
alpha = slope.mean(dim=(2, 3))[0]
positions = maps[0, 0].numel()
predict.reveal(
    "which_weights",
    truth=CANDIDATES[1],
    reasons={
        CANDIDATES[0]: "Those made the maps. What a map is worth is decided by what follows it.",
        CANDIDATES[2]: "The maps come in later, in the sum. The weights say what a map is worth.",
    },
    because="The mean over the map and the linear layer are all there is between map and logit.",
)

# %% tags=["explore"]
print("α · positions  ", "  ".join(f"{v:+.3f}" for v in (alpha * positions)[:6].tolist()), " …")
print("fc.weight      ", "  ".join(f"{v:+.3f}" for v in net.fc.weight[target][:6].tolist()), " …")

# %% [markdown]
# So for such networks you don't need the gradient: the weights are in the last layer (that's CAM, Zhou and
# others, 2016). Grad-CAM's gradient works for any layer and any head.
#
# **Your turn.** You need the layer's output with its graph (a hook), and one gradient. Watch the order:
# weighted sum, ReLU, enlarge, divide.


# %% todo="grad_cam"
def grad_cam(model, layer, x, target):
    """Where a layer found what speaks for the target: (H, W), from 0 to 1.

    model, x, target  as in saliency
    layer             a module of the model whose output for one image is (1, K, h, w); the next
                      layer doesn't overwrite that output in place

    1. weight of channel k: the mean, over all positions, of the gradient of the target's logit with
       respect to the layer's k-th map
    2. weighted sum of the K maps, then ReLU
    3. enlarged to (H, W), bilinear (torch's default, align_corners=False)
    4. divided by its maximum; a map of zeros stays a map of zeros

    Computed in evaluation mode. Leaves the model as it was (modes, parameters, stored gradients,
    hooks) and x too; the map holds no graph.

    Refused: captum and pytorch_grad_cam, which do it for you.
    """
    ### BEGIN SOLUTION
    image = x.detach().clone().requires_grad_()  # so that gradients flow in a frozen model too
    kept = []
    with in_eval_mode(model):
        handle = layer.register_forward_hook(lambda module, inputs, output: kept.append(output))
        try:
            logit = model(image[None])[0, target]
        finally:
            handle.remove()
    (gradient,) = torch.autograd.grad(logit, kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)  # (1, K, 1, 1)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, size=x.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat
    ### END SOLUTION


# %% test="grad_cam" points=11
check.grad_cam(grad_cam)
# %% [markdown]
# Does it find the cat? The map of the last stage has only 7 × 7 positions for 224 × 224 pixels.

# %% tags=["explore"]
my_grad_cam = check.use(grad_cam)
deep = seer.get_submodule(LAST)
cams = [my_grad_cam(seer, deep, photo, k) for photo, k in zip(photos, answers, strict=True)]
for name, cam in zip(VIEW_NAMES, cams, strict=True):
    row, column = divmod(int(cam.argmax()), cam.shape[1])
    print(f"{name:<8}the maximum is at row {row}, column {column} of {cam.shape[0]}")
pictures.heat_rows(views, {f"Grad-CAM of {LAST}": cams}, VIEW_CLASSES)

# %% [markdown]
# Coarse, and much clearer than the specks. On the cup the maximum is where it should be. On the cat it can
# hardly miss, because the cat fills the picture. In the third picture the hottest spots are *beside* the
# rocket, between the towers: does the network go by the launch pad? A single map can't settle that. (What did
# your occlusion map say? Is it the same place?) Ask about *another* class and the map changes. Here's the
# first picture, explained for its most probable class and for three others:

# %% tags=["explore"]
ranked = probabilities[0].argsort(descending=True)
asked = ranked[[0, 1, 5, 20]].tolist()
cams = [my_grad_cam(seer, deep, photos[0], k) for k in asked]
names = [f"why {seer_card.class_names[k]}?" for k in asked]
pictures.heat_rows(views[[0] * 4], {"Grad-CAM": cams}, names)

# %% [markdown]
# Every one of these maps has a brightest spot, even for a class that's nearly ruled out: the division by the
# maximum makes sure of that. Remember this in section 8.
#
# Now put all three of your maps to work on any of the shapes. Find a picture that's misread: what speaks for the
# wrong class, and what for the true one? Do the three agree?

# %% tags=["explore"]
maps_of_mine = {
    "Grad-CAM": lambda model, image, target: my_grad_cam(model, model.layer3, image, target),
    "saliency": my_saliency,
    "occlusion": my_occlusion_map,
}
browser = widgets.heat_browser(net, data, methods=maps_of_mine, squares={"occlusion": (4, 2)})

# %% [markdown]
# ## 6. Feature visualisation: make an image for a channel
#
# So far the image was given. Now choose a *channel* and change the image: start from faint noise and climb
# the gradient of the channel's mean activation. It's training turned around: the weights are fixed, the
# input learns, and we go *up*. (Simonyan and others, 2014, did it for whole classes.)


# %% todo="maximize_activation"
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    """An image, made from noise, to which one channel of a layer responds as strongly as possible.

    model       as in saliency
    layer       a module of the model whose output for one image is (1, K, h, w)
    channel     which of the K maps
    image_size  (C, H, W)
    steps, lr   take this many steps, each along the gradient of the map's mean with respect to the
                image; a step's length grows with lr (how is up to you: plain gradient, normalised,
                Adam). Nothing else moves the image: with steps=0 or lr=0 you return the start.
    generator   a torch.Generator; the start is random, and drawn from it alone

    Returns an image (C, H, W) on which the mean of the channel's map is higher than on the start,
    on the device of the model's parameters, without a graph.

    The model runs in evaluation mode and is left as it was (modes, parameters, stored gradients,
    hooks).
    """
    ### BEGIN SOLUTION
    device = next(model.parameters()).device
    image = 0.1 * torch.randn(image_size, generator=generator).to(device)  # faint noise
    kept = []
    handle = layer.register_forward_hook(lambda module, inputs, output: kept.append(output))
    try:
        with in_eval_mode(model):
            for _ in range(steps):
                image.requires_grad_()
                model(image[None])
                mean = kept.pop()[0, channel].mean()
                (gradient,) = torch.autograd.grad(mean, image)
                # Every step has the length lr, whether the channel's gradient is large or small.
                image = (image + lr * gradient / (gradient.norm() + 1e-12)).detach()
    finally:
        handle.remove()
    return image
    ### END SOLUTION


# %% test="maximize_activation" points=8
check.maximize_activation(maximize_activation)
# %% [markdown]
# Climbing alone gives pictures that look like noise: thousands of numbers are free to move, and there are
# many ways to excite a channel. Two tricks make them readable (Olah and others, 2017, describe them and
# more). **Jitter**: shift the image by a few pixels before each step, so that no single pixel can do the
# work. **Blur**: smooth the image now and then, so that fine noise can't build up. Upper rows: your
# function. Lower rows: the same climb with jitter and blur.


# %% tags=["explore"]
def climb_with_care(layer, channel, image_size, steps, lr, generator):
    """The same climb, but shifted a little before each step, and blurred after every fourth."""
    image = 0.1 * torch.randn(image_size, generator=generator)
    kept = []
    with layer.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        for step in range(steps):
            down, across = torch.randint(-4, 5, (2,), generator=generator).tolist()
            image = image.roll((down, across), (1, 2)).requires_grad_()
            seer(image[None])
            (gradient,) = torch.autograd.grad(kept.pop()[0, channel].mean(), image)
            image = (image + lr * gradient / (gradient.norm() + 1e-12)).detach()
            if step % 4 == 3:
                image = F.avg_pool2d(image, 3, stride=1, padding=1, count_include_pad=False)
    return image


my_maximize = check.use(maximize_activation)
CANVAS, STEPS, CHANNELS = (3, 64, 64), 48, [0, 1, 2, 3]  # change the channels
for name in (FIRST, STAGES[len(STAGES) // 2]):
    layer = seer.get_submodule(name)
    made = {"gradient alone": [], "with jitter and blur": []}
    for channel in CHANNELS:
        generator = torch.Generator().manual_seed(0)
        made["gradient alone"].append(
            my_maximize(seer, layer, channel, CANVAS, STEPS, 2.0, generator)
        )
        generator = torch.Generator().manual_seed(0)
        made["with jitter and blur"].append(
            climb_with_care(layer, channel, CANVAS, STEPS, 2.0, generator)
        )
    display(pictures.made_for_channels(made, name, CHANNELS))

# %% [markdown]
# The first stage likes stripes and colours; deeper down you get textures with some structure. The two tricks
# are a *preference* that we added, not something that the network said: stronger preferences give prettier
# pictures, and the prettier they are, the more of them comes from us. Another seed gives another image, too.

# %% [markdown]
# ## 7. The experiment: do the maps point at the object?
#
# For this we need to know where the object is, pixel by pixel. In photographs that has to be drawn by hand; our
# shapes are *generated*, so we know it. That makes the **pointing game** possible (Zhang and others, 2016): a map
# scores if its maximum falls on the object. One variable: *who points*. The 200 pictures are the same.
#
# A score on its own means nothing, so some others play along: **always the centre**; a dart thrown at random
# (**the object's share of the area**); Grad-CAM on an **untrained** network of the same architecture; and
# Grad-CAM on the **suspicious** network from section 1. Saliency plays twice, raw and averaged over 7 × 7
# pixels.
#
# Choose "no clear winner" if you expect the best two to be too close to call.

# %% tags=["explore"]
PLAYERS = ["Grad-CAM", "saliency", "saliency, averaged", "occlusion", "always the centre"]
who_points_best = widgets.prediction(
    "who_points_best", "Who is ahead?", choices=[*PLAYERS, "no clear winner"]
)


# %% tags=["explore"]
OFF_CENTRE = "shapes10_offcentre"  # the game needs masks, whatever DATA is
shapes = data if DATA == OFF_CENTRE else load(OFF_CENTRE)
pointer = net if DATA == OFF_CENTRE else fine_tuned(shapes)
looked_at = shapes.test[:LOOK]


def maximum(heat):
    """Row and column of the maximum; None where the map is empty."""
    return divmod(int(heat.argmax()), heat.shape[1]) if heat.any() else None


def by_grad_cam(model, image, target):
    return maximum(my_grad_cam(model, model.layer3, image, target))


def by_saliency(model, image, target):
    return maximum(my_saliency(model, image, target))


def by_averaged_saliency(model, image, target):
    return maximum(F.avg_pool2d(my_saliency(model, image, target)[None], 7, 1, 3)[0])


def by_occlusion(model, image, target):
    """The middle of the square that hurts most."""
    place = maximum(my_occlusion_map(model, image, target, size=8, stride=4))
    return place and (4 * place[0] + 4, 4 * place[1] + 4)


def score(model, find, split, truth, like):
    """How often the position found for the true class lies in the mask; an empty map misses."""
    images = ready(split.images, like, model)
    places = [find(model, i, t) for i, t in zip(images, split.labels.tolist(), strict=True)]
    return sum(bool(m[place]) for place, m in zip(places, truth, strict=True) if place) / len(split)


def centre_score(split):
    height, width = split.masks.shape[1:]
    return split.masks[:, height // 2, width // 2].float().mean().item()


def by_chance(first, second):
    """Twice the standard error of the difference of two shares, each of LOOK pictures of its own."""
    return 2 * ((first * (1 - first) + second * (1 - second)) / LOOK) ** 0.5


# %% tags=["explore", "hide"]
torch.manual_seed(0)
untrained = fresh_network().to(next(pointer.parameters()).device).eval()
truth = looked_at.masks
scores = {
    "Grad-CAM": score(pointer, by_grad_cam, looked_at, truth, shapes),
    "saliency": score(pointer, by_saliency, looked_at, truth, shapes),
    "saliency, averaged": score(pointer, by_averaged_saliency, looked_at, truth, shapes),
    "occlusion": score(pointer, by_occlusion, looked_at, truth, shapes),
    "always the centre": centre_score(looked_at),
    "untrained, Grad-CAM": score(untrained, by_grad_cam, looked_at, truth, shapes),
    "area of the object": truth.float().mean().item(),
    "suspicious, Grad-CAM": score(delivered, by_grad_cam, looked_at, truth, source),
}
first, second = sorted(PLAYERS, key=scores.get, reverse=True)[:2]
ahead = scores[first] - scores[second] > by_chance(scores[first], scores[second])
predict.reveal(
    "who_points_best",
    truth=first if ahead else "no clear winner",
    reasons={
        "Grad-CAM": f"{first} is ahead of it."
        if ahead
        else f"{first} and {second} are too close to call with {LOOK} pictures.",
        "saliency": "Its single brightest pixel is a speck, and specks miss the object, too.",
        "saliency, averaged": "It does better than the raw map. How does it compare with the others?",
        "occlusion": "A square also hurts when it covers only the edge; its middle may lie outside.",
        "always the centre": "The objects are off-centre here. What if they weren't?",
        "no clear winner": f"{first} is ahead of {second} by more than chance explains.",
    },
    because=f"{first} {scores[first]:.0%}, then {second} {scores[second]:.0%}; chance alone makes "
    f"differences of up to {by_chance(scores[first], scores[second]):.0%}.",
)

# %% tags=["explore"]
pictures.bars(scores, title=f"Maximum on the object, {LOOK} off-centre pictures", form=".0%")

# %% tags=["explore"]
pairs = [("Grad-CAM", name) for name in list(scores)[1:]]
pairs += [(name, "always the centre") for name in ("occlusion", "saliency", "saliency, averaged")]
for better, other in pairs:
    gap, chance = scores[better] - scores[other], by_chance(scores[better], scores[other])
    verdict = "more than chance explains" if abs(gap) > chance else "chance may do that"
    print(f"{better:<18} − {other:<22}{100 * gap:+5.0f} points ({verdict}: ±{100 * chance:.0f})")

# %% [markdown]
# Grad-CAM on the *trained* network points at the object far more often than a dart, than always pointing at the
# centre, and than Grad-CAM on a network that learned nothing or the wrong thing. Don't assume that of every
# method, and look at the last lines: the raw saliency map is a poor pointer, and the *same map averaged* is a
# much better one. What failed wasn't the gradient but trusting a single pixel.
#
# "More than chance" only covers other pictures of this kind, with this one network.
# [Repetitions](https://github.com/cnnlab/cnnlab/blob/main/docs/experiments.md) with other seeds are recorded.

# %% [markdown]
# ## 8. Before you believe a map
#
# **First: the easy baseline.** We play the same game on `shapes10`, whose objects lie near the centre, with a
# network fine-tuned on them in the same way.

# %% tags=["explore"]
on_centred = widgets.prediction(
    "on_centred", "Which scores higher?", choices=["Grad-CAM", "always the centre"]
)

# %% tags=["explore", "hide"]
centred = load("shapes10", TRAIN + LOOK)
middle = centred.train[TRAIN:]  # unseen
centred = replace(centred, train=centred.train[:TRAIN])
centred_net = fine_tuned(centred)
centred_cam = score(centred_net, by_grad_cam, middle, middle.masks, centred)
predict.reveal(
    "on_centred",
    truth="always the centre" if centre_score(middle) > centred_cam else "Grad-CAM",
    reasons={"Grad-CAM": "But photographers centre their subjects, and so did we."},
    because=f"Grad-CAM {centred_cam:.0%}, always the centre {centre_score(middle):.0%}.",
)

# %% [markdown]
# If you had tested on these pictures alone, you could have written "our maps find the object in most of the
# pictures". That would be true, and nearly worthless. **A score needs a baseline that can't see.**

# %% [markdown]
# **Second: does the map depend on the network at all?** Adebayo and others (2018) asked this with a **sanity
# check**: put random weights into the network. A map that stays the same shows the *image*, not the network.
# Here's a popular method next to yours: **Guided Backpropagation** is saliency with one change, negative
# gradients are set to zero at every ReLU on the way back. Its maps look sharp and convincing.


# %% tags=["explore"]
def guided_backpropagation(model, x, target):
    """Saliency, but at the output of every ReLU only positive gradients pass."""

    def only_positive(module, inputs, output):
        output.register_hook(lambda gradient: gradient.clamp(min=0))

    with contextlib.ExitStack() as hooks:
        for module in model.modules():
            if isinstance(module, nn.ReLU):
                hooks.enter_context(module.register_forward_hook(only_positive))
        return my_saliency(model, x, target)


torch.manual_seed(1)
scrambled = copy.deepcopy(pointer)
scrambled.layer3, scrambled.fc = fresh_network().layer3, fresh_network().fc
scrambled.to(next(pointer.parameters()).device).eval()
METHODS = {
    "guided backpropagation": guided_backpropagation,
    "saliency": my_saliency,
    "Grad-CAM": maps_of_mine["Grad-CAM"],
}
checked = ready(looked_at.images[:40], shapes, pointer)
pairs_of_maps = {
    name: [
        [
            method(model, image, t)
            for image, t in zip(checked, looked_at.labels.tolist(), strict=False)
        ]
        for model in (pointer, scrambled)
    ]
    for name, method in METHODS.items()
}

# %% tags=["explore"]
does_it_fail = widgets.prediction(
    "sanity",
    "Its last stage and head are now random. Which map stays most like before?",
    choices=list(METHODS),
)

# %% tags=["explore", "hide"]


def likeness(first, second):
    """Mean correlation between two lists of maps."""
    both = [torch.stack([a.flatten(), b.flatten()]) for a, b in zip(first, second, strict=True)]
    return torch.stack([torch.corrcoef(two)[0, 1] for two in both]).nan_to_num().mean().item()


kept = {name: likeness(*maps) for name, maps in pairs_of_maps.items()}
predict.reveal(
    "sanity",
    truth=max(kept, key=kept.get),
    because="Correlation before and after: " + ", ".join(f"{n} {v:.2f}" for n, v in kept.items()),
)

# %% tags=["explore"]
before_and_after = {
    f"{name}, {what}": maps[:5]
    for name, both in pairs_of_maps.items()
    for what, maps in zip(("trained", "random"), both, strict=True)
}
pictures.heat_rows(looked_at.images[:5], before_and_after, ["", "", "", "", ""])

# %% [markdown]
# Three quarters of the network's weights are random now, and guided backpropagation hardly notices: it
# mostly draws the edges of the picture, and a picture has edges whatever the network knows. Plain saliency
# and Grad-CAM change, as they should. Adebayo and others found the same on ImageNet: guided backpropagation
# and Guided Grad-CAM failed, plain gradients and Grad-CAM passed. Passing only says that the map depends on
# the network; it still doesn't say that the map is right.

# %% [markdown]
# **Third: the map may be right, and the reason wrong.** Back to the suspicious network. It was nearly
# always right on pictures from its source. Where did it look?

# %% tags=["explore"]
marked = unseen.test
images = ready(marked.images, source, delivered)
heats = [
    my_grad_cam(delivered, delivered.layer3, images[i], int(marked.labels[i])) for i in range(6)
]
names = [source.class_names[int(i)] for i in marked.labels[:6]]
pictures.heat_rows(marked.images[:6], {"the suspicious network": heats}, names)

# %% tags=["explore"]
near = F.max_pool2d(marked.marks[:, None].float(), kernel_size=7, stride=1, padding=3)[:, 0].bool()
on_mark = score(delivered, by_grad_cam, marked, near, source)
on_shape = score(delivered, by_grad_cam, marked, marked.masks, source)
print(f"accuracy on these pictures        {training.evaluate(delivered, unseen).accuracy:.0%}")
print(f"maximum within 3 pixels of square {on_mark:.0%}")
print(f"maximum on the shape              {on_shape:.0%}")
print(f"(a dart: {near.float().mean():.0%} and {marked.masks.float().mean():.0%})")

# %% [markdown]
# Every picture from that source has a small coloured square near a corner, and its colour gives the class away.
# The network goes by the colour. In the pictures from elsewhere the square's colour was drawn at random, and
# there the network does no better than guessing. Accuracy on its own source couldn't show that. The map
# does, *because you asked what it was looking at and not whether the map was pretty*. This is
# **shortcut learning** (Geirhos and others, 2020). We planted ours. Others were found: a photographer's tag
# below the horses in a well-known collection (Lapuschkin and others, 2019), a hospital's metal marker on its
# X-rays (Zech and others, 2018).
#
# A map that points *beside* the object is a strong warning. A map that points *at* the object is weak evidence:
# it doesn't say which property mattered there, nor that the rest wasn't needed.

# %% [markdown]
# ## 9. Design your own explanation
#
# Now you design: a function that's given a network, a picture and a class, and returns a heat map. This time
# **each picture holds two objects**, and your map is asked about both, one after the other. A picture counts if
# *both* maxima fall on the object that was asked about. The network is a small one of its own:

# %% tags=["explore"]
from cnnlab.exercises.u08_seeing.design_explanation import drawn_pairs

in_pairs = drawn_pairs(seed=3, count=10).test
pictures.image_grid(in_pairs.images[::2], columns=10)
check.brief("design_explanation")

# %% [markdown]
# Which of your maps says *which* object, and which says *where exactly*? A map that finds objects without the
# class points at the same one twice and scores nothing. There's also a **sanity check**: with random weights in
# the network, your maxima have to move.


# %% todo="design_explanation"
def design(model, x, target):
    """Your own heat map for the target: (H, W); its maximum should fall on the target's object.

    model   an nn.Sequential of Conv2d, BatchNorm2d, ReLU, pooling and one Linear, in evaluation
            mode; its last convolution has 8 × 8 positions. Find layers with model.modules()
    x       one image (3, 32, 32), normalised
    target  the number of its class

    You may use any of your functions above. Points: 2 if the map has the right shape, takes at most
    1 s, and moves its maximum in at least half of the cases when the network has random weights; the
    rest by the share of the grader's 200 pictures in which both maxima fall on their object: 10 %,
    27 %, 35 % and 40 %.
    """
    ### BEGIN SOLUTION
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    against_others = nn.Sequential(model, nn.LogSoftmax(dim=1))  # falls when another class rises
    coarse = grad_cam(against_others, last, x, target)
    generator = torch.Generator().manual_seed(0)
    noisy = x + 0.3 * torch.randn(16, *x.shape, generator=generator)
    fine = torch.stack([saliency(model, each, target) for each in noisy]).mean(dim=0)
    fine = F.avg_pool2d(fine[None], 7, stride=1, padding=3)[0]
    return coarse * fine
    ### END SOLUTION


# %% test="design_explanation" points=16
check.design_explanation(design)
# %% [markdown]
# ## 10. In your own words
#
# A colleague's network finds cracked tiles in photographs from one production line; 98 % of the
# held-out photographs from that line are right. They show you five Grad-CAM maps. Each is brightest
# on the tile, which is always in the middle of the photograph, and they conclude: "It looks
# at the cracks."
#
# **(A)** Give two different reasons why these maps don't show that. **(B)** Design a test that could
# prove the colleague *wrong*: which pictures, what is measured, against which baselines. **(C)** Which
# result would convince you, and what would it still not show? Six to ten sentences.
#
# *How this is marked (6 points): two for each of A, B and C.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** (1) The tile is in the middle, so always pointing at the centre would score just as well: these
# pictures can't tell looking from not looking. (2) "On the tile" isn't "on the crack": the map is coarse,
# and the network may use anything there, such as a stain, the lighting, or a label that comes with
# cracked tiles. Also good: there are five pictures, perhaps hand-picked; every map has a brightest spot,
# because it's divided by its maximum; an untrained network's map may look similar; the 98 % are from the
# same line, where a shortcut works as well as a crack.
#
# **(B)** Photographs of cracked tiles with the crack's mask drawn by hand, the tiles moved out of the
# middle and, best of all, from another line; measure how often the maximum falls on the crack. Baselines:
# the centre of the tile, the crack's share of the area, an untrained network. Better still, change the
# picture: paint a crack over, or copy one onto a sound tile, and see whether the answer follows.
#
# **(C)** Convincing: on the crack clearly more often than every baseline, by more than chance explains with
# that many pictures, *and* the answer changes when the crack is removed and doesn't when something else
# of its size is. Still not shown: that it would hold for other lines or other kinds of cracks, what about
# the crack mattered, or that nothing else is used as well.
#
# *Rubric.* (A) 1 for each reason that is different in kind and explained. (B) 1 for pictures in which the
# colleague's claim could fail, 1 for a measure with at least one baseline that can't see. "More maps" without
# a measure: 0. (C) 1 for a result stated against baselines or by intervention, 1 for a limit that
# remains. "It would be proven" earns no second point.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - capture the output of any layer with a hook, and leave nothing behind
# - draw learned filters and feature maps of a network trained on photographs
# - ask which pixels matter in three ways, and say what each of them asks
# - make an image that a channel responds to
# - score maps against the truth, next to baselines that can't see
# - catch a shortcut that accuracy on the same source doesn't show
#
# **Pitfalls.** Remove hooks, also after an error. Copy what you capture. Use evaluation mode. Explain the logit, not
# the probability. Use `autograd.grad`, so that no gradient is left behind. A map of one hand-picked picture
# proves nothing.
#
# **Left out here:** integrated gradients, SHAP and LIME (other ways to distribute an answer over pixels),
# Grad-CAM++, tests with concepts (TCAV), attention maps. They all need a baseline, too.
#
# **Next:** put photographs of your own through `prepared(...)` and look at them with your functions: what does
# the network say, and what is it looking at?
