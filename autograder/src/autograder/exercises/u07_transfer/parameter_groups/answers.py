# %% right="lists by name"
def parameter_groups(model, head_lr, backbone_lr):
    head = [p for p in model.fc.parameters() if p.requires_grad]
    body = [
        p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("fc.")
    ]
    groups = [{"params": body, "lr": backbone_lr}, {"params": head, "lr": head_lr}]
    return [group for group in groups if group["params"]]


# %% right="by identity, the head first" shown="It knows the head's parameters by identity, not by name, so the head may be called anything."
def parameter_groups(model, head_lr, backbone_lr):
    in_head = {id(p) for p in model.fc.parameters()}
    groups = []
    for lr, wanted in ((head_lr, True), (backbone_lr, False)):
        chosen = [
            p for p in model.parameters() if p.requires_grad and (id(p) in in_head) is wanted
        ]
        if chosen:
            groups.append({"lr": lr, "params": chosen})
    return groups


# %% right="one group for each part of the network" shown="It makes a group for each part, so every stage could get a rate of its own."
def parameter_groups(model, head_lr, backbone_lr):
    groups = []
    for name, part in model.named_children():
        learning = [p for p in part.parameters() if p.requires_grad]
        if learning:
            lr = head_lr if name == "fc" else backbone_lr
            groups.append({"params": iter(learning), "lr": lr, "name": name})
    return groups


# %% wrong="the rates swapped" diagnosis="rates_swapped" points=0
# Believes that the part with more parameters needs the higher rate.
def parameter_groups(model, head_lr, backbone_lr):
    head = [p for p in model.fc.parameters() if p.requires_grad]
    body = [
        p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("fc.")
    ]
    groups = [{"params": body, "lr": head_lr}, {"params": head, "lr": backbone_lr}]
    return [group for group in groups if group["params"]]


# %% wrong="frozen parameters included" diagnosis="frozen_included" points=3
# Believes that the optimiser knows what is frozen, so that it does not matter.
def parameter_groups(model, head_lr, backbone_lr):
    body = [p for n, p in model.named_parameters() if not n.startswith("fc.")]
    return [
        {"params": body, "lr": backbone_lr},
        {"params": list(model.fc.parameters()), "lr": head_lr},
    ]


# %% wrong="the head among all and by itself" diagnosis="head_twice" points=0
# Believes that a later group overrides an earlier one.
def parameter_groups(model, head_lr, backbone_lr):
    learning = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": learning, "lr": backbone_lr},
        {"params": list(model.fc.parameters()), "lr": head_lr},
    ]


# %% wrong="the head found by its letters" diagnosis="head_found_by_letters" points=1
# Believes that nothing else has these letters in its name.
def parameter_groups(model, head_lr, backbone_lr):
    head = [p for n, p in model.named_parameters() if p.requires_grad and "fc" in n]
    body = [p for n, p in model.named_parameters() if p.requires_grad and "fc" not in n]
    groups = [{"params": body, "lr": backbone_lr}, {"params": head, "lr": head_lr}]
    return [group for group in groups if group["params"]]


# %% wrong="an empty group" diagnosis="empty_group" points=5
# Forgets the case in which only the head learns.
def parameter_groups(model, head_lr, backbone_lr):
    head = [p for p in model.fc.parameters() if p.requires_grad]
    body = [
        p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("fc.")
    ]
    return [{"params": body, "lr": backbone_lr}, {"params": head, "lr": head_lr}]


# %% wrong="one rate for everything" diagnosis="one_rate_for_all" points=1
# Believes that one rate is enough.
def parameter_groups(model, head_lr, backbone_lr):
    return [{"params": [p for p in model.parameters() if p.requires_grad], "lr": head_lr}]


# %% wrong="the last stage only" diagnosis="last_stage_only" points=1
# Believes that fine-tuning always means the last stage.
def parameter_groups(model, head_lr, backbone_lr):
    last = [m for n, m in model.named_children() if n.startswith("layer")][-1]
    groups = [
        {"params": [p for p in last.parameters() if p.requires_grad], "lr": backbone_lr},
        {"params": [p for p in model.fc.parameters() if p.requires_grad], "lr": head_lr},
    ]
    return [group for group in groups if group["params"]]


# %% wrong="copies of the parameters" diagnosis="foreign_parameters" points=0
# Believes that an optimiser wants its own tensors.
def parameter_groups(model, head_lr, backbone_lr):
    body = [
        p.detach().clone().requires_grad_()
        for n, p in model.named_parameters()
        if p.requires_grad and not n.startswith("fc.")
    ]
    head = [p.detach().clone().requires_grad_() for p in model.fc.parameters()]
    groups = [{"params": body, "lr": backbone_lr}, {"params": head, "lr": head_lr}]
    return [group for group in groups if group["params"]]


# %% wrong="two lists instead of dictionaries" diagnosis="not_groups" points=0
# Believes that the rates are passed elsewhere.
def parameter_groups(model, head_lr, backbone_lr):
    body = [p for n, p in model.named_parameters() if not n.startswith("fc.")]
    return [body, list(model.fc.parameters())]


# %% wrong="the head whether it may learn or not" diagnosis="frozen_included" points=6
# Believes that the head always learns.
def parameter_groups(model, head_lr, backbone_lr):
    body = [
        p for n, p in model.named_parameters() if p.requires_grad and not n.startswith("fc.")
    ]
    groups = [
        {"params": body, "lr": backbone_lr},
        {"params": list(model.fc.parameters()), "lr": head_lr},
    ]
    return [group for group in groups if group["params"]]
