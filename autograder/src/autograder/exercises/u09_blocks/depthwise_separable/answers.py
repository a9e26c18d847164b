# %% right="layers by name"
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, padding=1, groups=in_channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))


# %% right="one nn.Sequential" shown="The block has no forward of its own: what runs one after the other is an nn.Sequential."
class DepthwiseSeparable(nn.Sequential):
    def __init__(self, in_channels, out_channels, stride=1):
        look = nn.Conv2d(
            in_channels, in_channels, 3, stride=stride, padding=1, groups=in_channels, bias=False
        )
        mix = nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False)
        super().__init__(
            *(look, nn.BatchNorm2d(in_channels), nn.ReLU()),
            *(mix, nn.BatchNorm2d(out_channels), nn.ReLU()),
        )


# %% right="the mixing as a matrix product" shown="It mixes the channels with einsum and a matrix of weights, which shows what a 1×1 convolution is."
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.look = nn.Conv2d(
            in_channels, in_channels, 3, stride, 1, groups=in_channels, bias=False
        )
        self.mix = nn.Parameter(torch.randn(out_channels, in_channels, 1, 1) * in_channels**-0.5)
        self.norms = nn.ModuleList([nn.BatchNorm2d(in_channels), nn.BatchNorm2d(out_channels)])

    def forward(self, x):
        x = self.norms[0](self.look(x)).clamp(min=0)
        x = torch.einsum("oi,nihw->nohw", self.mix[:, :, 0, 0], x)
        return self.norms[1](x).clamp(min=0)


# %% wrong="groups forgotten" diagnosis="channels_mixed_twice" points=0
# Believes that as many channels out as in makes a convolution depthwise.
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(in_channels, in_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))


# %% wrong="mixes first" diagnosis="pointwise_first" points=0
# Takes the order of the next block.
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.depthwise = nn.Conv2d(
            out_channels, out_channels, 3, stride, padding=1, groups=out_channels, bias=False
        )
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.pointwise(x)))
        return F.relu(self.bn2(self.depthwise(x)))


# %% wrong="nothing between the two" diagnosis="relu_between_missing" points=0
# Believes that one convolution in two parts has one ReLU.
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, padding=1, groups=in_channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        return F.relu(self.bn2(self.pointwise(self.bn1(self.depthwise(x)))))


# %% wrong="the stride in the 1×1" diagnosis="stride_in_pointwise" points=5
# Believes that it doesn't matter where the maps shrink.
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, padding=1, groups=in_channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))


# %% wrong="biases left in" diagnosis="bias_beside_norm" points=0
# Takes nn.Conv2d as it comes.
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, padding=1, groups=in_channels
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))


# %% wrong="no padding" diagnosis="padding_missing" points=0
# Forgets that a 3×3 kernel needs a border.
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, groups=in_channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))


# %% wrong="the linear end of the next block" diagnosis="last_relu_missing" points=0
# Takes MobileNetV2's end.
class DepthwiseSeparable(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, padding=1, groups=in_channels, bias=False
        )
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.pointwise = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return self.bn2(self.pointwise(x))


# %% wrong="cut off from training" diagnosis="parameter_without_gradient" points=0
# Switches autograd off to save memory.
class DepthwiseSeparable(nn.Sequential):
    def __init__(self, in_channels, out_channels, stride=1):
        look = nn.Conv2d(
            in_channels, in_channels, 3, stride=stride, padding=1, groups=in_channels, bias=False
        )
        mix = nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False)
        super().__init__(
            *(look, nn.BatchNorm2d(in_channels), nn.ReLU()),
            *(mix, nn.BatchNorm2d(out_channels), nn.ReLU()),
        )

    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)
