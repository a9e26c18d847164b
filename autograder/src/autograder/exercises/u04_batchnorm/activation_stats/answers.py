# %% right="a hook on each ReLU"
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% right="kept outputs, measured afterwards by sums" shown="The hooks only keep the outputs; they are measured when the pass is over. That needs more memory, but keeps the hooks trivial."
def activation_stats(model, x):
    kept, handles = [], []
    for layer in model.modules():
        if type(layer) is nn.ReLU:
            handle = layer.register_forward_hook(
                lambda layer, given, made: kept.append(made.detach())
            )
            handles.append(handle)
    try:
        model(x)
    finally:
        for handle in handles:
            handle.remove()
    pairs = []
    for made in kept:
        numbers = made.double().flatten()
        mean = numbers.sum() / len(numbers)
        deviation = ((numbers**2).sum() / len(numbers) - mean**2).clamp(min=0).sqrt()
        pairs.append([float(mean), float(deviation)])
    return pairs


# %% right="ReLUs that report, put in the place of forward for a moment" shown="It uses no hooks: for one pass, each ReLU's forward is replaced by one that reports."
@torch.inference_mode()
def activation_stats(model, x):
    stats = []
    relus = [m for m in model.modules() if isinstance(m, nn.ReLU)]

    def reporting(relu):
        def forward(given):
            made = nn.ReLU.forward(relu, given)
            var, mean = torch.var_mean(made, correction=0)
            stats.append((mean.item(), var.sqrt().item()))
            return made

        return forward

    for relu in relus:
        relu.forward = reporting(relu)
    try:
        model(x)
    finally:
        for relu in relus:
            del relu.forward
    return stats


# %% wrong="torch's default deviation" diagnosis="unbiased_deviation" points=1
# Believes that std has one meaning.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std().item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% wrong="the variance" diagnosis="variance_not_deviation" points=1
# Mixes up the two.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.var(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% wrong="the deviation first" diagnosis="pair_swapped" points=1
# Believes that the order of two numbers explains itself.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.std(unbiased=False).item(), output.mean().item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% wrong="what goes into the ReLU" diagnosis="before_the_activation" points=1
# Takes the wrong argument of the hook.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((inputs[0].mean().item(), inputs[0].std(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% wrong="a dictionary with one place for each layer" diagnosis="once_for_each_module" points=3
# Believes that a layer runs once.
def activation_stats(model, x):
    stats = {}

    def measure(module, inputs, output):
        stats[module] = (output.mean().item(), output.std(unbiased=False).item())

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return list(stats.values())


# %% wrong="told in the order of modules()" diagnosis="once_for_each_module" points=3
# Believes that layers run in the order in which they were made.
def activation_stats(model, x):
    relus = [m for m in model.modules() if isinstance(m, nn.ReLU)]
    outputs = {}

    def keep(module, inputs, output):
        outputs[module] = output

    hooks = [relu.register_forward_hook(keep) for relu in relus]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return [
        (outputs[relu].mean().item(), outputs[relu].std(unbiased=False).item()) for relu in relus
    ]


# %% wrong="walks through the children itself" diagnosis="direct_children_only" points=3
# Believes that every network is a flat nn.Sequential.
def activation_stats(model, x):
    stats = []
    with torch.no_grad():
        for layer in model.children():
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                stats.append((x.mean().item(), x.std(unbiased=False).item()))
    return stats


# %% wrong="measures in evaluation mode and leaves it" diagnosis="mode_switched" points=3
# Believes that looking means evaluating.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    model.eval()
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% wrong="measures in evaluation mode and switches back" diagnosis="mode_switched" points=3
# Believes that the mode does not matter for a look.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    was_training = model.training
    model.eval()
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    model.train(was_training)
    return stats


# %% wrong="hooks left in the network" diagnosis="hooks_left" points=4
# Believes that a hook ends with the function.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    return stats


# %% wrong="removes every hook" diagnosis="hooks_of_others_removed" points=4
# Tidies up more than what is its own.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for module in model.modules():
        module._forward_hooks.clear()
    return stats


# %% wrong="a deviation for each image, averaged" diagnosis="averaged_over_images" points=1
# Believes that the mean of deviations is the deviation.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append(
            (output.mean().item(), output.flatten(1).std(dim=1, unbiased=False).mean().item())
        )

    hooks = [m.register_forward_hook(measure) for m in model.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% wrong="every layer" diagnosis="after_every_layer" points=1
# Forgets to choose.
def activation_stats(model, x):
    stats = []

    def measure(module, inputs, output):
        stats.append((output.mean().item(), output.std(unbiased=False).item()))

    hooks = [m.register_forward_hook(measure) for m in model.modules() if not list(m.children())]
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return stats


# %% wrong="hooks made in a loop that share its variable" diagnosis="late_binding" points=1
# Believes that a lambda keeps the value that a loop variable had when it was made.
def activation_stats(model, x):
    stats, hooks = {}, []
    for name, module in model.named_modules():
        if isinstance(module, nn.ReLU):
            hooks.append(
                module.register_forward_hook(
                    lambda layer, given, made: stats.__setitem__(
                        name, (made.mean().item(), made.std(unbiased=False).item())
                    )
                )
            )
    with torch.no_grad():
        model(x)
    for hook in hooks:
        hook.remove()
    return list(stats.values())
