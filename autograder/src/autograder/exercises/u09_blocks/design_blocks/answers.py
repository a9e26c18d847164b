# %% right="one separable convolution beside what it reads, all positions read" shown="It shrinks the image by four at once, keeps the first maps beside the new ones as a dense block does, and lets the head read every position."
class Beside(nn.Module):
    def __init__(self, channels, growth):
        super().__init__()
        self.layer = DepthwiseSeparable(channels, growth)

    def forward(self, x):
        return torch.cat([x, self.layer(x)], dim=1)


def design():
    return nn.Sequential(
        nn.Conv2d(1, 20, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(20),
        nn.ReLU(),
        nn.MaxPool2d(2),
        Beside(20, 40),
        nn.Flatten(),
        nn.Linear(60 * 7 * 7, 10),
    )


# %% right="a wider stem, fewer new maps" shown="It spends more on the first convolution, which reads one channel only, and less on the second."
class Keeps(nn.Sequential):
    def forward(self, x):
        return torch.cat((x, super().forward(x)), 1)


def design():
    layers = [nn.Conv2d(1, 24, 3, 2, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU()]
    layers += [nn.MaxPool2d(2), Keeps(DepthwiseSeparable(24, 32)), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(56 * 49, 10))


# %% wrong="the lesson's two residual blocks" diagnosis="below_this_step" points=7 visible="missed"
# Copies what the lesson has measured.
class Residual(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, out, 3, 2, padding=1, bias=False),
            nn.BatchNorm2d(out),
            nn.ReLU(),
            nn.Conv2d(out, out, 3, padding=1, bias=False),
            nn.BatchNorm2d(out),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(channels, out, 1, 2, bias=False), nn.BatchNorm2d(out)
        )

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x))


def design():
    stem = (nn.Conv2d(1, 4, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU())
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
    return nn.Sequential(*stem, Residual(4, 8), Residual(8, 16), *head)


# %% wrong="a hidden dense layer" diagnosis="too_many_parameters" points=0
# Believes that dense layers are cheap, because their multiply-adds are few.
def design():
    return nn.Sequential(
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(196, 400), nn.ReLU(), nn.Linear(400, 10)
    )


# %% wrong="separable at full size" diagnosis="too_many_multiply_adds" points=0
# Believes that separable convolutions are free.
def design():
    stem = nn.Conv2d(1, 16, 3, padding=1)
    return nn.Sequential(
        stem, DepthwiseSeparable(16, 32), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)
    )


# %% wrong="maps instead of logits" diagnosis="wrong_output" points=0
# Forgets the head.
def design():
    return nn.Sequential(nn.Conv2d(1, 8, 3, stride=2), DepthwiseSeparable(8, 10, 2))


# %% wrong="three channels" diagnosis="raises" points=0
# Forgets that these images are grey.
def design():
    return nn.Sequential(nn.AvgPool2d(4), DepthwiseSeparable(3, 10), nn.AdaptiveAvgPool2d(1))
