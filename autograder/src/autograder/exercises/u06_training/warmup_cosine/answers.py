# %% right="two cases"
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / (total - warmup)
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))


# %% right="the square of a quarter wave" shown="(1 + cos 2a) / 2 is cos² a, so the decay is the square of a quarter of a wave."
def warmup_cosine(step, total, warmup, base_lr):
    rising = (step + 1) / warmup if warmup > step else 1.0
    part = max(0, step - warmup) / (total - warmup)
    return base_lr * rising * math.cos(math.pi / 2 * part) ** 2


# %% right="all rates in a tensor, one looked up" shown="It computes the whole schedule and looks one rate up; plotted, that tensor is the figure of the lesson."
def warmup_cosine(step, total, warmup, base_lr):
    up = torch.arange(1, warmup + 1, dtype=torch.float64) / max(1, warmup)
    down = (1 + torch.cos(torch.linspace(0, math.pi, total - warmup + 1, dtype=torch.float64))) / 2
    return base_lr * torch.cat([up, down])[step].item()


# %% wrong="the first rate is 0" diagnosis="first_step_does_nothing" points=0.5
# Believes that step 0 is a rate of 0.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * step / warmup
    part = (step - warmup) / (total - warmup)
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))


# %% wrong="the cosine counts from step 0" diagnosis="cosine_from_the_start" points=0.5
# Forgets that the cosine begins after the warm-up.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = step / total
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))


# %% wrong="the cosine stretched over all steps" diagnosis="cosine_too_slow" points=0.5
# Shifts the cosine, and keeps its length.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / total
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))


# %% wrong="not halved" diagnosis="not_halved" points=0
# Believes that 1 + cos lies between 0 and 1.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / (total - warmup)
    return base_lr * (1 + math.cos(math.pi * part))


# %% wrong="a straight line down" diagnosis="straight_line_down" points=0
# Another schedule.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / (total - warmup)
    return base_lr * (1 - part)


# %% wrong="one warm-up step too many" diagnosis="warmup_one_too_long" points=0.5
# Compares with ≤.
def warmup_cosine(step, total, warmup, base_lr):
    if warmup > 0 and step <= warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / (total - warmup)
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))


# %% wrong="zero at the last step" diagnosis="zero_one_step_early" points=0
# Believes that the last step is step number total.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / (total - 1 - warmup)
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))


# %% wrong="the factor alone" diagnosis="base_rate_ignored" points=0
# Forgets what the factor is for.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return (step + 1) / warmup
    part = (step - warmup) / (total - warmup)
    return 0.5 * (1 + math.cos(math.pi * part))


# %% wrong="an angle in degrees" diagnosis="degrees" points=0
# Believes that half a wave is 180.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = (step - warmup) / (total - warmup)
    return base_lr * 0.5 * (1 + math.cos(180 * part))


# %% wrong="all steps over those after the warm-up" diagnosis="cosine_too_fast" points=0.5
# Subtracts the warm-up from one of the two numbers.
def warmup_cosine(step, total, warmup, base_lr):
    if step < warmup:
        return base_lr * (step + 1) / warmup
    part = step / (total - warmup)
    return base_lr * 0.5 * (1 + math.cos(math.pi * part))
