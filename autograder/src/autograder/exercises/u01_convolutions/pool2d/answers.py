# %% right="two loops over the windows"
def pool2d(x, kernel, stride=None, mode="max"):
    stride = kernel if stride is None else stride
    channels, height, width = x.shape
    out_h, out_w = (height - kernel) // stride + 1, (width - kernel) // stride + 1
    out = torch.zeros(channels, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            window = x[:, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
            flat = window.reshape(channels, -1)
            out[:, i, j] = flat.max(dim=1).values if mode == "max" else flat.mean(dim=1)
    return out

# %% right="tensor.unfold" shown="It has no loop: unfold lays out a view of all windows, and amax or mean takes care of the last two axes."
def pool2d(x, kernel, stride=None, mode="max"):
    step = stride or kernel
    windows = x.unfold(1, kernel, step).unfold(2, kernel, step)
    return windows.amax(dim=(-2, -1)) if mode == "max" else windows.mean(dim=(-2, -1))

# %% right="compares or adds shifted images" shown="It loops over the places in a window, not over the windows: a small window means few steps, however large the image is."
def pool2d(x, kernel, stride=None, mode="max"):
    """As nn.MaxPool2d and F.avg_pool2d, by hand."""
    stride = stride or kernel
    rows, columns = x.shape[1] - kernel + 1, x.shape[2] - kernel + 1
    shifted = torch.stack(
        [
            x[:, a : a + rows : stride, b : b + columns : stride]
            for a in range(kernel)
            for b in range(kernel)
        ]
    )
    return shifted.max(dim=0)[0] if mode == "max" else shifted.sum(dim=0) / kernel**2

# %% right="plain Python numbers, a running maximum from minus infinity"
def pool2d(x, kernel, stride=None, mode="max"):
    if stride is None:
        stride = kernel
    result = []
    for channel in x.tolist():
        rows = []
        for top in range(0, len(channel) - kernel + 1, stride):
            row = []
            for left in range(0, len(channel[0]) - kernel + 1, stride):
                largest, total = float("-inf"), 0.0
                for i in range(kernel):
                    for j in range(kernel):
                        value = channel[top + i][left + j]
                        largest, total = max(largest, value), total + value
                row.append(largest if mode == "max" else total / (kernel * kernel))
            rows.append(row)
        result.append(rows)
    return torch.tensor(result)

# %% wrong="starts the running maximum at zero" diagnosis="maximum_starts_at_zero" points=6
def pool2d(x, kernel, stride=None, mode="max"):
    # Brightness is never negative, so 0 is thought to be a safe start.
    stride = stride or kernel
    channels, height, width = x.shape
    out = torch.zeros(channels, (height - kernel) // stride + 1, (width - kernel) // stride + 1)
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            window = x[:, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
            if mode == "max":
                for row in range(kernel):
                    for column in range(kernel):
                        out[:, i, j] = torch.maximum(out[:, i, j], window[:, row, column])
            else:
                out[:, i, j] = window.mean(dim=(1, 2))
    return out

# %% wrong="moves by one pixel if no stride is given" diagnosis="stride_none_is_one" points=2
def pool2d(x, kernel, stride=None, mode="max"):
    # Convolutions move by one pixel by default, so poolings are thought to do the same.
    step = stride or 1
    windows = x.unfold(1, kernel, step).unfold(2, kernel, step)
    return windows.amax(dim=(-2, -1)) if mode == "max" else windows.mean(dim=(-2, -1))

# %% wrong="never uses the stride" diagnosis="stride_ignored" points=7
def pool2d(x, kernel, stride=None, mode="max"):
    # Windows of a pooling are thought to lie side by side always.
    windows = x.unfold(1, kernel, kernel).unfold(2, kernel, kernel)
    return windows.amax(dim=(-2, -1)) if mode == "max" else windows.mean(dim=(-2, -1))

# %% wrong="always takes the maximum" diagnosis="always_max" points=5
def pool2d(x, kernel, stride=None, mode="max"):
    # The mode is forgotten.
    step = stride or kernel
    return x.unfold(1, kernel, step).unfold(2, kernel, step).amax(dim=(-2, -1))

# %% wrong="adds up without dividing" diagnosis="sum_not_mean" points=5
def pool2d(x, kernel, stride=None, mode="max"):
    # A slip: the average of a window without its division.
    step = stride or kernel
    windows = x.unfold(1, kernel, step).unfold(2, kernel, step)
    return windows.amax(dim=(-2, -1)) if mode == "max" else windows.sum(dim=(-2, -1))

# %% wrong="divides by 4 for windows of every size" diagnosis="divides_by_four" points=5
def pool2d(x, kernel, stride=None, mode="max"):
    # Pooling is thought to mean 2×2.
    step = stride or kernel
    windows = x.unfold(1, kernel, step).unfold(2, kernel, step)
    return windows.amax(dim=(-2, -1)) if mode == "max" else windows.sum(dim=(-2, -1)) / 4

# %% wrong="pools across the channels" diagnosis="channels_pooled_together" points=0
def pool2d(x, kernel, stride=None, mode="max"):
    # window.max() looks like the largest number of the window; it mixes the channels.
    stride = stride or kernel
    channels, height, width = x.shape
    out = torch.zeros(channels, (height - kernel) // stride + 1, (width - kernel) // stride + 1)
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            window = x[:, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
            out[:, i, j] = window.max() if mode == "max" else window.mean()
    return out

# %% wrong="keeps the windows that reach over the edge" diagnosis="keeps_windows_that_do_not_fit" points=7
def pool2d(x, kernel, stride=None, mode="max"):
    # No pixel should be lost, so the last windows are cut short.
    stride = stride or kernel
    tops = range(0, x.shape[1] - kernel + stride, stride)
    lefts = range(0, x.shape[2] - kernel + stride, stride)
    out = torch.zeros(len(x), len(tops), len(lefts))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            window = x[:, top : top + kernel, left : left + kernel]
            out[:, i, j] = window.amax(dim=(1, 2)) if mode == "max" else window.mean(dim=(1, 2))
    return out

# %% wrong="folds the image with reshape, which needs sides that come out even" diagnosis="expects_sides_that_fill" points=7
def pool2d(x, kernel, stride=None, mode="max"):
    # A neat trick that works as long as the windows fill the image.
    if stride is None or stride == kernel:
        channels, height, width = x.shape
        windows = x.view(channels, height // kernel, kernel, width // kernel, kernel)
        return windows.amax(dim=(2, 4)) if mode == "max" else windows.mean(dim=(2, 4))
    windows = x.unfold(1, kernel, stride).unfold(2, kernel, stride)
    return windows.amax(dim=(-2, -1)) if mode == "max" else windows.mean(dim=(-2, -1))

# %% wrong="lets torch's layers do it, chosen by name" diagnosis="refused_call" points=0
layers = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


def pool2d(x, kernel, stride=None, mode="max"):
    # A layer out of a dictionary is thought to be no library call.
    return layers[mode](kernel, stride)(x[None])[0]
