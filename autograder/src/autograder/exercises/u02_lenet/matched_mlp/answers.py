# %% right="solved for the hidden units and rounded"
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


# %% right="tried until it no longer comes nearer, a class of its own" shown="It adds hidden units until the count moves away from the budget: no equation to solve."
class TwoLayers(nn.Module):
    def __init__(self, n_in, hidden, n_out):
        super().__init__()
        self.out = nn.Linear(hidden, n_out)
        self.into = nn.Linear(n_in, hidden)

    def forward(self, images):
        rows = images.reshape(images.shape[0], -1)
        return self.out(self.into(rows).clamp(min=0))


def matched_mlp(budget, n_in, n_out):
    def distance(hidden):
        return abs((n_in + 1) * hidden + (hidden + 1) * n_out - budget)

    hidden = 1
    while distance(hidden + 1) < distance(hidden):
        hidden += 1
    return TwoLayers(n_in, hidden, n_out)


# %% right="whole division, both neighbours compared" shown="It takes the whole numbers below and above the exact solution and keeps the better one, so rounding can't go wrong."
def matched_mlp(budget, n_in, n_out):
    def count(hidden):
        return n_in * hidden + hidden + hidden * n_out + n_out

    lower = max((budget - n_out) // (n_in + n_out + 1), 1)
    hidden = min([lower, lower + 1], key=lambda units: abs(count(units) - budget))
    return nn.Sequential(
        nn.Flatten(start_dim=1),
        nn.Linear(n_in, hidden),
        nn.ReLU(inplace=True),
        nn.Linear(hidden, n_out),
    )


# %% wrong="hidden units rounded down" diagnosis="rounded_down" points=2.5
# Believes that a budget must not be exceeded.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, (budget - n_out) // (n_in + n_out + 1))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


# %% wrong="hidden units rounded up" diagnosis="rounded_up" points=2.5
# Believes that the budget must be reached.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, math.ceil((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


# %% wrong="biases left out of the count" diagnosis="bias_forgotten" points=0.5
# Counts weights only.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round(budget / (n_in + n_out)))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


# %% wrong="the outputs' biases left out" diagnosis="bias_forgotten" points=3
# Counts what a hidden unit costs, and forgets what is there without any.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round(budget / (n_in + n_out + 1)))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


# %% wrong="only the first layer paid for" diagnosis="output_layer_not_counted" points=0.5
# Believes that the first layer holds nearly everything.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round(budget / (n_in + 1)))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


# %% wrong="no hidden unit for a small budget" diagnosis="no_hidden_unit" points=3.5 visible="missed"
# Trusts the formula at its edge.
def matched_mlp(budget, n_in, n_out):
    hidden = round((budget - n_out) / (n_in + n_out + 1))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


# %% wrong="no activation" diagnosis="no_activation" points=0
# Believes that two linear layers are deeper than one.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, hidden), nn.Linear(hidden, n_out))


# %% wrong="images not flattened" diagnosis="not_flattened" points=0
# Believes that a linear layer reads an image.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out))


# %% wrong="softmax as the last layer" diagnosis="softmax_at_the_end" points=0
# Believes that a classifier has to end in probabilities.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(n_in, hidden),
        nn.ReLU(),
        nn.Linear(hidden, n_out),
        nn.Softmax(dim=-1),
    )


# %% wrong="a ReLU after every layer" diagnosis="relu_at_the_end" points=0
# Believes that every layer ends in an activation.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, n_out), nn.ReLU()
    )


# %% wrong="the number of hidden units instead of the network" diagnosis="not_a_module" points=0
# Answers the arithmetic and stops.
def matched_mlp(budget, n_in, n_out):
    return max(1, round((budget - n_out) / (n_in + n_out + 1)))


# %% wrong="tanh between the layers" diagnosis="other_activation" points=0
# Believes that the activation does not matter.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(
        nn.Flatten(), nn.Linear(n_in, hidden), nn.Tanh(), nn.Linear(hidden, n_out)
    )


# %% wrong="a second hidden layer on top" diagnosis="not_the_nearest" points=0
# Counts one hidden layer and builds two.
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(n_in, hidden),
        nn.ReLU(),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, n_out),
    )


# %% right="lazy layers, which get their inputs from the first images"
def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(hidden), nn.ReLU(), nn.LazyLinear(n_out))


# %% wrong="parameters of the right shapes, all zero, and a forward that never looks at the image" diagnosis="wrong_values" points=0
# Believes that a network is judged by its size.
class Hollow(nn.Module):
    def __init__(self, shapes, n_out):
        super().__init__()
        self.held = nn.ParameterList(nn.Parameter(torch.zeros(shape)) for shape in shapes)
        self.n_out = n_out

    def forward(self, x):
        return torch.zeros(len(x), self.n_out) + sum(p.sum() for p in self.held)


def matched_mlp(budget, n_in, n_out):
    hidden = max(1, round((budget - n_out) / (n_in + n_out + 1)))
    return Hollow([(hidden, n_in), (hidden,), (n_out, hidden), (n_out,)], n_out)
