# %% right="a large stem, pooling, one separable convolution, all positions read" shown="It shrinks the image by four at once, spends the rest on one separable convolution, and lets the head read every position."
def design():
    return nn.Sequential(
        nn.Conv2d(1, 24, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.MaxPool2d(2),
        DepthwiseSeparable(24, 64),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 10),
    )


# %% right="no block of this unit at all" shown="An ordinary 3×3 convolution on 7×7 maps fits the budget as well, and is as good."
def design():
    return nn.Sequential(
        nn.Conv2d(1, 12, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 10),
    )


# %% wrong="the course's MobileNet" diagnosis="below_this_step" points=7 visible="missed"
# Copies what the lesson has measured.
def design():
    stem = (nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
    blocks = (
        DepthwiseSeparable(16, 32, 2),
        DepthwiseSeparable(32, 48),
        DepthwiseSeparable(48, 64, 2),
    )
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


# %% wrong="a hidden dense layer" diagnosis="too_many_parameters" points=0
# Believes that dense layers are cheap, because their multiply-adds are few.
def design():
    return nn.Sequential(
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(196, 400), nn.ReLU(), nn.Linear(400, 10)
    )


# %% wrong="separable at full size" diagnosis="too_many_multiply_adds" points=0
# Believes that separable convolutions are free.
def design():
    stem = nn.Conv2d(1, 16, 3, padding=1)
    return nn.Sequential(
        stem, DepthwiseSeparable(16, 32), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)
    )


# %% wrong="maps instead of logits" diagnosis="wrong_output" points=0
# Forgets the head.
def design():
    return nn.Sequential(nn.Conv2d(1, 8, 3, stride=2), DepthwiseSeparable(8, 10, 2))


# %% wrong="three channels" diagnosis="raises" points=0
# Forgets that these images are grey.
def design():
    return nn.Sequential(nn.AvgPool2d(4), DepthwiseSeparable(3, 10), nn.AdaptiveAvgPool2d(1))
