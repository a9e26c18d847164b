# %% right="what speaks against the other classes, times a calm gradient"
def design(model, x, target):
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    coarse = grad_cam(nn.Sequential(model, nn.LogSoftmax(dim=1)), last, x, target)
    generator = torch.Generator().manual_seed(0)
    noisy = (x + 0.3 * torch.randn(16, *x.shape, generator=generator)).requires_grad_()
    (gradient,) = torch.autograd.grad(model(noisy)[:, target].sum(), noisy)
    fine = F.avg_pool2d(gradient.abs().amax(dim=1).mean(dim=0)[None], 7, stride=1, padding=3)[0]
    return coarse * fine


# %% right="both maps of the log-probability, averaged over shifted copies"
def design(model, x, target):
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    shifts = [(down, across) for down in range(-2, 3) for across in range(-2, 3)]
    copies = torch.stack([x.roll(each, (1, 2)) for each in shifts]).requires_grad_()
    kept = []
    with last.register_forward_hook(lambda module, inputs, output: kept.append(output)):
        wanted = model(copies).log_softmax(dim=1)[:, target].sum()
    votes, gradient = torch.autograd.grad(wanted, [kept[0], copies])
    coarse = F.relu((votes.mean(dim=(2, 3), keepdim=True) * kept[0].detach()).sum(1, keepdim=True))
    coarse = F.interpolate(coarse, size=x.shape[1:], mode="bilinear")[:, 0]

    def back(maps):
        return sum(m.roll((-d, -a), (0, 1)) for m, (d, a) in zip(maps, shifts))

    fine = back(gradient.abs().amax(dim=1))
    return back(coarse) * F.avg_pool2d(fine[None], 7, stride=1, padding=3)[0]


# %% wrong="Grad-CAM as it is" diagnosis="below_this_step" points=9 visible="missed"
# Sits at the course's number.
def design(model, x, target):
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    return grad_cam(model, last, x, target)


# %% wrong="the saliency map as it is" diagnosis="below_this_step" points=5
# Trusts a single pixel, and hardly asks for the class.
def design(model, x, target):
    return saliency(model, x, target)


# %% wrong="Grad-CAM times a calm gradient" diagnosis="below_this_step" points=13 visible="missed"
# Combines, and doesn't ask what speaks against the other object.
def design(model, x, target):
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    generator = torch.Generator().manual_seed(0)
    noisy = (x + 0.3 * torch.randn(16, *x.shape, generator=generator)).requires_grad_()
    (gradient,) = torch.autograd.grad(model(noisy)[:, target].sum(), noisy)
    fine = F.avg_pool2d(gradient.abs().amax(dim=1).mean(dim=0)[None], 7, stride=1, padding=3)[0]
    return grad_cam(model, last, x, target) * fine


# %% wrong="looks for colourful spots" diagnosis="ignores_the_network" points=0
# Finds objects without asking the network.
def design(model, x, target):
    around = F.avg_pool2d(x[None], 9, stride=1, padding=4)[0]
    return F.avg_pool2d((x - around).abs().sum(dim=0)[None], 5, stride=1, padding=2)[0]


# %% wrong="always the centre" diagnosis="ignores_the_network" points=0
# Knows how photographers frame their pictures.
def design(model, x, target):
    heat = torch.zeros(x.shape[1:])
    heat[16, 16] = 1
    return heat


# %% wrong="a map as small as the last stage" diagnosis="wrong_shape" points=0
# Forgets to enlarge.
def design(model, x, target):
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    return grad_cam(model, last, x, target)[::4, ::4]


# %% wrong="one map for each channel" diagnosis="wrong_shape" points=0
# Keeps the colours.
def design(model, x, target):
    image = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(image[None])[0, target], image)
    return gradient.abs()


# %% wrong="forgets to return" diagnosis="not_a_map" points=0
# Shows the map instead.
def design(model, x, target):
    heat = saliency(model, x, target)
    print(heat.max())


# %% wrong="divides an empty map by its maximum" diagnosis="not_finite" points=0
# Never meets a picture in which nothing speaks for the class.
def design(model, x, target):
    heat = F.relu(saliency(model, x, target) - 1e9)
    return heat / heat.max()


# %% wrong="takes its time" diagnosis="too_slow" points=0
# Believes that time is free.
def design(model, x, target):
    import time

    until = time.process_time() + 1.5
    while time.process_time() < until:
        pass
    return saliency(model, x, target)
