# %% right="a dictionary for the state"
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% right="one function for both, the state an object" shown="Adam is AdamW with a decay of 0, so one function is enough; lerp is the running average itself."
class Memory:
    def __init__(self, mean, square, steps):
        self.mean, self.square, self.steps = mean, square, steps


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    old = state or Memory(0 * grad, 0 * grad, 0)
    new = Memory(
        torch.lerp(grad, old.mean, betas[0]),
        torch.lerp(grad * grad, old.square, betas[1]),
        old.steps + 1,
    )
    scale = torch.sqrt(new.square / (1 - betas[1] ** new.steps)) + eps
    step = new.mean / (1 - betas[0] ** new.steps) / scale
    return param - lr * (step + weight_decay * param), new


def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    return adamw_step(param, grad, state, lr, betas, eps, weight_decay=0.0)


# %% right="all gradients kept, the averages computed anew" shown="It keeps all gradients and takes weighted means of them: what the running averages and their correction stand for. Far too slow for real use."
def _weighted(values, beta):
    weights = [(1 - beta) * beta ** (len(values) - 1 - k) for k in range(len(values))]
    total = sum(weight * value for weight, value in zip(weights, values))
    return total / sum(weights)


def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    history = [*(state or []), grad]
    mean = _weighted(history, betas[0])
    square = _weighted([g * g for g in history], betas[1])
    return param - lr * mean / (square**0.5 + eps), history


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    moved, history = adam_step(param, grad, state, lr, betas, eps)
    return moved - lr * weight_decay * param, history


# %% wrong="no bias correction" diagnosis="no_bias_correction" points=0
# Believes that the correction is a detail.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m
    s_hat = s
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="the count starts at 0" diagnosis="count_from_zero" points=0
# Counts steps as Python counts.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"]
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t + 1}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="the count stands still" diagnosis="count_stands_still" points=0
# Forgets to hand the count on.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": 0}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="corrected averages kept" diagnosis="corrected_averages_kept" points=0
# Corrects what was corrected before.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m_hat, "s": s_hat, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="ε inside the root" diagnosis="eps_in_the_root" points=6.5
# A habit from batch norm.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / torch.sqrt(s_hat + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="no root" diagnosis="no_root" points=0
# Believes that squares are as good a scale as their root.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="β₁ and β₂ exchanged" diagnosis="betas_exchanged" points=0
# A slip.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta2, beta1 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="the state changed in place" diagnosis="changes_its_input" points=0
# Keeps one dictionary for all steps.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    state["t"] += 1
    state["m"] = betas[0] * state["m"] + (1 - betas[0]) * grad
    state["s"] = betas[1] * state["s"] + (1 - betas[1]) * grad**2
    m_hat = state["m"] / (1 - betas[0] ** state["t"])
    s_hat = state["s"] / (1 - betas[1] ** state["t"])
    return param - lr * m_hat / (s_hat.sqrt() + eps), state


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="the decay in the gradient" diagnosis="decay_in_the_gradient" points=5.5
# Adam with L2: just what AdamW was made to replace.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    return adam_step(param, grad + weight_decay * param, state, lr, betas, eps)


# %% wrong="the decay without the rate" diagnosis="decay_without_the_rate" points=5.5
# As the paper writes it, where the schedule multiplies the decay instead.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    param, state = adam_step(param, grad, state, lr, betas, eps)[0] - weight_decay * param, (
        adam_step(param, grad, state, lr, betas, eps)[1]
    )
    return param, state


# %% wrong="shrinks after the step" diagnosis="decay_after_the_step" points=5.5
# Shrinks the step along with the weights.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    param, state = adam_step(param, grad, state, lr, betas, eps)
    return param * (1 - lr * weight_decay), state


# %% wrong="no decay at all" diagnosis="decay_ignored" points=5.5
# Forgets the one thing in which AdamW differs.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    return adam_step(param, grad, state, lr, betas, eps)


# %% wrong="torch.optim's functions" diagnosis="refused_call" points=0
# The shortcut, from an inner module.
import torch.optim.adam as engine


def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    leaf = param.clone().requires_grad_()
    leaf.grad = grad
    maker = engine.Adam([leaf], lr=lr, betas=betas, eps=eps)
    maker.step()
    return leaf.detach(), maker


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="only the mean corrected" diagnosis="squares_not_corrected" points=0
# Believes that only m starts too small.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="only the squares corrected" diagnosis="mean_not_corrected" points=0
# Corrects what stands under the root, and forgets what stands above it.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="β times t" diagnosis="power_taken_for_a_product" points=0
# Reads the exponent as a factor.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1 * t)
    s_hat = s / (1 - beta2 * t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="no ε" diagnosis="eps_forgotten" points=6.5
# Believes that ε is only there for gradients of exactly 0.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt()), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="twice the ε by default" diagnosis="wrong_values" points=6.5
# Changes a default, which shows only where gradients are tiny.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=2e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=2e-8, weight_decay=1e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)


# %% wrong="twice the decay by default" diagnosis="wrong_values" points=6.5
# Changes a default.
def adam_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    if state is None:
        state = {"m": torch.zeros_like(param), "s": torch.zeros_like(param), "t": 0}
    beta1, beta2 = betas
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * grad
    s = beta2 * state["s"] + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return param - lr * m_hat / (s_hat.sqrt() + eps), {"m": m, "s": s, "t": t}


def adamw_step(param, grad, state, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=2e-2):
    shrunk = param * (1 - lr * weight_decay)
    return adam_step(shrunk, grad, state, lr, betas, eps)
