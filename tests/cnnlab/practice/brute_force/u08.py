from brute_force.building import positions


def occlusion_shape(height, width, size, stride):
    return positions(height, size, stride), positions(width, size, stride)


def occlusion_passes(side, size, stride, images):
    corners = range(0, side - size + 1, stride)
    runs = [[None, *((r, c) for r in corners for c in corners)] for _ in range(images)]
    return sum(len(of_one) for of_one in runs)


def probability_drop(before, after, place):
    return before / 100 - after[place] / 100


def cam_shape(height, width, strides):
    for stride in strides:
        height, width = len(range(0, height, stride)), len(range(0, width, stride))
    return height, width


def cam_by_hand(maps, grads, place):
    total = sum(sum(g) / len(g) * m[place] for g, m in zip(grads, maps, strict=True))
    return total if total > 0 else 0


def saliency_by_hand(grads):
    return sorted(g if g > 0 else -g for g in grads)[-1]


def chance_of_a_hit(side, height, width):
    return 100 * sum(r < height and c < width for r in range(side) for c in range(side)) / side**2


def pointing_score(images, hits, share):
    return (hits - images * share / 100) / images * 100
