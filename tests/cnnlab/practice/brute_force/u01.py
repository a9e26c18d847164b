from torch import nn

from brute_force.building import META, positions, reach, side, size


def conv_side(size, kernel, stride, padding):
    return side(nn.Conv2d(3, 16, kernel, stride, padding, **META), 3, size, size)


def dilated_side(size, kernel, dilation, padding):
    layer = nn.Conv2d(8, 8, kernel, dilation=dilation, padding=padding, **META)
    return side(layer, 8, size, size)


def same_padding(kernel, dilation, side):
    lost = side - positions(side, dilation * (kernel - 1) + 1)
    assert lost % 2 == 0
    return lost // 2


def unpadded_stack(side, kernel, layers):
    for _ in range(layers):
        side = positions(side, kernel)
    return side


def conv_shape(c_in, c_out, height, width, kernel, stride, padding):
    sides = (positions(n + 2 * padding, kernel, stride) for n in (height, width))
    return (c_out, *sides)


def pool_side(size, kernel, stride):
    return positions(size, kernel, stride)


def flat_length(side, channels, padding):
    for _ in channels:
        side = positions(positions(side + 2 * padding, 3), 2, 2)
    return side * side * channels[-1]


def map_shift(stride, pixels):
    return len(range(0, pixels, stride))


def conv_by_hand(patch, kernel, bias):
    return bias + sum(patch[i][j] * kernel[i][j] for i in range(3) for j in range(3))


def pool_by_hand(grid, mode, row, column):
    rows = grid[2 * row : 2 * row + 2]
    window = [value for line in rows for value in line[2 * column : 2 * column + 2]]
    return sorted(window)[-1] if mode == "max" else sum(window) / 4


def dropout_scale(p, value):
    # On average the layer changes nothing: (1 − p)·answer + p·0 = value.
    low, high = 0.0, 1000.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - p) * middle < value else (low, middle)
    return low


def conv_parameters(c_in, c_out, kernel, bias):
    return size(nn.Conv2d(c_in, c_out, kernel, bias=bias, **META))


def linear_parameters(n_in, n_out):
    return size(nn.Linear(n_in, n_out, **META))


def dense_on_image(side, units):
    return size(nn.Linear(3 * side * side, units, **META))


def small_cnn_parameters(c1, c2, side, classes):
    left = positions(positions(side, 2, 2), 2, 2)
    dense = nn.Linear(c2 * left * left, classes, **META)
    return size(nn.Conv2d(1, c1, 3, **META), nn.Conv2d(c1, c2, 3, **META), dense)


def conv_multiply_adds(c_in, c_out, side, stride):
    places = positions(side + 2, 3, stride) ** 2
    return sum(c_in * 3 * 3 for _ in range(c_out)) * places


def field_chain(layers):
    return reach(layers)


def field_dilated(layers):
    return reach(layers)


def field_step(layers):
    start = [0, 1]  # two neighbours of the last map, followed back to the first pixel they see
    for _, stride in reversed(layers):
        start = [place * stride for place in start]
    return start[1] - start[0]
