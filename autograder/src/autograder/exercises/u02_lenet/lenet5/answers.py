# %% right="nn.Sequential, tanh"
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% right="functions, sigmoid, layers made from the last to the first" shown="The choice between classic and modern lives in two small methods, so forward reads like the paper's figure."
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        self.modern = modern
        self.fc3 = nn.Linear(84, num_classes)
        self.fc2 = nn.Linear(120, 84)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.conv1 = nn.Conv2d(in_channels, 6, kernel_size=5, padding=(32 - image_size) // 2)

    def squash(self, x):
        return F.relu(x) if self.modern else torch.sigmoid(x)

    def shrink(self, x):
        return F.max_pool2d(x, 2) if self.modern else F.avg_pool2d(x, 2)

    def forward(self, x):
        x = self.shrink(self.squash(self.conv1(x)))
        x = self.shrink(self.squash(self.conv2(x)))
        x = self.squash(self.fc1(x.flatten(start_dim=1)))
        x = self.squash(self.fc2(x))
        return self.fc3(x)


# %% right="lists of modules, lazily sized, padded outside the layer" shown="Padding is a layer of its own, and one test image tells the lazy layers their sizes right away."
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        self.border = nn.ZeroPad2d(2) if image_size == 28 else nn.Identity()
        self.convolutions = nn.ModuleList([nn.Conv2d(in_channels, 6, 5), nn.Conv2d(6, 16, 5)])
        self.dense = nn.ModuleList(
            [nn.LazyLinear(120), nn.LazyLinear(84), nn.LazyLinear(num_classes)]
        )
        self.activation = nn.ReLU(inplace=True) if modern else nn.Tanh()
        self.pool = nn.MaxPool2d(2, 2) if modern else nn.AvgPool2d(2, 2)
        # Lazy layers learn their sizes from a first image.
        self(torch.zeros(1, in_channels, image_size, image_size))

    def forward(self, x):
        x = self.border(x)
        for convolution in self.convolutions:
            x = self.pool(self.activation(convolution(x)))
        x = x.view(x.size(0), -1)
        for layer in self.dense[:-1]:
            x = self.activation(layer(x))
        return self.dense[-1](x)


# %% wrong="`modern` without effect" diagnosis="form_ignored" points=6
# Writes the classic network and leaves the switch for later.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            nn.Tanh(),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="average pooling in both forms" diagnosis="pooling_not_switched" points=6
# Believes that ReLU alone makes LeNet modern.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act = nn.ReLU if modern else nn.Sigmoid
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5),
            act(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="ReLU in both forms" diagnosis="activation_not_switched" points=6
# Believes that ReLU was always there.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        pool = nn.MaxPool2d if modern else nn.AvgPool2d
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            nn.ReLU(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="pooling before the activation" diagnosis="pooled_before_activation" points=6
# Believes that the two can always be swapped; with max and ReLU they can.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            pool(2),
            act(),
            nn.Conv2d(6, 16, 5),
            pool(2),
            act(),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="softmax as the last layer" diagnosis="softmax_at_the_end" points=2
# Believes that a classifier has to end in probabilities.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
            nn.Softmax(dim=1),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="no activation between the dense layers" diagnosis="no_activation_between_dense_layers" points=2
# Believes that activations belong to convolutions.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            nn.Linear(120, 84),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="no padding, the dense layer made to fit" diagnosis="padding_forgotten" points=3
# Sees the shapes fail and mends them at the wrong end.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        side = 4 if image_size == 28 else 5
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(16 * side * side, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="no padding, so that 28×28 images raise" diagnosis="padding_forgotten" points=3
# Takes the paper's 32×32 network as it is.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="padded whatever the size" diagnosis="always_padded" points=8
# Believes that LeNet-5 pads; it reads 32×32 images without.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="one channel, always" diagnosis="channels_ignored" points=10
# Thinks of digits only.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="ten classes, always" diagnosis="classes_ignored" points=10
# Thinks of digits only.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, 10),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="convolutions in a plain list" diagnosis="layers_not_registered" points=1
# Believes that a module finds layers wherever they are kept.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.features = [
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
        ]
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        for layer in self.features:
            x = layer(x)
        return self.classifier(x)


# %% wrong="the batch flattened too" diagnosis="batch_flattened_too" points=1
# Believes that flatten keeps the batch by itself, as nn.Flatten does.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x)))


# %% wrong="no activation after C3" diagnosis="activation_missing" points=2
# Believes that pooling is activation enough.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act = nn.ReLU if modern else nn.Tanh
        pool = nn.MaxPool2d if modern else nn.AvgPool2d
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.layers(x)


# %% right="lazy layers, which get their sizes from the first images"
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Sigmoid, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.LazyConv2d(6, kernel_size=5, padding=2 if image_size == 28 else 0),
            act(),
            pool(kernel_size=2, stride=2),
            nn.LazyConv2d(16, kernel_size=5),
            act(),
            pool(kernel_size=2, stride=2),
            nn.Flatten(),
            nn.LazyLinear(120),
            act(),
            nn.LazyLinear(84),
            act(),
            nn.LazyLinear(num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="parameters of the right shapes, all zero, and a forward that never looks at the image" diagnosis="wrong_values" points=2
# Believes that a network is judged by its size.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        shapes = [(6, in_channels, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,)]
        shapes += [(84, 120), (84,), (num_classes, 84), (num_classes,)]
        self.held = nn.ParameterList(nn.Parameter(torch.zeros(shape)) for shape in shapes)
        self.num_classes = num_classes

    def forward(self, x):
        return torch.zeros(len(x), self.num_classes) + sum(p.sum() for p in self.held)


# %% wrong="modern if nothing is said" diagnosis="other_defaults" points=11
# Believes that today's form is the one that everybody wants.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=True):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="colour images if nothing is said" diagnosis="other_defaults" points=11
# Believes that a default is free to choose.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=3, image_size=32, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        self.net = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0),
            act(),
            pool(2),
            nn.Conv2d(6, 16, 5),
            act(),
            pool(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            act(),
            nn.Linear(120, 84),
            act(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x):
        return self.net(x)


# %% wrong="super().__init__() forgotten" diagnosis="super_init_missing" points=0
# Believes that a class is ready as soon as it says nn.Module.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        self.c1 = nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0)
        self.out = nn.Linear(84, num_classes)

    def forward(self, x):
        return self.out(self.c1(x))


# %% wrong="a list inside nn.Sequential" diagnosis="list_inside_sequential" points=0
# Believes that a container takes a list.
class LeNet5(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, image_size=28, modern=False):
        super().__init__()
        act, pool = (nn.ReLU, nn.MaxPool2d) if modern else (nn.Tanh, nn.AvgPool2d)
        layers = [nn.Conv2d(in_channels, 6, 5, padding=2 if image_size == 28 else 0), act(), pool(2)]
        layers += [nn.Conv2d(6, 16, 5), act(), pool(2), nn.Flatten(), nn.Linear(400, 120), act()]
        layers += [nn.Linear(120, 84), act(), nn.Linear(84, num_classes)]
        self.net = nn.Sequential(layers)

    def forward(self, x):
        return self.net(x)
