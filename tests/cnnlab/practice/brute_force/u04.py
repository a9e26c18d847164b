import math
from statistics import fmean, pvariance, variance

from torch import nn

from brute_force.building import META


def batch_norm_by_hand(values, place, gamma, beta):
    return (values[place] - fmean(values)) / math.sqrt(pvariance(values)) * gamma + beta


def running_mean(old, new, momentum):
    return old + momentum * (new - old)


def running_variance(values, old):
    return old + 0.1 * (variance(values) - old)


def batch_norm_in_eval(mean, variance, gamma, beta, value):
    return beta + gamma * (value - mean) * variance**-0.5


def numbers_in_a_mean(n, c, height, width):
    return sum(width for _ in range(n) for _ in range(height))


def conv_bn_parameters(c_in, c_out):
    return c_out * (c_in * 9 + len(["gamma", "beta"]))


def folded_weight(weight, bias, mean, variance, gamma, beta, wants):
    def through(x):
        return (weight * x + bias - mean) / math.sqrt(variance) * gamma + beta

    return (through(5) - through(-5)) / 10 if wants == "weight" else (through(5) + through(-5)) / 2


def he_std(channels, out, kernel):
    layer = nn.Conv2d(channels, out, kernel, **META)
    return math.sqrt(2 * out / layer.weight.numel())


def xavier_std(n_in, n_out):
    # A uniform distribution on ±√(6/(in + out)), as Glorot wrote it, has this deviation.
    return math.sqrt(6 / (n_in + n_out)) / math.sqrt(3)


def signal_after_layers(factor, layers):
    return math.exp(layers * math.log(factor))
