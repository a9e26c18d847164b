import math

from torch import nn

from brute_force.building import size


def softmax_by_hand(logits, target):
    return 1 / sum(math.exp(logit - logits[target]) for logit in logits)


def loss_of_probability(probabilities, target):
    return -math.log(probabilities[target])


def loss_of_logits(logits, target):
    return math.log(sum(math.exp(logit - logits[target]) for logit in logits))


def untrained_loss(classes):
    return math.log(classes)


def weighted_accuracy(full, last, right):
    answers = [
        k < n for n, size in zip(right, (full, full, last), strict=True) for k in range(size)
    ]
    return 100 * sum(answers) / len(answers)


def mean_batch_loss(sizes, losses):
    each = [loss for size, loss in zip(sizes, losses, strict=True) for _ in range(size)]
    return sum(each) / len(each)


def lenet_parameters(classes, channels):
    layers = (
        nn.Conv2d(channels, 6, 5, device="meta"),
        nn.Conv2d(6, 16, 5, device="meta"),
        nn.Linear(400, 120, device="meta"),
        nn.Linear(120, 84, device="meta"),
        nn.Linear(84, classes, device="meta"),
    )
    return size(*layers)


def steps_per_epoch(images, batch, epochs, drop):
    steps = 0
    for _ in range(epochs):
        left = images
        while left >= (batch if drop else 1):
            left -= batch
            steps += 1
    return steps


def matched_units(budget, side, classes):
    def cost(units):
        return side * side * units + units + units * classes + classes

    return min(range(1, 600), key=lambda units: abs(cost(units) - budget))
