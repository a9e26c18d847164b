# %% right="flattened to rows"
def quantize_weights(weight):
    largest = weight.flatten(1).abs().amax(dim=1)
    scales = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    shape = (-1,) + (1,) * (weight.dim() - 1)
    return torch.round(weight / scales.view(shape)).to(torch.int8), scales


# %% right="channel by channel" shown="A loop over the channels: longer, and nothing has to be broadcast."
def quantize_weights(weight):
    wq = torch.zeros(weight.shape, dtype=torch.int8)
    scales = torch.ones(len(weight))
    for k, channel in enumerate(weight):
        largest = channel.abs().max()
        if largest > 0:
            scales[k] = largest / 127
        wq[k] = (channel / scales[k]).round().to(torch.int8)
    return wq, scales


# %% right="an infinity norm" shown="The largest absolute value is a norm, the one of order infinity: torch.linalg.vector_norm takes it over all dimensions but the first."
def quantize_weights(weight):
    rest = tuple(range(1, weight.dim()))
    peak = torch.linalg.vector_norm(weight, ord=float("inf"), dim=rest, keepdim=True)
    scales = peak / 127
    scales[scales == 0] = 1.0
    wq = (weight / scales).round().clamp(-127, 127).to(torch.int8)
    return wq, scales.flatten()


# %% wrong="one scale for the layer" diagnosis="one_scale_for_all" points=0
# Treats weights as it treats activations.
def quantize_weights(weight):
    scale = weight.abs().max() / 127
    return torch.round(weight / scale).to(torch.int8), scale.repeat(len(weight))


# %% wrong="the largest, not the furthest from 0" diagnosis="without_absolute_value" points=0
# Forgets that weights are negative as often as not.
def quantize_weights(weight):
    largest = weight.flatten(1).amax(dim=1)
    scales = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    shape = (-1,) + (1,) * (weight.dim() - 1)
    wq = torch.round(weight / scales.view(shape)).clamp(-128, 127)
    return wq.to(torch.int8), scales


# %% wrong="256 halves are 128" diagnosis="divided_by_128" points=0
# Forgets that int8 ends at 127 on one side.
def quantize_weights(weight):
    largest = weight.flatten(1).abs().amax(dim=1)
    scales = torch.where(largest > 0, largest / 128, torch.ones_like(largest))
    shape = (-1,) + (1,) * (weight.dim() - 1)
    return torch.round(weight / scales.view(shape)).clamp(-128, 127).to(torch.int8), scales


# %% wrong="cut to whole numbers" diagnosis="weights_cut" points=0
# Lets the conversion round, which it doesn't.
def quantize_weights(weight):
    largest = weight.flatten(1).abs().amax(dim=1)
    scales = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    shape = (-1,) + (1,) * (weight.dim() - 1)
    return (weight / scales.view(shape)).to(torch.int8), scales


# %% wrong="a silent channel with scale 0" diagnosis="silent_channel" points=5
# 0 / 0 is nan, and as int8 that happens to be 0, so nothing is noticed.
def quantize_weights(weight):
    scales = weight.flatten(1).abs().amax(dim=1) / 127
    shape = (-1,) + (1,) * (weight.dim() - 1)
    wq = torch.round(weight / scales.view(shape)).nan_to_num()
    return wq.to(torch.int8), scales


# %% wrong="for convolutions alone" diagnosis="expects_four_dimensions" points=4
# Names the dimensions by number.
def quantize_weights(weight):
    largest = weight.abs().amax(dim=(1, 2, 3))
    scales = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    return torch.round(weight / scales[:, None, None, None]).to(torch.int8), scales


# %% wrong="scales with empty dimensions" diagnosis="scales_keep_dimensions" points=0
# What was handy for the division is returned as it is.
def quantize_weights(weight):
    rest = tuple(range(1, weight.dim()))
    largest = weight.abs().amax(dim=rest, keepdim=True)
    scales = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    return torch.round(weight / scales).to(torch.int8), scales
