# %% [markdown]
# # What a convolution computes
#
# A network that looks at pictures needs a layer that can find a thing *wherever it is*. You will
# write that layer with your own hands, watch it look at a photograph, and then train a small
# network made of it.

# %% [markdown]
# Cells with a `check.…` line tell you at once whether your code is right, and if not, why not.
# `hint("conv2d")` gives a hint, one step at a time. You can skip an exercise and come back:
# the experiments then run with the course's version and say so.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

import cnnlab
from cnnlab import check, hint, predict

# %% [markdown]
# ## 1. A layer that does not fit
#
# You know one layer that can look at an image: flatten the pixels and give them to `nn.Linear`.
# Take a photograph of 224 × 224 pixels in three colours and a modest 1,024 units.
#
# **Predict:** how many millions of weights is that? Replace `...` with a whole number and run.

# %% tags=["explore"]
predict.commit("dense_millions", ...)

# %% tags=["explore"]
dense_weights = 224 * 224 * 3 * 1024
predict.reveal(
    "dense_millions",
    truth=round(dense_weights / 1e6),
    reasons={
        51: "That is one colour channel; a pixel has three numbers.",
        50: "That looks like one colour channel; a pixel has three numbers.",
        0: "That counts the pixels or the units. Every unit has a weight for every number.",
    },
    because="Every one of the 1,024 units has its own weight for every number of the image.",
    tolerance=0.05,
)
conv_parameters = nn.Conv2d(3, 64, kernel_size=3).weight.numel() + 64
print(f"one dense layer          {dense_weights:>13,} weights")
print(f"one 3×3 convolution to 64 {conv_parameters:>12,} parameters, biases included")
print(f"in float32 the dense layer takes {dense_weights * 4 / 2**20:,.0f} MiB")

# %% [markdown]
# ## 2. Multiply, add, slide
# (to come)

# %% [markdown]
# ### How large is the result?

# %% todo="conv_output_size"
def conv_output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many positions a window has along one side of an image: the output's size there.

    size      pixels along that side, before padding
    kernel    weights along that side
    stride    pixels from one position to the next
    padding   pixels added at *each* of the two ends
    dilation  distance between neighbouring weights of the kernel (1: they touch)

    Only positions where the whole window lies inside count: what is left over at the end is
    dropped. You may take for granted that the window fits at least once. Returns an int.
    """
    ### BEGIN SOLUTION
    reach = dilation * (kernel - 1) + 1
    return (size + 2 * padding - reach) // stride + 1
    ### END SOLUTION


# %% test="conv_output_size" points=6
check.conv_output_size(conv_output_size)

# %% [markdown]
# ### The convolution itself

# %% todo="conv2d"
def conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:
    """Slide every kernel over the image; multiply and add at each position.

    x        (C_in, H, W), one image
    weight   (C_out, C_in, kH, kW), one block of weights for each output channel;
             kH and kW may differ
    bias     (C_out,), added to every position of its channel, or None
    stride   pixels from one position to the next, down and across
    padding  rows and columns of zeros added on all four sides

    Returns (C_out, H_out, W_out) with the dtype of x. The kernel is laid on the image as it is,
    not flipped. x and weight stay as they were. Gradients are not needed.

    Refused: torch's own convolutions (F.conv2d, nn.Conv2d and their relatives). Indexing,
    slicing, loops, sums, `F.pad`, `unfold` and `einsum` are all fine.
    """
    ### BEGIN SOLUTION
    c_in, height, width = x.shape
    c_out, _, k_h, k_w = weight.shape
    padded = x.new_zeros(c_in, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = x
    out_h = conv_output_size(height, k_h, stride, padding)
    out_w = conv_output_size(width, k_w, stride, padding)
    result = x.new_zeros(c_out, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride, j * stride
            block = padded[:, top : top + k_h, left : left + k_w]  # (C_in, kH, kW)
            result[:, i, j] = (block * weight).sum(dim=(1, 2, 3))
    if bias is not None:
        result = result + bias[:, None, None]
    return result
    ### END SOLUTION


# %% test="conv2d" points=14
check.conv2d(conv2d)

# %% todo="edge_kernels"
def edge_kernels() -> dict[str, torch.Tensor]:
    """Three 3×3 kernels, as float tensors of shape (3, 3), by name.

    "vertical"    answers (with either sign) where left and right differ, and gives 0 both on a
                  flat area and along a horizontal edge; its weights sum to 0
    "horizontal"  the same for a difference between above and below; 0 along a vertical edge
    "blur"        replaces each pixel by an average of its neighbourhood; its weights are
                  positive and sum to 1
    """
    ### BEGIN SOLUTION
    vertical = torch.tensor([[-1.0, 0.0, 1.0]] * 3)
    return {"vertical": vertical, "horizontal": vertical.T.clone(), "blur": torch.full((3, 3), 1 / 9)}
    ### END SOLUTION


# %% test="edge_kernels" points=6
check.edge_kernels(edge_kernels)

# %% todo="pool2d"
def pool2d(
    x: torch.Tensor, kernel: int, stride: int | None = None, mode: str = "max"
) -> torch.Tensor:
    """Replace each kernel × kernel window of an image by one number, channel by channel.

    x       (C, H, W)
    stride  pixels from one window to the next; None means kernel, so that windows lie side by side
    mode    "max" (the largest value) or "avg" (the mean); anything else raises ValueError

    Returns (C, H_out, W_out) with the dtype of x. There is no padding, and a window that would
    stick out is not taken. x stays as it was.

    Refused: torch's own poolings (F.max_pool2d, nn.AvgPool2d and their relatives).
    """
    ### BEGIN SOLUTION
    if mode not in ("max", "avg"):
        raise ValueError(f"mode is 'max' or 'avg', not {mode!r}")
    step = kernel if stride is None else stride
    channels, height, width = x.shape
    out_h, out_w = conv_output_size(height, kernel, step), conv_output_size(width, kernel, step)
    result = x.new_zeros(channels, out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            block = x[:, i * step : i * step + kernel, j * step : j * step + kernel]
            result[:, i, j] = block.amax((1, 2)) if mode == "max" else block.mean((1, 2))
    return result
    ### END SOLUTION


# %% test="pool2d" points=8
check.pool2d(pool2d)

# %% todo="param_counts"
def conv_params(c_in: int, c_out: int, kernel: int, bias: bool = True) -> int:
    """How many numbers a kernel × kernel convolution learns, from c_in to c_out channels."""
    ### BEGIN SOLUTION
    return c_out * (c_in * kernel * kernel + int(bias))
    ### END SOLUTION


def linear_params(n_in: int, n_out: int, bias: bool = True) -> int:
    """How many numbers a dense layer learns, from n_in to n_out values."""
    ### BEGIN SOLUTION
    return n_out * (n_in + int(bias))
    ### END SOLUTION


# %% test="param_counts" points=6
check.param_counts(conv_params, linear_params)

# %% todo="receptive_field"
def receptive_field(layers: list[tuple[int, ...]]) -> int:
    """How many input pixels, along one side, a single output of the last layer depends on.

    layers  from the input on; each is (kernel, stride) or (kernel, stride, dilation), where a
            pooling counts like a convolution

    Padding is not asked about: it changes which pixels are real, not how far a unit reaches.
    With no layers at all the answer is 1: every pixel sees itself. Returns an int.
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for kernel, stride, *rest in layers:
        dilation = rest[0] if rest else 1
        field += (kernel - 1) * dilation * jump
        jump *= stride
    return field
    ### END SOLUTION


# %% test="receptive_field" points=8
check.receptive_field(receptive_field)

# %% todo="simple_cnn"
class SimpleCNN(nn.Module):
    """Three rounds of convolution, ReLU and pooling, then two dense layers.

    Takes images (N, 3, 32, 32) and returns logits (N, num_classes): raw scores, no softmax.
    Each round: 3×3 convolution with padding 1 and bias, ReLU, 2×2 max-pooling.
    Channels: 3 → 32 → 64 → 128.
    Head: flatten, dense to 512, ReLU, dropout with p = 0.5, dense to num_classes.
    With ten classes that makes 1,147,466 parameters. Here torch's own layers are welcome.
    """

    def __init__(self, num_classes: int = 10) -> None:
        ### BEGIN SOLUTION
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 128, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(128 * 4 * 4, 512), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ### BEGIN SOLUTION
        return self.head(self.features(x))
        ### END SOLUTION


# %% test="simple_cnn" points=12
check.simple_cnn(SimpleCNN)
