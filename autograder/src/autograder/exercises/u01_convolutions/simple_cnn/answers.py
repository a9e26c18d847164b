# %% right="one nn.Sequential for each part"
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        layers, channels = [], 3
        for width in (32, 64, 128):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
            channels = width
        self.body = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, num_classes)
        )

    def forward(self, x):
        return self.head(self.body(x))

# %% right="functional calls in forward, layers created last to first" shown="It keeps only what has weights as layers. Pooling and ReLU are functions, so dropout must be told whether it's training."
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.fc2 = nn.Linear(512, num_classes)
        self.fc1 = nn.Linear(128 * 4 * 4, 512)
        self.conv3 = nn.Conv2d(64, 128, 3, 1, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1, 1)
        self.conv1 = nn.Conv2d(3, 32, 3, 1, 1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)
        x = torch.flatten(x, 1)
        x = F.dropout(F.relu(self.fc1(x)), p=0.5, training=self.training)
        return self.fc2(x)

# %% right="pools before the ReLU, a ModuleList, dropout before the ReLU"
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        sides = [3, 32, 64, 128]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, kernel_size=3, padding="same") for a, b in zip(sides, sides[1:])
        )
        self.register_buffer("seen", torch.zeros(()))
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.drop = nn.Dropout(p=0.5)
        self.hidden = nn.Linear(128 * 16, 512)
        self.out = nn.Linear(512, num_classes)

    def forward(self, x):
        for conv in self.convs:
            x = torch.relu(self.pool(conv(x)))
        hidden = self.drop(self.hidden(x.reshape(len(x), -1)))
        return self.out(hidden.clamp(min=0))

# %% right="a function that returns nn.Sequential"
def SimpleCNN(num_classes=10):
    def stage(a, b):
        return nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))

    return nn.Sequential(
        stage(3, 32), stage(32, 64), stage(64, 128), nn.Flatten(),
        nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, num_classes),
    )

# %% wrong="ends in a softmax" diagnosis="softmax_at_the_end" points=5
class SimpleCNN(nn.Module):
    # A classifier is thought to have to return probabilities.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(512, num_classes), nn.Softmax(dim=1),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="drops units in eval mode too" diagnosis="dropout_always_on" points=3
class SimpleCNN(nn.Module):
    # F.dropout is thought to know the mode of the network.
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.conv3 = nn.Conv2d(64, 128, 3, padding=1)
        self.fc1 = nn.Linear(2048, 512)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        for conv in (self.conv1, self.conv2, self.conv3):
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.fc2(F.dropout(F.relu(self.fc1(x.flatten(1))), 0.5))

# %% wrong="leaves the dropout out" diagnosis="dropout_missing" points=9
class SimpleCNN(nn.Module):
    # Dropout has no parameters, so it is thought to make no difference.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="drops the logits" diagnosis="dropout_elsewhere" points=11 visible="missed"
class SimpleCNN(nn.Module):
    # Dropout is thought to belong at the very end.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Linear(512, num_classes), nn.Dropout(0.5),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="drops a fifth only" diagnosis="dropout_rate" points=11 visible="missed"
class SimpleCNN(nn.Module):
    # Half is thought to be too much.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="no ReLU between the dense layers" diagnosis="head_without_relu" points=5
class SimpleCNN(nn.Module):
    # Dropout is thought to stand in for the nonlinearity.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.Dropout(0.5), nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="convolutions without ReLU" diagnosis="convolutions_without_relu" points=5
class SimpleCNN(nn.Module):
    # Max-pooling is thought to be nonlinear enough.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="forgets the padding" diagnosis="no_padding" points=3
class SimpleCNN(nn.Module):
    # Padding is thought to be cosmetic; the dense layer was made to fit afterwards.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="forgets the padding, but not what the dense layer expects" diagnosis="no_padding" points=2
class SimpleCNN(nn.Module):
    # A 3×3 kernel is thought to keep the size by itself.
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = (
            nn.Conv2d(a, b, 3) for a, b in [(3, 32), (32, 64), (64, 128)]
        )
        self.fc1, self.fc2 = nn.Linear(2048, 512), nn.Linear(512, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        for conv in (self.conv1, self.conv2, self.conv3):
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.fc2(self.dropout(F.relu(self.fc1(x.flatten(1)))))

# %% wrong="pools twice only" diagnosis="one_pooling_missing" points=2
class SimpleCNN(nn.Module):
    # The last round is thought to need no pooling, since the dense layers follow.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="leaves the flattening out" diagnosis="not_flattened" points=2
class SimpleCNN(nn.Module):
    # A dense layer is thought to take maps as they are.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="always ten classes" diagnosis="num_classes_ignored" points=10
class SimpleCNN(nn.Module):
    # The data at hand has ten classes.
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 10),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="keeps the convolutions in a plain list" diagnosis="layers_in_a_plain_list" points=3
class SimpleCNN(nn.Module):
    # torch is thought to find layers wherever they are.
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = [nn.Conv2d(a, b, 3, padding=1) for a, b in [(3, 32), (32, 64), (64, 128)]]
        self.fc1 = nn.Linear(2048, 512)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        for conv in self.convs:
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.fc2(self.drop(F.relu(self.fc1(x.flatten(1)))))

# %% wrong="flattens the batch with the images" diagnosis="batch_size_taken_for_one" points=2
class SimpleCNN(nn.Module):
    # Flattening is thought to concern the image alone, as if there were no batch.
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.dense = nn.Sequential(
            nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, num_classes)
        )

    def forward(self, x):
        return self.dense(self.convs(x).view(1, -1))

# %% wrong="takes the course's network" diagnosis="refused_call" points=0
from cnnlab import models as zoo

# The library has a class of the same name.
SimpleCNN = zoo.SimpleCNN

# %% right="lazy layers, which get their sizes from the first images" shown="It never computes 2,048: lazy layers read their input size from the first batch, so the network has to see one before it can be counted or trained."
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        layers = []
        for width in (32, 64, 128):
            layers += [nn.LazyConv2d(width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        layers += [nn.Flatten(), nn.LazyLinear(512), nn.ReLU(), nn.Dropout(), nn.LazyLinear(num_classes)]
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)

# %% right="starts from zeros"
class SimpleCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        return self.net(x)

# %% wrong="parameters of the right shapes, all zero, and a forward that never looks at the image" diagnosis="wrong_values" points=3
class SimpleCNN(nn.Module):
    # The checks are thought to count parameters and to look at the shape of what comes out.
    def __init__(self, num_classes=10):
        super().__init__()
        shapes = [(32, 3, 3, 3), (32,), (64, 32, 3, 3), (64,), (128, 64, 3, 3), (128,)]
        shapes += [(512, 2048), (512,), (num_classes, 512), (num_classes,)]
        self.held = nn.ParameterList(nn.Parameter(torch.zeros(shape)) for shape in shapes)
        self.num_classes = num_classes

    def forward(self, x):
        out = torch.zeros(len(x), self.num_classes) + sum(p.sum() for p in self.held)
        return F.dropout(out, 0.5, self.training)

# %% wrong="a hundred classes if nothing is said" diagnosis="wrong_parameters" points=10
class SimpleCNN(nn.Module):
    # A default is thought to be free to choose.
    def __init__(self, num_classes=100):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)

# %% wrong="forgets the padding, and writes the width of the view down" diagnosis="no_padding" points=3
class SimpleCNN(nn.Module):
    # The size is thought to be kept, so the view is written for 4×4 maps.
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3) for a, b in [(3, 32), (32, 64), (64, 128)])
        self.fc1, self.fc2 = nn.Linear(2048, 512), nn.Linear(512, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        for conv in self.convs:
            x = F.max_pool2d(F.relu(conv(x)), 2)
        x = x.view(-1, 128 * 4 * 4)
        return self.fc2(self.dropout(F.relu(self.fc1(x))))

# %% wrong="super().__init__() forgotten" diagnosis="super_init_missing" points=0
class SimpleCNN(nn.Module):
    # A class is thought to be ready as soon as it says nn.Module.
    def __init__(self, num_classes=10):
        self.conv1 = nn.Conv2d(3, 32, 3, padding=1)
        self.fc1 = nn.Linear(2048, num_classes)

    def forward(self, x):
        return self.fc1(self.conv1(x).flatten(1))

# %% wrong="a list inside nn.Sequential" diagnosis="list_inside_sequential" points=0
class SimpleCNN(nn.Module):
    # A container is thought to take a list.
    def __init__(self, num_classes=10):
        super().__init__()
        layers, channels = [], 3
        for width in (32, 64, 128):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            channels = width
        layers += [nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, num_classes)]
        self.net = nn.Sequential(layers)

    def forward(self, x):
        return self.net(x)

# %% wrong="a size from `/`" diagnosis="float_reaches_a_layer" points=0
class SimpleCNN(nn.Module):
    # 32 / 8 is thought to be 4.
    def __init__(self, num_classes=10):
        super().__init__()
        side = 32 / 8
        self.net = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(128 * side * side, 512), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)
