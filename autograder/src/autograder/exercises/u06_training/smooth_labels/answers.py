# %% right="from one-hot rows"
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes).float()
    return (1 - alpha) * rows + alpha / num_classes


# %% right="filled, then one entry in each row" shown="It needs no one-hot rows: fill the table with the small share, then raise one entry in each row."
def smooth_labels(targets, num_classes, alpha):
    rows = torch.full((len(targets), num_classes), alpha / num_classes)
    rows[torch.arange(len(targets)), targets] += 1 - alpha
    return rows


# %% right="a table of smoothed classes, looked up" shown="It smooths each class once and looks the rows up, which pays if there are far more samples than classes."
def smooth_labels(targets, num_classes, alpha):
    uniform = torch.ones(num_classes, num_classes, dtype=torch.float64) / num_classes
    return torch.lerp(torch.eye(num_classes, dtype=torch.float64), uniform, alpha)[targets]


# %% wrong="α shared by the others" diagnosis="other_convention" points=0
# The other convention, found in as many places.
def smooth_labels(targets, num_classes, alpha):
    rows = torch.full((len(targets), num_classes), alpha / (num_classes - 1))
    rows.scatter_(1, targets[:, None], 1 - alpha)
    return rows


# %% wrong="1 − α and α/C" diagnosis="does_not_sum_to_one" points=0
# Mixes the two conventions.
def smooth_labels(targets, num_classes, alpha):
    rows = torch.full((len(targets), num_classes), alpha / num_classes)
    rows.scatter_(1, targets[:, None], 1 - alpha)
    return rows


# %% wrong="α/C on top" diagnosis="class_not_lowered" points=0
# Gives to all classes and takes from none.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes).float()
    return rows + alpha / num_classes


# %% wrong="α taken away, and no more" diagnosis="taken_and_not_given" points=0
# Believes that a lower target is all there is to it.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes).float()
    return (1 - alpha) * rows


# %% wrong="α for every class" diagnosis="spread_not_divided" points=0
# Forgets that α is shared.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes).float()
    return (1 - alpha) * rows + alpha


# %% wrong="α for the right class" diagnosis="shares_exchanged" points=0
# Mixes up what α is the share of.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes).float()
    return alpha * rows + (1 - alpha) / num_classes


# %% wrong="shared by the samples" diagnosis="divided_by_the_batch" points=0
# Divides by the wrong dimension of the table.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes).float()
    return (1 - alpha) * rows + alpha / len(rows)


# %% wrong="writes into a table of whole numbers" diagnosis="whole_numbers" points=0
# one_hot gives int64, and what is written into it is cut to whole numbers.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes)
    rows[:] = (1 - alpha) * rows + alpha / num_classes
    return rows


# %% wrong="as many columns as there are classes in the batch" diagnosis="classes_counted" points=0
# Believes that one_hot knows how many classes there are.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets).float()
    return (1 - alpha) * rows + alpha / num_classes


# %% wrong="whole numbers where α is 0" diagnosis="whole_numbers" points=2.5
# Leaves out the arithmetic where it seems to change nothing.
def smooth_labels(targets, num_classes, alpha):
    rows = F.one_hot(targets, num_classes)
    if alpha == 0:
        return rows
    return (1 - alpha) * rows.float() + alpha / num_classes
