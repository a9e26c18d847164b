# %% right="a new convolution, filled in"
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% right="a deep copy with new parameters" shown="It copies the convolution with all its settings, so none of them can be forgotten, and replaces weights and bias."
import copy


def fold_batchnorm(conv, bn):
    twin = copy.deepcopy(conv)
    factor = (bn.weight * (bn.running_var + bn.eps).rsqrt()).detach()
    twin.weight = nn.Parameter(twin.weight.detach() * factor[:, None, None, None])
    shift = bn.bias.detach() - bn.running_mean * factor
    if conv.bias is not None:
        shift = shift + conv.bias.detach() * factor
    twin.bias = nn.Parameter(shift)
    return twin


# %% right="asks the norm itself what it does to 0 and to 1" shown="Batch norm in evaluation mode is a straight line for each channel; two points are enough to know it."
def fold_batchnorm(conv, bn):
    def after(values):
        """What the norm makes of one number for each channel, in evaluation mode."""
        mean, var = bn.running_mean.double(), bn.running_var.double()
        normal = (values - mean) / (var + bn.eps).sqrt()
        return normal * bn.weight.double() + bn.bias.double()

    channels = conv.out_channels
    start = torch.zeros(channels).double() if conv.bias is None else conv.bias.double()
    factor = after(torch.ones(channels)) - after(torch.zeros(channels))
    settings = {name: getattr(conv, name) for name in ("stride", "padding", "dilation", "groups")}
    folded = nn.Conv2d(conv.in_channels, channels, conv.kernel_size, **settings)
    weight = torch.einsum("o,oihw->oihw", factor, conv.weight.double())
    folded.load_state_dict({"weight": weight.float(), "bias": after(start).float()})
    return folded


# %% wrong="divides by the variance" diagnosis="root_forgotten" points=2
# Mixes up the variance and the standard deviation.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / (bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% wrong="eps left out" diagnosis="eps_left_out" points=6.5
# Believes that so small a number does not matter.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% wrong="the usual eps" diagnosis="eps_left_out" points=6.5
# Believes that eps is a constant of nature.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + 1e-5)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% wrong="the norm's own scale left out" diagnosis="scale_left_out" points=2
# Believes that a norm only normalises.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = 1 / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% wrong="the convolution's bias lost" diagnosis="convolution_bias_lost" points=5.5
# Believes that a convolution before a norm never has a bias.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_(-bn.running_mean * scale + bn.bias)
    return folded


# %% wrong="the convolution's bias not scaled" diagnosis="convolution_bias_not_scaled" points=5.5
# Believes that biases simply add up.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_(bias - bn.running_mean * scale + bn.bias)
    return folded


# %% wrong="the mean not scaled" diagnosis="mean_not_scaled" points=2
# Takes the order of the norm's steps for a matter of taste.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_(bias * scale - bn.running_mean + bn.bias)
    return folded


# %% wrong="the running mean forgotten" diagnosis="mean_left_out" points=2
# Believes that only scale and shift are to be folded.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_(bias * scale + bn.bias)
    return folded


# %% wrong="the weights alone" diagnosis="weights_alone" points=2
# Believes that a norm is a factor.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_(torch.zeros_like(scale) + bias)
    return folded


# %% wrong="the settings of the convolution lost" diagnosis="settings_lost" points=5.5
# Believes that a kernel is all there is to a convolution.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% wrong="scaled along the input channels" diagnosis="scaled_along_the_input_channels" points=0
# Believes that a vector of channels finds its dimension by itself.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale)
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% wrong="folds in place" diagnosis="originals_changed" points=5
# Believes that nobody needs the old ones any more.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = torch.zeros_like(scale) if conv.bias is None else conv.bias
    conv.weight.mul_(scale.view(-1, 1, 1, 1))
    conv.bias = nn.Parameter((bias - bn.running_mean) * scale + bn.bias)
    return conv


# %% wrong="switches the norm to evaluation" diagnosis="mode_changed" points=5
# Believes that running statistics can be read in evaluation mode only.
@torch.no_grad()
def fold_batchnorm(conv, bn):
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,
        conv.stride,
        conv.padding,
        conv.dilation,
        conv.groups,
        bias=True,
    )
    bn.eval()
    scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
    bias = 0 if conv.bias is None else conv.bias
    folded.weight.copy_(conv.weight * scale.view(-1, 1, 1, 1))
    folded.bias.copy_((bias - bn.running_mean) * scale + bn.bias)
    return folded


# %% wrong="both in a row" diagnosis="not_one_convolution" points=0
# Believes that folding is putting together.
def fold_batchnorm(conv, bn):
    return nn.Sequential(conv, bn).eval()


# %% wrong="torch's own fusing" diagnosis="refused_call" points=0
# The shortcut.
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batchnorm(conv, bn):
    return fuse_conv_bn_eval(conv.eval(), bn.eval())
