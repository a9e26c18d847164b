# %% right="the scale of every block's last batch norm"
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            self.shortcut.append(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False))
            self.shortcut.append(nn.BatchNorm2d(out_channels))

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + self.shortcut(x))


def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)


# %% right="a block with other names, found by what it has" shown="It knows a block by its parts, not by its class, so it'd work for blocks of other people too."
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.beside = None
        if stride != 1 or in_channels != out_channels:
            self.beside = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        self.body = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )

    def forward(self, x):
        return F.relu(self.body(x) + (x if self.beside is None else self.beside(x)))


@torch.no_grad()
def zero_init_residual(model):
    for module in model.modules():
        if hasattr(module, "body"):
            module.body[-1].weight.zero_()
            module.body[-1].bias.fill_(0)
    return model


# %% right="recursion, a new parameter of zeros" shown="It goes down the tree of modules by itself and puts a new parameter in the place of the old one."
def zero_init_residual(model):
    if type(model).__name__ == "ResidualBlock":
        model.bn2.weight = nn.Parameter(torch.zeros_like(model.bn2.weight))
    for child in model.children():
        zero_init_residual(child)


# %% wrong="the last convolution's kernels" diagnosis="convolutions_changed" points=7.5
# The correction is nothing, but the norm behind it divides by √ε.
def zero_init_residual(model):
    for block in filter(lambda module: isinstance(module, ResidualBlock), model.modules()):
        block.conv2.weight.data.fill_(0.0)


# %% wrong="the first batch norm of the block" diagnosis="cannot_learn" points=7.5
# The output is right, but no gradient finds its way back in.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn1.weight)


# %% wrong="both batch norms of the block" diagnosis="cannot_learn" points=7.5
# Believes that zero twice is safer than zero once.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn1.weight)
            nn.init.zeros_(module.bn2.weight)


# %% wrong="every batch norm" diagnosis="signal_killed" points=2.5
# Finds batch norms wherever they are, on the shortcut too.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.zeros_(module.weight)


# %% wrong="every convolution" diagnosis="signal_killed" points=2.5
# Believes that the whole network should begin with nothing.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.zeros_(module.weight)


# %% wrong="the last batch norm in the list" diagnosis="shortcut_zeroed" points=6.5
# Behind the second batch norm, the list has that of the projection.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            norms = [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)]
            nn.init.zeros_(norms[-1].weight)


# %% wrong="only the children" diagnosis="nothing_changed" points=0
# Looks one level deep, and finds no block.
def zero_init_residual(model):
    for module in model.children():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)


# %% wrong="a copy" diagnosis="nothing_changed" points=0
# Returns a changed copy and leaves the network as it was.
def zero_init_residual(model):
    import copy

    twin = copy.deepcopy(model)
    for module in twin.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
    return twin


# %% wrong="the offset instead of the scale" diagnosis="nothing_changed" points=0
# β is zero already; γ is what multiplies.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.bias)


# %% wrong="small instead of zero" diagnosis="wrong_values" points=0
# Fears that zero can never learn.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.constant_(module.bn2.weight, 0.1)


# %% wrong="zero and frozen" diagnosis="cannot_learn" points=7.5
# Believes that what is zero has to be kept zero.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
            for parameter in module.parameters():
                parameter.requires_grad_(False)


# %% wrong="in place on a leaf" diagnosis="raises" points=0
# Forgets that autograd watches.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            module.bn2.weight.zero_()


# %% wrong="two levels deep" diagnosis="blocks_missed" points=6.5
# Knows how the network at hand is built, and looks there.
def zero_init_residual(model):
    for module in [model, *(block for stage in model.children() for block in stage.children())]:
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)


# %% wrong="stops at the first block" diagnosis="blocks_missed" points=6.5
# Leaves the loop too early.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
            return


# %% wrong="the scale taken away" diagnosis="parameters_removed" points=0
# Believes that a scale of zero need not be kept.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            scale = module.bn2.weight
            del module.bn2.weight
            module.bn2.register_buffer("weight", torch.zeros_like(scale))


# %% wrong="the dense layer as well" diagnosis="other_layers_changed" points=6.5
# Wants a quiet start everywhere.
def zero_init_residual(model):
    for module in model.modules():
        if isinstance(module, ResidualBlock):
            nn.init.zeros_(module.bn2.weight)
        elif isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)


# %% wrong="by the name of the parameter" diagnosis="other_layers_changed" points=6.5
# Believes that only a ResidualBlock can have a bn2.
def zero_init_residual(model):
    for name, parameter in model.named_parameters():
        if name.endswith("bn2.weight"):
            nn.init.zeros_(parameter)
