# %% right="batch norm, small batches, a moderate rate" shown="Small batches make the most of five epochs: they take four times as many steps as batches of 64."
def design():
    return {
        "norm": "before ReLU",
        "weight_scale": 1.0,
        "lr": 0.03,
        "warmup": 0.1,
        "momentum": 0.9,
        "batch_size": 16,
    }


# %% right="batch norm after the ReLU, put together in steps" shown="Batch norm after the ReLU does as well here, and weights half as large change little: batch norm takes their size away."
def design():
    recipe = dict(norm="after ReLU", weight_scale=0.5, warmup=0.2)
    recipe["momentum"], recipe["batch_size"] = 0.9, 16
    recipe.update(lr=0.04)
    return recipe


# %% wrong="the course's starting point" diagnosis="below_this_step" visible="missed" points=14
# A good start alone: Kaiming's weights, no batch norm.
def design():
    return {
        "norm": "none",
        "weight_scale": 1.0,
        "lr": 0.01,
        "warmup": 0.1,
        "momentum": 0.9,
        "batch_size": 64,
    }


# %% wrong="torch's default start" diagnosis="below_this_step" points=2
# Believes that the size of the weights at the start is a detail: these let the signal fade.
def design():
    return {
        "norm": "none",
        "weight_scale": 0.41,
        "lr": 0.01,
        "warmup": 0.1,
        "momentum": 0.9,
        "batch_size": 64,
    }


# %% wrong="a setting by torch's name" diagnosis="unknown_setting" points=0
# Calls the rate what an optimiser's documents call it.
def design():
    return {
        "norm": "before ReLU",
        "weight_scale": 1.0,
        "learning_rate": 0.03,
        "warmup": 0.1,
        "momentum": 0.9,
        "batch_size": 16,
    }


# %% wrong="one setting left out" diagnosis="setting_missing" points=0
# Believes that there are defaults.
def design():
    return {"norm": "before ReLU", "weight_scale": 1.0, "lr": 0.03, "batch_size": 16}


# %% wrong="a switch instead of a place" diagnosis="setting_not_allowed" points=0
# Believes that batch norm is on or off.
def design():
    return {
        "norm": True,
        "weight_scale": 1.0,
        "lr": 0.03,
        "warmup": 0.1,
        "momentum": 0.9,
        "batch_size": 16,
    }


# %% wrong="a list of values" diagnosis="not_a_recipe" points=0
# Forgets the names.
def design():
    return ["before ReLU", 1.0, 0.03, 0.1, 0.9, 16]
