# %% right="as the docstring says it"
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / (2**bits - 1)
    return scale, round(-low / scale)


# %% right="counts levels, with tensors" shown="It stays in torch, so it would work for many ranges at once; clamp takes the place of min and max."
def quantization_parameters(low, high, bits=8):
    low = torch.tensor(low, dtype=torch.float64).clamp(max=0)
    high = torch.tensor(high, dtype=torch.float64).clamp(min=0)
    levels = 2**bits - 1
    scale = (high - low) / levels
    if scale == 0:
        return 1.0, 0
    zero_point = torch.round(-low / scale).clamp(0, levels)
    return scale.item(), int(zero_point)


# %% right="from the end of the range" shown="It counts from the other end: high lies at the last level, so 0 is high / scale steps before it."
def quantization_parameters(low, high, bits=8):
    last = (1 << bits) - 1
    if low > 0:
        low = 0.0
    elif high < 0:
        high = 0.0
    width = high - low
    if not width:
        return 1.0, 0
    return width / last, last - round(last * high / width)


# %% wrong="the range as it comes" diagnosis="range_not_widened" points=5
# Takes low and high for the ends of the range, whatever lies between.
def quantization_parameters(low, high, bits=8):
    if low == high:
        return 1.0, 0
    levels = 2**bits - 1
    scale = (high - low) / levels
    return scale, min(max(round(-low / scale), 0), levels)


# %% wrong="as many steps as numbers" diagnosis="one_level_too_many" points=1
# Counts the posts of a fence, not the gaps.
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 2**bits
    return scale, min(round(-low / scale), 2**bits - 1)


# %% wrong="int() for round()" diagnosis="zero_point_cut" points=4
# Believes that int() rounds.
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / (2**bits - 1)
    return scale, int(-low / scale)


# %% wrong="the zero point of signed numbers" diagnosis="signed_zero_point" points=0
# Knows int8 from elsewhere.
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, -(2 ** (bits - 1))
    scale = (high - low) / (2**bits - 1)
    return scale, round(-low / scale) - 2 ** (bits - 1)


# %% wrong="255 is written out" diagnosis="bits_ignored" points=6
# Only ever thinks of bytes.
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, round(-low / scale)


# %% wrong="silence has no range" diagnosis="fails_on_an_empty_range" points=6
# Never met a layer that gives zeros alone.
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    return scale, round(-low / scale)


# %% wrong="a tiny scale in place of 0" diagnosis="empty_range" points=6
# Guards against the division, and leaves numbers that mean nothing.
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = max((high - low) / (2**bits - 1), 1e-8)
    return scale, round(-low / scale)


# %% wrong="the sign of low" diagnosis="zero_point_sign" points=1
# Loses the minus, and the clamp hides it.
def quantization_parameters(low, high, bits=8):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        return 1.0, 0
    levels = 2**bits - 1
    scale = (high - low) / levels
    return scale, max(0, min(levels, round(low / scale)))
