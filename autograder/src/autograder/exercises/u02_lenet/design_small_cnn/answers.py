# %% right="three rounds of convolution with batch norm, one dense layer" shown="Each round doubles the channels and halves the side; one dense layer reads all positions at the end."
def design():
    layers, channels = [], 1
    for width in (16, 32, 64):
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 3 * 3, 10))


# %% right="a class of its own, dropout before the dense layer" shown="It has fewer channels at the end, and drops a fifth of what the dense layer reads."
class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        self.conv2, self.norm2 = nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32)
        self.conv3, self.norm3 = nn.Conv2d(32, 48, 3, padding=1, bias=False), nn.BatchNorm2d(48)
        self.dropout = nn.Dropout(0.2)
        self.out = nn.Linear(48 * 3 * 3, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)
        x = F.max_pool2d(F.relu(self.norm3(self.conv3(x))), 2)
        return self.out(self.dropout(x.flatten(1)))


def design():
    return Small()


# %% wrong="the dense network of the same budget" diagnosis="below_this_step" points=9 visible="missed"
# Believes that a budget is best spent on one large layer: as good as LeNet-5, and no better.
def design():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 77), nn.ReLU(), nn.Linear(77, 10))


# %% wrong="the network of unit 1, made to fit" diagnosis="too_many_parameters" points=0
# Believes that the limit is a recommendation.
def design():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 49, 128), nn.ReLU(), nn.Linear(128, 10),
    )


# %% wrong="many channels at full size" diagnosis="too_many_multiply_adds" points=0
# Believes that only parameters cost anything.
def design():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(32 * 16, 10),
    )


# %% wrong="one logit short: nine classes" diagnosis="wrong_output" points=0
# Believes that the last class follows from the others.
def design():
    return nn.Sequential(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 144, 9))


# %% wrong="trains before it is asked to" diagnosis="refused_call" points=0
# Believes that a head start is part of a design.
from cnnlab import data, training


def design():
    network = nn.Sequential(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 144, 10))
    training.fit(network, data.load("fashion-mnist-small"), epochs=1, progress=False)
    return network


# %% wrong="numbers hidden in a buffer" diagnosis="too_many_parameters" points=0
# Believes that only what is trained counts.
class Hoard(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("patterns", torch.randn(100, 784))
        self.out = nn.Linear(100, 10)

    def forward(self, x):
        return self.out(F.relu(x.flatten(1) @ self.patterns.T))


def design():
    return Hoard()
