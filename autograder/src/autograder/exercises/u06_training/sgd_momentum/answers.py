# %% right="the two lines of the docstring"
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    if velocity is None:
        velocity = torch.zeros_like(param)
    velocity = momentum * velocity + grad
    return param - lr * velocity, velocity


# %% right="copies, then torch's operations in place" shown="It works in place on copies, as torch.optim does with the parameters themselves: fewer temporary tensors."
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    direction = grad.clone().add_(param, alpha=weight_decay)
    memory = direction if velocity is None else velocity.clone().mul_(momentum).add_(direction)
    return torch.sub(param, memory, alpha=lr), memory


# %% right="in NumPy's numbers" shown="The rule doesn't need torch at all: it's arithmetic on arrays."
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    theta, g = param.numpy(), grad.numpy()
    v = g + weight_decay * theta
    if velocity is not None:
        v = v + momentum * velocity.numpy()
    return torch.from_numpy(theta - lr * v), torch.from_numpy(v)


# %% wrong="the rate inside the velocity" diagnosis="rate_in_the_velocity" points=4.5
# The form of many books: the same only while the rate does not change.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    if velocity is None:
        velocity = torch.zeros_like(param)
    velocity = momentum * velocity + lr * grad
    return param - velocity, velocity


# %% wrong="an average of gradients" diagnosis="dampened" points=0
# Believes that the velocity is a moving average.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    if velocity is None:
        velocity = torch.zeros_like(param)
    velocity = momentum * velocity + (1 - momentum) * grad
    return param - lr * velocity, velocity


# %% wrong="Nesterov's look ahead" diagnosis="nesterov" points=0
# The better-known name for another step.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    if velocity is None:
        velocity = torch.zeros_like(param)
    velocity = momentum * velocity + grad
    return param - lr * (grad + momentum * velocity), velocity


# %% wrong="the velocity is not handed on" diagnosis="velocity_forgotten" points=0
# Returns the gradient's step, and starts anew each time.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    velocity = momentum * torch.zeros_like(param) + grad
    return param - lr * velocity, velocity


# %% wrong="steps along the old velocity" diagnosis="velocity_of_the_step_before" points=0
# Updates the velocity after the step.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = torch.zeros_like(param) if velocity is None else velocity
    return param - lr * velocity, momentum * velocity + grad + weight_decay * param


# %% wrong="weight decay beside the velocity" diagnosis="decoupled_decay" points=5.5
# Takes AdamW's way with SGD.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = grad if velocity is None else momentum * velocity + grad
    return param - lr * velocity - lr * weight_decay * param, velocity


# %% wrong="the same shrinking at every rate" diagnosis="decay_without_the_rate" points=5.5
# Forgets that the rate belongs to the decay, too.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity = grad if velocity is None else momentum * velocity + grad
    return (1 - weight_decay) * param - lr * velocity, velocity


# %% wrong="along the gradient" diagnosis="uphill" points=0
# A wrong sign.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    if velocity is None:
        velocity = torch.zeros_like(param)
    velocity = momentum * velocity + grad
    return param + lr * velocity, velocity


# %% wrong="writes into the parameter" diagnosis="changes_its_input" points=0
# Does what torch.optim does, where new tensors were asked for.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    velocity = grad if velocity is None else velocity.mul_(momentum).add_(grad)
    param -= lr * velocity
    return param, velocity


# %% wrong="velocity first" diagnosis="pair_exchanged" points=0
# Believes that the order of two tensors explains itself.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    if velocity is None:
        velocity = torch.zeros_like(param)
    velocity = momentum * velocity + grad
    return velocity, param - lr * velocity


# %% wrong="the parameter alone" diagnosis="not_a_pair" points=0
# Believes that the velocity remembers itself.
def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * param
    if velocity is None:
        velocity = torch.zeros_like(param)
    velocity = momentum * velocity + grad
    return param - lr * velocity


# %% wrong="torch.optim through a helper" diagnosis="refused_call" points=0
# The shortcut.
from torch import optim as engines


def _torch_step(param, grad, **settings):
    leaf = param.clone().requires_grad_()
    leaf.grad = grad
    engines.SGD([leaf], **settings).step()
    return leaf.detach()


def sgd_momentum_step(param, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad if velocity is None else grad + momentum * velocity
    return _torch_step(param, grad, lr=lr, weight_decay=weight_decay), grad
