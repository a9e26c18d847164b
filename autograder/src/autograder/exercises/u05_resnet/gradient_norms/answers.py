# %% right="torch.autograd.grad"
def gradient_norms(model, x, y):
    weights = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    loss = F.cross_entropy(model(x), y)
    gradients = torch.autograd.grad(loss, weights.values())
    return {name: float(g.norm()) for name, g in zip(weights, gradients)}


# %% right="old gradients set aside and put back" shown="It calls backward as in training, and gives the parameters back the gradients that they had."
def gradient_norms(model, x, y):
    kept = {name: p.grad for name, p in model.named_parameters()}
    for p in model.parameters():
        p.grad = None
    nn.CrossEntropyLoss()(model(x), y).backward()
    norms = {}
    for name, p in model.named_parameters():
        if p.ndim >= 2:
            norms[name] = float(p.grad.pow(2).sum().sqrt())
        p.grad = kept[name]
    return norms


# %% right="on a copy" shown="It works on a copy, so nothing has to be put back. It needs the memory for a second network."
def gradient_norms(model, x, y):
    import copy

    twin = copy.deepcopy(model)
    twin.zero_grad()
    F.cross_entropy(twin(x), y).backward()
    return {n: p.grad.flatten().norm().item() for n, p in twin.named_parameters() if p.dim() != 1}


# %% wrong="backward on top of what is there" diagnosis="old_gradients_added" points=5.5
# Forgets that backward() adds.
def gradient_norms(model, x, y):
    kept = {name: None if p.grad is None else p.grad.clone() for name, p in model.named_parameters()}
    F.cross_entropy(model(x), y).backward()
    norms = {n: p.grad.norm().item() for n, p in model.named_parameters() if p.dim() > 1}
    for name, p in model.named_parameters():
        p.grad = kept[name]
    return norms


# %% wrong="the usual three lines" diagnosis="gradients_cleared" points=6
# Clears first, as in training, and with it what belonged to somebody else.
def gradient_norms(model, x, y):
    model.zero_grad()
    F.cross_entropy(model(x), y).backward()
    norms = {n: p.grad.norm().item() for n, p in model.named_parameters() if p.dim() > 1}
    model.zero_grad()
    return norms


# %% wrong="its own gradients left behind" diagnosis="gradients_left" points=6
# Measures rightly and goes away without cleaning up.
def gradient_norms(model, x, y):
    for p in model.parameters():
        p.grad = None
    F.cross_entropy(model(x), y).backward()
    return {n: p.grad.norm().item() for n, p in model.named_parameters() if p.dim() > 1}


# %% wrong="every parameter" diagnosis="one_dimensional_too" points=1
# Takes named_parameters() as it comes.
def gradient_norms(model, x, y):
    named = dict(model.named_parameters())
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="convolutions only" diagnosis="convolutions_only" points=1
# Believes that weights worth looking at have four dimensions.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() == 4}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="mean magnitudes" diagnosis="mean_of_magnitudes" points=1
# Takes another size for the norm.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.abs().mean().item() for name, g in zip(named, gradients)}


# %% wrong="squares without the root" diagnosis="squared" points=1
# Forgets the root.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: (g**2).sum().item() for name, g in zip(named, gradients)}


# %% wrong="the weights' own norms" diagnosis="weights_not_gradients" points=1
# Looks at the parameter instead of its gradient.
def gradient_norms(model, x, y):
    return {name: p.norm().item() for name, p in model.named_parameters() if p.dim() > 1}


# %% wrong="the summed loss" diagnosis="sum_not_mean" points=1
# Believes that sum and mean only differ in how they look.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    loss = F.cross_entropy(model(x), y, reduction="sum")
    gradients = torch.autograd.grad(loss, list(named.values()))
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="always in evaluation mode" diagnosis="mode_changed" points=5.5
# Believes that whoever measures must switch to evaluation mode.
def gradient_norms(model, x, y):
    was_training = model.training
    model.eval()
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    model.train(was_training)
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="sorted by size" diagnosis="order_changed" points=4
# Puts the largest first, for the reader.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    norms = {name: g.norm().item() for name, g in zip(named, gradients)}
    return dict(sorted(norms.items(), key=lambda item: item[1]))


# %% wrong="matrices only" diagnosis="dense_layers_only" points=1
# Believes that "two or more dimensions" means matrices.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() == 2}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="whatever is called weight" diagnosis="scales_of_norms_too" points=5.5
# Forgets that batch norm calls its scale a weight.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if name.endswith("weight")}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="training mode first" diagnosis="mode_changed" points=5.5
# Believes that gradients exist in training mode only.
def gradient_norms(model, x, y):
    model.train()
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="in training mode afterwards" diagnosis="mode_changed" points=5.5
# Measures rightly and leaves the network ready for the next epoch.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    model.train()
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="a step on the way" diagnosis="network_changed" points=6
# Trains where it should only look.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() > 1}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    with torch.no_grad():
        for p, g in zip(named.values(), gradients):
            p -= 0.01 * g
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="everything else frozen" diagnosis="trainable_changed" points=6
# Freezes what is not measured and does not thaw it.
def gradient_norms(model, x, y):
    for p in model.parameters():
        p.requires_grad_(p.dim() > 1)
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.norm().item() for name, g in zip(named, gradients)}


# %% wrong="tensors, each with one number" diagnosis="norms_are_tensors" points=4
# Leaves out the last step, from a tensor to a number.
def gradient_norms(model, x, y):
    named = {name: p for name, p in model.named_parameters() if p.dim() >= 2}
    gradients = torch.autograd.grad(F.cross_entropy(model(x), y), list(named.values()))
    return {name: g.norm() for name, g in zip(named, gradients)}
