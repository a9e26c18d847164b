"""Static quantisation of an ONNX file: 8-bit weights, and 8-bit activations in fixed ranges."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from torch import Tensor

from cnnlab.deploy.exporting import INPUT
from cnnlab.deploy.packages import DeployError, expect_packages
from cnnlab.deploy.running import existing

BATCH = 100


def quantize(
    file: str | Path, quantized_file: str | Path, images: Tensor, reduce_range: bool = False
) -> Path:
    """Write a quantised copy of the network in `file`; gives its path.

    `images` (N, C, H, W), prepared as for the network, are for calibration: the largest and the
    smallest number that each layer gives for them fix the range of its bytes. A few hundred
    training images are enough. Weights become int8 with a scale for each output channel,
    activations uint8.

    `reduce_range` gives weights 7 bits: for processors without instructions for 8 (AVX2 without
    VNNI), where sums of two products can overflow 16 bits.

    >>> import tempfile, torch
    >>> from cnnlab.deploy import available, export
    >>> images, folder = torch.rand(100, 1, 8, 8), tempfile.mkdtemp()
    >>> net = torch.nn.Sequential(torch.nn.Conv2d(1, 64, 3), torch.nn.Conv2d(64, 64, 3))
    >>> if available():
    ...     file = export(net, folder + "/net.onnx", images[:2])
    ...     small = quantize(file, folder + "/small.onnx", images)
    ...     assert small.stat().st_size < file.stat().st_size / 3
    """
    expect_packages()
    if images.dim() != 4 or not len(images):
        raise DeployError(
            "Calibration needs images (N, C, H, W), a few hundred of them from the training "
            f"part; these have shape {tuple(images.shape)}."
        )
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    source, target = existing(file), Path(quantized_file)
    with tempfile.TemporaryDirectory() as folder, _quietly():
        prepared = Path(folder) / "prepared.onnx"
        try:
            quant_pre_process(source, prepared)
            quantize_static(
                prepared,
                target,
                _Calibration(images),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                reduce_range=reduce_range,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
        except Exception as problem:  # its errors have no common class
            raise DeployError(f"{source} can't be quantised: {problem}") from problem
    return target


class _Calibration:
    """Hands the images over in batches, by the name that the file's input has."""

    def __init__(self, images: Tensor) -> None:
        self._batches = self._feeds(images.detach().cpu().float())

    @staticmethod
    def _feeds(images: Tensor) -> Iterator[dict[str, Any]]:
        for batch in images.split(BATCH):
            yield {INPUT: batch.numpy()}

    def get_next(self) -> dict[str, Any] | None:
        return next(self._batches, None)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the root logger's warnings, which repeat advice that has been followed."""
    logger = logging.getLogger()
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
