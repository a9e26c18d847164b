"""Train the small network that the design task of unit 08 looks into, and write its weights.

    nice python benchmarks/train_looked_into.py

It's a plain stack of layers, so that a check can build it beside a learner's code from rows. Its
pictures are those of `shapes10_offcentre`, drawn anew for every epoch.
"""

from __future__ import annotations

import argparse

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

from cnnlab import data
from cnnlab.exercises.u08_seeing._looked_into import DATA, LAYERS, WEIGHTS
from cnnlab.learner import fixtures

BATCH = 64
PEAK_LR = 0.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--pictures", type=int, default=10_000, help="in each epoch")
    options = parser.parse_args()
    torch.manual_seed(0)
    model = fixtures.network(LAYERS)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=PEAK_LR, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    steps = options.epochs * (options.pictures // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LR, steps, pct_start=0.2)
    test = data.load(DATA, seed=1, n_train=1, n_test=1000)
    normalize = (test.mean, test.std)
    for epoch in range(options.epochs):
        drawn = data.load(DATA, seed=100 + epoch, n_train=options.pictures, n_test=1).train
        feed = data.batches(
            drawn,
            BATCH,
            shuffle=True,
            seed=epoch,
            augment=data.flip_and_shift(2, flip=True),
            normalize=normalize,
            drop_last=True,
        )
        model.train()
        for x, y in feed:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            right = [
                (model(x).argmax(dim=1) == y).float().mean()
                for x, y in data.batches(test.test, 250, normalize=normalize)
            ]
        print(f"epoch {epoch + 1}: {float(torch.stack(right).mean()):.1%} of 1,000 are right")
        state = {name: value.half() for name, value in model.state_dict().items()}
        save_file({n: v for n, v in state.items() if "num_batches" not in n}, WEIGHTS)


if __name__ == "__main__":
    main()
