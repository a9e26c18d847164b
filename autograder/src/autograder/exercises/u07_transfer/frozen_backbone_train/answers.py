# %% right="every batch norm asked for its parameters"
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d) and not any(
            p.requires_grad for p in module.parameters()
        ):
            module.eval()
    return model


# %% right="the flag set part by part" shown="It sets the training flag of each part directly: train() and eval() do nothing else."
def frozen_backbone_train(model):
    for name, part in model.named_modules():
        part.training = True
        if "BatchNorm" in type(part).__name__:
            part.training = part.weight.requires_grad or part.bias.requires_grad
    return model


# %% right="by recursion" shown="It goes down the tree of modules by itself, and decides for each module once."
def frozen_backbone_train(model):
    kinds = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)

    def visit(module):
        frozen = not any(p.requires_grad for p in module.parameters(recurse=False))
        module.training = not (isinstance(module, kinds) and frozen)
        for child in module.children():
            visit(child)

    visit(model)
    return model


# %% wrong="plain training mode" diagnosis="frozen_norms_still_learn" points=3
# Believes that freezing the parameters freezes batch norm.
def frozen_backbone_train(model):
    return model.train()


# %% wrong="training mode after the batch norms" diagnosis="frozen_norms_still_learn" points=3
# Does the right things in an order that undoes them.
def frozen_backbone_train(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d) and not module.weight.requires_grad:
            module.eval()
    model.train()
    return model


# %% wrong="evaluation mode for everything" diagnosis="evaluation_mode_everywhere" points=0
# Takes the safe side for all parts.
def frozen_backbone_train(model):
    model.eval()
    return model


# %% wrong="every batch norm rests" diagnosis="all_norms_stopped" points=0
# Believes that fine-tuning means no batch norm at all.
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    return model


# %% wrong="everything without trainable parameters rests" diagnosis="dropout_stopped_too" points=2
# Believes that a part without trainable parameters is frozen.
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if not any(p.requires_grad for p in module.parameters()):
            module.eval()
    return model


# %% wrong="whole frozen stages rest" diagnosis="dropout_stopped_too" points=5
# Believes that eval() of a stage is about its batch norms alone.
def frozen_backbone_train(model):
    model.train()
    for part in model.children():
        parameters = list(part.parameters())
        if parameters and not any(p.requires_grad for p in parameters):
            part.eval()
    return model


# %% wrong="only the outermost batch norm" diagnosis="only_direct_children" points=3
# Believes that children() reaches everything.
def frozen_backbone_train(model):
    model.train()
    for part in model.children():
        if isinstance(part, nn.BatchNorm2d) and not part.weight.requires_grad:
            part.eval()
    return model


# %% wrong="momentum of zero" diagnosis="frozen_norms_still_learn" points=5
# Stops the statistics, but still normalises by the batch.
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d) and not module.weight.requires_grad:
            module.momentum = 0.0
    return model


# %% wrong="the wrong way round" diagnosis="wrong_way_round" points=0
# Mixes up which batch norms rest.
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d) and module.weight.requires_grad:
            module.eval()
    return model


# %% wrong="freezes batch norms" diagnosis="freezes_norms" points=0
# Believes that the task is to freeze, not to set modes.
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
            module.requires_grad_(False)
    return model


# %% wrong="any frozen parameter stops a batch norm" diagnosis="half_frozen_norms_stopped" points=6
# Reads "all frozen" as "not all trainable".
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train(all(p.requires_grad for p in module.parameters()))
    return model


# %% wrong="the weight speaks for the bias" diagnosis="half_frozen_norms_stopped" points=6
# Believes that both parameters of a batch norm are always frozen together.
def frozen_backbone_train(model):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d) and not module.weight.requires_grad:
            module.eval()
    return model


# %% wrong="returns a copy" diagnosis="another_network_returned" points=2
# Does its work, and hands out something else.
def frozen_backbone_train(model):
    import copy

    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train(any(p.requires_grad for p in module.parameters()))
    return copy.deepcopy(model)
