# %% right="autograd.grad on a copy of the image"
def saliency(model, x, target):
    with in_eval_mode(model):
        image = x.clone().detach().unsqueeze(0).requires_grad_(True)
        gradient = torch.autograd.grad(model(image)[0, target], image)[0]
    return gradient[0].abs().max(dim=0).values


# %% right="backward on a copy of the whole model"
def saliency(model, x, target):
    twin = copy.deepcopy(model).eval()
    image = x.detach().clone()[None].requires_grad_()
    twin(image)[:, target].sum().backward()
    return image.grad.abs().amax(dim=(0, 1))


# %% right="torch.func, without a tensor that asks for gradients" shown="It treats the model as a function and asks for its derivative, without any requires_grad."
def saliency(model, x, target):
    with in_eval_mode(model):
        gradient = torch.func.grad(lambda image: model(image[None])[0, target])(x)
    return gradient.abs().max(0)[0].detach()


# %% right="backward, and every parameter's gradient put back" shown="It calls backward as in training, and gives the parameters back the gradients that they had."
def saliency(model, x, target):
    stored = [None if p.grad is None else p.grad.clone() for p in model.parameters()]
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        model(image[None])[0][target].backward()
    for parameter, gradient in zip(model.parameters(), stored, strict=True):
        parameter.grad = gradient
    return torch.max(torch.abs(image.grad), dim=0)[0]


# %% wrong="the gradient of the probability" diagnosis="softmax_before_gradient" points=5
# Believes that the answer to be explained is the probability.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        probability = model(image[None]).softmax(dim=1)[0, target]
        (gradient,) = torch.autograd.grad(probability, image)
    return gradient.abs().amax(dim=0)


# %% wrong="the gradient of the loss" diagnosis="gradient_of_the_loss" points=5
# Takes what training differentiates.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        loss = F.cross_entropy(model(image[None]), torch.tensor([target]))
        (gradient,) = torch.autograd.grad(loss, image)
    return gradient.abs().amax(dim=0)


# %% wrong="the winner, not the target" diagnosis="target_ignored" points=5
# Believes that only the predicted class can be explained.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        (gradient,) = torch.autograd.grad(model(image[None]).max(), image)
    return gradient.abs().amax(dim=0)


# %% wrong="largest with its sign" diagnosis="sign_kept" points=5
# Believes that only pixels that raise the logit count.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        (gradient,) = torch.autograd.grad(model(image[None])[0, target], image)
    return gradient.amax(dim=0)


# %% wrong="absolute value after the maximum" diagnosis="absolute_value_too_late" points=5
# Believes that the order does not matter.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        (gradient,) = torch.autograd.grad(model(image[None])[0, target], image)
    return gradient.amax(dim=0).abs()


# %% wrong="the mean over the channels" diagnosis="channels_averaged" points=5
# Reads "over the channels" as an average.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        (gradient,) = torch.autograd.grad(model(image[None])[0, target], image)
    return gradient.abs().mean(dim=0)


# %% wrong="backward fills the parameters too" diagnosis="gradients_left" points=7
# Forgets that backward() stores a gradient everywhere.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        model(image[None])[0, target].backward()
    return image.grad.abs().amax(dim=0)


# %% wrong="zero_grad as a broom" diagnosis="gradients_cleared" points=7
# Believes that gradients found in a model are dirt.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        model(image[None])[0, target].backward()
    model.zero_grad()
    return image.grad.abs().amax(dim=0)


# %% wrong="switches gradients on for the caller's image" diagnosis="input_left_tracked" points=7
# Takes the image that was given for one's own.
def saliency(model, x, target):
    with in_eval_mode(model):
        x.requires_grad_()
        (gradient,) = torch.autograd.grad(model(x[None])[0, target], x)
    return gradient.abs().amax(dim=0)


# %% wrong="evaluation mode forgotten" diagnosis="evaluation_mode_forgotten" points=7
# Believes that only training needs to think of modes.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(image[None])[0, target], image)
    return gradient.abs().amax(dim=0)


# %% wrong="train() afterwards, whatever came before" diagnosis="always_training_afterwards" points=7
# Believes that a model's usual state is training.
def saliency(model, x, target):
    model.eval()
    image = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(image[None])[0, target], image)
    model.train()
    return gradient.abs().amax(dim=0)


# %% wrong="freezes the model and forgets" diagnosis="trainable_changed" points=7
# Saves the work for the parameters, and leaves them frozen.
def saliency(model, x, target):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        model(image[None])[0, target].backward()
    return image.grad.abs().amax(dim=0)


# %% wrong="max along a dimension, as it comes" diagnosis="values_and_places" points=5
# Forgets that max returns two tensors.
def saliency(model, x, target):
    image = x.detach().clone().requires_grad_()
    with in_eval_mode(model):
        (gradient,) = torch.autograd.grad(model(image[None])[0, target], image)
    return gradient.abs().max(dim=0)
