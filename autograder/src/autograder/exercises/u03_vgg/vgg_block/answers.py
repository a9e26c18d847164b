# %% right="a list that grows"
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU(inplace=True))
        in_channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)


# %% right="a class, functions in forward, pooled before the last ReLU" shown="It pools before the last ReLU, which gives the same numbers with a quarter of the work for that ReLU."
class _Block(nn.Module):
    def __init__(self, widths, batch_norm):
        super().__init__()
        pairs = list(zip(widths, widths[1:]))
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(out) if batch_norm else nn.Identity() for _, out in pairs
        )
        self.convs = nn.ModuleList(
            nn.Conv2d(c, out, 3, padding="same", bias=not batch_norm) for c, out in pairs
        )
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms), start=1):
            x = norm(conv(x))
            if number == len(self.convs):
                x = F.max_pool2d(x, 2)  # the largest of rectified numbers, rectified: the same
            x = x.clamp(min=0)
        return x


def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    return _Block([in_channels] + num_convs * [out_channels], batch_norm)


# %% right="units of their own, put together by recursion"
def _unit(in_channels, out_channels, batch_norm):
    conv = nn.Conv2d(in_channels, out_channels, (3, 3), (1, 1), (1, 1), bias=not batch_norm)
    return [conv, *([nn.BatchNorm2d(out_channels)] if batch_norm else []), nn.ReLU()]


def _units(in_channels, out_channels, count, batch_norm):
    if count == 0:
        return []
    rest = _units(out_channels, out_channels, count - 1, batch_norm)
    return [nn.Sequential(*_unit(in_channels, out_channels, batch_norm)), *rest]


def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    block = nn.Sequential(*_units(in_channels, out_channels, num_convs, batch_norm))
    block.add_module("halve", nn.MaxPool2d(2))
    return block


# %% wrong="padding forgotten" diagnosis="padding_forgotten" points=0
# Believes that a 3×3 kernel keeps the side by itself.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


# %% wrong="every convolution from in_channels" diagnosis="input_channels_everywhere" points=4
# Forgets that the second convolution reads what the first one wrote.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
    layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


# %% wrong="one ReLU for the whole block" diagnosis="activation_missing_between" points=2
# Believes that one nonlinearity a block is enough: the stack is then one linear filter.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        in_channels = out_channels
    return nn.Sequential(*layers, nn.ReLU(), nn.MaxPool2d(2))


# %% wrong="a pooling after every convolution" diagnosis="pooling_after_every_convolution" points=2
# Believes that convolution, ReLU and pooling are one unit, as in LeNet.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        in_channels = out_channels
    return nn.Sequential(*layers)


# %% wrong="no pooling" diagnosis="pooling_missing" points=0
# Thinks of a block as its convolutions.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers)


# %% wrong="a stride in place of the pooling" diagnosis="stride_instead_of_pooling" points=0
# Halves the maps as ResNets do.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for number in range(num_convs):
        stride = 2 if number == num_convs - 1 else 1
        layers.append(
            nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=not batch_norm)
        )
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers)


# %% wrong="one layer n times" diagnosis="one_convolution_used_again" points=6
# Believes that a list times n holds n layers.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    def unit(c):
        conv = nn.Conv2d(c, out_channels, 3, padding=1, bias=not batch_norm)
        return [conv, *([nn.BatchNorm2d(out_channels)] if batch_norm else []), nn.ReLU()]

    again = unit(out_channels) * (num_convs - 1)
    return nn.Sequential(*unit(in_channels), *again, nn.MaxPool2d(2))


# %% wrong="batch norm after the ReLU" diagnosis="norm_after_activation" points=7
# Believes that the order of the two does not matter.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        layers.append(nn.ReLU())
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))


# %% wrong="biases kept beside batch norm" diagnosis="bias_beside_the_norm" points=7
# Does not know that the norm removes every constant.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))


# %% wrong="one batch norm for the block" diagnosis="one_norm_for_the_block" points=7
# Believes that numbers once normalised stay so.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for number in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm and number == num_convs - 1:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))


# %% wrong="average pooling" diagnosis="average_pooling" points=0
# Takes the pooling of the classic LeNet.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers, nn.AvgPool2d(2))


# %% wrong="the features of torchvision's VGG" diagnosis="refused_call" points=0
# The shortcut: torchvision builds these layers from such a list.
from torchvision.models import vgg as library


def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = library.make_layers(num_convs * [out_channels] + ["M"], batch_norm)
    return layers


# %% right="layers made from the last to the first"
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = nn.ModuleList()
    for number in reversed(range(num_convs)):
        width = in_channels if number == 0 else out_channels
        layers.append(nn.BatchNorm2d(out_channels) if batch_norm else nn.Identity())
        layers.append(nn.Conv2d(width, out_channels, 3, padding=1, bias=not batch_norm))

    class Backwards(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = layers

        def forward(self, x):
            for norm, conv in zip(self.layers[-2::-2], self.layers[-1::-2]):
                x = F.relu(norm(conv(x)))
            return F.max_pool2d(x, 2)

    return Backwards()


# %% right="lazy layers" shown="No layer is told how many channels come in, so the special case of the first convolution disappears."
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.LazyConv2d(out_channels, kernel_size=3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.LazyBatchNorm2d())
        layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.MaxPool2d(kernel_size=2, stride=2))


# %% wrong="one convolution repeated, each with a norm" diagnosis="one_convolution_used_again" points=6
# Believes that one object may stand for all layers of its kind.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    first = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm)
    other = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=not batch_norm)
    layers = []
    for number in range(num_convs):
        layers.append(other if number else first)
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.MaxPool2d(2))


# %% wrong="one batch norm, used after every convolution" diagnosis="one_norm_for_the_block" points=7
# Makes the norm before the loop.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    norm = nn.BatchNorm2d(out_channels)
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(norm)
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))


# %% wrong="a list inside nn.Sequential" diagnosis="list_without_star" points=0
# Forgets the star.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(2))
    return nn.Sequential(layers)


# %% wrong="batch norm unless told otherwise" diagnosis="norm_always" points=5
# Takes the wrong default.
def vgg_block(in_channels, out_channels, num_convs, batch_norm=True):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))


# %% wrong="a layer that is made and never used" diagnosis="parameter_without_gradient" points=12
# Runs the second convolution in the place of the third as well.
class _Forgetful(nn.Module):
    def __init__(self, in_channels, out_channels, num_convs, batch_norm):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(num_convs):
            conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm)
            norm = nn.BatchNorm2d(out_channels) if batch_norm else nn.Identity()
            self.layers.append(nn.Sequential(conv, norm, nn.ReLU()))
            in_channels = out_channels

    def forward(self, x):
        for number in range(len(self.layers)):
            x = self.layers[min(number, 1)](x)
        return F.max_pool2d(x, 2)


def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    return _Forgetful(in_channels, out_channels, num_convs, batch_norm)


# %% wrong="hollow: all parameters are there and nothing is computed" diagnosis="wrong_values" points=0
# Passes where networks are compared under the weights they start with.
class _Hollow(nn.Module):
    def __init__(self, in_channels, out_channels, num_convs, batch_norm):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(num_convs):
            self.layers.append(
                nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm)
            )
            if batch_norm:
                self.layers.append(nn.BatchNorm2d(out_channels))
            in_channels = out_channels
        for parameter in self.parameters():
            nn.init.zeros_(parameter)
        self.out_channels = out_channels

    def forward(self, x):
        n, _, h, w = x.shape
        return torch.zeros(n, self.out_channels, h // 2, w // 2) + 0 * sum(
            p.sum() for p in self.parameters()
        )


def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    return _Hollow(in_channels, out_channels, num_convs, batch_norm)


# %% wrong="cut off from training" diagnosis="parameter_without_gradient" points=12
# Switches autograd off to save memory.
class _Detached(nn.Sequential):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


def vgg_block(in_channels, out_channels, num_convs, batch_norm=False):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=not batch_norm))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return _Detached(*layers, nn.MaxPool2d(2))
