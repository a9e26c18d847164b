# %% right="formulas"
def stack_receptive_field(n, kernel=3):
    return n * (kernel - 1) + 1


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% right="layer by layer" shown="It counts as the stack is built, one layer after another, instead of using a closed formula."
def stack_receptive_field(n, kernel=3):
    seen = 1
    for _ in range(n):
        seen += kernel - 1
    return seen


def stack_params(n, kernel, channels):
    one_layer = kernel * kernel * channels * channels
    return sum(one_layer for _ in range(n))


def equivalent_stack(kernel):
    layers = 0
    while stack_receptive_field(layers) < kernel:
        layers += 1
    return layers


# %% right="builds the layers and looks" shown="It asks torch: how much smaller does an image come out, and how many weights are there?"
def _stack(n, kernel, channels):
    return nn.Sequential(*[nn.Conv2d(channels, channels, kernel, bias=False) for _ in range(n)])


def stack_receptive_field(n, kernel=3):
    side = n * kernel + 5
    return side - _stack(n, kernel, 1)(torch.zeros(1, 1, side, side)).shape[-1] + 1


def stack_params(n, kernel, channels):
    return sum(weight.numel() for weight in _stack(n, kernel, channels).parameters())


def equivalent_stack(kernel):
    return next(n for n in range(kernel) if stack_receptive_field(n, 3) == kernel)


# %% wrong="the sides of the kernels add up" diagnosis="kernels_added" points=2.5
# Believes that the windows lie side by side.
def stack_receptive_field(n, kernel=3):
    return n * kernel


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% wrong="the view multiplies" diagnosis="grows_by_factors" points=3
# Believes that each layer multiplies what is seen, as strides do.
def stack_receptive_field(n, kernel=3):
    return kernel**n


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% wrong="the first pixel is forgotten" diagnosis="starts_at_nothing" points=2.5
# Counts what the layers add, and not what they add to.
def stack_receptive_field(n, kernel=3):
    return n * (kernel - 1)


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% wrong="only 3×3 kernels" diagnosis="kernel_ignored" points=3.5
# The formula of the text with the kernel of the text.
def stack_receptive_field(n, kernel=3):
    return 2 * n + 1


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% wrong="channels counted once" diagnosis="channels_once" points=4
# Believes that a kernel lies on one channel.
def stack_receptive_field(n, kernel=3):
    return n * (kernel - 1) + 1


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% wrong="counts the biases" diagnosis="biases_counted" points=4
# Counts parameters where weights were asked for.
def stack_receptive_field(n, kernel=3):
    return n * (kernel - 1) + 1


def stack_params(n, kernel, channels):
    return n * (kernel**2 * channels**2 + channels)


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% wrong="the price of the large filter" diagnosis="price_of_the_large_filter" points=4
# Believes that the same view costs the same.
def stack_receptive_field(n, kernel=3):
    return n * (kernel - 1) + 1


def stack_params(n, kernel, channels):
    return stack_receptive_field(n, kernel) ** 2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) // 2


# %% wrong="as many small ones as fit into the side" diagnosis="sides_divided" points=3.5
# Believes that three pixels in each layer add three.
def stack_receptive_field(n, kernel=3):
    return n * (kernel - 1) + 1


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return math.ceil(kernel / 3)


# %% wrong="a float comes back" diagnosis="float_not_int" points=3.5
# `/` looks harmless where the result is whole.
def stack_receptive_field(n, kernel=3):
    return n * (kernel - 1) + 1


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) / 2


# %% wrong="5×5 kernels unless told otherwise" diagnosis="wrong_value" points=4
# Takes the wrong default.
def stack_receptive_field(n, kernel=5):
    return n * (kernel - 1) + 1


def stack_params(n, kernel, channels):
    return n * kernel**2 * channels**2


def equivalent_stack(kernel):
    return (kernel - 1) // 2
