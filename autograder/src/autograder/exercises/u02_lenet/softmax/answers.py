# %% right="the row's maximum out first"
def softmax(logits):
    shifted = logits - logits.max(dim=-1, keepdim=True).values
    powers = shifted.exp()
    return powers / powers.sum(dim=-1, keepdim=True)


# %% right="through log-sum-exp" shown="It divides in the exponent: exp(a) / sum is exp(a − log sum), and torch's logsumexp is already safe for large numbers."
def softmax(logits):
    return torch.exp(logits - torch.logsumexp(logits, dim=-1, keepdim=True))


# %% right="row by row in Python's floats"
def softmax(logits):
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        largest = max(row)
        powers = [math.exp(value - largest) for value in row]
        rows.append([power / sum(powers) for power in powers])
    return torch.tensor(rows, dtype=logits.dtype).reshape(logits.shape)


# %% right="one over the sum of the others relative to it" shown="It looks at differences between logits only, so adding a constant to all of them can't change anything. It costs the square of the number of classes."
def softmax(logits):
    differences = logits.unsqueeze(-2) - logits.unsqueeze(-1)
    return 1 / differences.exp().sum(dim=-1)


# %% wrong="exp straight away" diagnosis="unstable_exp" points=3
# The formula as it stands in books; nobody told that 1000 is a possible logit.
def softmax(logits):
    powers = torch.exp(logits)
    return powers / powers.sum(dim=-1, keepdim=True)


# %% wrong="one maximum for the whole tensor" diagnosis="one_maximum_for_all" points=3
# "Subtract the maximum" is remembered, but not that it is each row's own.
def softmax(logits):
    powers = torch.exp(logits - logits.max())
    return powers / powers.sum(dim=-1, keepdim=True)


# %% wrong="along the batch" diagnosis="wrong_dimension" points=0
# Believes that dimension 0 counts the classes.
def softmax(logits):
    powers = torch.exp(logits - logits.max(dim=0, keepdim=True).values)
    return powers / powers.sum(dim=0, keepdim=True)


# %% wrong="the classes are dimension 1" diagnosis="dimension_fixed_at_one" points=3
# Right for (N, C), and nothing else was tried.
def softmax(logits):
    powers = torch.exp(logits - logits.max(dim=1, keepdim=True).values)
    return powers / powers.sum(dim=1, keepdim=True)


# %% wrong="all probabilities together sum to 1" diagnosis="normalised_over_everything" points=0
# Forgets the dimension of the sum.
def softmax(logits):
    powers = torch.exp(logits - logits.max(dim=-1, keepdim=True).values)
    return powers / powers.sum()


# %% wrong="shares of the sum" diagnosis="no_exponential" points=0
# Believes that dividing by the sum is all there is to a distribution.
def softmax(logits):
    return logits / logits.sum(dim=-1, keepdim=True)


# %% wrong="the logarithm of softmax" diagnosis="returns_logarithms" points=0
# Mixes up softmax and log-softmax.
def softmax(logits):
    return logits - torch.logsumexp(logits, dim=-1, keepdim=True)


# %% wrong="subtracts in place" diagnosis="changes_its_input" points=0
# Believes that an argument belongs to the function.
def softmax(logits):
    logits -= logits.max(dim=-1, keepdim=True).values
    powers = logits.exp()
    return powers / powers.sum(dim=-1, keepdim=True)


# %% wrong="the library's softmax under another name" diagnosis="refused_call" points=0
# The shortcut, through an alias and a helper.
from torch.nn.functional import softmax as normalise


def rows_to_probabilities(table):
    return normalise(table, dim=-1)


def softmax(logits):
    return rows_to_probabilities(logits)


# %% wrong="the tensor's own softmax" diagnosis="refused_call" points=0
# The shortcut, as a method.
def softmax(logits):
    values = logits.clone()
    return values.softmax(-1)


# %% wrong="float32 whatever comes" diagnosis="wrong_dtype" points=4
# Believes that torch.tensor remembers where the numbers came from.
def softmax(logits):
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        powers = [math.exp(value - max(row)) for value in row]
        rows.append([power / sum(powers) for power in powers])
    return torch.tensor(rows).reshape(logits.shape)
