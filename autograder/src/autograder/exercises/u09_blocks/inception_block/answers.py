# %% right="layers by name, ReLU in forward"
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()
        self.one = nn.Conv2d(in_channels, c1, 1)
        self.reduce3 = nn.Conv2d(in_channels, c3[0], 1)
        self.three = nn.Conv2d(c3[0], c3[1], 3, padding=1)
        self.reduce5 = nn.Conv2d(in_channels, c5[0], 1)
        self.five = nn.Conv2d(c5[0], c5[1], 5, padding=2)
        self.after_pool = nn.Conv2d(in_channels, pool, 1)

    def forward(self, x):
        one = F.relu(self.one(x))
        three = F.relu(self.three(F.relu(self.reduce3(x))))
        five = F.relu(self.five(F.relu(self.reduce5(x))))
        pooled = F.relu(self.after_pool(F.max_pool2d(x, 3, stride=1, padding=1)))
        return torch.cat([one, three, five, pooled], dim=1)


# %% right="branches in nn.ModuleList" shown="Each branch is one nn.Sequential in a list, so forward is one line and a fifth branch would be one more."
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()

        def conv(a, b, kernel):
            return [nn.Conv2d(a, b, kernel, padding=kernel // 2), nn.ReLU()]

        self.branches = nn.ModuleList(
            [
                nn.Sequential(*conv(in_channels, c1, 1)),
                nn.Sequential(*conv(in_channels, c3[0], 1), *conv(*c3, 3)),
                nn.Sequential(*conv(in_channels, c5[0], 1), *conv(*c5, 5)),
                nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), *conv(in_channels, pool, 1)),
            ]
        )

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


# %% right="one ReLU for what comes out" shown="The last ReLU of every branch is one ReLU after the concatenation: it works on each number by itself."
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()
        self.b1 = nn.Conv2d(in_channels, c1, 1)
        self.b2 = nn.Sequential(
            nn.Conv2d(in_channels, c3[0], 1), nn.ReLU(), nn.Conv2d(*c3, 3, padding="same")
        )
        self.b3 = nn.Sequential(
            nn.Conv2d(in_channels, c5[0], 1), nn.ReLU(), nn.Conv2d(*c5, 5, padding="same")
        )
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_channels, pool, 1))

    def forward(self, x):
        return F.relu(torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1))


# %% wrong="no ReLU inside the branches" diagnosis="relu_after_reductions_missing" points=0
# Believes that one ReLU for the block is enough.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()
        self.b1 = nn.Conv2d(in_channels, c1, 1)
        self.b2 = nn.Sequential(nn.Conv2d(in_channels, c3[0], 1), nn.Conv2d(*c3, 3, padding=1))
        self.b3 = nn.Sequential(nn.Conv2d(in_channels, c5[0], 1), nn.Conv2d(*c5, 5, padding=2))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_channels, pool, 1))

    def forward(self, x):
        return F.relu(torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1))


# %% wrong="the large kernels on all channels" diagnosis="reductions_missing" points=0
# Leaves the 1×1 convolutions out, because they look at nothing.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()
        self.b1 = nn.Conv2d(in_channels, c1, 1)
        self.b2 = nn.Conv2d(in_channels, c3[1], 3, padding=1)
        self.b3 = nn.Conv2d(in_channels, c5[1], 5, padding=2)
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_channels, pool, 1))

    def forward(self, x):
        return F.relu(torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1))


# %% wrong="3×3 for 5×5" diagnosis="five_is_three" points=0
# Takes torchvision's third branch.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()

        def conv(a, b, kernel):
            return [nn.Conv2d(a, b, kernel, padding=kernel // 2), nn.ReLU()]

        self.b1 = nn.Sequential(*conv(in_channels, c1, 1))
        self.b2 = nn.Sequential(*conv(in_channels, c3[0], 1), *conv(*c3, 3))
        self.b3 = nn.Sequential(*conv(in_channels, c5[0], 1), *conv(*c5, 3))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), *conv(in_channels, pool, 1))

    def forward(self, x):
        return torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1)


# %% wrong="a pooling that shrinks" diagnosis="pooling_shrinks" points=0
# Forgets that a pooling's stride is its kernel.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()

        def conv(a, b, kernel):
            return [nn.Conv2d(a, b, kernel, padding=kernel // 2), nn.ReLU()]

        self.b1 = nn.Sequential(*conv(in_channels, c1, 1))
        self.b2 = nn.Sequential(*conv(in_channels, c3[0], 1), *conv(*c3, 3))
        self.b3 = nn.Sequential(*conv(in_channels, c5[0], 1), *conv(*c5, 5))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 2, 1), *conv(in_channels, pool, 1))

    def forward(self, x):
        return torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1)


# %% wrong="the pooling branch first" diagnosis="branches_in_another_order" points=0
# Believes that the order of channels doesn't matter.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()

        def conv(a, b, kernel):
            return [nn.Conv2d(a, b, kernel, padding=kernel // 2), nn.ReLU()]

        self.b1 = nn.Sequential(*conv(in_channels, c1, 1))
        self.b2 = nn.Sequential(*conv(in_channels, c3[0], 1), *conv(*c3, 3))
        self.b3 = nn.Sequential(*conv(in_channels, c5[0], 1), *conv(*c5, 5))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), *conv(in_channels, pool, 1))

    def forward(self, x):
        return torch.cat([self.b4(x), self.b1(x), self.b2(x), self.b3(x)], 1)


# %% wrong="1×1, then the pooling" diagnosis="pooling_last" points=0
# Treats the fourth branch like the second and third.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()

        def conv(a, b, kernel):
            return [nn.Conv2d(a, b, kernel, padding=kernel // 2), nn.ReLU()]

        self.b1 = nn.Sequential(*conv(in_channels, c1, 1))
        self.b2 = nn.Sequential(*conv(in_channels, c3[0], 1), *conv(*c3, 3))
        self.b3 = nn.Sequential(*conv(in_channels, c5[0], 1), *conv(*c5, 5))
        self.b4 = nn.Sequential(*conv(in_channels, pool, 1), nn.MaxPool2d(3, 1, 1))

    def forward(self, x):
        return torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1)


# %% wrong="no padding" diagnosis="padding_missing" points=0
# Forgets the borders.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()
        self.b1 = nn.Sequential(nn.Conv2d(in_channels, c1, 1), nn.ReLU())
        self.b2 = nn.Sequential(
            nn.Conv2d(in_channels, c3[0], 1), nn.ReLU(), nn.Conv2d(*c3, 3), nn.ReLU()
        )
        self.b3 = nn.Sequential(
            nn.Conv2d(in_channels, c5[0], 1), nn.ReLU(), nn.Conv2d(*c5, 5), nn.ReLU()
        )
        self.b4 = nn.Sequential(
            nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_channels, pool, 1), nn.ReLU()
        )

    def forward(self, x):
        return torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1)


# %% wrong="concatenated along the rows" diagnosis="raises" points=0
# Takes the wrong dimension.
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, c1, c3, c5, pool):
        super().__init__()

        def conv(a, b, kernel):
            return [nn.Conv2d(a, b, kernel, padding=kernel // 2), nn.ReLU()]

        self.b1 = nn.Sequential(*conv(in_channels, c1, 1))
        self.b2 = nn.Sequential(*conv(in_channels, c3[0], 1), *conv(*c3, 3))
        self.b3 = nn.Sequential(*conv(in_channels, c5[0], 1), *conv(*c5, 5))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), *conv(in_channels, pool, 1))

    def forward(self, x):
        return torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 2)
