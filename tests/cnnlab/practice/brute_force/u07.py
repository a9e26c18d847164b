from torch import nn

from brute_force.building import META, size


def frozen_trainable(features, classes, backbone):
    return size(nn.Linear(features, classes, **META))


def unfrozen_stages(sizes, stages, classes):
    left, total = list(sizes.values()), size(nn.Linear(512, classes, **META))
    for _ in range(stages):
        total += left.pop()
    return total


def trainable_share(head, last, rest):
    return 100 - 100 * rest / (head + last + rest)


def group_steps(head_lr, backbone_lr, factor, which):
    return factor * {"head": head_lr, "backbone": backbone_lr}[which]


def drifting_mean(source, target, batches):
    for _ in range(batches):
        source += 0.1 * (target - source)
    return source


def normalised_pixel(value, mean, std):
    return value / (255 * std) - mean / std


def cached_features(images, epochs):
    return sum(images for epoch in range(epochs) if epoch > 0)
