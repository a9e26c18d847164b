import math
from statistics import NormalDist, fmean, pstdev


def dead_share(highest):
    return 100 * highest.count(0) / len(highest)


def activation_value(name, x):
    if name.startswith("leaky"):
        return max(x, x * float(name.rsplit(" ", 1)[1]))
    if name == "SiLU":
        return x / (1 + math.exp(-x))
    return x * NormalDist().cdf(x)


def numbers_in_a_group(groups, n, channels, side):
    of_group = [c for c in range(channels) if c // (channels // groups) == 0]
    return sum(side for _ in of_group for _ in range(side))


def group_norm_by_hand(values, groups, place):
    length = 4 // groups
    first = place // length * length
    group = values[first : first + length]
    return (values[place] - fmean(group)) / pstdev(group)


def clipped_gradient(grads, limit):
    length = math.hypot(*grads)
    return grads[0] if length <= limit else limit * math.cos(math.atan2(grads[1], grads[0]))


def too_large_steps(curvature, start, lr, repeats):
    w = start
    for _ in range(repeats):
        w = w - lr * (curvature * w)
    return w


def softmax_twice(classes):
    return math.log(math.e + classes - 1) - 1


def shuffled_labels(classes, shown):
    return 100 * shown / classes / shown


def gradient_through_sigmoids(layers):
    steepest = max(s * (1 - s) for s in (k / 1000 for k in range(1001)))
    return math.prod([steepest] * layers)


def norm_of_one(value, gamma, beta):
    distances = [v - fmean([value] * 4) for v in [value] * 4]
    return gamma * max(distances) + beta


def curves_and_cause(rows, classes, **_):
    """The cause by rules of thumb, in the order in which a doctor would ask."""
    chance, guess = math.log(classes), 100 / classes
    train, held_out, accuracy = zip(*rows, strict=True)
    if any(math.isnan(loss) for loss in train):
        return "The learning rate is much too high"
    if len(set(train)) == 1:
        return "Nothing is trained: all parameters are frozen, or the optimiser got none of them"
    if accuracy[-1] > 5 * guess and train[-1] > 1.4:
        return "Softmax is applied twice"
    if held_out[-1] > min(held_out) + 0.2 and accuracy[-1] < 1.5 * guess:
        return "Images and labels were shuffled separately"
    if held_out[-1] > min(held_out) + 0.2 and accuracy[-1] > 5 * guess:
        return "It overfits"
    if chance - train[-1] < 0.2 and train[-1] < train[0]:
        return "The learning rate is much too low"
    return "unknown"


def norms_and_cause(norms, **_):
    if set(norms[:-1]) == {0.0}:
        return "Everything but the head is frozen, or cut off"
    if norms[0] < norms[-1] / 100:
        return "Gradients vanish on their way back"
    if norms[0] > norms[-1] * 100:
        return "Gradients explode on their way back"
    return "The gradients are healthy"
