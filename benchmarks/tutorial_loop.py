"""An epoch of `fit` on batches from memory, beside an epoch of the loop that tutorials teach.

Same network, optimiser, batch size, images, and augmentation (in distribution). The tutorial loop
is measured with several numbers of loader workers, all of them warm, and judged by its best.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable

import torch
import tutorial
from measuring import arguments, finish, interleaved, section, spread
from torch import nn

import cnnlab.data
from cnnlab.data import flip_and_shift
from cnnlab.models import create, make_vgg
from cnnlab.training import fit

BATCH = 64


def main() -> None:
    parser = arguments(__doc__ or "", rounds=7)
    parser.add_argument("--images", type=int, default=2048, help="training images in an epoch")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    data = cnnlab.data.load("shapes10", n_train=options.images, n_test=64)
    workers = sorted({0, 1, 2, os.cpu_count() or 1})
    networks: dict[str, Callable[[], nn.Module]] = {
        "LeNet-5": lambda: create("lenet5", in_channels=3, image_size=32, modern=True),
        "VGG 16-32-64": lambda: make_vgg([(2, 16), (2, 32), (2, 64)], 10, batch_norm=True),
    }
    loaders = {count: tutorial.loader(data, BATCH, count) for count in workers}
    rows = []
    for name, build in networks.items():

        def ours(build=build) -> None:
            batches = data.batches("train", BATCH, augment=flip_and_shift(2), channels_last=True)
            fit(build(), (batches, None), epochs=1, lr=0.02)

        def theirs(count: int, build=build) -> None:
            model = build()
            optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True)
            tutorial.train_epoch(model, loaders[count], optimizer)

        alternatives: dict[str, Callable[[], object]] = {"fit, from memory": ours}
        for count in workers:
            label = f"tutorial, {count} worker{'' if count == 1 else 's'}"
            alternatives[label] = lambda count=count: theirs(count)
        seconds = interleaved(alternatives, options.rounds)
        own = statistics.median(seconds["fit, from memory"])
        for label, values in seconds.items():
            middle = statistics.median(values)
            rows.append(
                {
                    "network": name,
                    "loop": label,
                    "seconds an epoch": spread(values),
                    "images a second": f"{options.images / middle:,.0f}",
                    "times fit": f"{middle / own:.2f}",
                }
            )
    found = section(
        "Batches from memory beside the tutorial loop",
        f"One epoch of {options.images:,} images of shapes10 (32×32), batches of {BATCH}, mirrored "
        "and shifted by up to 2 pixels. Wall-clock seconds.",
        rows,
        options.rounds,
    )
    finish("tutorial_loop", found, options.save)


if __name__ == "__main__":
    main()
