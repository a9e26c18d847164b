# %% right="one long nn.Sequential of blocks"
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% right="a list of stages, layers made from the last to the first" shown="It keeps the stages apart, so that you can look at or freeze one of them, as torchvision's ResNets let you do."
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.fc = nn.Linear(widths[-1], num_classes)
        self.stages = nn.ModuleList()
        before = [widths[0], *widths[:-1]]
        for i in range(len(widths)):
            stage = [block(before[i], widths[i], stride=2 if i else 1)]
            stage += [block(widths[i], widths[i]) for _ in range(blocks_per_stage[i] - 1)]
            self.stages.append(nn.Sequential(*stage))
        self.norm = nn.BatchNorm2d(widths[0])
        self.conv = nn.Conv2d(in_channels, widths[0], 3, 1, 1, bias=False)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        for stage in self.stages:
            x = stage(x)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


# %% right="itself an nn.Sequential, a generator of blocks, a lazy stem" shown="The network is an nn.Sequential and needs no forward; a generator makes the blocks one after another."
class SmallResNet(nn.Sequential):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        def plan():
            channels = widths[0]
            for stage, (count, width) in enumerate(zip(blocks_per_stage, widths)):
                for place in range(count):
                    yield block(channels, width, 2 if stage > 0 and place == 0 else 1)
                    channels = width

        super().__init__(
            nn.LazyConv2d(widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
            *plan(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(widths[-1], num_classes),
        )
        self.eval()(torch.zeros(1, in_channels, 16, 16))  # the lazy layer learns its size
        self.train()


# %% wrong="every block with stride 2" diagnosis="every_block_strided" points=0
# Believes that the stride belongs to the stage.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width, stride))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="stride 2 in the first stage too" diagnosis="first_stage_strided" points=0
# Treats all stages alike.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="stride 2 only where the width changes" diagnosis="stride_by_width" points=5.5
# Takes a wider stage and a new stage for the same thing.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        blocks = []
        channels = widths[0]
        for count, width in zip(blocks_per_stage, widths):
            blocks.append(block(channels, width, 2 if width != channels else 1))
            blocks += [block(width, width) for _ in range(count - 1)]
            channels = width
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        return self.head(global_average_pool(self.blocks(self.stem(x))))


# %% wrong="no stride at all" diagnosis="never_strided" points=0
# Only the channels grow.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stages.append(block(channels, width))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="one block listed several times" diagnosis="block_repeated" points=3
# Believes that a list times n holds n blocks.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            stages += [block(width, width)] * (count - 1)
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="a block too many in every stage" diagnosis="one_block_too_many" points=0
# Does not count the first one.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="residual whatever `block` is" diagnosis="block_ignored" points=6
# Writes the class's name where the argument belongs.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(ResidualBlock(channels, width, stride))
            for _ in range(count - 1):
                stages.append(ResidualBlock(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="blocks in a plain list" diagnosis="blocks_not_registered" points=0
# Believes that a module finds layers wherever they are kept.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = stages
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="no ReLU in the stem" diagnosis="stem_without_relu" points=0
# Lets the first block's ReLU do it.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="the maximum of each map" diagnosis="maximum_instead_of_average" points=0
# Takes the other pooling.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.amax(dim=(2, 3)))


# %% wrong="softmax at the end" diagnosis="softmax_at_the_end" points=0
# Believes that a classifier has to end in probabilities.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3))).softmax(dim=1)


# %% wrong="colour images only" diagnosis="channels_ignored" points=5.5
# Thinks of the data at hand.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="always three stages" diagnosis="three_stages_only" points=5.5
# Writes one line for each stage of the paper.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(list(zip(blocks_per_stage, widths))[:3]):
            stages.append(block(channels, width, 1 if number == 0 else 2))
            stages += [block(width, width) for _ in range(count - 1)]
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="plain blocks unless told otherwise" diagnosis="other_default" points=7.5
# Takes the wrong default.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=PlainBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            stride = 1 if number == 0 else 2
            stages.append(block(channels, width, stride))
            for _ in range(count - 1):
                stages.append(block(width, width))
            channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="the stride in the last block of later stages" diagnosis="last_block_strided" points=0
# Shrinks at the end of a stage, as pooling would.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            for place in range(count):
                stages.append(block(channels, width, 2 if number and place == count - 1 else 1))
                channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="the stride in the last block of every stage" diagnosis="last_block_strided" points=0
# Shrinks at the end of every stage, as in VGG.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            for place in range(count):
                stages.append(block(channels, width, 2 if place == count - 1 else 1))
                channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="grey images unless told otherwise" diagnosis="default_channels" points=2.5
# Takes the wrong default.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=1, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            for place in range(count):
                stages.append(block(channels, width, 2 if number and not place else 1))
                channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="a list inside nn.Sequential" diagnosis="list_without_star" points=0
# Forgets the star.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            for place in range(count):
                stages.append(block(channels, width, 2 if number and not place else 1))
                channels = width
        self.stages = nn.Sequential(stages)
        self.head = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))


# %% wrong="hollow: all parameters are there and nothing is computed" diagnosis="wrong_values" points=0
# Passes where networks are compared under the weights they start with.
class SmallResNet(nn.Module):
    def __init__(self, blocks_per_stage, widths, num_classes, in_channels=3, block=ResidualBlock):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        stages = []
        channels = widths[0]
        for number, (count, width) in enumerate(zip(blocks_per_stage, widths)):
            for place in range(count):
                stages.append(block(channels, width, 2 if number and not place else 1))
                channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(channels, num_classes)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        logits = self.head(self.stages(self.stem(x)).mean(dim=(2, 3)))
        return 0 * logits + sum(p.sum() for p in self.parameters())
