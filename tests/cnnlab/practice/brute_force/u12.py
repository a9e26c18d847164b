from statistics import fmean, stdev

from torch import nn

from brute_force.building import META, size


def widest_layer(budget, spent, channels, classes):
    def fits(width):
        layers = nn.Conv2d(channels, width, 3, **META), nn.Linear(width, classes, **META)
        return spent + size(*layers) <= budget

    low, high = 1, 4096
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def epochs_in_time(seconds, images, batch, milliseconds):
    clock, epochs = 0, 0
    while True:
        left = images
        while left > 0:
            left -= batch
            clock += milliseconds
        if clock > 1000 * seconds:
            return epochs
        epochs += 1


def three_way_split(total, shares, name):
    return total * shares[("training", "validation", "test").index(name)] / 100


def recall_from_matrix(matrix, asked, row):
    cases = [(t, p) for t in range(3) for p in range(3) for _ in range(matrix[t][p])]
    asked_about = [(t, p) for t, p in cases if asked == "accuracy" or t == row]
    return 100 * sum(t == p for t, p in asked_about) / len(asked_about)


def mean_and_spread(values, asked):
    return fmean(values) if asked == "mean" else stdev(values)


def points_on_a_curve(knots, accuracy):
    (a0, p0), (a1, p1), (a2, p2) = knots
    below = max(0, min(accuracy, a1) - a0) * (p1 - p0) / (a1 - a0)
    above = max(0, min(accuracy, a2) - a1) * (p2 - p1) / (a2 - a1)
    return p0 + below + above
