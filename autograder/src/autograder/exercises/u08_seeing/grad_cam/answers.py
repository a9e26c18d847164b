# %% right="the gradient of one tensor, asked for directly"
def grad_cam(model, layer, x, target):
    kept = {}

    def keep(module, inputs, output):
        kept["maps"] = output if output.requires_grad else output.requires_grad_()

    with in_eval_mode(model), layer.register_forward_hook(keep):
        logits = model(x[None])
    maps = kept["maps"]
    weights = torch.autograd.grad(logits[0, target], maps)[0].mean((2, 3))[0]
    heat = torch.einsum("k,khw->hw", weights, maps[0].detach()).relu()
    heat = F.interpolate(heat[None, None], tuple(x.shape[1:]), mode="bilinear").squeeze()
    return heat / heat.max().clamp_min(1e-30)


# %% right="backward hooks, and every gradient put back" shown="It catches the gradient with a backward hook, calls backward, and puts everything back afterwards."
def grad_cam(model, layer, x, target):
    stored = [None if p.grad is None else p.grad.clone() for p in model.parameters()]
    seen = {}
    first = layer.register_forward_hook(lambda m, i, output: seen.update(maps=output.detach()))
    second = layer.register_full_backward_hook(lambda m, i, outputs: seen.update(slope=outputs[0]))
    try:
        with in_eval_mode(model):
            model(x.detach().clone()[None].requires_grad_())[0, target].backward()
    finally:
        first.remove()
        second.remove()
        for parameter, gradient in zip(model.parameters(), stored, strict=True):
            parameter.grad = gradient
    weights = seen["slope"].mean(dim=(2, 3), keepdim=True)
    heat = (weights * seen["maps"]).sum(1, keepdim=True).clamp(min=0)
    heat = nn.Upsample(size=tuple(x.shape[-2:]), mode="bilinear")(heat)[0, 0]
    return heat if float(heat.max()) == 0 else heat / heat.max()


# %% right="a copy of the model, retain_grad and backward" shown="It asks the feature map to keep its gradient (retain_grad), on a copy that is thrown away."
def grad_cam(model, layer, x, target):
    name = next(name for name, module in model.named_modules() if module is layer)
    twin = copy.deepcopy(model).eval()
    kept = []

    def keep(module, inputs, output):
        output.retain_grad()
        kept.append(output)

    twin.get_submodule(name).register_forward_hook(keep)
    twin(x.detach().clone().unsqueeze(0).requires_grad_())[0, target].backward()
    maps = kept[0]
    heat = F.relu((maps.grad.mean(dim=[2, 3], keepdim=True) * maps.detach()).sum(dim=1))
    heat = F.interpolate(heat.unsqueeze(1), size=x.shape[-2:], mode="bilinear")[0, 0]
    return torch.nan_to_num(heat / heat.max())


# %% wrong="without the ReLU" diagnosis="relu_forgotten" points=6
# Believes that the weighted sum is the evidence, with both signs.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * kept[0].detach()).sum(dim=1, keepdim=True)
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="stretched to 0…1 instead of a ReLU" diagnosis="stretched_without_relu" points=6
# Believes that any map may be stretched for the eye.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = (weights * kept[0].detach()).sum(dim=1, keepdim=True)
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return (heat - heat.min()) / (heat.max() - heat.min())


# %% wrong="each place by its own gradient" diagnosis="gradients_not_averaged" points=7
# Believes that gradient times map is Grad-CAM.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="not divided by the maximum" diagnosis="not_divided" points=7
# Leaves the scaling to the picture.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat


# %% wrong="nan where nothing speaks for the target" diagnosis="nan_where_nothing_speaks" points=10
# Believes that there is always some evidence.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max()


# %% wrong="blocks instead of bilinear" diagnosis="nearest_not_bilinear" points=7
# Takes the default of F.interpolate.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:])[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="corners aligned" diagnosis="corners_aligned" points=7
# Silences a warning the wrong way.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear", align_corners=True)[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="divided, then enlarged" diagnosis="divided_before_enlarging" points=7
# Believes that the order does not matter.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = heat / heat.max() if heat.any() else heat
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat


# %% wrong="not enlarged" diagnosis="map_not_enlarged" points=7
# Believes that the picture will enlarge it.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = heat[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="the gradient of the probability" diagnosis="softmax_before_gradient" points=7
# Believes that the probability is what is explained.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits.softmax(dim=1)[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="explains the winner" diagnosis="target_ignored" points=6
# Believes that only the predicted class can be explained.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0].max(), kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="absolute weights" diagnosis="weights_without_sign" points=6
# Believes that a large gradient speaks for the class.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.abs().mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="evaluation mode forgotten" diagnosis="evaluation_mode_forgotten" points=10
# Believes that one image cannot change a batch norm.
def grad_cam(model, layer, x, target):
    kept = []
    with (
        contextlib.nullcontext(),
        layer.register_forward_hook(lambda m, i, output: kept.append(output)),
    ):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="needs trainable parameters" diagnosis="needs_trainable_parameters" points=10 visible="missed"
# Believes that some parameter always asks for gradients.
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        logits = model(x[None])
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="a hook that stays" diagnosis="hooks_left" points=10
# Believes that a hook serves once.
def grad_cam(model, layer, x, target):
    kept = []
    layer.register_forward_hook(lambda module, inputs, output: kept.append(output))
    with in_eval_mode(model):
        logits = model(x.clone()[None].requires_grad_())
    (gradient,) = torch.autograd.grad(logits[0, target], kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat


# %% wrong="backward fills the parameters" diagnosis="gradients_left" points=10
# Forgets that backward() stores a gradient everywhere.
def grad_cam(model, layer, x, target):
    kept = []

    def keep(module, inputs, output):
        output.retain_grad()
        kept.append(output)

    with in_eval_mode(model), layer.register_forward_hook(keep):
        model(x.clone()[None].requires_grad_())[0, target].backward()
    weights = kept[0].grad.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.any() else heat

# %% wrong="the minimum subtracted first, as some libraries do" diagnosis="stretched_to_its_minimum" points=7
def grad_cam(model, layer, x, target):
    kept = []
    with in_eval_mode(model):
        handle = layer.register_forward_hook(lambda m, i, output: kept.append(output))
        try:
            logit = model(x.detach().clone().requires_grad_()[None])[0, target]
        finally:
            handle.remove()
    (gradient,) = torch.autograd.grad(logit, kept[0])
    weights = gradient.mean(dim=(2, 3), keepdim=True)
    heat = F.relu((weights * kept[0].detach()).sum(dim=1, keepdim=True))
    heat = F.interpolate(heat, size=x.shape[1:], mode="bilinear", align_corners=False)[0, 0]
    heat = heat - heat.min()
    return heat / heat.max() if heat.max() > 0 else heat


# %% wrong="a weight for each place" diagnosis="averaged_over_channels" points=7
# Averages over the wrong dimension.
def grad_cam(model, layer, x, target):
    image, kept = x.detach().clone().requires_grad_(), []
    with in_eval_mode(model):
        hook = layer.register_forward_hook(lambda module, inputs, output: kept.append(output))
        logit = model(image[None])[0, target]
        hook.remove()
    (gradient,) = torch.autograd.grad(logit, kept[0])
    heat = F.relu((gradient.mean(dim=1, keepdim=True) * kept[0].detach()).sum(1, keepdim=True))
    heat = F.interpolate(heat, size=x.shape[1:], mode="bilinear")[0, 0]
    return heat / heat.max() if heat.max() > 0 else heat
