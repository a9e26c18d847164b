# %% right="the top of the ladder"
def design():
    return {
        "epochs": 40, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.005,
        "schedule": "warmup_cosine", "crop_and_flip": 1, "hole": 0, "hole_colour": "mean",
        "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% right="no momentum, ten times the rate"
def design():
    return dict(
        epochs=40, optimizer="sgd", lr=1.0, momentum=0, weight_decay=0.005,
        schedule="warmup_cosine", crop_and_flip=1, hole=0, hole_colour="black",
        mixup=0, label_smoothing=0, dropout=0,
    )


# %% wrong="no regulariser" diagnosis="below_this_step" points=9 visible="missed"
# Keeps to the rules, and sits at the course's number.
def design():
    return {
        "epochs": 40, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.0,
        "schedule": "warmup_cosine", "crop_and_flip": 0, "hole": 0, "hole_colour": "mean",
        "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% wrong="one epoch of everything" diagnosis="below_this_step" points=2
# Regularises what has not begun to learn.
def design():
    return {
        "epochs": 1, "optimizer": "sgd", "lr": 0.001, "momentum": 0.0, "weight_decay": 1,
        "schedule": "constant", "crop_and_flip": 4, "hole": 10, "hole_colour": "black",
        "mixup": 2.0, "label_smoothing": 0.9, "dropout": 0.9,
    }


# %% wrong="more epochs than allowed" diagnosis="setting_not_allowed" points=0
# Believes that time is free.
def design():
    return {
        "epochs": 400, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.005,
        "schedule": "warmup_cosine", "crop_and_flip": 1, "hole": 0, "hole_colour": "mean",
        "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% wrong="an optimiser that is not there" diagnosis="setting_not_allowed" points=0
# Asks for a name by heart.
def design():
    return {
        "epochs": 40, "optimizer": "rmsprop", "lr": 0.1, "momentum": 0.9, "weight_decay": 0.005,
        "schedule": "warmup_cosine", "crop_and_flip": 1, "hole": 0, "hole_colour": "mean",
        "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% wrong="a word of its own" diagnosis="unknown_setting" points=0
# Invents an entry.
def design():
    return {"learning_rate": 0.1}


# %% wrong="half a recipe" diagnosis="setting_missing" points=0
# Believes that what is left out has a default.
def design():
    return {"epochs": 40, "lr": 0.1}


# %% wrong="an optimiser instead of a recipe" diagnosis="not_a_recipe" points=0
# Hands over the thing itself.
def design():
    return torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
