# %% right="names of the children"
def unfreeze(model, stages):
    model.requires_grad_(False)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in ["fc", *names[len(names) - stages :]]:
        getattr(model, name).requires_grad_(True)
    return model


# %% right="counts the stages, then goes through the parameters" shown="It decides for every parameter by its name, so nothing depends on what was frozen before."
def unfreeze(model, stages):
    last = 0
    while hasattr(model, f"layer{last + 1}"):
        last += 1
    opened = ("fc.", *(f"layer{k}." for k in range(last - stages + 1, last + 1)))
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith(opened)
    return model


# %% right="from the head backwards" shown="It starts at the head and opens stages on the way back until enough are open."
def unfreeze(model, stages):
    freeze(model)
    model.fc.weight.requires_grad = model.fc.bias.requires_grad = True
    left = stages
    for name, part in reversed(list(model.named_children())):
        if name.startswith("layer") and left > 0:
            left -= 1
            for parameter in part.parameters():
                parameter.requires_grad_()
    return model


# %% wrong="a slice that begins at minus zero" diagnosis="zero_stages_are_all" points=6
# Believes that the last none of a list is an empty list.
def unfreeze(model, stages):
    model.requires_grad_(False)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in ["fc", *names[-stages:]]:
        getattr(model, name).requires_grad_(True)
    return model


# %% wrong="nothing frozen first" diagnosis="nothing_frozen_again" points=3
# Believes that the network always comes frozen.
def unfreeze(model, stages):
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in ["fc", *names[len(names) - stages :]]:
        getattr(model, name).requires_grad_(True)
    return model


# %% wrong="the first stages" diagnosis="first_stages" points=2
# Believes that a network is adapted from its entrance.
def unfreeze(model, stages):
    model.requires_grad_(False)
    model.fc.requires_grad_(True)
    for number in range(1, stages + 1):
        getattr(model, f"layer{number}").requires_grad_(True)
    return model


# %% wrong="the head stays frozen" diagnosis="head_left_frozen" points=0
# Believes that only stages are asked for.
def unfreeze(model, stages):
    model.requires_grad_(False)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in names[len(names) - stages :]:
        getattr(model, name).requires_grad_(True)
    return model


# %% wrong="the head counts as a stage" diagnosis="head_counted_as_a_stage" points=0
# Believes that the head is the last stage.
def unfreeze(model, stages):
    model.requires_grad_(False)
    parts = [m for n, m in model.named_children() if n.startswith(("layer", "fc"))]
    for part in parts[len(parts) - stages :]:
        part.requires_grad_(True)
    return model


# %% wrong="always the last stage only" diagnosis="one_stage_only" points=3
# Believes that `stages` only says whether.
def unfreeze(model, stages):
    model.requires_grad_(False)
    model.fc.requires_grad_(True)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    if stages > 0:
        getattr(model, names[-1]).requires_grad_(True)
    return model


# %% wrong="four stages assumed" diagnosis="stage_count_assumed" points=1
# Believes that every residual network is a ResNet-18.
def unfreeze(model, stages):
    model.requires_grad_(False)
    model.fc.requires_grad_(True)
    for name in ["layer4", "layer3", "layer2", "layer1"][:stages]:
        if hasattr(model, name):
            getattr(model, name).requires_grad_(True)
    return model


# %% wrong="the stem opens with the last stage" diagnosis="stem_opened" points=6
# Believes that all stages are the whole network.
def unfreeze(model, stages):
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    model.requires_grad_(stages == len(names))
    for name in ["fc", *names[len(names) - stages :]]:
        getattr(model, name).requires_grad_(True)
    return model


# %% wrong="modes set as well" diagnosis="mode_changed" points=6
# Does the next function's work as well.
def unfreeze(model, stages):
    model.eval()
    model.requires_grad_(False)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in ["fc", *names[len(names) - stages :]]:
        getattr(model, name).requires_grad_(True)
    return model


# %% wrong="sets requires_grad on the stages" diagnosis="attribute_on_the_module" points=0
# Believes that a stage hands the attribute on to its parameters.
def unfreeze(model, stages):
    model.requires_grad_(False)
    names = [name for name, _ in model.named_children() if name.startswith("layer")]
    for name in ["fc", *names[len(names) - stages :]]:
        getattr(model, name).requires_grad = True
    return model
