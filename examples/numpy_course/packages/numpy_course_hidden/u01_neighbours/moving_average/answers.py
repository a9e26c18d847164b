# %% right="a loop over the windows"
def moving_average(x, width):
    means = []
    for start in range(len(x) - width + 1):
        means.append(sum(x[start : start + width]) / width)
    return np.array(means)


# %% right="a convolution"
def moving_average(x, width):
    return np.convolve(x, np.ones(width) / width, mode="valid")


# %% right="differences of cumulative sums"
def moving_average(x, width):
    sums = np.cumsum(np.concatenate([[0], x]))
    return (sums[width:] - sums[:-width]) / width


# %% right="views of all windows"
def moving_average(x, width):
    return np.lib.stride_tricks.sliding_window_view(x, width).mean(axis=-1)


# %% wrong="adds up without dividing" diagnosis="sum_not_mean" points=0
def moving_average(x, width):
    return np.convolve(x, np.ones(width), mode="valid")


# %% wrong="divides by the length of everything" diagnosis="divides_by_all" points=3
def moving_average(x, width):
    return np.array([x[i : i + width].sum() / len(x) for i in range(len(x) - width + 1)])


# %% wrong="keeps the length" diagnosis="same_length" points=0
def moving_average(x, width):
    return np.convolve(x, np.ones(width) / width, mode="same")


# %% wrong="forgets the last window" diagnosis="last_window_forgotten" points=0
def moving_average(x, width):
    return np.array([x[i : i + width].mean() for i in range(len(x) - width)])


# %% wrong="puts windows side by side" diagnosis="side_by_side" points=3
def moving_average(x, width):
    return np.array([x[i : i + width].mean() for i in range(0, len(x) - width + 1, width)])


# %% wrong="takes the mean of everything so far" diagnosis="mean_so_far" points=0
def moving_average(x, width):
    return np.array([x[: i + 1].mean() for i in range(len(x))])


# %% wrong="collects the means in an array like x" diagnosis="cut_to_whole_numbers" points=7
def moving_average(x, width):
    means = np.empty_like(x[: len(x) - width + 1])
    for i in range(len(means)):
        means[i] = x[i : i + width].mean()
    return means


# %% wrong="returns a list" diagnosis="wrong_type" points=0
def moving_average(x, width):
    return [float(x[i : i + width].mean()) for i in range(len(x) - width + 1)]


# %% wrong="adds up in the caller's array" diagnosis="changes_its_input" points=0
def moving_average(x, width):
    windows = len(x) - width + 1
    before = x.copy()
    for i in range(1, width):
        x[:windows] += before[i : i + windows]
    return x[:windows] / width
