# %% right="four plain loops"
def conv2d(x, weight, bias=None, stride=1, padding=0):
    c_in, height, width = x.shape
    c_out, _, k_h, k_w = weight.shape
    padded = torch.zeros(c_in, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = x
    out_h = (height + 2 * padding - k_h) // stride + 1
    out_w = (width + 2 * padding - k_w) // stride + 1
    out = torch.zeros(c_out, out_h, out_w)
    for o in range(c_out):
        for i in range(out_h):
            for j in range(out_w):
                total = 0.0 if bias is None else float(bias[o])
                for c in range(c_in):
                    window = padded[c, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
                    total += (window * weight[o, c]).sum().item()
                out[o, i, j] = total
    return out

# %% right="tensor.unfold and einsum" shown="It has no loop: unfold lays out a view of all windows, and einsum names which axes are multiplied and summed."
def conv2d(x, weight, bias=None, stride=1, padding=0):
    k_h, k_w = weight.shape[-2:]
    padded = F.pad(x, (padding, padding, padding, padding))
    windows = padded.unfold(1, k_h, stride).unfold(2, k_w, stride)  # (C_in, H_out, W_out, kH, kW)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% right="im2col: F.unfold and one matrix product"
def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Does what F.conv2d does, without calling it."""
    _, height, width = x.shape
    c_out, _, k_h, k_w = weight.shape
    columns = F.unfold(x.unsqueeze(0), (k_h, k_w), padding=padding, stride=stride)
    out = weight.reshape(c_out, -1) @ columns[0]
    if bias is not None:
        out += bias.reshape(-1, 1)
    return out.reshape(
        c_out, (height + 2 * padding - k_h) // stride + 1, (width + 2 * padding - k_w) // stride + 1
    )

# %% right="sums shifted images, one for each weight of the kernel" shown="It loops over the kernel instead of the image: each weight scales a shifted copy of the whole image, and the copies add up."
def conv2d(x, weight, bias=None, stride=1, padding=0):
    k_h, k_w = weight.shape[2], weight.shape[3]
    padded = F.pad(x, [padding] * 4)
    rows, columns = padded.shape[1] - k_h + 1, padded.shape[2] - k_w + 1
    out = 0
    for a in range(k_h):
        for b in range(k_w):
            shifted = padded[:, a : a + rows : stride, b : b + columns : stride]
            out = out + torch.tensordot(weight[:, :, a, b], shifted, dims=1)
    return out if bias is None else out + bias.view(-1, 1, 1)

# %% wrong="flips the kernel" diagnosis="kernel_flipped" points=0
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # In mathematics a convolution flips the kernel.
    weight = weight.flip(-1, -2)
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% wrong="lays one set of k×k weights on every input channel" diagnosis="one_kernel_for_all_channels" points=2
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # A 3×3 kernel has 9 weights, however many channels the image has.
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,oij->ohw", windows, weight[:, 0])
    return out if bias is None else out + bias[:, None, None]

# %% wrong="keeps the sums of the input channels apart" diagnosis="channels_not_summed" points=0
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Each input channel is thought to have an output of its own.
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ochw", windows, weight)
    return out if bias is None else out + bias[:, None, None, None]

# %% wrong="hands back a batch of one image" diagnosis="batch_dimension_left" points=0
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # torch's layers want a batch, so the result is thought to be one too.
    columns = F.unfold(x[None], weight.shape[2:], padding=padding, stride=stride)
    out = weight.flatten(1) @ columns
    if bias is not None:
        out = out + bias[:, None]
    rows = (x.shape[1] + 2 * padding - weight.shape[2]) // stride + 1
    return out.reshape(1, len(weight), rows, -1)

# %% wrong="adds up over the output channels too" diagnosis="kernels_summed" points=2
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # A slip: .sum() without dimensions adds everything.
    c_out, _, k_h, k_w = weight.shape
    padded = F.pad(x, [padding] * 4)
    out_h = (padded.shape[1] - k_h) // stride + 1
    out_w = (padded.shape[2] - k_w) // stride + 1
    out = torch.zeros(c_out, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride, j * stride
            out[:, i, j] = (padded[:, top : top + k_h, left : left + k_w] * weight).sum()
    return out if bias is None else out + bias[:, None, None]

# %% wrong="collects the result in NumPy's float64" diagnosis="wrong_dtype" points=12
import numpy as np


def conv2d(x, weight, bias=None, stride=1, padding=0):
    # A number is thought to be a number, whatever its dtype.
    k_h, k_w = weight.shape[2:]
    padded = np.pad(x.numpy(), ((0, 0), (padding, padding), (padding, padding)))
    rows, columns = (padded.shape[1] - k_h) // stride + 1, (padded.shape[2] - k_w) // stride + 1
    out = np.zeros((len(weight), rows, columns))
    for i in range(rows):
        for j in range(columns):
            block = padded[:, i * stride : i * stride + k_h, j * stride : j * stride + k_w]
            out[:, i, j] = (block * weight.numpy()).sum(axis=(1, 2, 3))
    return torch.from_numpy(out if bias is None else out + bias.numpy()[:, None, None])

# %% wrong="overwrites the sum with each input channel" diagnosis="last_channel_only" points=2
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # A slip: = instead of += in the loop over channels.
    c_out, c_in, k_h, k_w = weight.shape
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, k_h, stride).unfold(2, k_w, stride)
    out = torch.zeros(c_out, windows.shape[1], windows.shape[2])
    for o in range(c_out):
        for c in range(c_in):
            out[o] = (windows[c] * weight[o, c]).sum(dim=(-1, -2))
        if bias is not None:
            out[o] += bias[o]
    return out

# %% wrong="averages the products" diagnosis="mean_not_sum" points=0
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # The result of a window is thought to be the mean of its products.
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = (windows[None] * weight[:, :, None, None]).mean(dim=(1, 4, 5))
    return out if bias is None else out + bias[:, None, None]

# %% wrong="adds the bias inside the loop over channels" diagnosis="bias_for_each_input_channel" points=11
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Every product of a kernel with a channel is thought to come with its bias.
    c_out, c_in, k_h, k_w = weight.shape
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, k_h, stride).unfold(2, k_w, stride)
    out = torch.zeros(c_out, windows.shape[1], windows.shape[2])
    for o in range(c_out):
        for c in range(c_in):
            out[o] += (windows[c] * weight[o, c]).sum(dim=(-1, -2))
            if bias is not None:
                out[o] += bias[o]
    return out

# %% wrong="never looks at the padding" diagnosis="padding_ignored" points=9
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Padding is thought to be cosmetic.
    windows = x.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% wrong="pads on the right and at the bottom only" diagnosis="padding_one_side" points=9
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Padding 1 is thought to add one row and one column.
    padded = F.pad(x, (0, padding, 0, padding))
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% wrong="pads by repeating the edge" diagnosis="border_repeated" points=9
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Zeros would make a dark frame, so the nearest pixel is repeated.
    if padding:
        x = F.pad(x[None], [padding] * 4, mode="replicate")[0]
    windows = x.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% wrong="uses the stride for the size but not for the position" diagnosis="stride_only_in_the_size" points=11
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Output (i, j) is thought to lie over input (i, j).
    c_out, _, k_h, k_w = weight.shape
    padded = F.pad(x, [padding] * 4)
    out_h = (padded.shape[1] - k_h) // stride + 1
    out_w = (padded.shape[2] - k_w) // stride + 1
    out = torch.zeros(c_out, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            out[:, i, j] = (padded[:, i : i + k_h, j : j + k_w] * weight).sum(dim=(1, 2, 3))
    return out if bias is None else out + bias[:, None, None]

# %% wrong="assumes a square kernel" diagnosis="kernel_taken_for_square" points=12 visible="missed"
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Every kernel seen so far was square.
    c_out, _, k, _ = weight.shape
    padded = F.pad(x, [padding] * 4)
    out_h = (padded.shape[1] - k) // stride + 1
    out_w = (padded.shape[2] - k) // stride + 1
    out = torch.zeros(c_out, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            window = padded[:, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, i, j] = (window * weight).sum(dim=(1, 2, 3))
    return out if bias is None else out + bias[:, None, None]

# %% wrong="takes the width for the height" diagnosis="image_taken_for_square" points=0
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Images are thought to come as (C, W, H), as sizes of pictures are written.
    _, width, height = x.shape
    c_out, _, k_h, k_w = weight.shape
    padded = F.pad(x, [padding] * 4)
    out_h = (height + 2 * padding - k_h) // stride + 1
    out_w = (width + 2 * padding - k_w) // stride + 1
    out = torch.zeros(c_out, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride, j * stride
            window = padded[:, top : top + k_h, left : left + k_w]
            out[:, i, j] = (window * weight).sum(dim=(1, 2, 3))
    return out if bias is None else out + bias[:, None, None]

# %% wrong="adds the bias even if there is none" diagnosis="bias_taken_for_granted" points=3
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Every layer is thought to have a bias.
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    return torch.einsum("chwij,ocij->ohw", windows, weight) + bias[:, None, None]

# %% wrong="adds a batch dimension to the caller's image" diagnosis="changes_its_input" points=0
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # unsqueeze_ is taken for a shorter way to write x = x.unsqueeze(0).
    x.unsqueeze_(0)
    c_out, _, k_h, k_w = weight.shape
    columns = F.unfold(x, (k_h, k_w), padding=padding, stride=stride)
    out = weight.reshape(c_out, -1) @ columns[0]
    if bias is not None:
        out = out + bias[:, None]
    return out.reshape(c_out, (x.shape[2] + 2 * padding - k_h) // stride + 1, -1)

# %% wrong="calls torch's convolution under another name" diagnosis="refused_call" points=0
from torch.nn.functional import conv2d as slide


def _all_at_once(image, weight, **settings):
    return slide(image.unsqueeze(0), weight, **settings).squeeze(0)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    # The library does it faster anyway.
    return _all_at_once(x, weight, bias=bias, stride=stride, padding=padding)

# %% wrong="puts the image into the upper left corner of the padded one" diagnosis="padding_one_side" points=9
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # The zeros are there, all of them; that the image belongs in the middle is overlooked.
    channels, height, width = x.shape
    padded = torch.zeros(channels, height + 2 * padding, width + 2 * padding)
    padded[:, :height, :width] = x
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% wrong="pads on the left and at the top only" diagnosis="padding_one_side" points=9
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # Where the window starts is thought to be the only place where it can stick out.
    padded = F.pad(x, (padding, 0, padding, 0))
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% wrong="pads rows and forgets columns" diagnosis="padding_one_direction" points=9
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # F.pad is thought to start with the rows; and two numbers are thought to be enough.
    padded = F.pad(x, (0, 0, padding, padding))
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]

# %% wrong="adds the bias as it is" diagnosis="bias_without_view" points=11
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # One number for each channel is thought to find its channel by itself.
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    return out if bias is None else out + bias

# %% wrong="asks whether the bias is true" diagnosis="truth_of_a_tensor" points=11
def conv2d(x, weight, bias=None, stride=1, padding=0):
    # `if bias:` works for numbers and lists, so it is thought to work for tensors.
    padded = F.pad(x, [padding] * 4)
    windows = padded.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("chwij,ocij->ohw", windows, weight)
    if bias:
        out = out + bias[:, None, None]
    return out
