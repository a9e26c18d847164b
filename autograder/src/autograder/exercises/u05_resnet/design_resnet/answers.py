# %% right="a stem that halves, residual blocks, and all positions read at the end" shown="A stem with stride 2 leaves a quarter of the positions, so all that follows costs a quarter; the head reads every position instead of an average."
def design():
    stem = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
    )
    blocks = (ResidualBlock(16, 16), ResidualBlock(16, 32, 2), ResidualBlock(32, 40, 2))
    return nn.Sequential(stem, *blocks, nn.Flatten(), nn.Linear(40 * 4 * 4, 10))


# %% right="strided convolutions with batch norm, and no block at all" shown="It has no shortcut and still reaches the top: for so few layers, batch norm is enough."
def design():
    layers, channels = [], 1
    for width in (24, 48, 72):
        layers += [nn.Conv2d(channels, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(72 * 16, 10))


# %% wrong="a plain network at half size" diagnosis="below_this_step" points=6 visible="missed"
# Keeps to the budget, and sits at the course's number.
def design():
    return nn.Sequential(
        nn.AvgPool2d(2), SmallResNet([1, 1, 1], [8, 16, 32], 10, in_channels=1, block=PlainBlock)
    )


# %% wrong="twice as wide as allowed" diagnosis="too_many_parameters" points=0
# Believes that nobody counts.
def design():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=4, padding=1), SmallResNet([1, 1, 1], [16, 64, 128], 10, 16)
    )


# %% wrong="full size in every layer" diagnosis="too_many_multiply_adds" points=0
# Looks at the parameters alone.
def design():
    return SmallResNet([3, 1, 1], [16, 24, 32], 10, in_channels=1)


# %% wrong="three channels" diagnosis="raises" points=0
# Forgets that these images are grey.
def design():
    return SmallResNet([1, 1], [8, 16], 10)


# %% wrong="eight classes" diagnosis="wrong_output" points=0
# Counts the classes by heart.
def design():
    return nn.Sequential(nn.AvgPool2d(4), SmallResNet([1, 1], [8, 16], 8, in_channels=1))


# %% wrong="sixteen numbers an image" diagnosis="below_this_step" points=2
# Shrinks the images until nearly nothing is left to tell them apart.
def design():
    return nn.Sequential(nn.AvgPool2d(7), nn.Flatten(), nn.Linear(16, 10))
