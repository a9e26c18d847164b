# %% right="a tensor that grows"
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = in_channels + number * growth
            self.layers.append(
                nn.Sequential(
                    nn.BatchNorm2d(channels),
                    nn.ReLU(),
                    nn.Conv2d(channels, growth, 3, padding=1, bias=False),
                )
            )

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x


# %% right="a list of all maps" shown="It keeps the maps in a list and joins them for every layer, as torchvision does."
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        widths = [in_channels + growth * n for n in range(layers)]
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths)
        self.convs = nn.ModuleList(
            nn.Conv2d(width, growth, kernel_size=3, padding=1, bias=False) for width in widths
        )

    def forward(self, x):
        maps = [x]
        for norm, conv in zip(self.norms, self.convs):
            maps.append(conv(F.relu(norm(torch.cat(maps, 1)))))
        return torch.cat(maps, 1)


# %% right="a layer that concatenates, in nn.Sequential" shown="The concatenation lives in the layer, so the block is an nn.Sequential of such layers."
class _Layer(nn.Sequential):
    def forward(self, x):
        return torch.cat((x, super().forward(x)), dim=1)


class DenseBlock(nn.Sequential):
    def __init__(self, in_channels, growth, layers):
        channels = range(in_channels, in_channels + layers * growth, growth)
        super().__init__(
            *(
                _Layer(nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, growth, 3, 1, 1, bias=False))
                for c in channels
            )
        )


# %% wrong="a residual block under another name" diagnosis="added_not_concatenated" points=0
# Believes that dense connections are residual ones.
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.BatchNorm2d(in_channels),
                nn.ReLU(),
                nn.Conv2d(in_channels, in_channels, 3, padding=1, bias=False),
            )
            for _ in range(layers)
        )

    def forward(self, x):
        for layer in self.layers:
            x = x + layer(x)
        return x


# %% wrong="each layer reads the one before" diagnosis="reads_the_last_only" points=0
# Concatenates only at the end.
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = growth if number else in_channels
            self.layers.append(
                nn.Sequential(
                    nn.BatchNorm2d(channels),
                    nn.ReLU(),
                    nn.Conv2d(channels, growth, 3, padding=1, bias=False),
                )
            )

    def forward(self, x):
        maps = [x]
        for layer in self.layers:
            maps.append(layer(maps[-1]))
        return torch.cat(maps, dim=1)


# %% wrong="the input left out" diagnosis="input_left_out" points=0
# Returns what is new.
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.in_channels = in_channels
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = in_channels + number * growth
            self.layers.append(
                nn.Sequential(
                    nn.BatchNorm2d(channels),
                    nn.ReLU(),
                    nn.Conv2d(channels, growth, 3, padding=1, bias=False),
                )
            )

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x[:, self.in_channels :]


# %% wrong="the newest maps first" diagnosis="newest_first" points=0
# Concatenates the other way round.
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = in_channels + number * growth
            self.layers.append(
                nn.Sequential(
                    nn.BatchNorm2d(channels),
                    nn.ReLU(),
                    nn.Conv2d(channels, growth, 3, padding=1, bias=False),
                )
            )

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([layer(x), x], dim=1)
        return x


# %% wrong="convolution, norm, ReLU" diagnosis="convolution_first" points=0
# Takes the order of all other blocks.
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = in_channels + number * growth
            self.layers.append(
                nn.Sequential(
                    nn.Conv2d(channels, growth, 3, padding=1, bias=False),
                    nn.BatchNorm2d(growth),
                    nn.ReLU(),
                )
            )

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x


# %% wrong="only the last layer's maps" diagnosis="only_the_last_returned" points=0
# Concatenates inside, and returns what the last layer gave.
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.layers = nn.ModuleList()
        for number in range(layers):
            channels = in_channels + number * growth
            self.layers.append(
                nn.Sequential(
                    nn.BatchNorm2d(channels),
                    nn.ReLU(),
                    nn.Conv2d(channels, growth, 3, padding=1, bias=False),
                )
            )

    def forward(self, x):
        for layer in self.layers:
            new = layer(x)
            x = torch.cat([x, new], dim=1)
        return new


# %% wrong="layers in a plain list" diagnosis="wrong_parameters" points=0
# Doesn't know that torch looks for layers in attributes.
class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth, layers):
        super().__init__()
        self.layers = []
        for number in range(layers):
            channels = in_channels + number * growth
            self.layers.append(
                nn.Sequential(
                    nn.BatchNorm2d(channels),
                    nn.ReLU(),
                    nn.Conv2d(channels, growth, 3, padding=1, bias=False),
                )
            )

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x
