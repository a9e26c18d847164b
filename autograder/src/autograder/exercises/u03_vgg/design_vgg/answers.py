# %% right="five narrow convolutions, four of them behind the first pooling" shown="It is built of your own blocks. Only one layer works on the full-size maps, and the widths stay close to one another."
def design():
    return nn.Sequential(
        vgg_block(1, 12, 1, batch_norm=True),
        vgg_block(12, 14, 2, batch_norm=True),
        vgg_block(14, 16, 2, batch_norm=True),
        nn.Flatten(),
        nn.Linear(16 * 3 * 3, 10),
    )


# %% right="a class of its own, with four convolutions" shown="It is a class with its layers in lists, and pools after every convolution but the second."
class _Clothes(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [1, 12, 14, 14, 16]
        self.convs = nn.ModuleList(
            nn.Conv2d(c_in, c_out, 3, padding=1, bias=False)
            for c_in, c_out in zip(widths, widths[1:])
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(c) for c in widths[1:])
        self.out = nn.Linear(16 * 9, 10)

    def forward(self, x):
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = F.relu(norm(conv(x)))
            if number != 1:
                x = F.max_pool2d(x, 2)
        return self.out(x.flatten(1))


def design():
    return _Clothes()


# %% wrong="the switch alone" diagnosis="below_this_step" visible="missed" points=14
# The narrow VGG with batch norm: half of the budget is left.
def design():
    return nn.Sequential(
        vgg_block(1, 8, 1, batch_norm=True),
        vgg_block(8, 16, 1, batch_norm=True),
        vgg_block(16, 16, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(16 * 3 * 3, 10),
    )


# %% wrong="a hidden dense layer" diagnosis="too_many_parameters" points=0
# Forgets that the first dense layer holds most of the parameters.
def design():
    return nn.Sequential(
        vgg_block(1, 16, 1, batch_norm=True),
        vgg_block(16, 32, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


# %% wrong="a stack before the first pooling" diagnosis="too_many_multiply_adds" points=0
# Counts parameters and forgets that each is used at 28 × 28 positions.
def design():
    return nn.Sequential(
        vgg_block(1, 10, 3, batch_norm=True),
        vgg_block(10, 16, 1, batch_norm=True),
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
        nn.Linear(16 * 3 * 3, 10),
    )


# %% wrong="maps instead of logits" diagnosis="wrong_output" points=0
# Ends with the last block.
def design():
    return nn.Sequential(
        vgg_block(1, 16, 1, batch_norm=True),
        vgg_block(16, 24, 2, batch_norm=True),
        vgg_block(24, 10, 1, batch_norm=True),
    )


# %% wrong="large filters bought with a buffer" diagnosis="too_many_parameters" points=0
# Hides weights in a buffer, where they are counted all the same.
class _Hoard(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.randn(784, 60))
        self.out = nn.Linear(60, 10)

    def forward(self, x):
        return self.out(F.relu(x.flatten(1) @ self.table))


def design():
    return _Hoard()


# %% wrong="trains before it is asked to" diagnosis="refused_call" points=0
# Hands in a network that knows the training images already.
from cnnlab import data, training


def design():
    network = nn.Sequential(
        vgg_block(1, 16, 1, batch_norm=True),
        vgg_block(16, 24, 2, batch_norm=True),
        vgg_block(24, 32, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(32 * 3 * 3, 10),
    )
    training.fit(network, data.load("fashion-mnist-small"), epochs=5, progress=False)
    return network
