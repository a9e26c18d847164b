# %% right="round, shift, clip"
def quantize(x, scale, zero_point, bits=8):
    q = torch.round(x / scale) + zero_point
    return q.clamp(0, 2**bits - 1).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return (q.float() - zero_point) * scale


# %% right="clips the real numbers first" shown="It clips the steps before the zero point is added, and goes through int32, as processors do."
def quantize(x, scale, zero_point, bits=8):
    steps = (x / scale).round().to(torch.int32)
    steps = steps.clamp(min=-zero_point, max=2**bits - 1 - zero_point)
    return (steps + zero_point).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return scale * (q.to(torch.int32) - zero_point).to(torch.float32)


# %% right="a table of all bytes" shown="There are only 256 bytes, so dequantize can look them up in a table: handy where a multiplication is dear."
def quantize(x, scale, zero_point, bits=8):
    largest = torch.tensor(2**bits - 1.0)
    shifted = torch.add(torch.round(torch.div(x, scale)), zero_point)
    return torch.minimum(shifted.relu(), largest).byte()


def dequantize(q, scale, zero_point):
    meaning = (torch.arange(256, dtype=torch.float32) - zero_point) * scale
    return meaning[q.long()]


# %% wrong="no clipping" diagnosis="wraps_around" points=4
# Believes that uint8 stops at its ends by itself.
def quantize(x, scale, zero_point, bits=8):
    return (torch.round(x / scale) + zero_point).to(torch.int64).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return (q.float() - zero_point) * scale


# %% wrong="conversion for rounding" diagnosis="cut_not_rounded" points=2
# Leaves the rounding to the conversion, which cuts.
def quantize(x, scale, zero_point, bits=8):
    return (x / scale + zero_point).clamp(0, 2**bits - 1).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return (q.float() - zero_point) * scale


# %% wrong="a half goes up" diagnosis="half_always_up" points=5
# Rounds as one learns at school.
def quantize(x, scale, zero_point, bits=8):
    q = torch.floor(x / scale + 0.5) + zero_point
    return q.clamp(0, 2**bits - 1).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return (q.float() - zero_point) * scale


# %% wrong="rounds at the end" diagnosis="rounds_after_adding" points=5
# Adding a whole number before rounding seems to change nothing.
def quantize(x, scale, zero_point, bits=8):
    return torch.round(x / scale + zero_point).clamp(0, 2**bits - 1).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return (q.float() - zero_point) * scale


# %% wrong="subtracts from bytes" diagnosis="bytes_wrap_around" points=4
# A byte minus a number is thought to become negative.
def quantize(x, scale, zero_point, bits=8):
    q = torch.round(x / scale) + zero_point
    return q.clamp(0, 2**bits - 1).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return (q - zero_point).float() * scale


# %% wrong="always eight bits" diagnosis="bits_ignored" points=5
# Clips at 255 whatever is asked for.
def quantize(x, scale, zero_point, bits=8):
    q = torch.round(x / scale) + zero_point
    return q.clamp(0, 255).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return (q.float() - zero_point) * scale


# %% wrong="whole numbers in floats" diagnosis="not_uint8" points=2
# Rounds well, and saves no byte.
def quantize(x, scale, zero_point, bits=8):
    return (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)


def dequantize(q, scale, zero_point):
    return (q.float() - zero_point) * scale


# %% wrong="scales before it shifts back" diagnosis="scaled_first" points=4
# Undoes the steps in the order in which they were done.
def quantize(x, scale, zero_point, bits=8):
    q = torch.round(x / scale) + zero_point
    return q.clamp(0, 2**bits - 1).to(torch.uint8)


def dequantize(q, scale, zero_point):
    return q.float() * scale - zero_point
