import math

from torch import nn

from brute_force.building import META, positions, size


def separable_weights(c_in, c_out, kernel):
    return sum(kernel * kernel + c_out for _ in range(c_in))


def separable_saving(c_in, c_out, kernel, side):
    # By the inverse: the depthwise part costs 1/c_out of the whole, the pointwise part 1/k².
    return 1 / (1 / c_out + 1 / kernel**2)


def grouped_weights(c_in, c_out, groups):
    return groups * (c_in // groups) * (c_out // groups) * 9


def inception_shape(c_in, side, c1, c3, c5, pool):
    return (c1 + c3[-1] + c5[-1] + pool, side, side)


def inception_branch(c_in, narrow, out, kernel):
    return narrow * c_in + narrow + out * narrow * kernel * kernel + out


def dense_channels(c_in, growth, layers):
    return len([*range(c_in), *(None for _ in range(layers) for _ in range(growth))])


def dense_parameters(c_in, growth, layers):
    total, seen = 0, c_in
    for _ in range(layers):
        total += 2 * seen + 9 * seen * growth
        seen += growth
    return total


def excite_parameters(channels, reduction):
    narrow = channels // reduction
    return size(nn.Linear(channels, narrow, **META), nn.Linear(narrow, channels, **META))


def inverted_parameters(c_in, c_out, expansion, stride):
    wide = c_in * expansion
    return wide * (c_in + 2) + wide * (9 + 2) + c_out * (wide + 2)


def depthwise_multiply_adds(channels, side, stride):
    return sum(9 * positions(side + 2, 3, stride) ** 2 for _ in range(channels))


def gated_value(value, score):
    return value * (1 + math.tanh(score / 2)) / 2
