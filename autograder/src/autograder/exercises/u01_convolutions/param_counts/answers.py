# %% right="formulas"
def conv_params(c_in, c_out, kernel, bias=True):
    return c_out * c_in * kernel**2 + (c_out if bias else 0)


def linear_params(n_in, n_out, bias=True):
    return n_in * n_out + (n_out if bias else 0)

# %% right="a dense layer is a 1×1 convolution" shown="It needs one formula only, and uses that True counts as 1."
def conv_params(c_in, c_out, kernel, bias=True):
    return c_out * (c_in * kernel * kernel + bias)


def linear_params(n_in, n_out, bias=True):
    return conv_params(n_in, n_out, 1, bias)

# %% right="builds the layer and counts" shown="It asks torch instead of doing arithmetic, which is how you would check a formula."
def _count(layer):
    return sum(p.numel() for p in layer.parameters())


def conv_params(c_in, c_out, kernel, bias=True):
    return _count(nn.Conv2d(c_in, c_out, kernel, bias=bias))


def linear_params(n_in, n_out, bias=True):
    return _count(nn.Linear(n_in, n_out, bias=bias))

# %% wrong="a kernel has k×k weights whatever the input" diagnosis="input_channels_forgotten" points=3
def conv_params(c_in, c_out, kernel, bias=True):
    # A 3×3 kernel is thought to have 9 weights, also on a colour image.
    return c_out * (kernel * kernel + int(bias))


def linear_params(n_in, n_out, bias=True):
    return n_out * (n_in + int(bias))

# %% wrong="counts one kernel" diagnosis="output_channels_forgotten" points=3
def conv_params(c_in, c_out, kernel, bias=True):
    # All output channels are thought to share the kernel that slides.
    return c_in * kernel * kernel + int(bias)


def linear_params(n_in, n_out, bias=True):
    return n_out * (n_in + int(bias))

# %% wrong="forgets to square the kernel's side" diagnosis="kernel_side_once" points=3
def conv_params(c_in, c_out, kernel, bias=True):
    # A slip: the kernel has two sides.
    return c_out * (c_in * kernel + int(bias))


def linear_params(n_in, n_out, bias=True):
    return n_out * (n_in + int(bias))

# %% wrong="leaves the biases out" diagnosis="biases_forgotten" points=2
def conv_params(c_in, c_out, kernel, bias=True):
    # Only weights are thought to be parameters.
    return c_in * c_out * kernel * kernel


def linear_params(n_in, n_out, bias=True):
    return n_in * n_out

# %% wrong="one bias for the whole layer" diagnosis="one_bias_for_all" points=2
def conv_params(c_in, c_out, kernel, bias=True):
    # A layer is thought to have one bias, as a straight line has one intercept.
    return c_in * c_out * kernel * kernel + (1 if bias else 0)


def linear_params(n_in, n_out, bias=True):
    return n_in * n_out + (1 if bias else 0)

# %% wrong="a bias for every pair of channels" diagnosis="bias_for_every_pair" points=4
def conv_params(c_in, c_out, kernel, bias=True):
    # Every k×k slice is thought to be a kernel with a bias of its own.
    return c_in * c_out * (kernel * kernel + int(bias))


def linear_params(n_in, n_out, bias=True):
    return n_out * (n_in + int(bias))

# %% wrong="counts biases by the inputs" diagnosis="bias_on_the_input" points=4
def conv_params(c_in, c_out, kernel, bias=True):
    return c_out * (c_in * kernel * kernel + int(bias))


def linear_params(n_in, n_out, bias=True):
    # The bias is thought to be added before the weights are applied.
    return n_in * n_out + (n_in if bias else 0)

# %% wrong="counts biases although there are none" diagnosis="bias_setting_ignored" points=4
def conv_params(c_in, c_out, kernel, bias=True):
    # The last argument is overlooked.
    return c_out * (c_in * kernel * kernel + 1)


def linear_params(n_in, n_out, bias=True):
    return n_out * (n_in + 1)

# %% wrong="a dense layer always has biases" diagnosis="bias_setting_ignored" points=5
def conv_params(c_in, c_out, kernel, bias=True):
    return c_out * (c_in * kernel * kernel + int(bias))


def linear_params(n_in, n_out, bias=True):
    # Only a convolution is thought to come without biases.
    return n_in * n_out + n_out

# %% wrong="no biases if nothing is said" diagnosis="biases_forgotten" points=2
def conv_params(c_in, c_out, kernel, bias=False):
    # Biases are thought to be an extra that one has to ask for.
    return c_out * (c_in * kernel * kernel + int(bias))


def linear_params(n_in, n_out, bias=False):
    return n_out * (n_in + int(bias))
