# %% right="modules, then elements"
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    dense = sum(
        p.numel() for m in model.modules() if isinstance(m, nn.Linear) for p in m.parameters()
    )
    return dense / total if total else 0.0


# %% right="by recursion through the children" shown="It goes down the tree of modules by itself and stops at each dense layer."
def _dense(module):
    if isinstance(module, nn.Linear):
        return module.weight.numel() + (0 if module.bias is None else module.bias.numel())
    return sum(_dense(child) for child in module.children())


def parameter_share(model):
    sizes = [p.nelement() for p in model.parameters()]
    return _dense(model) / max(sum(sizes), 1)


# %% right="by names, as a tensor" shown="It collects the names of the dense parameters first, so a layer that is used twice counts once."
def parameter_share(model):
    of_dense = {
        f"{name}.{what}".lstrip(".")
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
        for what, _ in module.named_parameters()
    }
    counts = {name: p.numel() for name, p in model.named_parameters()}
    if not counts:
        return torch.tensor(0.0)
    dense = sum(count for name, count in counts.items() if name in of_dense)
    return torch.tensor(dense / sum(counts.values()), dtype=torch.float64)


# %% wrong="only the direct children" diagnosis="direct_children_only" points=1.5
# Believes that a network is a flat list of layers.
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    dense = 0
    for child in model.children():
        if isinstance(child, nn.Linear):
            dense += sum(p.numel() for p in child.parameters())
    return dense / total if total else 0.0


# %% wrong="tensors counted, not their elements" diagnosis="tensors_counted" points=0.5
# Believes that `parameters()` gives numbers.
def parameter_share(model):
    total = len(list(model.parameters()))
    dense = sum(len(list(m.parameters())) for m in model.modules() if isinstance(m, nn.Linear))
    return dense / total if total else 0.0


# %% wrong="the share of the layers" diagnosis="layers_counted" points=0.5
# Counts layers where the question is about parameters.
def parameter_share(model):
    layers = [m for m in model.modules() if len(list(m.children())) == 0]
    return sum(isinstance(m, nn.Linear) for m in layers) / len(layers)


# %% wrong="biases left out" diagnosis="biases_left_out" points=0
# Counts in_features × out_features.
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    dense = sum(
        m.in_features * m.out_features for m in model.modules() if isinstance(m, nn.Linear)
    )
    return dense / total if total else 0.0


# %% wrong="a ratio to the rest" diagnosis="against_the_rest" points=0
# Mixes up ratio and share.
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    dense = sum(
        p.numel() for m in model.modules() if isinstance(m, nn.Linear) for p in m.parameters()
    )
    return dense / (total - dense) if total > dense else 0.0


# %% wrong="percent" diagnosis="in_percent" points=0
# Answers in the unit of the text.
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    dense = sum(
        p.numel() for m in model.modules() if isinstance(m, nn.Linear) for p in m.parameters()
    )
    return 100 * dense / total if total else 0.0


# %% wrong="dense layers and convolutions are all there is" diagnosis="norms_left_out" points=1
# Believes that only those two kinds of layer have parameters.
def parameter_share(model):
    dense = convolutions = 0
    for module in model.modules():
        count = sum(p.numel() for p in module.parameters(recurse=False))
        if isinstance(module, nn.Linear):
            dense += count
        elif isinstance(module, nn.Conv2d):
            convolutions += count
    return dense / (dense + convolutions) if dense else 0.0


# %% wrong="every module's parameters added up" diagnosis="parts_counted_again" points=0
# Does not know that a container's parameters are those of its parts.
def parameter_share(model):
    total = sum(p.numel() for m in model.modules() for p in m.parameters())
    dense = sum(
        p.numel() for m in model.modules() if isinstance(m, nn.Linear) for p in m.parameters()
    )
    return dense / total if total else 0.0


# %% wrong="a network without parameters" diagnosis="needs_a_parameter" points=1.5
# Does not think of the case.
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    dense = sum(
        p.numel() for m in model.modules() if isinstance(m, nn.Linear) for p in m.parameters()
    )
    return dense / total


# %% wrong="a bias for every dense layer" diagnosis="biases_made_up" points=1.5 visible="missed"
# Uses the formula of the text, which takes the bias for granted.
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    dense = sum(
        (m.in_features + 1) * m.out_features for m in model.modules() if isinstance(m, nn.Linear)
    )
    return dense / total if total else 0.0


# %% wrong="only what is trained" diagnosis="frozen_left_out" points=1.5 visible="missed"
# Copies the usual line that counts trainable parameters.
def parameter_share(model):
    def count(module):
        return sum(p.numel() for p in module.parameters() if p.requires_grad)

    total = count(model)
    return sum(count(m) for m in model.modules() if isinstance(m, nn.Linear)) / max(total, 1)


# %% wrong="matrices only" diagnosis="biases_left_out" points=0
# Believes that the parameters of a dense layer are those with two dimensions.
def parameter_share(model):
    total = sum(p.numel() for p in model.parameters())
    return sum(p.numel() for p in model.parameters() if p.dim() == 2) / max(total, 1)
