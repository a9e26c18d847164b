# %% right="mean over the last two dimensions"
def global_average_pool(x):
    return x.mean(dim=(-2, -1))


# %% right="adaptive pooling, then flatten" shown="It uses the operation at the end of torchvision's ResNets, which can also leave 2×2 or any other size."
def global_average_pool(x):
    return torch.flatten(F.adaptive_avg_pool2d(x, 1), start_dim=1)


# %% right="sum over all places, divided by their number"
def global_average_pool(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h * w).sum(dim=2) / (h * w)


# %% right="einsum" shown="It names the axes instead of numbering them: h and w are on the left only, so they are summed."
def global_average_pool(x):
    return torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3])


# %% wrong="the two dimensions kept" diagnosis="dimensions_kept" points=0.5
# Believes that the layer AdaptiveAvgPool2d(1) gives rows already.
def global_average_pool(x):
    return nn.AdaptiveAvgPool2d(1)(x)


# %% wrong="squeezed until nothing of size 1 is left" diagnosis="batch_squeezed" points=2
# Right for every batch but one of a single image.
def global_average_pool(x):
    return F.adaptive_avg_pool2d(x, 1).squeeze()


# %% wrong="the maximum" diagnosis="maximum" points=0.5
# Takes the other pooling.
def global_average_pool(x):
    return x.flatten(2).max(dim=2).values


# %% wrong="one dimension only" diagnosis="one_dimension_only" points=0.5
# Believes that dim=-1 is the whole map.
def global_average_pool(x):
    return x.mean(dim=-1)


# %% wrong="over the channels" diagnosis="over_the_channels" points=0.5
# Mixes up what is averaged with what stays.
def global_average_pool(x):
    return x.mean(dim=1)


# %% wrong="one number for everything" diagnosis="over_everything" points=0.5
# Believes that "global" means everything.
def global_average_pool(x):
    return x.mean()


# %% wrong="a square window of the smaller side" diagnosis="first_window_only" points=0.5
# Thinks of square maps.
def global_average_pool(x):
    return F.avg_pool2d(x, kernel_size=min(x.shape[-2:])).flatten(1)


# %% wrong="divided by the square of the height" diagnosis="square_maps_only" points=0.5
# Thinks of square maps.
def global_average_pool(x):
    return x.sum(dim=(2, 3)) / x.size(2) ** 2


# %% wrong="detached" diagnosis="no_gradient" points=2.5
# Treats the average as a number to look at.
def global_average_pool(x):
    with torch.no_grad():
        return x.mean(dim=(2, 3))


# %% wrong="the course's own function" diagnosis="refused_call" points=0
# Imports the answer.
from cnnlab.models import global_average_pool as ready


def global_average_pool(x):
    return ready(x)
