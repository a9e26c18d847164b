# %% right="everything learns, on pictures that change"
def design():
    return {
        "start": "pretrained", "features": "layer3", "grid": 1, "learning_stages": 3,
        "head_lr": 0.03, "backbone_lr": 0.03, "weight_decay": 0.0005, "epochs": 20,
        "augment": "crop_flip",
    }


# %% right="the same with stronger weight decay and a faster backbone"
def design():
    return dict(
        start="pretrained", features="layer3", grid=1, learning_stages=3, head_lr=0.03,
        backbone_lr=0.06, weight_decay=0.002, epochs=20, augment="crop_flip",
    )


# %% wrong="the usual new head" diagnosis="below_this_step" points=9 visible="missed"
# Sits at the course's number.
def design():
    return {
        "start": "pretrained", "features": "layer3", "grid": 1, "learning_stages": 0,
        "head_lr": 0.03, "backbone_lr": 0.03, "weight_decay": 0.0005, "epochs": 20,
        "augment": "none",
    }


# %% wrong="fine places, and random weights" diagnosis="below_this_step" points=2
# Believes that the grid is what counts, and the pretraining isn't.
def design():
    return {
        "start": "random", "features": "layer2", "grid": 4, "learning_stages": 0,
        "head_lr": 0.03, "backbone_lr": 0.03, "weight_decay": 0.0005, "epochs": 20,
        "augment": "none",
    }


# %% wrong="more epochs than allowed" diagnosis="setting_not_allowed" points=0
# Believes that time is free.
def design():
    return {
        "start": "pretrained", "features": "layer2", "grid": 4, "learning_stages": 0,
        "head_lr": 0.03, "backbone_lr": 0.003, "weight_decay": 0.0005, "epochs": 500,
        "augment": "none",
    }


# %% wrong="a grid finer than the maps" diagnosis="grid_too_fine" points=0
# Believes that averaging can make more of a map than it has.
def design():
    return {
        "start": "pretrained", "features": "layer3", "grid": 8, "learning_stages": 0,
        "head_lr": 0.03, "backbone_lr": 0.003, "weight_decay": 0.0005, "epochs": 20,
        "augment": "none",
    }


# %% wrong="stages learn that are not there" diagnosis="stages_not_read" points=0
# Forgets that what comes after the features is cut off.
def design():
    return {
        "start": "pretrained", "features": "layer1", "grid": 4, "learning_stages": 3,
        "head_lr": 0.03, "backbone_lr": 0.003, "weight_decay": 0.0005, "epochs": 20,
        "augment": "none",
    }


# %% wrong="a word of its own" diagnosis="unknown_setting" points=0
# Uses the name that an optimizer has for it.
def design():
    return {"lr": 0.03, "features": "layer2"}


# %% wrong="a network instead of a plan" diagnosis="not_a_recipe" points=0
# Hands over the thing itself.
def design():
    return nn.Linear(128, 10)
