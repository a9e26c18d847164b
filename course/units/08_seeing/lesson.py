# %% [markdown]
# # What CNNs see
#
# A network gives an answer and no reason. In this unit you will look inside: catch what its layers
# give, ask which pixels an answer hangs on, in three ways, and make images that a channel likes.
# Then comes the harder part: finding out how far such pictures can be trusted.

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
# A network learns ten kinds of shapes from 1,500 pictures, from scratch (a ResNet of 14 layers, as
# in unit 5). Then it is measured on pictures *from the same source* that it has never seen.

# %% tags=["explore"]
from dataclasses import replace

import matplotlib

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


source = load("shapes10_shortcut", TRAIN + LOOK)
unseen = replace(source, test=source.train[TRAIN:])
source = replace(source, train=source.train[:TRAIN])
torch.manual_seed(0)
suspicious = train(fresh_network(), source, lr=0.05)
print(f"{training.evaluate(suspicious, unseen).accuracy:.1%} of the unseen pictures are right")

# %% [markdown]
# Splendid. Now it is delivered, and meets pictures from somewhere else: the same ten shapes, drawn
# by the same program.

# %% tags=["explore"]
SHARES = [10, 50, 90, 98]
share_elsewhere = widgets.prediction(
    "elsewhere", "About how many percent of those does it get right?", choices=SHARES
)

# %% tags=["explore"]
elsewhere = training.evaluate(suspicious, source).accuracy
predict.reveal(
    "elsewhere",
    truth=min(SHARES, key=lambda share: abs(share - 100 * elsewhere)),
    reasons={
        98: "So it would be if it had learned the shapes.",
        90: "A small loss is usual when pictures come from elsewhere. This is another kind of loss.",
        50: "Then it would know something about the shapes.",
    },
    because="Ten classes: blind guessing gets about 10 %.",
)
print(f"{elsewhere:.1%} right")

# %% [markdown]
# No test on pictures from the first source would have told. What did it look at? Perhaps you can
# guess; hold on to your guess. First we need tools, and a network that deserves them.

# %% [markdown]
# ## 2. Catching what a layer gives
#
# Our subject: the network that comes with cnnlab, which knows sixty *other* silhouettes, fine-tuned
# on 1,500 pictures (how that works is unit 7). The shapes are small and lie off the centre; why
# will matter later. **One name changes the data:** try `"shapes10"`, or `"cifar10"` (a download).

# %% tags=["explore"]
DATA = "shapes10_offcentre"


def fine_tuned(data):
    """The shipped network with a new head, trained on `data`."""
    torch.manual_seed(0)
    model = models.pretrained("shapes-resnet")
    model.fc = nn.Linear(model.fc.in_features, len(data.class_names))
    return train(model, data, lr=0.03)


def ready(images, data, model):
    """Images as a model trained on `data` expects them, on the model's device."""
    mean, std = (torch.tensor(one).view(-1, 1, 1) for one in (data.mean, data.std))
    return ((images.float() / 255 - mean) / std).to(next(model.parameters()).device)


data = load(DATA)
net = fine_tuned(data)
some = data.test[:LOOK]
x, y = ready(some.images, data, net), some.labels.tolist()
with torch.no_grad():
    said = net(x).argmax(dim=1).tolist()
right = [i for i in range(LOOK) if said[i] == y[i]]
print(f"{training.evaluate(net, data).accuracy:.1%} of the test pictures are right")
pictures.image_grid(some.images[:16], some.labels[:16], data.class_names)

# %% [markdown]
# How do you get at the output of a layer in the middle? You could rewrite `forward`. Or you leave a
# **hook**: a function that PyTorch calls each time the layer has run, with the module, its inputs
# and its output. It is a wiretap: the line works as before, and somebody listens.
#
# **You might think** that a hook changes the model. Usually not, and it *can*:

# %% tags=["explore"]
with torch.no_grad():
    before = net(x[:4])
    listener = net.layer1.register_forward_hook(lambda module, inputs, output: None)
    listened = net(x[:4])
    meddler = net.layer2.register_forward_hook(lambda module, inputs, output: output * 0)
    meddled = net(x[:4])
    listener.remove()
    meddler.remove()
    after = net(x[:4])
for name, logits in (("a hook listens", listened), ("one returns zeros", meddled), ("gone", after)):
    print(f"{name:<18} same logits: {torch.equal(logits, before)}")

# %% [markdown]
# A hook that returns nothing only listens. What it returns takes the output's place. And a hook
# that is not removed stays: in a notebook, every run of a cell adds one more.
#
# **Your turn.** Two traps: a layer may work *in place* and write over what you caught (copy it), and
# the pass may fail half-way (tidy up all the same; think of `finally`, or `with`).


# %% todo="capture"
def capture(model, names, x):
    """What the named modules of a network give for a batch of images, caught in one forward pass.

    model  an nn.Module; it may come in any mode
    names  qualified names of submodules, such as "layer1" or "layer2.0.conv1"
    x      a batch of images

    Returns a dict: for each name a detached copy of that module's output. (A copy, because the
    next layer may work in place and write over it.)

    Runs the model once, in evaluation mode. Afterwards it is as it was: no hook of yours is left,
    every module is in the mode it was in before, and parameters, buffers and stored gradients are
    untouched. If the forward pass fails, hooks and modes are put right all the same, and the error
    goes on to the caller.

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


# %% test="capture" points=14
check.capture(capture)
# %% [markdown]
# Here is one picture on its way through your hooks. Space shrinks and channels grow.

# %% tags=["explore"]
my_capture = check.use(capture)
STAGES = ["layer1", "layer2", "layer3"]
one = right[0]
outputs = my_capture(net, STAGES, x[one : one + 1])
for name, output in outputs.items():
    print(f"{name}: {output.shape[1]} maps of {output.shape[2]} × {output.shape[3]}")
pictures.image_grid(some.images[one : one + 1], [data.class_names[y[one]]])

# %% tags=["explore"]
pictures.feature_maps(outputs["layer1"][0][:16], title="layer1, 16 of its maps")

# %% tags=["explore"]
pictures.feature_maps(outputs["layer3"][0][:16], title="layer3, 16 of its maps")

# %% [markdown]
# In the first stage you still find your picture. In the last one each map has a few numbers: *how
# much of my pattern is about here?* But what is a map's pattern?
#
# **You might think** that each filter stands for one concept: a star channel, a heart channel. Ask
# the data: for every channel, which nine test pictures make it answer most strongly, and of how many
# classes are they?

# %% tags=["explore"]
everything = ready(data.test.images, data, net)
answers = {name: [] for name in STAGES}
for batch in everything.split(250):
    for name, output in my_capture(net, STAGES, batch).items():
        answers[name].append(output.mean(dim=(2, 3)).cpu())  # (250, channels)
answers = {name: torch.cat(parts) for name, parts in answers.items()}
favourites = {name: mean.topk(9, dim=0).indices for name, mean in answers.items()}
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
# Read the numbers, not the nicest row: the deeper the stage, the more channels keep to one class, and
# even in the last one a typical channel does not: it may like what two classes share, such as a bend. And
# nine of a thousand are its *strongest* answers; about the rest they say nothing. (Zeiler and Fergus,
# 2014, showed such favourites for every layer of a large network: deeper layers answer to larger and more
# abstract patterns. Nothing forces a channel to have a name.)

# %% [markdown]
# ## 3. Which pixels?
#
# Wiggle one pixel a little, and the logit of the class answers a little. How strongly, is a
# derivative, and autograd gives it for *all* pixels in one backward pass. You know gradients with
# respect to weights; this is the same with respect to the **image**. Simonyan, Vedaldi and Zisserman
# (2014) called the picture of it a **saliency map**:
#
# $$S_{ij} = \max_c \left| \frac{\partial z_t}{\partial x_{cij}} \right|$$
#
# where $z_t$ is the target's logit and $c$ runs over the colours. For a linear model it is just the
# size of the weights. For ours, take the pixel with the largest derivative, and wiggle it:

# %% tags=["explore"]
image, target = x[one], y[one]
asking = image.clone().requires_grad_()
(slope,) = torch.autograd.grad(net(asking[None])[0, target], asking)
channel, row, column = (int(i) for i in torch.unravel_index(slope.abs().argmax(), slope.shape))
steepest = slope[channel, row, column].item()
print(f"The derivative at colour {channel}, row {row}, column {column} is {steepest:+.3f}.")

# %% [markdown]
# Now this one number of the image grows by 0.1.

# %% tags=["explore"]
logit_change = widgets.prediction(
    "logit_change", "By how much does the logit change? (mind the sign)"
)

# %% tags=["explore"]
wiggled = image.clone()
wiggled[channel, row, column] += 0.1
with torch.no_grad():
    change = (net(wiggled[None]) - net(image[None]))[0, target].item()
predict.reveal(
    "logit_change",
    truth=round(change, 3),
    tolerance=0.25,
    reasons={
        round(steepest, 3): "That is the derivative: the change for each 1. The step was 0.1.",
        round(-0.1 * steepest, 2): "The size is right. Look at the derivative's sign.",
    },
    because=f"Derivative times step is {0.1 * steepest:+.4f}; the network is not quite straight.",
)
print(f"The logit changed by {change:+.4f}.")

# %% [markdown]
# **Your turn.** Explain the logit, not the probability: a probability also rises when *other*
# classes fall, and where the network is sure its gradient all but vanishes. And mind what
# `backward()` would leave in the network's parameters.


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
    """How strongly the target's logit answers to each pixel: (H, W), the largest |∂logit/∂x|.

    model   images (N, C, H, W) → logits (N, classes); it may come in any mode, and its parameters
            may be frozen
    x       one image (C, H, W)
    target  the number of a class, whether it wins or not

    For each pixel: the largest absolute value, over the channels, of the gradient of the target's
    logit, computed in evaluation mode. Not scaled.

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


# %% test="saliency" points=10
check.saliency(saliency)
# %% tags=["explore"]
my_saliency = check.use(saliency)


def under_heat(image, heat):
    """An RGB image (3, H, W) in grey, coloured by its heat map; both as large as the image."""
    grey = image.float().mean(dim=0).div(255).numpy()
    warm = (heat / heat.max().clamp_min(1e-12)).clamp(0, 1).cpu().numpy()
    colours = matplotlib.colormaps["inferno"](warm)[..., :3]
    mixed = 0.4 * warm[..., None] * grey[..., None] + (1 - warm[..., None]) * grey[..., None]
    return torch.from_numpy(mixed + 0.6 * warm[..., None] * colours).permute(2, 0, 1)


def show_heat(numbers, heats, title, captions):
    """Images above, their heat maps below."""
    tiles = [some.images[i].float() / 255 for i in numbers]
    tiles += [under_heat(some.images[i], heat) for i, heat in zip(numbers, heats, strict=True)]
    names = [data.class_names[y[i]] for i in numbers]
    picture = pictures.image_grid(
        torch.stack(tiles), [*names, *captions], columns=len(numbers), title=title
    )
    picture.alt = f"{title}. Images of {', '.join(names)}; below, the heat map of each."
    return picture


shown = right[:6]
heats = [my_saliency(net, x[i], y[i]) for i in shown]
show_heat(shown, heats, "Saliency", [f"largest slope {heat.max():.2f}" for heat in heats])

# %% [markdown]
# Specks, and most of them somewhere near the shape. Keep in mind what was asked: *which pixel, moved
# a little, moves the logit?* Not: which part of the picture is the reason?

# %% [markdown]
# ## 4. Cover it
#
# A blunter question, and the most direct: **cover a part and see whether the answer suffers.** No
# gradient, only many forward passes. Zeiler and Fergus (2014) slid a grey square over photographs.
# If the probability of "dog" falls when the face is covered, the face mattered.
#
# The images are normalised, so the value 0 covers with the mean colour of the training pictures.


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


# %% test="occlusion_map" points=10
check.occlusion_map(occlusion_map)
# %% [markdown]
# **Change `SIZE`, `STRIDE` and `FILL`** and run again. What does a square of 2 find, what one of 16?
# What if the cover is bright (2) or dark (−2)?

# %% tags=["explore"]
SIZE, STRIDE, FILL = 8, 4, 0.0

my_occlusion_map = check.use(occlusion_map)


def enlarged(drop):
    """The map of drops, only what hurts, blown up to the image."""
    hurts = drop.clamp(min=0)[None, None]
    return F.interpolate(hurts, size=x.shape[2:], mode="nearest")[0, 0]


drops = [my_occlusion_map(net, x[i], y[i], SIZE, STRIDE, FILL) for i in shown]
captions = [f"at most −{100 * float(drop.max()):.0f} points" for drop in drops]
show_heat(shown, [enlarged(drop) for drop in drops], "Occlusion", captions)

# %% [markdown]
# Size decides what you see: what a small square covers can often be guessed from the rest, and a
# large one always covers something that matters. There is no neutral cover either: a grey square
# is *something*, and networks have never seen one. The method is honest about one thing: it says
# what happens if *this* is done.

# %% [markdown]
# ## 5. Grad-CAM
#
# Saliency is sharp but noisy, occlusion slow. Selvaraju et al. (2017) ask a layer instead. The last
# stage knows *what* (its channels) and still roughly *where* (its map). So give each channel a
# weight, how much it speaks for the target, and add its maps up:
#
# $$\alpha_k = \frac{1}{hw}\sum_{ij} \frac{\partial z_t}{\partial A^k_{ij}} \qquad
# \text{heat} = \mathrm{ReLU}\Big(\sum_k \alpha_k A^k\Big)$$
#
# It is a vote: each channel points where it found its pattern, and its voice counts by $\alpha_k$.
# The ReLU drops the places that speak against the target.
#
# In our network `layer3` is followed by global average pooling and one linear layer, `fc`. The 128
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

# %% tags=["explore"]
maps = my_capture(net, ["layer3"], x[one : one + 1])["layer3"].requires_grad_()
logit = net.fc(maps.mean(dim=(2, 3)))[0, target]
(slope,) = torch.autograd.grad(logit, maps)
alpha = slope.mean(dim=(2, 3))[0]
places = maps[0, 0].numel()
predict.reveal(
    "which_weights",
    truth=CANDIDATES[1],
    reasons={
        CANDIDATES[0]: "It made the maps. What follows them decides what they are worth.",
        CANDIDATES[2]: "The maps enter later, in the sum. The weights say what a map is worth.",
    },
)
print("α · places  ", "  ".join(f"{v:+.3f}" for v in (alpha * places)[:6].tolist()), " …")
print("fc.weight   ", "  ".join(f"{v:+.3f}" for v in net.fc.weight[target][:6].tolist()), " …")

# %% [markdown]
# So for such networks the gradient is a detour: the weights stand in the last layer (that is CAM,
# Zhou et al., 2016). The detour pays elsewhere: it works for any layer and any head.
#
# **Your turn.** You need the layer's output with its graph (a hook), and one gradient. Watch the
# order: weighted sum, ReLU, enlarge, divide.


# %% todo="grad_cam"
def grad_cam(model, layer, x, target):
    """Where a layer found what speaks for the target: (H, W), from 0 to 1.

    model, x, target  as in saliency
    layer             a module of the model whose output for one image is (1, K, h, w); the next
                      layer does not write over that output in place

    1. weight of channel k: the mean, over all places, of the gradient of the target's logit with
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


# %% test="grad_cam" points=16
check.grad_cam(grad_cam)
# %% tags=["explore"]
my_grad_cam = check.use(grad_cam)
heats = [my_grad_cam(net, net.layer3, x[i], y[i]) for i in shown]
show_heat(shown, heats, "Grad-CAM of layer3", [f"why {data.class_names[y[i]]}?" for i in shown])

# %% [markdown]
# Coarse, because `layer3` has only a few places, and much clearer. Ask for *another* class and the
# map changes. Here is one picture, explained for its own class and for the three runners-up:

# %% tags=["explore"]
with torch.no_grad():
    ranked = net(x[one : one + 1])[0].argsort(descending=True).tolist()[:4]
heats = [my_grad_cam(net, net.layer3, x[one], target) for target in ranked]
captions = [f"why {data.class_names[target]}?" for target in ranked]
show_heat([one] * 4, heats, "The same picture, four questions", captions)

# %% [markdown]
# Every one of these maps has a brightest place, also those of wrong answers: the division by the
# maximum makes it so. Remember that in section 8.
#
# Now all three of your maps, on any test picture. Find one that is misread: what speaks for the
# wrong class, and what for the true one? Do the three agree?

# %% tags=["explore"]
maps_of_mine = {
    "Grad-CAM": lambda model, image, target: my_grad_cam(model, model.layer3, image, target),
    "saliency": my_saliency,
    "occlusion": my_occlusion_map,
}
browser = widgets.heat_browser(net, data, methods=maps_of_mine)

# %% [markdown]
# ## 6. What would a channel love to see?
#
# So far the image was fixed. Now fix the *channel* and change the image: start from faint noise and
# climb the gradient of the channel's mean activation. It is training turned round: the weights stand
# still, the input learns, and we go *up*. (Simonyan et al., 2014, did it for whole classes.)


# %% todo="maximize_activation"
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    """An image, made from noise, to which one channel of a layer answers as strongly as possible.

    model       as in saliency
    layer       a module of the model whose output for one image is (1, K, h, w)
    channel     which of the K maps
    image_size  (C, H, W)
    steps, lr   so many steps, each along the gradient of the map's mean with respect to the image;
                a step's length grows with lr (how is up to you: plain gradient, normalised, Adam).
                Nothing else moves the image: with steps=0 or lr=0 the start comes back.
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


# %% test="maximize_activation" points=10
check.maximize_activation(maximize_activation)
# %% tags=["explore"]
my_maximize = check.use(maximize_activation)
size = tuple(x.shape[1:])


def mean_answer(layer, channel, image):
    return float(my_capture(net, [layer], image[None])[layer][0, channel].mean())


def dream(layer, channel, steps):
    generator = torch.Generator().manual_seed(0)
    part = net.get_submodule(layer)
    return my_maximize(net, part, channel, size, steps, lr=1.0, generator=generator)


tiles, captions = [], []
for layer in STAGES:
    # Where a ReLU is shut there is no slope to climb: take channels that answer to the start.
    start = my_capture(net, [layer], dream(layer, 0, steps=0)[None])[layer][0].mean(dim=(1, 2))
    for channel in (start > 0.01).nonzero().flatten()[:4].tolist():
        image = dream(layer, channel, steps=40)
        tiles.append(image.cpu() / image.abs().max().item() / 2 + 0.5)
        end = mean_answer(layer, channel, image)
        captions.append(f"{layer}, {channel}: {start[channel]:.2f} → {end:.2f}")
pictures.image_grid(
    torch.stack(tiles), captions, columns=4, title="Made for one channel (its mean: start → end)"
)

# %% [markdown]
# A row for each stage. The first likes stripes, each channel its own direction; the second bends and
# corners; the third larger pieces. That is a glimpse, and no more: with 3,072 numbers free to move
# there are many ways to please a channel, and most look like nothing. Another start gives another
# image (**change the seed**). The famous pretty ones need a strong preference for natural images
# besides.

# %% [markdown]
# ## 7. The experiment: do the maps point at the object?
#
# We *drew* these pictures, so we know where the object is, pixel by pixel. That allows a test which
# photographs rarely do: the **pointing game** (Zhang et al., 2016). A map scores if its maximum falls
# on the object. One variable: *who points*. The pictures are the same 200.
#
# A score means nothing alone, so four others play: someone who **always points at the centre**; a
# dart (**the object's share of the area**); Grad-CAM on an **untrained** network of the same
# architecture; and Grad-CAM on the **suspicious** one of section 1.
#
# "Nobody" below means that the first is ahead of the second by no more than chance explains.

# %% tags=["explore"]
who_points_best = widgets.prediction(
    "who_points_best",
    "Who is ahead?",
    choices=["Grad-CAM", "saliency", "occlusion", "always the centre", "nobody"],
)

# %% tags=["explore"]
OFF_CENTRE = "shapes10_offcentre"  # the test needs masks, whatever DATA is
shapes = data if DATA == OFF_CENTRE else load(OFF_CENTRE)
pointer = net if DATA == OFF_CENTRE else fine_tuned(shapes)
looked_at = shapes.test[:LOOK]


def top(heat):
    """Row and column of the maximum; None where the map is empty."""
    return divmod(int(heat.argmax()), heat.shape[1]) if heat.any() else None


def by_grad_cam(model, image, target):
    return top(my_grad_cam(model, model.layer3, image, target))


def by_saliency(model, image, target):
    return top(my_saliency(model, image, target))


def by_occlusion(model, image, target):
    """The middle of the square that hurts most."""
    place = top(my_occlusion_map(model, image, target, size=8, stride=4))
    return place and (4 * place[0] + 4, 4 * place[1] + 4)


def score(model, find, split, truth, like):
    """How often the place found for the true class lies in the mask; an empty map misses."""
    images = ready(split.images, like, model)
    places = [find(model, i, t) for i, t in zip(images, split.labels.tolist(), strict=True)]
    return sum(bool(m[place]) for place, m in zip(places, truth, strict=True) if place) / len(split)


def centre_score(split):
    height, width = split.masks.shape[1:]
    return split.masks[:, height // 2, width // 2].float().mean().item()


torch.manual_seed(0)
untrained = fresh_network().to(next(pointer.parameters()).device).eval()
truth = looked_at.masks
scores = {
    "Grad-CAM": score(pointer, by_grad_cam, looked_at, truth, shapes),
    "saliency": score(pointer, by_saliency, looked_at, truth, shapes),
    "occlusion": score(pointer, by_occlusion, looked_at, truth, shapes),
    "always the centre": centre_score(looked_at),
    "untrained, Grad-CAM": score(untrained, by_grad_cam, looked_at, truth, shapes),
    "area of the object": truth.float().mean().item(),
    "suspicious, Grad-CAM": score(suspicious, by_grad_cam, looked_at, truth, source),
}
pictures.bars(scores, title=f"Maximum on the object, {LOOK} off-centre pictures", form=".0%")


# %% tags=["explore"]
def by_chance(first, second):
    """Twice the standard error of the difference of two shares of LOOK pictures."""
    return 2 * ((first * (1 - first) + second * (1 - second)) / LOOK) ** 0.5


pairs = [("Grad-CAM", name) for name in list(scores)[1:]]
pairs += [(name, "always the centre") for name in ("occlusion", "saliency")]
for one_of_two, other in pairs:
    gap = scores[one_of_two] - scores[other]
    chance = by_chance(scores[one_of_two], scores[other])
    verdict = "more than chance explains" if abs(gap) > chance else "no more than chance may do"
    print(f"{one_of_two:<9} − {other:<22}{100 * gap:+5.0f} points ({verdict}: ±{100 * chance:.0f})")
first, second = sorted(list(scores)[:4], key=scores.get, reverse=True)[:2]
ahead = scores[first] - scores[second] > by_chance(scores[first], scores[second])
print()
predict.reveal(
    "who_points_best",
    truth=first if ahead else "nobody",
    reasons={
        "Grad-CAM": "Look at the line of the runner-up: the lead is within what chance may do.",
        "saliency": "Its single brightest pixel is a speck, and specks fall beside the object too.",
        "occlusion": "A square also hurts when it covers only the edge; its middle may lie outside.",
        "always the centre": "The objects lie off the centre here. What if they did not?",
        "nobody": f"{first} is ahead of {second} by more than chance explains, on these pictures.",
    },
)

# %% [markdown]
# Grad-CAM on the *trained* network points at the object far more often than a dart, than somebody who
# never looks, and than Grad-CAM on a network that learned nothing, or the wrong thing. Do not grant that
# to every way of looking: read the last two lines again. Saliency beats the dart, but its single
# brightest pixel is hardly a better pointer than the middle of the picture.
#
# "More than chance" is about other pictures of this kind, with these networks. Repetitions with other
# pictures, starting weights and orders stand in `docs/experiments.md` of the course's repository, under
# *Pointing*.
#
# Beside the best score stands the rest: in a good part of the pictures the maximum misses, although
# the network is mostly right. A map of 4 × 4 places is coarse for small shapes.

# %% [markdown]
# ## 8. Before you believe a map
#
# **First: the easy baseline.** Let us play the same game on `shapes10`, whose objects lie near the
# middle, with a network fine-tuned on them in the same way.

# %% tags=["explore"]
on_centred = widgets.prediction(
    "on_centred", "Who scores higher?", choices=["Grad-CAM", "always the centre"]
)

# %% tags=["explore"]
centred = load("shapes10", TRAIN + LOOK)
middle = centred.train[TRAIN:]  # unseen
centred = replace(centred, train=centred.train[:TRAIN])
centred_net = fine_tuned(centred)
centred_cam = score(centred_net, by_grad_cam, middle, middle.masks, centred)
print(f"{training.evaluate(centred_net, centred).accuracy:.0%} of the test pictures are right")
print(f"Grad-CAM on the object {centred_cam:.0%}, always the centre {centre_score(middle):.0%}")
predict.reveal(
    "on_centred",
    truth="always the centre" if centre_score(middle) > centred_cam else "Grad-CAM",
    reasons={
        "Grad-CAM": "It looks, and the centre does not. But photographers centre, and so did we."
    },
)

# %% [markdown]
# Had you tested on these pictures alone, you could have written "our maps find the object in so many
# per cent", and it would be true, and next to worthless. **A score needs a baseline that cannot see.**

# %% [markdown]
# **Second: a bright spot proves nothing.** **You might think** that a map with one clear, bright spot
# shows a good reason. Compare: the trained network, an untrained one, and the trained one whose last
# stage was given random weights.

# %% tags=["explore"]
torch.manual_seed(1)
scrambled = copy.deepcopy(pointer)
scrambled.layer3 = fresh_network().layer3.to(next(pointer.parameters()).device)
scrambled.eval()
four = list(range(4))
images = ready(looked_at.images[four], shapes, pointer)
tiles, captions = [], []
for name, model in (("trained", pointer), ("untrained", untrained), ("scrambled", scrambled)):
    for i, image in zip(four, images, strict=True):
        heat = my_grad_cam(model, model.layer3, image, int(looked_at.labels[i]))
        tiles.append(under_heat(looked_at.images[i], heat))
        captions.append(f"{name}, max {heat.max():.0f}")
picture = pictures.image_grid(torch.stack(tiles), captions, columns=4, title="Who knows anything?")
picture.alt = "Twelve heat maps: four each of a trained, an untrained and a scrambled network."
picture

# %% [markdown]
# All three paint bright spots with a maximum of 1 (a map may also be empty), and now and then a spot
# of the untrained one lies on the shape: section 7 counted how often. Adebayo et al. (2018) made this a
# test, the **sanity check**: put random weights into the network. A map that stays the same shows the
# picture and not the network. Some popular methods failed it (Guided Backpropagation, Guided Grad-CAM);
# plain gradients and Grad-CAM passed. Passing says only that the map depends on the network.

# %% [markdown]
# **Third: the map may be right, and the reason wrong.** Now to the suspicious network. It was right
# nearly always on pictures from its source. Where did it look?

# %% tags=["explore"]
marked = unseen.test
images = ready(marked.images, source, suspicious)
heats = [
    my_grad_cam(suspicious, suspicious.layer3, images[i], int(marked.labels[i])) for i in range(6)
]
tiles = [marked.images[i].float() / 255 for i in range(6)]
tiles += [under_heat(marked.images[i], heats[i]) for i in range(6)]
picture = pictures.image_grid(
    torch.stack(tiles),
    [f"{ask}{source.class_names[int(i)]}" for ask in ("", "why ") for i in marked.labels[:6]],
    columns=6,
    title="The suspicious network's reasons",
)
picture.alt = "Six pictures, each with a coloured square near a corner, and their heat maps below."
picture

# %% tags=["explore"]
near = F.max_pool2d(marked.marks[:, None].float(), kernel_size=7, stride=1, padding=3)[:, 0].bool()
on_mark = score(suspicious, by_grad_cam, marked, near, source)
on_shape = score(suspicious, by_grad_cam, marked, marked.masks, source)
print(f"accuracy on these pictures        {training.evaluate(suspicious, unseen).accuracy:.0%}")
print(f"maximum within 3 pixels of square {on_mark:.0%}")
print(f"maximum on the shape              {on_shape:.0%}")
print(f"(a dart: {near.float().mean():.0%} and {marked.masks.float().mean():.0%})")

# %% [markdown]
# Every picture of that source has a small coloured square near a corner, and its colour gives the class
# away. The network goes by the colour. Elsewhere the squares lie, and it is right no more often than a
# guess. Accuracy on its own source could not show that. The map does, *because you asked what it was
# looking at and not whether the map was pretty*. This is **shortcut learning** (Geirhos et al., 2020). We
# planted ours. Others were found: a photographer's tag below the horses of a well-known collection
# (Lapuschkin et al., 2019), a hospital's metal marker on its X-rays (Zech et al., 2018).
#
# A map that points *beside* the object is a strong warning. A map that points *at* the object is weak
# evidence: it does not say which property counted there, nor that the rest was not needed.

# %% [markdown]
# ## 9. In your own words
#
# A colleague's network finds cracked tiles in photographs from one production line; 98 % of the
# held-out photographs from that line are right. They show you five Grad-CAM maps. Each is brightest
# on the tile, which always lies in the middle of the photograph, and they conclude: "It looks
# at the cracks."
#
# **(A)** Give two different reasons why these maps do not show that. **(B)** Design a test that could
# prove the colleague *wrong*: which pictures, what is measured, beside which baselines. **(C)** Which
# result would convince you, and what would it still not show? Six to ten sentences.
#
# *How this is marked (6 points): two for each of A, B and C.*

# %% [markdown] written="transfer" points=6
# ### BEGIN SOLUTION
# **(A)** (1) The tile lies in the middle, so somebody who always points at the centre would score as
# well: these pictures cannot tell looking from not looking. (2) "On the tile" is not "on the crack":
# the map is coarse, and the network may use anything there, such as a stain, the lighting, or a label
# that comes with cracked tiles. Also good: five pictures, perhaps chosen; every map has a brightest
# place, because it is divided by its maximum; an untrained network's map may look alike; the 98 % are
# from the same line, where a shortcut is as useful as a crack.
#
# **(B)** Photographs of cracked tiles with the crack's mask drawn by hand, tiles shifted out of
# the middle and, best, from another line; measure how often the maximum falls on the crack. Baselines:
# the centre of the tile, the crack's share of the area, an untrained network. Better still, change
# the picture: paint a crack over, or copy one onto a sound tile, and see whether the answer follows.
#
# **(C)** Convincing: on the crack clearly more often than every baseline, by more than chance
# explains with that many pictures, *and* the answer changes when the crack is removed and does not
# when something else of its size is. Not shown even then: that it would hold for other lines or other
# kinds of cracks, what about the crack counted, or that nothing else is used beside it.
#
# *Rubric.* (A) 1 for each reason that is different in kind and explained. (B) 1 for pictures in which
# the colleague's claim could fail, 1 for a measure with at least one baseline that cannot see.
# "More maps" without a measure: 0. (C) 1 for a result stated against baselines or by intervention, 1
# for a limit that remains. "It would be proven" earns no second point.
# ### END SOLUTION

# %% [markdown]
# ## What you can do now
#
# - catch the output of any layer with a hook, and leave nothing behind
# - ask which pixels matter in three ways, and say what each of them asks
# - make an image that a channel answers to
# - score maps against the truth, beside baselines that cannot see
# - catch a shortcut that no accuracy shows
#
# **Pitfalls.** Remove hooks, also after an error. Copy what you catch. Evaluation mode. The logit,
# not the probability. `autograd.grad`, so that no gradient is left behind. Maps for one chosen
# picture prove nothing.
#
# **Left out here:** integrated gradients, SHAP and LIME (other ways to share an answer out over
# pixels), Grad-CAM++ and guided variants, tests with concepts, attention maps. None of them lifts the
# need for a baseline.
#
# **Back:** the global average pooling of unit 5 made `fc.weight` readable; the fine-tuning is that of
# unit 7.
#
# **Next:** this is the last unit. You have written every part of a network, trained it, adapted one to
# a new task, and asked what it looks at. Take a folder of pictures of your own (unit 7, section 9) and
# do all of it again.
