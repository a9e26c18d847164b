"""What `fit` costs beside a bare loop with the same model, optimiser and batches.

The bare loop does nothing but train: it keeps no record, shows nothing and checks nothing.
Target: at most 1.05 times its time for a small VGG, at most 1.10 for LeNet-5.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from measuring import arguments, finish, interleaved, section, spread
from torch import Tensor, nn

from cnnlab.models import create, make_vgg
from cnnlab.training import decay_groups, fit, warmup_cosine

Batches = list[tuple[Tensor, Tensor]]
VGG = [(2, 16), (2, 32), (2, 64)]


def bare_loop(model: nn.Module, batches: Batches, epochs: int, lr: float) -> None:
    optimizer = torch.optim.SGD(decay_groups(model, 5e-4), lr=lr, momentum=0.9, nesterov=True)
    total, step = epochs * len(batches), 0
    model.train()
    for _ in range(epochs):
        for x, y in batches:
            for group in optimizer.param_groups:
                group["lr"] = lr * warmup_cosine(step, total)
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
            step += 1


def random_batches(count: int, shape: tuple[int, ...]) -> Batches:
    generator = torch.Generator().manual_seed(0)
    return [
        (torch.randn(64, *shape, generator=generator), torch.arange(64) % 10) for _ in range(count)
    ]


def main() -> None:
    options = arguments(__doc__ or "", rounds=9).parse_args()
    torch.set_num_threads(options.threads)
    cases: dict[str, tuple[Callable[[], nn.Module], Batches, int]] = {
        "LeNet-5, 28×28": (lambda: create("lenet5"), random_batches(40, (1, 28, 28)), 3),
        "VGG 16-32-64, 32×32": (
            lambda: make_vgg(VGG, 10, batch_norm=True),
            random_batches(10, (3, 32, 32)),
            2,
        ),
    }
    rows = []
    for name, (build, batches, epochs) in cases.items():

        def ours(build=build, batches=batches, epochs=epochs) -> None:
            fit(build(), (batches, None), epochs=epochs, lr=0.01, channels_last=False)

        def bare(build=build, batches=batches, epochs=epochs) -> None:
            bare_loop(build(), batches, epochs, lr=0.01)

        seconds = interleaved({"bare": bare, "fit": ours}, options.rounds, time.process_time)
        ratios = [a / b for a, b in zip(seconds["fit"], seconds["bare"], strict=True)]
        rows.append(
            {
                "network": name,
                "steps": epochs * len(batches),
                "bare loop, processor s": spread(seconds["bare"]),
                "fit, processor s": spread(seconds["fit"]),
                "fit / bare": spread(ratios),
                "median ratio": f"{statistics.median(ratios):.3f}",
            }
        )
    found = section(
        "fit beside a bare loop",
        "The same model, optimiser, schedule and batches of 64, by turns; processor time.",
        rows,
        options.rounds,
    )
    finish("fit_overhead", found, options.save)


if __name__ == "__main__":
    main()
