import math
from itertools import pairwise


def quantisation_scale(low, high, bits):
    low, high = min(low, 0), max(high, 0)
    steps = sum(1 for _ in range(2**bits)) - 1
    return (high - low) / steps


def zero_point(low, high):
    # The whole number whose value lies nearest to 0.
    scale = (high - low) / 255
    return min(range(256), key=lambda q: abs(low + q * scale))


def quantised_value(scale, zero, value):
    return min(range(256), key=lambda q: abs((q - zero) * scale - value))


def dequantised_value(scale, zero, stored):
    return scale * stored - scale * zero


def weight_to_int8(weights, place):
    scale = max(weights + [-w for w in weights]) / 127
    return min(range(-127, 128), key=lambda q: abs(q * scale - weights[place]))


def rounding_error(low, high, bits):
    levels = [low + k * (high - low) / (2**bits - 1) for k in range(2**bits)]
    return max(b - a for a, b in pairwise(levels)) / 2


def bytes_on_disk(parameters, dtype):
    bits = {"float32": 32, "float16": 16, "int8": 8}[dtype]
    return parameters * bits / 8 / 10**6


def compound_cost(phi, alpha, beta, gamma):
    one = math.prod([alpha, beta, beta, gamma, gamma])
    return math.prod([one] * phi)


def resolution_cost(small, large, width):
    channels = 64

    def cost(side, wide):
        return side * side * (channels * wide) * (channels * wide) * 9

    return cost(large, width) / cost(small, 1)


def pareto_size(costs, scores):
    best, found = -math.inf, 0
    for _, score in sorted(zip(costs, scores, strict=True)):
        found += score > best
        best = max(best, score)
    return found


def halving_effort(candidates, efforts):
    alive, total = list(range(candidates)), 0
    for effort in efforts:
        total += sum(effort for _ in alive)
        alive = alive[: math.ceil(len(alive) / 2)]
    return total


def random_search_luck(share, tries):
    # Added up: the first hit comes with the first try, or the second, …
    p = share / 100
    return 100 * sum((1 - p) ** k * p for k in range(tries))


def throughput(batch, milliseconds):
    return 1000 * batch / milliseconds
