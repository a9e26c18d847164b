# %% right="Grad-CAM times a smoothed gradient"
def design(model, x, target):
    last = [module for module in model.modules() if isinstance(module, nn.ReLU)][-1]
    generator = torch.Generator().manual_seed(1)
    noisy = (x + 0.3 * torch.randn(20, *x.shape, generator=generator)).requires_grad_()
    (gradient,) = torch.autograd.grad(model(noisy)[:, target].sum(), noisy)
    fine = F.avg_pool2d(gradient.abs().amax(dim=1).mean(dim=0)[None], 5, stride=1, padding=2)[0]
    return grad_cam(model, last, x, target) * fine


# %% right="the vote of the last stage, times the averaged saliency map"
def design(model, x, target):
    kept = capture(model, ["12"], x[None])["12"][0]
    weights = [layer for layer in model.modules() if isinstance(layer, nn.Linear)][-1].weight
    vote = F.relu((weights[target].detach()[:, None, None] * kept).sum(dim=0))
    vote = F.interpolate(vote[None, None], size=x.shape[1:], mode="bilinear")[0, 0]
    noisy = [x + 0.2 * torch.randn_like(x) for _ in range(6)]
    fine = sum(saliency(model, each, target) for each in noisy)
    return vote * F.avg_pool2d(fine[None], 7, 1, 3)[0]


# %% wrong="the saliency map as it is" diagnosis="below_this_step" points=9 visible="missed"
# Sits at the course's number.
def design(model, x, target):
    return saliency(model, x, target)


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
