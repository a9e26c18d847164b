# %% right="small batches, no crops"
def design():
    return {
        "epochs": 10, "batch_size": 32, "optimizer": "sgd", "lr": 0.05, "momentum": 0.9,
        "weight_decay": 0.01, "schedule": "warmup_cosine", "crop_and_flip": 0, "hole": 0,
        "hole_colour": "mean", "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% right="AdamW, with a large decay"
def design():
    return dict(
        epochs=10, batch_size=32, optimizer="adamw", lr=0.01, momentum=0, weight_decay=0.3,
        schedule="warmup_cosine", crop_and_flip=0, hole=0, hole_colour="black",
        mixup=0, label_smoothing=0, dropout=0,
    )


# %% wrong="the top of the ladder, cut short" diagnosis="below_this_step" points=5 visible="missed"
# Copies what was right for four times as many epochs.
def design():
    return {
        "epochs": 10, "batch_size": 128, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9,
        "weight_decay": 0.005, "schedule": "warmup_cosine", "crop_and_flip": 1, "hole": 0,
        "hole_colour": "mean", "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% wrong="the ladder without its crops" diagnosis="below_this_step" points=10 visible="missed"
# Half of the way: the batches are as large as ever.
def design():
    return {
        "epochs": 10, "batch_size": 128, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9,
        "weight_decay": 0.005, "schedule": "warmup_cosine", "crop_and_flip": 0, "hole": 0,
        "hole_colour": "mean", "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% wrong="one epoch of everything" diagnosis="below_this_step" points=2
# Regularises what has not begun to learn.
def design():
    return {
        "epochs": 1, "batch_size": 512, "optimizer": "sgd", "lr": 0.001, "momentum": 0.0,
        "weight_decay": 1, "schedule": "constant", "crop_and_flip": 4, "hole": 10,
        "hole_colour": "black", "mixup": 2.0, "label_smoothing": 0.9, "dropout": 0.9,
    }


# %% wrong="more epochs than allowed" diagnosis="setting_not_allowed" points=0
# Believes that time is free.
def design():
    return {
        "epochs": 40, "batch_size": 32, "optimizer": "sgd", "lr": 0.05, "momentum": 0.9,
        "weight_decay": 0.005, "schedule": "warmup_cosine", "crop_and_flip": 0, "hole": 0,
        "hole_colour": "mean", "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% wrong="an optimiser that is not there" diagnosis="setting_not_allowed" points=0
# Asks for a name by heart.
def design():
    return {
        "epochs": 10, "batch_size": 32, "optimizer": "rmsprop", "lr": 0.05, "momentum": 0.9,
        "weight_decay": 0.005, "schedule": "warmup_cosine", "crop_and_flip": 0, "hole": 0,
        "hole_colour": "mean", "mixup": 0.0, "label_smoothing": 0.0, "dropout": 0.0,
    }


# %% wrong="a word of its own" diagnosis="unknown_setting" points=0
# Invents an entry.
def design():
    return {"learning_rate": 0.1}


# %% wrong="half a recipe" diagnosis="setting_missing" points=0
# Believes that what is left out has a default.
def design():
    return {"epochs": 10, "lr": 0.1}


# %% wrong="an optimiser instead of a recipe" diagnosis="not_a_recipe" points=0
# Hands over the thing itself.
def design():
    return torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
