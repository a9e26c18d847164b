# %% right="nn.Sequential"
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.body(x)


# %% right="functions, layers made from the last to the first" shown="ReLU has no weights, so it's a function in forward, and forward reads like the formula."
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.second_norm = nn.BatchNorm2d(out_channels)
        self.first_norm = nn.BatchNorm2d(out_channels)
        self.second = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.first = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)

    def forward(self, x):
        x = F.relu(self.first_norm(self.first(x)))
        return F.relu(self.second_norm(self.second(x)))


# %% right="weights and running statistics of its own, no layer of torch"
class Normalised(nn.Module):
    def __init__(self, c_in, c_out, stride):
        super().__init__()
        bound = (9 * c_in) ** -0.5
        self.kernel = nn.Parameter(torch.empty(c_out, c_in, 3, 3).uniform_(-bound, bound))
        self.scale = nn.Parameter(torch.ones(c_out))
        self.offset = nn.Parameter(torch.zeros(c_out))
        self.register_buffer("mean", torch.zeros(c_out))
        self.register_buffer("var", torch.ones(c_out))
        self.stride = stride

    def forward(self, x):
        x = F.conv2d(x, self.kernel, stride=self.stride, padding=1)
        return F.batch_norm(x, self.mean, self.var, self.scale, self.offset, self.training)


class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.parts = nn.ModuleList(
            [Normalised(in_channels, out_channels, stride), Normalised(out_channels, out_channels, 1)]
        )

    def forward(self, x):
        for part in self.parts:
            x = part(x).clamp(min=0)
        return x


# %% wrong="no ReLU at the end" diagnosis="last_relu_missing" points=0
# Knows from the residual block that something comes before the last ReLU.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )

    def forward(self, x):
        return self.body(x)


# %% wrong="biases beside batch norm" diagnosis="bias_beside_norm" points=0
# Leaves the default of nn.Conv2d.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.body(x)


# %% wrong="the stride in both convolutions" diagnosis="stride_twice" points=3
# Believes that stride belongs to the block as a whole.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.body(x)


# %% wrong="the stride in the second convolution" diagnosis="stride_in_second" points=3
# Shrinks at the end, as pooling would.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.body(x)


# %% wrong="ReLU before batch norm" diagnosis="relu_before_norm" points=0
# Believes that the order makes no difference.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.ReLU(),
            nn.BatchNorm2d(out_channels),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.body(x)


# %% wrong="the first convolution keeps the channels" diagnosis="widened_in_second" points=2
# Widens at the end of the block.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, in_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.body(x)


# %% wrong="one convolution used twice" diagnosis="parameter_without_gradient" points=3
# Copies a line of forward and forgets to change the number.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        same = self.conv1.stride == (1, 1) and self.conv1.in_channels == self.conv1.out_channels
        x = F.relu(self.bn1(self.conv1(x)))
        again = self.conv1 if same else self.conv2
        return F.relu(self.bn2(again(x)))


# %% wrong="torchvision's block" diagnosis="refused_call" points=0
# Takes what is there.
from torchvision.models.resnet import BasicBlock


class PlainBlock(BasicBlock):
    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(x)))


# %% right="lazy convolutions" shown="No layer is told how many channels come in."
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.LazyConv2d(out_channels, 3, stride, 1, bias=False)
        self.conv2 = nn.LazyConv2d(out_channels, 3, padding=1, bias=False)
        self.bn1 = nn.LazyBatchNorm2d()
        self.bn2 = nn.LazyBatchNorm2d()

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


# %% wrong="one batch norm for both" diagnosis="one_norm_for_the_block" points=0
# Believes that a norm without an input of its own can be shared.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        x = F.relu(self.bn(self.conv1(x)))
        return F.relu(self.bn(self.conv2(x)))


# %% wrong="no batch norm after the second convolution" diagnosis="second_norm_missing" points=0
# Forgets the second of two lines.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.bn(self.conv1(x)))))


# %% wrong="stride 2 unless told otherwise" diagnosis="default_stride" points=2
# Takes the wrong default.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=2):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.body(x)


# %% wrong="a start of its own" diagnosis="other_start" points=4
# Copies the lines that start a whole network.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.body(x)


# %% wrong="hollow: all parameters are there and nothing is computed" diagnosis="wrong_values" points=0
# Passes where networks are compared under the weights they start with.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
                nn.BatchNorm2d(out_channels),
                nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
                nn.BatchNorm2d(out_channels),
            ]
        )
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        return self.layers[0](x) * 0 + sum(p.sum() for p in self.parameters())


# %% wrong="cut off from training" diagnosis="parameter_without_gradient" points=0
# Switches autograd off to save memory.
class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    @torch.no_grad()
    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
