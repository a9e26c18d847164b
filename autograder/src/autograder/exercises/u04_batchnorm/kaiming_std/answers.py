# %% right="square root"
def kaiming_std(fan_in):
    return math.sqrt(2 / fan_in)


# %% right="a power, as a tensor" shown="It writes the same formula as a power, in double precision."
def kaiming_std(fan_in):
    return torch.tensor(fan_in / 2, dtype=torch.float64) ** -0.5


# %% wrong="the variance" diagnosis="variance_not_deviation" points=0
# Takes the formula of the paper for the deviation.
def kaiming_std(fan_in):
    return 2 / fan_in


# %% wrong="no 2 for the ReLU" diagnosis="relu_not_counted" points=0
# The rule for networks without ReLU.
def kaiming_std(fan_in):
    return 1 / math.sqrt(fan_in)


# %% wrong="the 2 outside the root" diagnosis="two_outside_the_root" points=0
# Believes that the deviation halves at a ReLU.
def kaiming_std(fan_in):
    return 2 / math.sqrt(fan_in)


# %% wrong="smaller for the ReLU" diagnosis="relu_halves_not_doubles" points=0
# Puts the 2 on the wrong side.
def kaiming_std(fan_in):
    return (2 * fan_in) ** -0.5


# %% wrong="torch's default" diagnosis="default_of_torch" points=0
# Copies what nn.Conv2d does by itself.
def kaiming_std(fan_in):
    return 1 / math.sqrt(3 * fan_in)


# %% wrong="the kernel counted again" diagnosis="kernel_counted_twice" points=0
# Takes fan_in for the number of channels.
def kaiming_std(fan_in):
    return math.sqrt(2 / (3 * 3 * fan_in))


# %% wrong="the bound of a uniform" diagnosis="bound_of_a_uniform" points=0
# Copies the 6 of kaiming_uniform.
def kaiming_std(fan_in):
    return math.sqrt(6 / fan_in)


# %% wrong="grows with the fan" diagnosis="grows_with_the_fan" points=0
# Turns the fraction over.
def kaiming_std(fan_in):
    return math.sqrt(2 * fan_in)


# %% wrong="rounded to a whole number" diagnosis="wrong_value" points=0
# Forgets that the number is small.
def kaiming_std(fan_in):
    return round(math.sqrt(2 / fan_in))
