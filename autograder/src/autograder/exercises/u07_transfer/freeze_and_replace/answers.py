# %% right="module methods"
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% right="loops over parameters, the width read from the weight" shown="It spells out what requires_grad_ does for all parameters, and reads the width from the old head's weight."
def freeze(module):
    for parameter in module.parameters():
        parameter.requires_grad = False
    return module


def replace_head(model, num_classes):
    width = model.fc.weight.shape[1]
    head = nn.Linear(width, num_classes, bias=True)
    nn.init.zeros_(head.bias)
    setattr(model, "fc", head)
    return model


def count_trainable(model):
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            total += math.prod(parameter.shape)
    return total


# %% right="by recursion and by name" shown="It goes down the tree of modules by itself and finds the head by its name, which would work for any name."
def freeze(module):
    for parameter in module.parameters(recurse=False):
        parameter.requires_grad_(False)
    for child in module.children():
        freeze(child)
    return module


def replace_head(model, num_classes):
    old = model.get_submodule("fc")
    model.add_module("fc", nn.Linear(old.in_features, num_classes, device=old.weight.device))
    return model


def count_trainable(model):
    learning = {name: p for name, p in model.named_parameters() if p.requires_grad}
    return int(sum(torch.tensor(p.shape).prod().item() for p in learning.values()))


# %% wrong="sets requires_grad on the module" diagnosis="nothing_frozen" points=6
# Believes that a module hands the attribute on to its parameters.
def freeze(module):
    module.requires_grad = False
    return module


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="freezes by evaluation mode" diagnosis="mode_changed" points=6
# Believes that freezing and evaluation mode are one thing.
def freeze(module):
    module.eval()
    for parameter in module.parameters():
        parameter.requires_grad = False
    return module


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="freezes weights only" diagnosis="only_weights_frozen" points=6
# Forgets that biases are parameters.
def freeze(module):
    for name, parameter in module.named_parameters():
        if name.endswith("weight"):
            parameter.requires_grad = False
    return module


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="freezes a copy" diagnosis="works_on_a_copy" points=6
# Believes that a function should never change what it is given.
def freeze(module):
    import copy

    module = copy.deepcopy(module)
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="returns nothing" diagnosis="not_a_module" points=6
# Forgets the return, since the module itself was changed.
def freeze(module):
    for parameter in module.parameters():
        parameter.requires_grad = False


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="writes a new number of classes on the old head" diagnosis="head_not_replaced" points=6
# Believes that a layer's label is its shape.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc.out_features = num_classes
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="a head for 512 features" diagnosis="head_of_a_fixed_width" points=6
# Copies the number from a tutorial on ResNet-18.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(512, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="a new head on top of the old one" diagnosis="head_on_top_of_the_old_one" points=6
# Believes that the old classes are the features.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Sequential(model.fc, nn.Linear(model.fc.out_features, num_classes))
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="a head called classifier" diagnosis="head_under_another_name" points=6
# Believes that a network uses every layer it holds.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.classifier = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="freezes after replacing the head" diagnosis="everything_frozen" points=6
# Does the two steps in the order that freezes the new head too.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return freeze(model)


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="returns the head" diagnosis="head_returned" points=6
# Believes that the result is what was made.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model.fc


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="counts all parameters" diagnosis="counts_everything" points=8
# Believes that the size of a network is what it learns.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters())


# %% wrong="counts tensors" diagnosis="counts_tensors" points=8
# Believes that a parameter is one number.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return len([p for p in model.parameters() if p.requires_grad])


# %% wrong="only what the network holds itself" diagnosis="only_direct_parameters" points=6
# Believes that parameters(recurse=False) is about gradients.
def freeze(module):
    for parameter in module.parameters(recurse=False):
        parameter.requires_grad = False
    return module


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="evaluation mode alone" diagnosis="evaluation_mode_freezes_nothing" points=6
# Believes that a network in evaluation mode cannot learn.
def freeze(module):
    return module.eval()


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="clears the gradients" diagnosis="nothing_frozen" points=6
# Believes that a parameter without a gradient is frozen.
def freeze(module):
    for parameter in module.parameters():
        parameter.grad = None
    return module


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="sets requires_grad on every layer" diagnosis="nothing_frozen" points=6
# Believes that a layer hands the attribute on to its parameters.
def freeze(module):
    for layer in module.modules():
        layer.requires_grad = False
    return module


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="returns a copy of what was frozen" diagnosis="another_network_returned" points=6
# Does its work, and hands out something else.
def freeze(module):
    import copy

    return copy.deepcopy(module.requires_grad_(False))


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="a head of zeros" diagnosis="head_not_random" points=6
# Believes that a fair start is one without an opinion.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    nn.init.zeros_(model.fc.weight)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="an identity for a head" diagnosis="head_not_random" points=6
# Lets the first features stand for the classes.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    nn.init.eye_(model.fc.weight)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="the old rows kept" diagnosis="old_rows_kept" points=6
# Believes that the old classes come first among the new ones.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    old = model.fc
    model.fc = nn.Linear(old.in_features, num_classes)
    with torch.no_grad():
        model.fc.weight[: old.out_features] = old.weight[:num_classes]
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="the old head kept where the number fits" diagnosis="head_not_replaced" points=9 visible="missed"
# Believes that as many classes are the same classes.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    if model.fc.out_features != num_classes:
        model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# %% wrong="counts matrices only" diagnosis="counts_matrices_only" points=8
# Believes that vectors are no weights.
def freeze(module):
    return module.requires_grad_(False)


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad and p.dim() > 1)
