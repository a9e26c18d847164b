# %% right="nine blocks behind a stem on full-size maps" shown="Only the stem sees the full-size maps, and a max pooling keeps the strongest response. Every block starts by doing nothing, and the dense layer reads every position."
def design():
    stem = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(4)
    )
    small = [ResidualBlock(16, 16) for _ in range(6)]
    smaller = [ResidualBlock(16, 24, 2), ResidualBlock(24, 24), ResidualBlock(24, 24)]
    blocks = nn.Sequential(*small, *smaller)
    zero_init_residual(blocks)
    return nn.Sequential(stem, blocks, nn.Flatten(), nn.Linear(24 * 4 * 4, 10))


# %% right="a class of its own with blocks scaled from zero" shown="It has blocks of its own, in which a number that starts at 0 scales F."
class _Scaled(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.f = nn.Sequential(
            nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(),
            nn.Conv2d(c_out, c_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
        )
        self.skip = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1, stride)
        nn.init.zeros_(self.f[-1].weight)

    def forward(self, x):
        return F.relu(self.f(x) + self.skip(x))


def design():
    layers = [nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    layers += [nn.MaxPool2d(2), nn.MaxPool2d(2), *(_Scaled(16, 16) for _ in range(6))]
    layers += [_Scaled(16, 24, 2), *(_Scaled(24, 24) for _ in range(2))]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(24 * 4 * 4, 10))


# %% wrong="three stages on half-size images, started at zero, every position read" diagnosis="below_this_step" points=10 visible="missed"
# Improves the start and the head, and leaves the image to an average before any layer sees it.
def design():
    stages = SmallResNet([3, 3, 3], [8, 16, 30], 10, in_channels=1)
    zero_init_residual(stages)
    return nn.Sequential(
        nn.AvgPool2d(2), stages.stem, stages.blocks, nn.Flatten(), nn.Linear(30 * 4 * 4, 10)
    )


# %% wrong="twenty plain layers" diagnosis="below_this_step" points=2
# Keeps to the limits, and has no shortcut.
def design():
    return nn.Sequential(
        nn.AvgPool2d(2), SmallResNet([3, 3, 3], [8, 16, 32], 10, in_channels=1, block=PlainBlock)
    )


# %% wrong="strided convolutions, and no depth" diagnosis="too_shallow" points=0
# Four layers do well on these images; the task asks for depth.
def design():
    layers, channels = [], 1
    for width in (24, 48, 72):
        layers += [nn.Conv2d(channels, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(72 * 16, 10))


# %% wrong="a chain of one channel beside a shallow network" diagnosis="too_shallow" points=0
# Buys depth where it costs nothing and does nothing.
class _Chain(nn.Module):
    def __init__(self):
        super().__init__()
        self.shallow = SmallResNet([1, 1], [16, 32], 10, in_channels=1)
        self.chain = nn.Sequential(*(nn.Conv2d(1, 1, 3, padding=1) for _ in range(20)))

    def forward(self, x):
        x = F.avg_pool2d(x, 2)
        return self.shallow(x) + 0 * self.chain(x).mean()


def design():
    return _Chain()


# %% wrong="layers that look at one pixel" diagnosis="too_shallow" points=0
# Counts 1×1 convolutions as depth.
def design():
    ones = (nn.Conv2d(24, 24, 1) for _ in range(18))
    return nn.Sequential(
        nn.Conv2d(1, 24, 3, 2, 1), *ones, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(384, 10)
    )


# %% wrong="twice as wide as allowed" diagnosis="too_many_parameters" points=0
# Believes that nobody counts.
def design():
    return nn.Sequential(nn.AvgPool2d(4), SmallResNet([3, 3, 3], [16, 32, 64], 10, in_channels=1))


# %% wrong="full size in every layer" diagnosis="too_many_multiply_adds" points=0
# Looks at the parameters alone.
def design():
    return SmallResNet([3, 3, 3], [8, 16, 32], 10, in_channels=1)


# %% wrong="three channels" diagnosis="raises" points=0
# Forgets that these images are grey.
def design():
    return SmallResNet([3, 3, 3], [8, 16, 32], 10)


# %% wrong="eight classes" diagnosis="wrong_output" points=0
# Counts the classes by heart.
def design():
    return nn.Sequential(nn.AvgPool2d(2), SmallResNet([3, 3, 3], [8, 16, 32], 8, in_channels=1))
