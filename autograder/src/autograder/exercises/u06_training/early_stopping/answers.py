# %% right="best and a count"
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% right="remembers when the last improvement was" shown="It remembers when things last got better instead of counting, so nothing has to be reset."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.now, self.improved_at = None, 0, 0

    def step(self, loss):
        self.now += 1
        if self.best is None or self.best - loss > self.min_delta:
            self.best, self.improved_at = loss, self.now
        return self.now - self.improved_at >= self.patience


# %% right="a list of what the last calls brought" shown="It keeps the last few verdicts and stops when none of them was an improvement."
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.min_delta = min_delta
        self.recent = [True] * patience
        self.best = float("inf")

    def step(self, loss):
        better = loss < self.best - self.min_delta
        self.recent = [*self.recent[1:], better]
        self.best = loss if better else self.best
        return not any(self.recent)


# %% wrong="one call late" diagnosis="one_call_late" points=0
# Compares with > instead of ≥.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count > self.patience


# %% wrong="the count is never set back" diagnosis="not_in_a_row" points=0
# Believes that patience is used up once and for all.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="compared with the last loss" diagnosis="compared_with_the_last" points=0
# Believes that a falling loss is an improvement, wherever it comes from.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best = self.last = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.last - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        self.last = loss
        return self.count >= self.patience


# %% wrong="min_delta ignored" diagnosis="min_delta_ignored" points=3
# Believes that every lower loss is an improvement.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="min_delta added" diagnosis="min_delta_added" points=3
# Takes min_delta for a tolerance.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best + self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="best follows every lower loss" diagnosis="best_follows_every_loss" points=3
# Believes that best is the lowest loss ever seen.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.count = 0
        else:
            self.count += 1
        self.best = min(self.best, loss)
        return self.count >= self.patience


# %% wrong="an equal loss is an improvement" diagnosis="equal_counts" points=0.5
# Compares with ≤.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss <= self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="nan is an improvement" diagnosis="nan_is_an_improvement" points=4.5 visible="missed"
# Asks whether the loss is worse; nan is never worse than anything.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss >= self.best - self.min_delta:
            self.count += 1
        else:
            self.best, self.count = loss, 0
        return self.count >= self.patience


# %% wrong="True means go on" diagnosis="says_go_on" points=0
# Answers the opposite question.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count < self.patience


# %% wrong="says stop, but never go on" diagnosis="returns_none" points=0
# Believes that None is as good as False.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        if self.count >= self.patience:
            return True


# %% wrong="best starts at 0" diagnosis="best_starts_at_zero" points=0
# Starts every number with 0.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = 0.0
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="best starts at a thousand million" diagnosis="best_starts_too_low" points=4.5 visible="missed"
# Believes that no loss is larger.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = 1e9
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="a relative min_delta" diagnosis="min_delta_relative" points=3
# Takes min_delta for a share of the best, as torch's ReduceLROnPlateau does.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best * (1 - self.min_delta):
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="min_delta added, best never rises" diagnosis="min_delta_added" points=3
# Takes min_delta for a tolerance.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best + self.min_delta:
            self.best = min(self.best, loss)
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience


# %% wrong="best is the loss before" diagnosis="compared_with_the_last" points=0
# Compares each loss with the one before it.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        self.best = loss
        return self.count >= self.patience


# %% wrong="a min_delta of 1 by default" diagnosis="wrong_value" points=2
# Changes a default.
class EarlyStopping:
    def __init__(self, patience, min_delta=1.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.count = 0

    def step(self, loss):
        if loss < self.best - self.min_delta:
            self.best = loss
            self.count = 0
        else:
            self.count += 1
        return self.count >= self.patience
