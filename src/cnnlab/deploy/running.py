"""Running an ONNX file with ONNX Runtime, on the processor."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from cnnlab.deploy.packages import DeployError, expect_packages


class Runtime:
    """A network in an ONNX file, ready to run: call it with a batch of images.

    With `threads=1`, times can be compared: a second core helps some networks and not others.
    """

    def __init__(self, file: str | Path, threads: int = 1) -> None:
        expect_packages()
        import onnxruntime

        self.file = existing(file)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3  # errors alone
        try:
            self._session = onnxruntime.InferenceSession(
                str(self.file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:  # its errors have no common class
            raise DeployError(f"{self.file} isn't a network that runs here: {problem}") from problem
        self._input = self._session.get_inputs()[0]

    @property
    def bytes(self) -> int:
        """The size of the file."""
        return self.file.stat().st_size

    def __call__(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W), prepared as for the network itself, to logits."""
        given = images.detach().cpu().float()
        wanted = tuple(self._input.shape)
        sides = zip(given.shape, wanted, strict=False)
        fits = all(side == want for side, want in sides if isinstance(want, int))
        if given.dim() != len(wanted) or not fits:
            raise DeployError(
                f"{self.file.name} was exported for batches {_in_words(wanted)}, not for images of "
                f"shape {tuple(given.shape)}."
            )
        (logits,) = self._session.run(None, {self._input.name: given.numpy()})
        return torch.from_numpy(logits)


def existing(file: str | Path) -> Path:
    """The path of a file, which has to be there."""
    path = Path(file)
    if not path.is_file():
        raise DeployError(f"There is no file {path}. `deploy.export` writes one.")
    return path


def _in_words(shape: tuple[int | str, ...]) -> str:
    return f"({', '.join(str(s) if isinstance(s, int) else 'N' for s in shape)})"
