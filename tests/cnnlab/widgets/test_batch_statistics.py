"""The explorer's running statistics are torch's."""

import torch
from torch import nn

from cnnlab.widgets.batch_statistics import batch_statistics_explorer, compute


def maps() -> torch.Tensor:
    return 2 + 3 * torch.randn(50, 5, 6, generator=torch.Generator().manual_seed(0))


def test_running_statistics_are_those_of_a_batch_norm() -> None:
    values, size = maps(), 4
    mean, variance = compute(values, size, momentum=0.3, seed=7)
    chosen = torch.randint(50, (60, size), generator=torch.Generator().manual_seed(7))
    norm = nn.BatchNorm2d(1, momentum=0.3)
    for index, images in enumerate(chosen):
        norm(values[images].unsqueeze(1))
        torch.testing.assert_close(norm.running_mean.item(), mean.running[index])
        torch.testing.assert_close(
            norm.running_var.item(), variance.running[index], rtol=1e-4, atol=1e-5
        )


def test_larger_batches_vary_less() -> None:
    def spread(size: int) -> float:
        return float(torch.tensor(compute(maps(), size, 0.1)[0].batch).std())

    assert spread(64) < spread(8) < spread(1)


def test_controls_change_the_picture() -> None:
    shell = batch_statistics_explorer(maps())
    before = shell.picture.alt
    shell.controls["size"].value = 64
    assert before != shell.picture.alt and "batches of 64" in shell.picture.alt
