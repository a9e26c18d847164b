# %% right="blocks, then the head"
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% right="a class; functions in forward; its own convolutions" shown="It keeps all convolutions in one list and lets forward walk through the configuration."
class _SmallFilters(nn.Module):
    def __init__(self, config, num_classes, in_channels, image_size, hidden):
        super().__init__()
        self.config = config
        widths = [in_channels] + [c for n, c in config for _ in range(n)]
        self.out = nn.Linear(hidden, num_classes)
        self.convs = nn.ModuleList(
            nn.Conv2d(c_in, c_out, 3, padding=1) for c_in, c_out in zip(widths, widths[1:])
        )
        for _ in config:
            image_size //= 2
        self.fc1 = nn.Linear(image_size**2 * config[-1][1], hidden)
        self.fc2 = nn.Linear(hidden, hidden)

    def forward(self, x):
        convs = iter(self.convs)
        for count, _ in self.config:
            for _ in range(count):
                x = F.relu(next(convs)(x))
            x = F.max_pool2d(x, 2)
        x = x.flatten(start_dim=1)
        for layer in (self.fc1, self.fc2):
            x = F.dropout(F.relu(layer(x)), 0.5, training=self.training)
        return self.out(x)


def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    return _SmallFilters(config, num_classes, in_channels, image_size, hidden)


# %% right="the size found by running an image through the blocks" shown="It sends one empty image through the blocks and counts what comes out, instead of working out the size of the head."
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    widths = [in_channels, *(channels for _, channels in config)]
    features = nn.Sequential(
        *(vgg_block(widths[i], channels, n) for i, (n, channels) in enumerate(config))
    )
    with torch.no_grad():
        numbers = features(torch.zeros(1, in_channels, image_size, image_size)).numel()

    def stage(n_in):
        return nn.Sequential(nn.Linear(n_in, hidden), nn.ReLU(), nn.Dropout())

    head = nn.Sequential(stage(numbers), stage(hidden), nn.Linear(hidden, num_classes))
    return nn.Sequential(features, nn.Flatten(), head)


# %% right="lazy layers that size themselves"
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    layers = []
    for num_convs, channels in config:
        for _ in range(num_convs):
            layers += [nn.LazyConv2d(channels, 3, padding=1), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for _ in range(2):
        layers += [nn.LazyLinear(hidden), nn.ReLU(), nn.Dropout(0.5)]
    return nn.Sequential(*layers, nn.LazyLinear(num_classes))


# %% wrong="every block from in_channels" diagnosis="channels_not_handed_on" points=0
# Forgets that a block reads what the one before it wrote.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks = [vgg_block(in_channels, channels, num_convs) for num_convs, channels in config]
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(config[-1][1] * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="the pairs read the wrong way round" diagnosis="pairs_swapped" points=3
# Reads (channels, convolutions).
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for out_channels, num_convs in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="the side counted once" diagnosis="side_not_squared" points=0
# Forgets that a map has two sides.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="always 32×32" diagnosis="image_size_ignored" points=2
# Sizes the dense layer for the images at hand.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = 32 // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="one hidden dense layer" diagnosis="hidden_layer_missing" points=0
# Takes the head of SimpleCNN.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="no dropout" diagnosis="dropout_missing" points=9
# Believes that dropout is a matter of training, not of the network.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="dropout that never stops" diagnosis="dropout_always_on" points=0
# Believes that F.dropout knows the mode of the network.
class _AlwaysDropping(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5)


def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        _AlwaysDropping(),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        _AlwaysDropping(),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="AlexNet's order: dropout before the dense layers" diagnosis="dropout_elsewhere" points=9
# Takes the head of another network.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="the blocks in a plain list" diagnosis="blocks_in_a_plain_list" points=3
# Believes that an attribute of any kind is found.
class _Forgetful(nn.Module):
    def __init__(self, blocks, head):
        super().__init__()
        self.blocks = blocks
        self.head = head

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    head = nn.Sequential(
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )
    return _Forgetful(blocks, head)


# %% wrong="softmax as the last layer" diagnosis="softmax_at_the_end" points=0
# Believes that a classifier has to end in probabilities.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
        nn.Softmax(dim=1),
    )


# %% wrong="the maps averaged, as newer networks do" diagnosis="averaged_not_flattened" points=3
# Mixes up VGG with the networks that replaced its head.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels = [], in_channels
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    return nn.Sequential(
        *blocks,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(channels, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="the course's own VGG" diagnosis="refused_call" points=0
# The shortcut: the library has this function.
from cnnlab import models


def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    return models.make_vgg(config, num_classes, in_channels, image_size, hidden)


# %% right="layers made from the last to the first"
class _Backwards(nn.Module):
    def __init__(self, config, num_classes, in_channels, image_size, hidden):
        super().__init__()
        side = image_size // 2 ** len(config)
        self.head = nn.ModuleList(
            [
                nn.Linear(hidden, num_classes),
                nn.Linear(hidden, hidden),
                nn.Linear(config[-1][1] * side * side, hidden),
            ]
        )
        self.drop = nn.Dropout(0.5)
        widths = [in_channels, *(channels for _, channels in config)]
        self.blocks = nn.ModuleList(
            vgg_block(widths[i], widths[i + 1], config[i][0])
            for i in reversed(range(len(config)))
        )

    def forward(self, x):
        for block in reversed(self.blocks):
            x = block(x)
        output, second, first = self.head
        x = self.drop(F.relu(first(torch.flatten(x, 1))))
        return output(self.drop(F.relu(second(x))))


def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    return _Backwards(config, num_classes, in_channels, image_size, hidden)


# %% wrong="a side from `/`" diagnosis="float_not_int" points=0
# Divides where whole numbers are wanted.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    blocks, channels, side = [], in_channels, image_size
    for num_convs, out_channels in config:
        blocks.append(vgg_block(channels, out_channels, num_convs))
        channels, side = out_channels, side / 2
    return nn.Sequential(
        *blocks,
        nn.Flatten(),
        nn.Linear(channels * side * side, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(hidden, num_classes),
    )


# %% wrong="a list inside nn.Sequential" diagnosis="list_without_star" points=0
# Forgets the star.
def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    layers, channels = [], in_channels
    for num_convs, out_channels in config:
        layers.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    layers += [nn.Flatten(), nn.Linear(channels * side * side, hidden), nn.ReLU(), nn.Dropout(0.5)]
    layers += [nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(0.5)]
    layers.append(nn.Linear(hidden, num_classes))
    return nn.Sequential(layers)


# %% wrong="hollow: all parameters are there and nothing is computed" diagnosis="wrong_values" points=0
# Passes where networks are compared under the weights they start with.
class _Hollow(nn.Module):
    def __init__(self, layers, num_classes):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.num_classes = num_classes
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        return torch.zeros(len(x), self.num_classes) + 0 * sum(p.sum() for p in self.parameters())


def make_vgg(config, num_classes, in_channels=3, image_size=32, hidden=128):
    layers, channels = [], in_channels
    for num_convs, out_channels in config:
        layers.append(vgg_block(channels, out_channels, num_convs))
        channels = out_channels
    side = image_size // 2 ** len(config)
    layers += [nn.Linear(channels * side * side, hidden), nn.Linear(hidden, hidden)]
    return _Hollow([*layers, nn.Linear(hidden, num_classes)], num_classes)
