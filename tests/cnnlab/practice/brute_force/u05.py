import math

from torch import nn

from brute_force.building import META, positions, size


def residual_parameters(c_in, c_out, stride):
    layers = [nn.Conv2d(a, c_out, 3, bias=False, **META) for a in (c_in, c_out)]
    norms = [nn.BatchNorm2d(c_out, **META)] * 2
    if stride != 1 or c_in != c_out:
        layers.append(nn.Conv2d(c_in, c_out, 1, bias=False, **META))
        norms.append(norms[0])
    return size(*layers, *norms)


def residual_shape(widths, side):
    for number in range(1, len(widths)):
        side = positions(side + 2, 3, 2 if number else 1)
    return (widths[-1], side, side)


def bottleneck_parameters(width):
    wide = 4 * width
    widths = [(wide, width, 1), (width, width, 3), (width, wide, 1)]
    layers = [nn.Conv2d(a, b, k, bias=False, **META) for a, b, k in widths]
    return size(*layers, *(nn.BatchNorm2d(b, **META) for _, b, _ in widths))


def resnet_depth(blocks, layers):
    return len(["stem", *(None for n in blocks for _ in range(n * layers)), "dense"])


# Torchvision's published counts, with 1,000 classes.
PUBLISHED = {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160}


def resnet_with_other_head(depth, classes):
    features = 512 if depth in (18, 34) else 2048
    return PUBLISHED[depth] + (classes - 1000) * (features + 1)


def head_after_pooling(channels, side, classes):
    return size(nn.Linear(channels, classes, **META))


def residual_by_hand(x, f):
    return max(0.0, x + f)


def residual_slope(slope, blocks):
    # Multiplied out: each block is gone through, or gone round.
    return sum(math.comb(blocks, k) * slope**k for k in range(blocks + 1))
