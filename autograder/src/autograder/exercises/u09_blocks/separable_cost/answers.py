# %% right="weights first, then positions" shown="It counts the weights once and multiplies them by the number of positions."
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = in_channels * out_channels * kernel * kernel
    separable = in_channels * kernel * kernel + in_channels * out_channels
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * height * width,
        "separable_multiply_adds": separable * height * width,
    }


# %% right="builds the layers and counts" shown="It asks torch instead of doing arithmetic, which is how you would check a formula."
def separable_cost(in_channels, out_channels, kernel, height, width):
    layers = {
        "standard": [nn.Conv2d(in_channels, out_channels, kernel, bias=False)],
        "separable": [
            nn.Conv2d(in_channels, in_channels, kernel, groups=in_channels, bias=False),
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
        ],
    }
    weights = {name: sum(layer.weight.numel() for layer in made) for name, made in layers.items()}
    costs = {f"{name}_weights": count for name, count in weights.items()}
    costs |= {f"{name}_multiply_adds": n * height * width for name, n in weights.items()}
    return costs


# %% wrong="the depthwise part mixes channels" diagnosis="depthwise_mixes_channels" points=0
# Believes that a depthwise convolution is a convolution that keeps the number of channels.
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = in_channels * out_channels * kernel**2
    separable = in_channels * in_channels * kernel**2 + in_channels * out_channels
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * height * width,
        "separable_multiply_adds": separable * height * width,
    }


# %% wrong="one kernel for all channels" diagnosis="one_depthwise_kernel" points=0
# Believes that all channels share the kernel that looks around.
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = in_channels * out_channels * kernel**2
    separable = kernel**2 + in_channels * out_channels
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * height * width,
        "separable_multiply_adds": separable * height * width,
    }


# %% wrong="the 1×1 convolution is free" diagnosis="pointwise_missing" points=0
# Believes that a 1×1 convolution does nothing and costs nothing.
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = in_channels * out_channels * kernel**2
    separable = in_channels * kernel**2
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * height * width,
        "separable_multiply_adds": separable * height * width,
    }


# %% wrong="the two parts multiplied" diagnosis="multiplied_together" points=0
# Believes that factors of a convolution multiply.
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = in_channels * out_channels * kernel**2
    separable = (in_channels * kernel**2) * (in_channels * out_channels)
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * height * width,
        "separable_multiply_adds": separable * height * width,
    }


# %% wrong="multiply-adds without positions" diagnosis="positions_forgotten" points=0
# Forgets that each weight works at every position.
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = in_channels * out_channels * kernel**2
    separable = in_channels * kernel**2 + in_channels * out_channels
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard,
        "separable_multiply_adds": separable,
    }


# %% wrong="biases counted" diagnosis="biases_counted" points=0
# Counts what nn.Conv2d has unless told otherwise.
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = out_channels * (in_channels * kernel**2 + 1)
    separable = in_channels * (kernel**2 + 1) + out_channels * (in_channels + 1)
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": standard * height * width,
        "separable_multiply_adds": separable * height * width,
    }


# %% wrong="multiply-adds halved" diagnosis="wrong_value" points=0
# Believes that a multiply-add is counted once for the multiplication and once for the addition.
def separable_cost(in_channels, out_channels, kernel, height, width):
    standard = in_channels * out_channels * kernel**2
    separable = in_channels * kernel**2 + in_channels * out_channels
    return {
        "standard_weights": standard,
        "separable_weights": separable,
        "standard_multiply_adds": 2 * standard * height * width,
        "separable_multiply_adds": 2 * separable * height * width,
    }
