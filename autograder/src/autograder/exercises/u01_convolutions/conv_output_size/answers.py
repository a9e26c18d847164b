# %% right="whole-number division"
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    reach = dilation * (kernel - 1) + 1
    return (size + 2 * padding - reach) // stride + 1

# %% right="the formula from torch's manual, with math.floor" shown="It divides as usual and rounds down at the end, as the manual of nn.Conv2d writes it."
import math


def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    return math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)

# %% right="moves the window and counts" shown="It has no formula: it slides the window until it would stick out, and counts. Slower, but easy to believe."
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    positions, last = 0, -padding + (kernel - 1) * dilation
    while last < size + padding:
        positions += 1
        last += stride
    return positions

# %% wrong="divides with / and returns a float" diagnosis="float_not_int" points=0
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # A division is a division: whole numbers are expected to stay whole.
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1

# %% wrong="counts the steps, not the positions" diagnosis="first_position_forgotten" points=0
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # The window moves this many times, so there are this many outputs.
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride

# %% wrong="puts the + 1 inside the division" diagnosis="first_position_shares_the_division" points=3
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # n - k + 1 positions at stride 1, so a stride of s leaves the s-th part of them.
    reach = dilation * (kernel - 1) + 1
    return (size + 2 * padding - reach + 1) // stride

# %% wrong="adds the padding once" diagnosis="padding_one_side" points=4
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # Padding 1 makes the side one pixel longer.
    return (size + padding - dilation * (kernel - 1) - 1) // stride + 1

# %% wrong="rounds up, to lose no pixel" diagnosis="rounds_up" points=3
import math


def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # The pixels that are left over need a window too.
    return math.ceil((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1

# %% wrong="rounds to the nearest whole number" diagnosis="rounds_to_nearest" points=3
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # round() is taken for the way to get an int out of a division.
    return round((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1

# %% wrong="forgets the dilation" diagnosis="dilation_ignored" points=4
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # Dilation adds no weights, so the kernel is thought to be as large as before.
    return (size + 2 * padding - kernel) // stride + 1

# %% wrong="multiplies the kernel by the dilation" diagnosis="dilation_stretches_every_weight" points=4
def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    # A kernel of 3 with dilation 2 is thought to cover 6 pixels.
    return (size + 2 * padding - kernel * dilation) // stride + 1

# %% wrong="borrows the course's own function" diagnosis="refused_call" points=0
from cnnlab.anatomy import arithmetic

# The library must have this somewhere.
conv_output_size = arithmetic.conv_output_size
