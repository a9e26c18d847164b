from itertools import pairwise

from torch import nn

from brute_force.building import META, positions, reach, size


def stack_field(layers, kernel):
    return reach([(kernel, 1)] * layers)


def equivalent_stack(kernel):
    layers = [(3, 1)]
    while reach(layers) < kernel:
        layers.append((3, 1))
    return len(layers)


def stack_weights(layers, channels):
    return layers * nn.Conv2d(channels, channels, 3, **META).weight.numel()


def stack_saving(kernel, channels):
    small = equivalent_stack(kernel) * channels * channels * 3 * 3
    large = nn.Conv2d(channels, channels, kernel, **META).weight.numel()
    return 100 * (large - small) / large


def vgg_block_parameters(c_in, c_out, layers):
    widths = [c_in] + [c_out] * layers
    return size(*(nn.Conv2d(a, b, 3, **META) for a, b in pairwise(widths)))


def vgg_shape(config, side):
    for _ in config:
        side = positions(side, 2, 2)
    return (config[-1][1], side, side)


def first_dense_layer(blocks, side, channels, hidden):
    for _ in range(blocks):
        side = positions(side, 2, 2)
    return size(nn.Linear(channels * side * side, hidden, **META))


def dense_share(convolutions, inputs, hidden, classes):
    dense = size(nn.Linear(inputs, hidden, **META), nn.Linear(hidden, classes, **META))
    return 100 - 100 * convolutions / (dense + convolutions)


def weight_layers(config):
    return len([None for n, _ in config for _ in range(n)] + ["dense"] * 3)


def alexnet_stem(side):
    return positions(positions(side + 4, 11, 4), 3, 2)


def rgb_filter(kernel, channels):
    return nn.Conv2d(channels, 1, kernel, **META).weight.numel()
