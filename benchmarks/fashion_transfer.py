"""Measure transfer from ImageNet to five kinds of tops, and write docs/transfer_fashion.md.

    nice python benchmarks/fashion_transfer.py

It's the table of unit 07, section 8, on more test images, with two things more: the whole of
EfficientNet-Lite0 fine-tuned by a plain loop, as in the unit's last section, and its frozen
stages at the size that it was trained with.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnnlab import data, models

BACKBONE = "efficientnet-lite0"
TOPS = torch.tensor([0, 2, 3, 4, 6])
PER_CLASS, SEEDS, EPOCHS, BATCH = 25, (0, 1, 2), 30, 25
SIDE, TRAINED_SIDE = 64, 224
TEST_PER_CLASS = 100
STAGES = tuple(f"layer{number}" for number in range(1, 8))
Images = tuple[Tensor, Tensor]


def tops(part: data.Split, count: int, seed: int) -> Images:
    """Grey images of the five classes, and labels from 0 to 4."""
    part = part.per_class(count, seed=seed)
    keep = torch.isin(part.labels, TOPS)
    return part.images[keep], torch.searchsorted(TOPS, part.labels[keep])


def as_photographs(images: Tensor, side: int = SIDE) -> Tensor:
    """What the network expects, but perhaps smaller."""
    card = models.card(BACKBONE)
    images = F.interpolate(images.float() / 255, size=side, mode="bilinear", antialias=True)
    mean, std = (torch.tensor(value).view(3, 1, 1) for value in (card.mean, card.std))
    return (images.clamp(0, 1).expand(-1, 3, -1, -1) - mean) / std


@torch.no_grad()
def depths(model: nn.Module, images: Tensor, side: int = SIDE) -> dict[str, Tensor]:
    """Maps after each stage, averaged to 2 × 2, and what arrives at fc."""
    found: dict[str, list[Tensor]] = {name: [] for name in (*STAGES, "at fc")}
    hooks = [
        model.get_submodule(name).register_forward_hook(
            lambda _, inputs, output, name=name: found[name].append(
                F.adaptive_avg_pool2d(output, 2).flatten(1)
            )
        )
        for name in STAGES
    ]
    head, model.fc = model.fc, nn.Identity()
    model.eval()
    for part in images.split(50):
        found["at fc"].append(model(as_photographs(part, side)))
    model.fc = head
    for hook in hooks:
        hook.remove()
    return {name: torch.cat(parts) for name, parts in found.items()}


@torch.no_grad()
def settled(model: nn.Module, images: Tensor) -> nn.Module:
    """An untrained network whose batch norms have seen the images: else its signal dies out."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the plain average over what it sees
    model.train()
    for part in images.split(50):
        model(as_photographs(part))
    return model.eval()


def train(
    model: nn.Module, x: Tensor, y: Tensor, optimizer: torch.optim.Optimizer, epochs: int
) -> nn.Module:
    """A plain loop with a cosine schedule."""
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * -(-len(x) // BATCH))
    for _ in range(epochs):
        model.train()
        for chosen in torch.randperm(len(x)).split(BATCH):
            loss = F.cross_entropy(model(x[chosen]), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def sgd(model: nn.Module, lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(
        model.parameters(), lr=lr, momentum=0.9, nesterov=True, weight_decay=5e-4
    )


@torch.no_grad()
def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    said = torch.cat([model(part).argmax(dim=1) for part in x.split(50)])
    return 100 * (said == y).float().mean().item()


def head_on(learned: Tensor, labels: Tensor, tested: Tensor, answers: Tensor) -> float:
    """A linear layer on standardised features."""
    mean, std = learned.mean(dim=0), learned.std(dim=0) + 0.01
    head = nn.Linear(learned.shape[1], len(TOPS))
    train(head, (learned - mean) / std, labels, sgd(head, 0.03), EPOCHS)
    return accuracy(head, (tested - mean) / std, answers)


def from_scratch(train_part: Images, test_part: Images) -> float:
    model = models.SmallResNet([1, 1, 1], [16, 32, 64], num_classes=len(TOPS), in_channels=1)
    learned, tested = (
        (images.float() / 255 - 0.286) / 0.353 for images, _ in (train_part, test_part)
    )
    train(model, learned, train_part[1], sgd(model, 0.05), EPOCHS)
    return accuracy(model, tested, test_part[1])


def fine_tuned(train_part: Images, test_part: Images) -> float:
    """All stages learn, slowly; batch norm keeps its statistics."""
    model = models.pretrained(BACKBONE)
    model.fc = nn.Linear(1280, len(TOPS))
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.train = lambda mode=True, module=module: module  # type: ignore[method-assign]
    body = [p for name, p in model.named_parameters() if not name.startswith("fc.")]
    groups = [{"params": body, "lr": 3e-4}, {"params": model.fc.parameters(), "lr": 3e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    train(model, as_photographs(train_part[0]), train_part[1], optimizer, epochs=12)
    return accuracy(model, as_photographs(test_part[0]), test_part[1])


def measure(with_fine_tuning: bool) -> dict[str, list[float]]:
    """Row → one accuracy for each seed."""
    clothes = data.load("fashion-mnist-small")
    test_part = tops(clothes.test, TEST_PER_CLASS, seed=0)
    torch.manual_seed(0)
    backbones = {
        "ImageNet": models.pretrained(BACKBONE),
        "untrained": settled(models.create("efficientnet_lite0"), test_part[0]),
    }
    tested = {name: depths(model, test_part[0]) for name, model in backbones.items()}
    large = depths(backbones["ImageNet"], test_part[0], TRAINED_SIDE)
    rows: dict[str, list[float]] = {}
    for seed in SEEDS:
        torch.manual_seed(seed)
        part = tops(clothes.train, PER_CLASS, seed)
        found = {"from scratch": from_scratch(part, test_part)}
        learned, held_out = (images.flatten(1).float() / 255 for images, _ in (part, test_part))
        found["pixels"] = head_on(learned, part[1], held_out, test_part[1])
        for name, model in backbones.items():
            for depth, features in depths(model, part[0]).items():
                score = head_on(features, part[1], tested[name][depth], test_part[1])
                found[f"{name}, {depth}"] = score
        if with_fine_tuning:
            found["ImageNet, fine-tuned"] = fine_tuned(part, test_part)
        for depth, features in depths(backbones["ImageNet"], part[0], TRAINED_SIDE).items():
            score = head_on(features, part[1], large[depth], test_part[1])
            found[f"ImageNet at {TRAINED_SIDE} pixels, {depth}"] = score
        for row, score in found.items():
            rows.setdefault(row, []).append(score)
            print(f"seed {seed}  {row:<22} {score:.1f}", flush=True)
    return rows


def page(rows: dict[str, list[float]], seconds: float) -> str:
    table = "\n".join(
        f"| {row} | {' / '.join(f'{s:.1f}' for s in scores)} | **{statistics.mean(scores):.1f}** |"
        for row, scores in rows.items()
    )
    tested = TEST_PER_CLASS * len(TOPS)
    return f"""# From ImageNet to Fashion-MNIST

Written by `benchmarks/fashion_transfer.py`; do not edit by hand.

Five kinds of tops (T-shirt, pullover, dress, coat, shirt), {PER_CLASS} training images a class,
accuracy in percent on {tested} test images for {len(SEEDS)} seeds (other training images, other
starting weights, another order). Guessing scores {100 / len(TOPS):.0f}. One thread,
{platform.machine()}, torch {torch.__version__}, {seconds:.0f} seconds of processor time.

| method | three seeds | mean |
|---|---|---|
{table}

`ImageNet, layerN`: a linear head on the maps of EfficientNet-Lite0 after that stage, averaged to
2 × 2 and standardised; images enlarged to {SIDE} pixels, or to {TRAINED_SIDE}, the size that the
network was trained with: its last maps are then 7 × 7 instead of 2 × 2. `untrained`: the same
network with random weights, its batch norms settled on the test images (no labels). `from
scratch`: a ResNet of 8 layers on 28 × 28 pixels, SGD at 0.05. Heads: SGD at 0.03. All of them
{EPOCHS} epochs, batches of {BATCH}, a cosine schedule, nothing augmented. `fine-tuned`: everything
learns for 12 epochs with AdamW, the head at 3e-3 and the rest at 3e-4, batch norms in evaluation
mode.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/transfer_fashion.md"))
    parser.add_argument("--no-fine-tuning", action="store_true", help="leave the slow row out")
    options = parser.parse_args()
    torch.set_num_threads(1)
    started = time.process_time()
    rows = measure(not options.no_fine_tuning)
    options.out.write_text(page(rows, time.process_time() - started), encoding="utf-8")
    print(f"Wrote {options.out}.")


if __name__ == "__main__":
    main()
