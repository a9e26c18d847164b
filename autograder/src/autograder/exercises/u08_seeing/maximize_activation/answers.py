# %% right="Adam on the image alone"
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    device = next(model.parameters()).device
    image = torch.randn(*image_size, generator=generator).to(device).requires_grad_()
    optimizer = torch.optim.Adam([image], lr=lr)
    kept = {}

    def keep(module, inputs, output):
        kept["mean"] = output[0, channel].mean()

    with in_eval_mode(model), layer.register_forward_hook(keep):
        for _ in range(steps):
            model(image[None])
            # The one gradient of interest, and none for the parameters.
            (image.grad,) = torch.autograd.grad(-kept["mean"], image)
            optimizer.step()
    return image.detach()


# %% right="plain gradient ascent on a copy of the model" shown="It needs no optimiser: each step adds the gradient itself. Watch how that depends on lr."
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    name = next(name for name, module in model.named_modules() if module is layer)
    twin = copy.deepcopy(model).eval().requires_grad_(False)
    kept = []
    twin.get_submodule(name).register_forward_hook(lambda m, i, output: kept.append(output))
    image = torch.rand(image_size, generator=generator)
    for _ in range(steps):
        image = image.clone().requires_grad_()
        twin(image.unsqueeze(0))
        kept.pop()[:, channel].mean().backward()
        image = image.detach() + lr * image.grad
    return image


# %% right="steps along the sign, faint noise, functional gradient" shown="It follows the sign of the gradient only, so every pixel moves equally far in each step."
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    kept = []

    def answer(image):
        model(image[None])
        return kept.pop()[0, channel].mean()

    image = 0.1 * torch.randn(image_size, generator=generator)
    handle = layer.register_forward_hook(lambda module, inputs, output: kept.append(output))
    try:
        with in_eval_mode(model):
            for _ in range(steps):
                start = image.requires_grad_()
                image = (start + lr * torch.autograd.grad(answer(start), start)[0].sign()).detach()
    finally:
        handle.remove()
    return image.detach()


# %% wrong="descends" diagnosis="goes_down" points=6
# Steps against the gradient, as in training.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image - lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="all channels at once" diagnosis="other_channels" points=7
# Forgets to choose the channel.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop().mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="the next channel" diagnosis="other_channels" points=7
# Counts channels from 1.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel - 1].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="torch's own random numbers" diagnosis="generator_ignored" points=7
# Believes that any noise will do.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="starts from grey" diagnosis="generator_ignored" points=7
# Believes that a start without chance is better.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.zeros(image_size)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="a step length of its own" diagnosis="lr_ignored" points=7
# Thinks that lr does not matter where the gradient is normalised.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + gradient / gradient.norm()).detach()
    return image


# %% wrong="never moves" diagnosis="image_stays" points=5
# Computes the gradient, and throws the step away.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + 0 * gradient).detach()
    return image


# %% wrong="a hook that stays" diagnosis="hooks_left" points=7
# Believes that a hook ends with its function.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    layer.register_forward_hook(lambda m, i, output: kept.append(output))
    with in_eval_mode(model):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="backward fills the parameters" diagnosis="gradients_left" points=7
# Forgets that backward() stores gradients in the network too.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            mean.backward()
            gradient = image.grad
            image = (image + lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="evaluation mode forgotten" diagnosis="evaluation_mode_forgotten" points=7
# Believes that the network only looks.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + lr * gradient / gradient.norm()).detach()
    return image


# %% wrong="the batch in front" diagnosis="batch_kept" points=4
# Returns what the network takes.
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = torch.randn(image_size, generator=generator)
    kept = []
    with in_eval_mode(model), layer.register_forward_hook(lambda m, i, output: kept.append(output)):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            mean = kept.pop()[0, channel].mean()
            (gradient,) = torch.autograd.grad(mean, image)
            image = (image + lr * gradient / gradient.norm()).detach()
    return image[None]

# %% right="Adam, as torch.optim has it"
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = 0.1 * torch.randn(image_size, generator=generator)
    image = image.to(next(model.parameters()).device).requires_grad_()
    optimizer = torch.optim.Adam([image], lr=lr)
    found = {}
    handle = layer.register_forward_hook(lambda m, i, output: found.update(output=output))
    modes = {m: m.training for m in model.modules()}
    model.eval()
    try:
        for _ in range(steps):
            model(image[None])
            loss = -found["output"][0, channel].mean()
            (image.grad,) = torch.autograd.grad(loss, image)
            optimizer.step()
    finally:
        handle.remove()
        for module, mode in modes.items():
            module.training = mode
    return image.detach()

# %% wrong="every step starts from the same noise" diagnosis="steps_not_counted" points=7
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    start = 0.1 * torch.randn(image_size, generator=generator)
    image = start
    kept = []
    handle = layer.register_forward_hook(lambda m, i, output: kept.append(output))
    with in_eval_mode(model):
        for _ in range(steps):
            image = start.clone().requires_grad_()
            model(image[None])
            (gradient,) = torch.autograd.grad(kept.pop()[0, channel].mean(), image)
            image = (start + lr * gradient / (gradient.norm() + 1e-12)).detach()
    handle.remove()
    return image.detach()

# %% wrong="half of the steps" diagnosis="steps_not_counted" points=7
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = 0.1 * torch.randn(image_size, generator=generator)
    kept = []
    handle = layer.register_forward_hook(lambda m, i, output: kept.append(output))
    with in_eval_mode(model):
        for _ in range((steps + 1) // 2):
            image.requires_grad_()
            model(image[None])
            (gradient,) = torch.autograd.grad(kept.pop()[0, channel].mean(), image)
            image = (image + lr * gradient / (gradient.norm() + 1e-12)).detach()
    handle.remove()
    return image

# %% wrong="divides by the gradient" diagnosis="not_along_the_gradient" points=7
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = 0.1 * torch.randn(image_size, generator=generator)
    kept = []
    handle = layer.register_forward_hook(lambda m, i, output: kept.append(output))
    with in_eval_mode(model):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            (gradient,) = torch.autograd.grad(kept.pop()[0, channel].mean(), image)
            step = torch.where(gradient == 0, gradient, 1e-3 * lr / gradient)
            image = (image + step.clamp(-1, 1)).detach()
    handle.remove()
    return image

# %% wrong="always channel 0" diagnosis="other_channels" points=7
def maximize_activation(model, layer, channel, image_size, steps, lr, generator):
    image = 0.1 * torch.randn(image_size, generator=generator)
    kept = []
    handle = layer.register_forward_hook(lambda m, i, output: kept.append(output))
    with in_eval_mode(model):
        for _ in range(steps):
            image.requires_grad_()
            model(image[None])
            (gradient,) = torch.autograd.grad(kept.pop()[0, 0].mean(), image)
            image = (image + lr * gradient / (gradient.norm() + 1e-12)).detach()
    handle.remove()
    return image
