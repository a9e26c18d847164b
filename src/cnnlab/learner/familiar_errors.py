"""Errors that nearly everybody meets, and what to try: the likely cause in one or two sentences.

Python and torch say what happened where they noticed it, which is often far from the slip. An error
is known by its type and its text; the advice holds nothing of either, so hidden checks may show it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class _Familiar:
    """One kind of error: the type's name and a pattern in its text, either of several."""

    types: str
    text: str
    advice: str

    def fits(self, error_type: str, text: str) -> bool:
        return error_type in self.types.split() and re.search(self.text, text) is not None


_FAMILIAR = (
    # Networks that are put together wrongly
    _Familiar(
        "TypeError",
        r"^(list|tuple|.*<genexpr>) is not a Module subclass",
        "`nn.Sequential` takes the layers one by one. If they are in a list, put a star before it: "
        "`nn.Sequential(*layers)`.",
    ),
    _Familiar(
        "TypeError",
        r"is not a Module subclass",
        "A layer has to be made before it can be used: `nn.ReLU()`, with parentheses.",
    ),
    _Familiar(
        "AttributeError",
        r"before Module\.__init__\(\) call|object has no attribute '_(modules|parameters|buffers|"
        r"backward_hooks|forward_hooks)'",
        "The first line of `__init__` has to be `super().__init__()`: only then can a module keep "
        "layers.",
    ),
    _Familiar(
        "TypeError",
        r"forward\(\) takes \d+ positional arguments? but \d+ (was|were) given",
        "Compare the arguments of `forward` with the call. `self` comes first: "
        "`def forward(self, x):`.",
    ),
    _Familiar(
        "NotImplementedError",
        r'missing the required "forward" function',
        "The class has no `forward`. Is it spelt so, and indented to be part of the class?",
    ),
    _Familiar(
        "ValueError",
        r"optimizer got an empty parameter list",
        "The network seems to have no parameters. Layers in a plain list are not found: keep them "
        "in `nn.ModuleList` or `nn.Sequential`.",
    ),
    # Whole numbers
    _Familiar(
        "TypeError IndexError",
        r"'float' object cannot be interpreted as an integer|must be (tuple of ints|int)\b.*float"
        r"|slice indices must be integers|valid indices \(got float\)"
        r"|must be integers or slices, not float|multiply sequence by non-int of type 'float'"
        r"|invalid combination of arguments[\s\S]*tuple of \([^)]*float",
        "A float came where only a whole number makes sense, such as a size. `/` always gives a "
        "float, even for 4 / 2; `//` gives a whole number.",
    ),
    # Shapes
    _Familiar(
        "RuntimeError",
        r"The size of tensor a \(\d+\) must match the size of tensor b",
        "Two tensors whose shapes don't fit were combined. Shapes are lined up from the right. If "
        "one of them is a number per channel, of shape (C,), write `b.view(-1, 1, 1)` before it "
        "meets maps of shape (C, H, W).",
    ),
    _Familiar(
        "RuntimeError",
        r"shape '\[.*\]' is invalid for input of size",
        "The numbers in the tensor don't fill that shape. Are the maps as large as you expect? A "
        "convolution without padding, or a pooling too many, makes them smaller: print `x.shape` "
        "just before.",
    ),
    _Familiar(
        "RuntimeError",
        r"mat1 and mat2 shapes cannot be multiplied",
        "A linear layer gets a different number of inputs from what it was made for. Print "
        "`x.shape` before it: is it flattened, and are the maps as large as you expect?",
    ),
    _Familiar(
        "RuntimeError",
        r"expected input\[.*\] to have \d+ channels, but got \d+ channels",
        "A convolution gets a different number of channels from what it was made for. Its first "
        "argument is the number of channels that come in, from the layer before it.",
    ),
    _Familiar(
        "RuntimeError",
        r"running_mean should contain \d+ elements not \d+",
        "A batch norm gets a different number of channels from what it was made for: it needs as "
        "many as the layer before it gives.",
    ),
    _Familiar(
        "RuntimeError",
        r"Expected 3D \(unbatched\) or 4D \(batched\) input",
        "A convolution needs images (N, C, H, W). Was the tensor flattened too early, or is the "
        "channel missing?",
    ),
    _Familiar(
        "RuntimeError",
        r"Kernel size can't be greater than actual input size|Output size is too small",
        "The maps have become too small for this layer. Count the poolings and strides before it, "
        "and the padding.",
    ),
    _Familiar(
        "ValueError",
        r"not enough values to unpack|too many values to unpack",
        "There are more names on the left than values on the right, or fewer. A batch has four "
        "sizes, (N, C, H, W), a single image three.",
    ),
    _Familiar(
        "IndexError",
        r"Dimension out of range",
        "The tensor has fewer dimensions than you ask for: print its `shape`.",
    ),
    _Familiar(
        "RuntimeError",
        r"Index tensor must have the same number of dimensions as input tensor",
        "`gather` wants an index with as many dimensions as the tensor: "
        "`targets.unsqueeze(1)` makes (N, 1) of (N,).",
    ),
    # Values that are not what they seem
    _Familiar(
        "RuntimeError",
        r"Boolean value of Tensor with more than one value is ambiguous",
        "A tensor of several numbers is neither true nor false. To ask whether you were given one, "
        "write `if bias is not None:`.",
    ),
    _Familiar(
        "TypeError AttributeError",
        r"NoneType",
        "Something is None here. It may be an argument that may be left out, or the result of a "
        "function without a `return`.",
    ),
    _Familiar(
        "TypeError AttributeError",
        r"torch\.return_types\.(max|min|sort|topk|median)",
        "Along a dimension, `max` and its like return two tensors, the values and their places: "
        "take `.values` or `.indices`.",
    ),
    _Familiar(
        "RuntimeError ValueError",
        r"elements cannot be converted to Scalar|only one element tensors can be converted",
        "One number is wanted, and the tensor has several. Is a `.sum()`, a `.mean()` or an index "
        "missing?",
    ),
    _Familiar(
        "RuntimeError",
        r"must have the same dtype|should be the same$|could not infer output dtype",
        "The numbers are of another type than the weights, which are float32. `x.float()` turns "
        "whole numbers and doubles into it.",
    ),
    _Familiar(
        "RuntimeError",
        r"expected target dtype to be Long",
        "`cross_entropy` wants the classes as whole numbers of type long: `targets.long()`.",
    ),
    _Familiar(
        "TypeError",
        r"pic should be PIL Image or ndarray. Got <class 'torch.Tensor'>",
        "The image is a tensor already, and `ToTensor` is for pictures of PIL. "
        "`v2.ToDtype(torch.float32, scale=True)` does the same for tensors.",
    ),
    # Gradients
    _Familiar(
        "RuntimeError",
        r"does not require grad and does not have a grad_fn",
        "There is no way back from this number to any parameter. Was it computed under "
        "`torch.no_grad()`, detached, or turned into a Python number?",
    ),
    _Familiar(
        "RuntimeError",
        r"differentiated Tensor.*(does not require grad|appears to not have been used)",
        "The result has to be computed *from* the very tensor whose gradient you ask for, and that "
        "tensor has to require gradients. Was it detached or copied on the way?",
    ),
    _Familiar(
        "RuntimeError",
        r"Trying to backward through the graph a second time",
        "The graph of a forward pass is used up by one backward pass. Compute the loss anew in "
        "each step, and `.detach()` what you carry over.",
    ),
    _Familiar(
        "RuntimeError",
        r"a leaf Variable that requires grad is being used in an in-place operation",
        "A parameter may only be changed in place under `with torch.no_grad():`.",
    ),
)


def advice(error_type: str, text: str) -> str:
    """What to try; empty for an error that is not among the familiar ones."""
    return next((known.advice for known in _FAMILIAR if known.fits(error_type, text)), "")
