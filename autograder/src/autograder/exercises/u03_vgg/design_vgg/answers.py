# %% right="six convolutions, two after each of two poolings" shown="It is built of your own blocks. Only one layer works on the full-size maps, and the fourth pooling keeps the dense layer small."
def design():
    return nn.Sequential(
        vgg_block(3, 12, 1, batch_norm=True),
        vgg_block(12, 16, 2, batch_norm=True),
        vgg_block(16, 24, 2, batch_norm=True),
        vgg_block(24, 24, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(24 * 2 * 2, 10),
    )


# %% right="a class of its own, with its layers in lists" shown="Every layer has a width and a flag that says whether a pooling follows."
class _Clothes(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs, self.norms, self.pools = nn.ModuleList(), nn.ModuleList(), []
        channels = 3
        for width, pool in [(12, True), (16, False), (16, True), (20, False), (20, True), (26, True)]:
            self.convs.append(nn.Conv2d(channels, width, 3, padding=1, bias=False))
            self.norms.append(nn.BatchNorm2d(width))
            self.pools.append(pool)
            channels = width
        self.out = nn.Linear(channels * 4, 10)

    def forward(self, x):
        for conv, norm, pool in zip(self.convs, self.norms, self.pools):
            x = F.relu(norm(conv(x)))
            x = F.max_pool2d(x, 2) if pool else x
        return self.out(x.flatten(1))


def design():
    return _Clothes()


# %% wrong="the narrow VGG" diagnosis="below_this_step" visible="missed" points=12
# Two thirds of the budget are left.
def design():
    return nn.Sequential(
        vgg_block(3, 8, 1, batch_norm=True),
        vgg_block(8, 16, 1, batch_norm=True),
        vgg_block(16, 16, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, 10),
    )


# %% wrong="wider, but no deeper" diagnosis="below_this_step" visible="missed" points=18
# Spends the budget on width alone.
def design():
    return nn.Sequential(
        vgg_block(3, 16, 1, batch_norm=True),
        vgg_block(16, 20, 1, batch_norm=True),
        vgg_block(20, 32, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 10),
    )


# %% wrong="a hidden dense layer" diagnosis="too_many_parameters" points=0
# Forgets that the first dense layer holds most of the parameters.
def design():
    return nn.Sequential(
        vgg_block(3, 8, 1, batch_norm=True),
        vgg_block(8, 16, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(16 * 8 * 8, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


# %% wrong="a stack before the first pooling" diagnosis="too_many_multiply_adds" points=0
# Counts parameters and forgets that each is used at 32 × 32 positions.
def design():
    return nn.Sequential(
        vgg_block(3, 12, 3, batch_norm=True),
        vgg_block(12, 16, 1, batch_norm=True),
        vgg_block(16, 16, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, 10),
    )


# %% wrong="maps instead of logits" diagnosis="wrong_output" points=0
# Ends with the last block.
def design():
    return nn.Sequential(
        vgg_block(3, 12, 1, batch_norm=True),
        vgg_block(12, 16, 2, batch_norm=True),
        vgg_block(16, 10, 1, batch_norm=True),
    )


# %% wrong="large filters bought with a buffer" diagnosis="too_many_parameters" points=0
# Hides weights in a buffer, where they are counted all the same.
class _Hoard(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.randn(3072, 60))
        self.out = nn.Linear(60, 10)

    def forward(self, x):
        return self.out(F.relu(x.flatten(1) @ self.table))


def design():
    return _Hoard()


# %% wrong="trains before it is asked to" diagnosis="refused_call" points=0
# Hands in a network that has been trained before.
from cnnlab import data, training


def design():
    network = nn.Sequential(
        vgg_block(3, 16, 1, batch_norm=True),
        vgg_block(16, 24, 2, batch_norm=True),
        vgg_block(24, 32, 1, batch_norm=True),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 10),
    )
    training.fit(network, data.load("shapes10"), epochs=5, progress=False)
    return network
