"""Writing a network as an ONNX file: its layers and weights, without any Python."""

from __future__ import annotations

import copy
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from cnnlab.deploy.packages import DeployError, expect_packages

INPUT, OUTPUT = "images", "logits"


def export(model: nn.Module, file: str | Path, example: Tensor) -> Path:
    """Write `model`, in evaluation mode, to `file`; gives its path.

    `example` is a batch (N, C, H, W) as the network expects it. The file takes batches of any
    length and images of this one size. The model is left as it was.

    >>> import tempfile, torch
    >>> from cnnlab.deploy import available
    >>> net = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.Flatten(), torch.nn.ReLU())
    >>> if available():
    ...     path = export(net, tempfile.mkdtemp() + "/net.onnx", torch.rand(2, 1, 8, 8))
    ...     assert path.stat().st_size > 4 * 40  # bytes of its weights, in float32
    """
    expect_packages()
    target = Path(file)
    if not target.parent.is_dir():
        raise DeployError(f"There is no folder {target.parent} to write {target.name} to.")
    alone = copy.deepcopy(model).cpu().eval()
    given = example.detach().cpu()
    # The exporter takes a batch of one for a network that can only do one image.
    batch = given if len(given) > 1 else given.expand(2, *given.shape[1:])
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the exporter's own, about torch's insides
            torch.onnx.export(
                alone,
                (batch,),
                target,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamo=True,
                dynamic_shapes=({0: torch.export.Dim("n")},),
                external_data=False,
                verbose=False,
            )
    except Exception as problem:  # the exporter raises whatever the network makes it stumble over
        raise DeployError(
            f"This network can't be exported: {_first_line(problem)} The exporter follows one "
            "forward pass of the example. Does the network take this batch, and does its `forward` "
            "do without `if` or loops that depend on the numbers in it?"
        ) from problem
    return target


def _first_line(problem: BaseException) -> str:
    """What was the matter in the first place; exporters wrap it in reports of many lines."""
    while problem.__cause__ is not None:
        problem = problem.__cause__
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    text = lines[0][:300] if lines else type(problem).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."
