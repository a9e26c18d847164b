# %% right="small images, two layers a stage, 6 bits" shown="Half the resolution costs a quarter, and the budget goes into a second layer for each stage."
def design():
    return {
        "depth": 2, "width": 14, "growth": 1.0, "resolution": 14,
        "weight_bits": 6, "scales": "channel",
    }


# %% right="5 bits, 18 pixels" shown="Fewer bits buy more channels, and the multiply-adds that are left buy a somewhat higher resolution."
def design():
    return dict(
        depth=2, width=15, growth=1.0, resolution=18, weight_bits=5, scales="channel",
    )


# %% wrong="full resolution, 8 bits" diagnosis="below_this_step" points=9 visible="missed"
# Keeps to the rules, and sits at the course's number.
def design():
    return {
        "depth": 1, "width": 8, "growth": 2.0, "resolution": 28,
        "weight_bits": 8, "scales": "channel",
    }


# %% wrong="2 bits for many weights" diagnosis="below_this_step" points=2
# More weights are thought to make up for any rounding.
def design():
    return {
        "depth": 1, "width": 12, "growth": 2.0, "resolution": 20,
        "weight_bits": 2, "scales": "tensor",
    }


# %% wrong="one kilobyte too many" diagnosis="too_many_bytes" points=0
# Forgets that scales and biases take four bytes each.
def design():
    return {
        "depth": 2, "width": 18, "growth": 1.0, "resolution": 14,
        "weight_bits": 6, "scales": "channel",
    }


# %% wrong="small, and far too slow" diagnosis="too_many_multiply_adds" points=0
# Bytes are counted, and positions aren't.
def design():
    return {
        "depth": 3, "width": 12, "growth": 1.0, "resolution": 28,
        "weight_bits": 4, "scales": "channel",
    }


# %% wrong="a bit and a half" diagnosis="setting_not_allowed" points=0
# The mean of two settings is none.
def design():
    return {
        "depth": 1.5, "width": 8, "growth": 2.0, "resolution": 28,
        "weight_bits": 8, "scales": "channel",
    }


# %% wrong="the widths of all stages" diagnosis="unknown_setting" points=0
# Asks for what the plan doesn't offer.
def design():
    return {"widths": [8, 16, 32], "resolution": 28, "weight_bits": 8, "scales": "channel"}


# %% wrong="the network itself" diagnosis="not_a_recipe" points=0
# Hands over what was to be planned.
def design():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
