# %% right="log-sum-exp minus the target's logit"
def cross_entropy(logits, targets):
    picked = logits.gather(1, targets.unsqueeze(1)).squeeze(1)
    return (torch.logsumexp(logits, dim=1) - picked).mean()


# %% right="log-sum-exp by hand, rows and targets paired by index" shown="It picks each row's target by a pair of indices, and subtracts the maximum itself."
def cross_entropy(logits, targets):
    largest = logits.max(dim=1).values
    total = (logits - largest[:, None]).exp().sum(dim=1)
    rows = torch.arange(len(targets))
    return (largest + total.log() - logits[rows, targets]).sum() / len(targets)


# %% right="a loop over samples"
def cross_entropy(logits, targets):
    loss = 0
    for row, target in zip(logits, targets):
        shifted = row - row.max()
        loss = loss + shifted.exp().sum().log() - shifted[target]
    return loss / len(targets)


# %% right="a one-hot table" shown="It writes the truth as probabilities, as the formula in books does. That also works for smoothed labels."
def cross_entropy(logits, targets):
    truth = torch.zeros_like(logits)
    truth[range(len(targets)), targets] = 1
    logs = logits - logits.logsumexp(dim=-1, keepdim=True)
    return -(truth * logs).sum(dim=-1).mean()


# %% wrong="softmax, then the loss on its result" diagnosis="softmax_before_loss" points=0
# Believes that a loss wants probabilities, and takes log-sum-exp of them once more.
def cross_entropy(logits, targets):
    probabilities = softmax(logits)
    picked = probabilities.gather(1, targets[:, None])[:, 0]
    return (torch.logsumexp(probabilities, dim=1) - picked).mean()


# %% wrong="the sum over the batch" diagnosis="sum_not_mean" points=0
# Believes that sum and mean differ by nothing that matters.
def cross_entropy(logits, targets):
    picked = logits.gather(1, targets[:, None])[:, 0]
    return (torch.logsumexp(logits, dim=1) - picked).sum()


# %% wrong="one loss for each sample" diagnosis="one_loss_each" points=0
# Forgets that an optimiser needs one number.
def cross_entropy(logits, targets):
    picked = logits.gather(1, targets[:, None])[:, 0]
    return torch.logsumexp(logits, dim=1) - picked


# %% wrong="the sign forgotten" diagnosis="sign_missing" points=0
# Takes the mean log-probability for the loss.
def cross_entropy(logits, targets):
    picked = logits.gather(1, targets[:, None])[:, 0]
    return (picked - torch.logsumexp(logits, dim=1)).mean()


# %% wrong="the mean over all N×C entries" diagnosis="divided_by_the_classes" points=0
# A one-hot table invites mean() over all of it.
def cross_entropy(logits, targets):
    truth = torch.eye(logits.shape[1], dtype=logits.dtype)[targets]
    logs = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -(truth * logs).mean()


# %% wrong="columns of all targets" diagnosis="every_row_with_every_target" points=0
# Believes that [:, targets] takes one entry from each row.
def cross_entropy(logits, targets):
    logs = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return -logs[:, targets].mean()


# %% wrong="normalised along the batch" diagnosis="wrong_dimension" points=0
# Believes that dimension 0 counts the classes.
def cross_entropy(logits, targets):
    logs = logits - torch.logsumexp(logits, dim=0, keepdim=True)
    return -logs[torch.arange(len(targets)), targets].mean()


# %% wrong="log of the sum of exp, unshifted" diagnosis="unstable_exp" points=4
# The formula as it stands, without its stable form.
def cross_entropy(logits, targets):
    picked = logits[torch.arange(len(targets)), targets]
    return (logits.exp().sum(dim=1).log() - picked).mean()


# %% wrong="log of a stable softmax" diagnosis="logarithm_of_zero" points=4
# Believes that a stable softmax makes its logarithm stable.
def cross_entropy(logits, targets):
    powers = (logits - logits.max(dim=1, keepdim=True).values).exp()
    probabilities = powers / powers.sum(dim=1, keepdim=True)
    return -probabilities[torch.arange(len(targets)), targets].log().mean()


# %% wrong="a small number inside the logarithm" diagnosis="infinity_hidden" points=4
# Believes that adding 1e-9 cures the infinity.
def cross_entropy(logits, targets):
    powers = (logits - logits.max(dim=1, keepdim=True).values).exp()
    probabilities = powers / powers.sum(dim=1, keepdim=True)
    return -(probabilities[torch.arange(len(targets)), targets] + 1e-9).log().mean()


# %% wrong="a Python number" diagnosis="plain_number" points=0
# Wants a number to print, and cuts the gradient off.
def cross_entropy(logits, targets):
    picked = logits.gather(1, targets[:, None])[:, 0]
    return (torch.logsumexp(logits, dim=1) - picked).mean().item()


# %% wrong="detached before the loss" diagnosis="no_gradient" points=4
# Believes that detach() only avoids warnings.
def cross_entropy(logits, targets):
    logits = logits.detach()
    picked = logits.gather(1, targets[:, None])[:, 0]
    return (torch.logsumexp(logits, dim=1) - picked).mean()


# %% wrong="log_softmax and nll_loss" diagnosis="refused_call" points=0
# The shortcut in two pieces, each through an alias.
from torch.nn import functional as functions

log_probabilities = functions.log_softmax
pick = functions.nll_loss


def cross_entropy(logits, targets):
    return pick(log_probabilities(logits, dim=1), targets)


# %% wrong="the loss module in a helper" diagnosis="refused_call" points=0
# The shortcut, as an object made outside the function.
criterion = nn.CrossEntropyLoss()


def measured(logits, targets):
    return criterion(logits, targets)


def cross_entropy(logits, targets):
    return measured(logits, targets)


# %% wrong="a one-hot table subtracted whole" diagnosis="divided_by_the_classes" points=0
# Believes that mean() finds the one entry of each row that counts.
def cross_entropy(logits, targets):
    truth = F.one_hot(targets, logits.shape[1]).to(logits.dtype)
    return (torch.logsumexp(logits, dim=1) - truth * logits).mean()


# %% wrong="a softmax that works in place" diagnosis="changes_its_input" points=0
# Reuses a softmax that saves memory by overwriting its input.
def overwriting_softmax(scores):
    scores -= scores.amax(dim=-1, keepdim=True)
    scores.exp_()
    scores /= scores.sum(dim=-1, keepdim=True)
    return scores


def cross_entropy(logits, targets):
    loss = torch.logsumexp(logits, dim=1) - logits[torch.arange(len(targets)), targets]
    overwriting_softmax(logits.data)
    return loss.mean()
