# %% right="two 1×1 convolutions"
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(weights))


# %% right="pooling and gate in one nn.Sequential" shown="All that makes the weights is one nn.Sequential, pooling included; forward is a single product."
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(channels // reduction, 1)
        self.weights = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, few, kernel_size=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(few, channels, kernel_size=1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        return x * self.weights(x)


# %% right="dense layers on the averages" shown="Where there is one pixel, a dense layer computes what a 1×1 convolution does; the paper calls them FC."
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.down = nn.Linear(channels, few)
        self.up = nn.Linear(few, channels)

    def forward(self, x):
        weights = self.up(F.relu(self.down(x.mean(dim=(2, 3))))).sigmoid()
        return x * weights[:, :, None, None]


# %% wrong="no sigmoid" diagnosis="sigmoid_missing" points=0
# Leaves the weights as they come.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        return x * self.excite(F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True))))


# %% wrong="softmax" diagnosis="softmax_for_sigmoid" points=0
# Believes that attention always means softmax.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return x * self.excite(weights).softmax(dim=1)


# %% wrong="returns the weights" diagnosis="weights_returned" points=0
# Forgets to use what it has computed.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return torch.sigmoid(self.excite(weights))


# %% wrong="added" diagnosis="added_not_multiplied" points=0
# Believes that everything that goes around something is added.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return x + torch.sigmoid(self.excite(weights))


# %% wrong="averages over the batch as well" diagnosis="squeezed_over_the_batch" points=0
# Takes the mean as batch norm does.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(0, 2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(weights))


# %% wrong="no channel left" diagnosis="no_channel_left" points=4
# Divides without looking at what remains.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = channels // reduction
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(weights))


# %% wrong="no biases" diagnosis="biases_missing" points=0
# Leaves them out, as everywhere else in this unit.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1, bias=False)
        self.excite = nn.Conv2d(few, channels, 1, bias=False)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(weights))


# %% wrong="the paper's reduction" diagnosis="default_reduction" points=3
# Knows that the paper divides by 16.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=16):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(weights))


# %% wrong="scales the input itself, in place" diagnosis="changes_its_input" points=0
# Saves a tensor, and it is the caller's.
class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        few = max(1, channels // reduction)
        self.squeeze = nn.Conv2d(channels, few, 1)
        self.excite = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        weights = F.relu(self.squeeze(x.mean(dim=(2, 3), keepdim=True)))
        weights = torch.sigmoid(self.excite(weights))
        x.data = x.data * weights.detach()
        return x * weights / weights.detach()
