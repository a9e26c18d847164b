# %% right="layers by name"
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        self.expand = nn.Identity()
        if expansion != 1:
            self.expand = nn.Sequential(
                nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()
            )
        self.depthwise = nn.Conv2d(wide, wide, 3, stride, padding=1, groups=wide, bias=False)
        self.bn1 = nn.BatchNorm2d(wide)
        self.project = nn.Conv2d(wide, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x):
        out = F.relu6(self.bn1(self.depthwise(self.expand(x))))
        out = self.bn2(self.project(out))
        return x + out if self.adds else out


# %% right="a body in nn.Sequential" shown="The whole way through the block is one list of layers that grows; forward only decides about the shortcut."
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        layers, channels = [], in_channels
        if expansion > 1:
            channels *= expansion
            layers += [nn.Conv2d(in_channels, channels, 1, bias=False)]
            layers += [nn.BatchNorm2d(channels), nn.ReLU6(inplace=True)]
        layers += [nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False)]
        layers += [nn.BatchNorm2d(channels), nn.ReLU6(inplace=True)]
        layers += [nn.Conv2d(channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.shortcut = (stride, in_channels) == (1, out_channels)

    def forward(self, x):
        if self.shortcut:
            return x + self.body(x)
        return self.body(x)


# %% right="clamps in place of ReLU6, the shortcut decided by shapes" shown="forward compares shapes instead of remembering arguments, and clamp(0, 6) is what ReLU6 does."
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        pairs = [] if expansion == 1 else [(in_channels, wide, 1, 1, 1)]
        pairs += [(wide, wide, 3, stride, wide), (wide, out_channels, 1, 1, 1)]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, k, s, k // 2, groups=g, bias=False) for a, b, k, s, g in pairs
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for _, b, *_ in pairs)

    def forward(self, x):
        out = x
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms), start=1):
            out = norm(conv(out))
            if number < len(self.convs):
                out = out.clamp(0, 6)
        return x + out if out.shape == x.shape else out


# %% wrong="ReLU6 at the end as well" diagnosis="activation_at_the_end" points=0
# Believes that every batch norm is followed by an activation.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False)]
        layers += [nn.BatchNorm2d(out_channels), nn.ReLU6()]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x):
        out = self.body(x)
        return x + out if self.adds else out


# %% wrong="a ReLU after the addition" diagnosis="relu_after_addition" points=0
# Takes the end of a residual block.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x):
        out = self.body(x)
        return F.relu(x + out if self.adds else out)


# %% wrong="the plain ReLU" diagnosis="relu_not_relu6" points=0
# Believes that the 6 makes no difference.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x):
        out = self.body(x)
        return x + out if self.adds else out


# %% wrong="no shortcut" diagnosis="shortcut_missing" points=5
# Forgets the second half of the name.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


# %% wrong="a projection where shapes differ" diagnosis="shortcut_projected" points=3
# Takes the shortcut of a residual block.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.shortcut = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


# %% wrong="added wherever the channels agree" diagnosis="shortcut_whatever_the_shape" points=8
# Looks at the channels alone.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.adds = in_channels == out_channels

    def forward(self, x):
        out = self.body(x)
        return x + out if self.adds else out


# %% wrong="the middle mixes channels" diagnosis="channels_mixed_in_the_middle" points=0
# Leaves `groups` out.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x):
        out = self.body(x)
        return x + out if self.adds else out


# %% wrong="widens by one" diagnosis="expands_by_one" points=8
# Keeps the first convolution where there is nothing to widen.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = in_channels * expansion
        layers = [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x):
        out = self.body(x)
        return x + out if self.adds else out


# %% wrong="a bottleneck" diagnosis="narrow_in_the_middle" points=2
# Remembers ResNet-50, whose blocks are narrow in the middle.
class InvertedResidual(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__()
        wide = max(1, in_channels // expansion)
        layers = []
        if expansion != 1:
            layers += [nn.Conv2d(in_channels, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)]
        layers += [nn.BatchNorm2d(wide), nn.ReLU6()]
        layers += [nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)]
        self.body = nn.Sequential(*layers)
        self.adds = stride == 1 and in_channels == out_channels

    def forward(self, x):
        out = self.body(x)
        return x + out if self.adds else out


# %% wrong="torchvision's block" diagnosis="refused_call" points=0
# Takes what is there.
from torchvision.models.mobilenetv2 import InvertedResidual as ready


class InvertedResidual(ready):
    def __init__(self, in_channels, out_channels, stride=1, expansion=6):
        super().__init__(in_channels, out_channels, stride, expansion)
