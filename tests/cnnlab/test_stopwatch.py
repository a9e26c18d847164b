"""The stopwatch measures what a pass takes, and leaves the network as it was."""

import time

import torch
from torch import nn

from cnnlab.stopwatch import milliseconds


class Sleeps(nn.Module):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        self.passes: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.passes.append(self.training or torch.is_grad_enabled())
        time.sleep(self.seconds)
        return x


def test_it_measures_what_a_pass_takes():
    took = milliseconds(Sleeps(0.02), torch.zeros(1), seconds=0.1)
    assert 20 <= took < 200


def test_passes_are_made_in_evaluation_mode_and_without_gradients():
    network = Sleeps(0.0).train()
    milliseconds(network, torch.zeros(1), seconds=0.01)
    assert not any(network.passes)
    assert len(network.passes) >= 7
    assert network.training
