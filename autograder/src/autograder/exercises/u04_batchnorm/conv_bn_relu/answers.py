# %% right="nn.Sequential with your own norm"
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(
            in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2, bias=False
        ),
        BatchNorm2d(out_channels),
        nn.ReLU(),
    )


# %% right="a module of its own with torch's norm, made from last to first" shown="It is a class with a forward of its own, which is where you would add a switch or print a shape."
class Block(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride):
        super().__init__()
        self.norm = nn.BatchNorm2d(out_channels)
        self.conv = nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=(kernel_size - 1) // 2,
            bias=False,
        )

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return Block(in_channels, out_channels, kernel_size, stride)


# %% right="lazy layers, padded outside, an in-place ReLU" shown="No layer is told how many channels come in, and padding is a layer of its own."
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    block = nn.Sequential()
    block.add_module("border", nn.ZeroPad2d(kernel_size // 2))
    block.add_module("conv", nn.LazyConv2d(out_channels, kernel_size, stride, bias=False))
    block.add_module("norm", nn.LazyBatchNorm2d())
    block.add_module("activation", nn.ReLU(inplace=True))
    return block


# %% wrong="a bias before the norm" diagnosis="bias_before_the_norm" points=2
# Does not see that the norm takes away every constant.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


# %% wrong="ReLU before the norm" diagnosis="relu_before_the_norm" points=0
# Believes that the activation belongs to the convolution.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2, bias=False),
        nn.ReLU(),
        nn.BatchNorm2d(out_channels),
    )


# %% wrong="norm before the convolution" diagnosis="norm_before_the_convolution" points=0
# Believes that batch norm prepares an input, as data is normalised.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.BatchNorm2d(in_channels),
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2, bias=False),
        nn.ReLU(),
    )


# %% wrong="no ReLU" diagnosis="relu_missing" points=0
# Believes that a norm is nonlinear enough.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2, bias=False),
        nn.BatchNorm2d(out_channels),
    )


# %% wrong="no norm" diagnosis="norm_missing" points=0
# The block of unit 3.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2), nn.ReLU()
    )


# %% wrong="padding 1 for every kernel" diagnosis="padding_fixed" points=3
# Remembers the padding of 3×3 and not where it comes from.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, 1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


# %% wrong="no padding" diagnosis="padding_missing" points=0
# Believes that a norm brings the size back.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


# %% wrong="the stride forgotten" diagnosis="stride_ignored" points=3.5
# Writes the usual case and leaves the argument for later.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, 1, kernel_size // 2, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


# %% wrong="gives the layers, not a module" diagnosis="not_a_module" points=0
# Believes that a list of layers is a network.
def conv_bn_relu(in_channels, out_channels, kernel_size=3, stride=1):
    return [
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, kernel_size // 2, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    ]
