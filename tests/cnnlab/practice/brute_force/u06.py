import math

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau


def warmup_rate(warmup, base, total, step):
    return sum(base / warmup for _ in range(step + 1))


def cosine_rate(warmup, base, total, step):
    # The half-angle form: ½(1 + cos a) = cos²(a/2).
    return base * math.cos(math.pi * (step - warmup) / (total - warmup) / 2) ** 2


def momentum_steps(start, lr, mu, grads):
    # Without a velocity: the second step holds the first gradient once more, μ times.
    return start - lr * (grads[0] * (1 + mu) + grads[1])


def momentum_in_the_long_run(lr, mu, grad):
    velocity = 0.0
    for _ in range(5000):
        velocity = mu * velocity + grad
    return lr * velocity


def weight_decay_step(start, grad, lr, decay):
    return start * (1 - lr * decay) - lr * grad


def adam_first_step(start, lr, grad):
    return start - math.copysign(lr, grad)


def adam_two_steps(start, lr, grads):
    first, second = grads
    mean = (0.09 * first + 0.1 * second) / 0.19
    power = (0.000999 * first**2 + 0.001 * second**2) / 0.001999
    return start - math.copysign(lr, first) - lr * mean / math.sqrt(power)


def adamw_decay(start, lr, decay, repeats):
    return start * math.exp(repeats * math.log1p(-lr * decay))


def smoothed_target(classes, alpha, right):
    targets = [alpha / classes] * classes
    return 1 - sum(targets[1:]) if right else targets[-1]


def smoothed_loss(p, alpha):
    plain = -math.log(p[0])
    even = -sum(math.log(value) for value in p) / len(p)
    return (1 - alpha) * plain + alpha * even


def mixup_target(lam, same):
    one_hots = [(1, 0), (1, 0) if same else (0, 1)]
    return lam * one_hots[0][0] + (1 - lam) * one_hots[1][0]


def mixup_pixel(lam, a, b):
    return b + lam * (a - b)


def early_stop(patience, losses):
    # PyTorch's scheduler lowers the rate when *more* than `patience` epochs are no better.
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    plateau = ReduceLROnPlateau(optimizer, patience=patience - 1, threshold=0.0)
    for epoch, loss in enumerate(losses, 1):
        plateau.step(loss)
        if optimizer.param_groups[0]["lr"] < 1:
            return epoch
    return None


def cutout_pixels(side, size, row, column):
    half = size // 2
    return sum(
        row - half <= r < row + half and column - half <= c < column + half
        for r in range(side)
        for c in range(side)
    )


def number_of_crops(side, padding, flip):
    starts = range(side + 2 * padding - side + 1)
    return len({(r, c, f) for r in starts for c in starts for f in range(1 + flip)})


def untouched_share(padding, flip):
    shifts = range(-padding, padding + 1)
    return 100 * (1 - flip) / len([(r, c) for r in shifts for c in shifts])
