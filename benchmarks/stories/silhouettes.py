"""Unit 07, sections 1, 6 and 7: three silhouettes from scratch, and from a trained backbone."""

from __future__ import annotations

from functools import lru_cache, partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from cnnlab import data, models
from cnnlab.data import Split
from stories.story import Found, Statement, Story

BACKBONE, CLASSES = "shapes-resnet", 3
COUNTS = (25, 250)
SCRATCH, UNTRAINED = "from scratch", "untrained, frozen"
FROZEN, LAST_STAGE = "pretrained, frozen", "last stage too"
RATES = (0.003, 0.03, 0.3)
Groups = list[dict]


def prepared(split: Split) -> Tensor:
    card = models.card(BACKBONE)
    mean, std = (torch.tensor(value).view(3, 1, 1) for value in (card.mean, card.std))
    return (split.images.float() / 255 - mean) / std


@lru_cache(maxsize=1)
def test_part() -> tuple[Tensor, Tensor]:
    split = data.load("silhouettes").test
    return prepared(split), split.labels


def train_part(count: int, seed: int) -> tuple[Tensor, Tensor]:
    split = data.load("silhouettes").train.per_class(count, seed=seed)
    return prepared(split), split.labels


def train(
    model: nn.Module, x: Tensor, y: Tensor, epochs: int, groups: Groups, seed: int
) -> nn.Module:
    """The loop of the lesson: SGD with Nesterov momentum, batches of 32, a cosine."""
    torch.manual_seed(seed)
    loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
    optimizer = torch.optim.SGD(groups, momentum=0.9, nesterov=True, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(loader))
    model.train()
    for _ in range(epochs):
        for images, labels in loader:
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def run(model: nn.Module, x: Tensor) -> Tensor:
    model.eval()
    return torch.cat([model(part) for part in x.split(250)])


def accuracy(model: nn.Module, x: Tensor) -> float:
    return 100 * (run(model, x).argmax(dim=1) == test_part()[1]).float().mean().item()


def fresh(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    architecture = dict(models.card(BACKBONE).details["architecture"])
    return models.SmallResNet(**{**architecture, "num_classes": CLASSES})


def pretrained(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    model = models.pretrained(BACKBONE)
    model.fc = nn.Linear(model.fc.in_features, CLASSES)
    return model


def head_on(model: nn.Module, x: Tensor, y: Tensor, epochs: int, seed: int) -> float:
    """Only the head learns, on features that the backbone gives once."""
    model.fc = nn.Identity()
    learned, tested = run(model, x), run(model, test_part()[0])
    torch.manual_seed(seed)
    head = nn.Linear(learned.shape[1], CLASSES)
    train(head, learned, y, epochs, [group(head, 0.03)], seed)
    return accuracy(head, tested)


def last_stage_too(x: Tensor, y: Tensor, epochs: int, seed: int) -> float:
    """The last stage and the head learn. What lies before is frozen, and computed once."""
    model = pretrained(seed)
    names = ("conv1", "bn1", "relu", "layer1", "layer2")
    below = nn.Sequential(*(model.get_submodule(name) for name in names))
    stage, head = model.get_submodule("layer3"), model.get_submodule("fc")
    above = nn.Sequential(stage, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    train(above, run(below, x), y, epochs, [group(stage, 0.003), group(head, 0.03)], seed)
    return accuracy(above, run(below, test_part()[0]))


def group(module: nn.Module, lr: float) -> dict:
    return {"params": list(module.parameters()), "lr": lr}


def compare(seed: int, count: int, epochs: int) -> Found:
    x, y = train_part(count, seed)
    beginner = fresh(seed)
    train(beginner, x, y, epochs, [group(beginner, 0.05)], seed)
    tested = {
        SCRATCH: accuracy(beginner, test_part()[0]),
        UNTRAINED: head_on(fresh(seed), x, y, epochs, seed),
        FROZEN: head_on(pretrained(seed), x, y, epochs, seed),
        LAST_STAGE: last_stage_too(x, y, epochs, seed),
    }
    return {named(name, count): {"test": value} for name, value in tested.items()}


def fine_tune(seed: int, count: int, epochs: int) -> Found:
    """All layers learn, the backbone at three rates."""
    x, y = train_part(count, seed)
    found = {}
    for rate in RATES:
        model = pretrained(seed)
        head = model.get_submodule("fc")
        body = [p for name, p in model.named_parameters() if not name.startswith("fc.")]
        train(model, x, y, epochs, [{"params": body, "lr": rate}, group(head, 0.03)], seed)
        found[f"all layers, backbone at {rate:g}"] = {"test": accuracy(model, test_part()[0])}
    return found


def named(method: str, count: int) -> str:
    return f"{method}, {count} a class"


def ahead(found: Found, one: tuple[str, int], other: tuple[str, int]) -> float:
    return found[named(*one)]["test"] - found[named(*other)]["test"]


STORY = Story(
    name="silhouettes",
    unit="07_transfer",
    title="Unit 07: three new silhouettes",
    about=(
        "From scratch, or from the shipped backbone, which knows sixty other silhouettes; 25 or "
        "250 pictures a class, 30 epochs (12 where all layers are fine-tuned). Accuracy on 1,500 "
        "test pictures, in percent; guessing gets 33. A seed draws other training pictures, too."
    ),
    columns={"test": "test pictures, %"},
    runs={
        "25 a class": partial(compare, count=25, epochs=30),
        "rates": partial(fine_tune, count=25, epochs=12),
        "250 a class": partial(compare, count=250, epochs=30),
    },
    statements=(
        Statement(
            "Here ten times the data didn't, with the same number of epochs.",
            "pretrained and frozen with 25 a class beats from scratch with 250",
            lambda found: ahead(found, (FROZEN, 25), (SCRATCH, 250)) > 0,
        ),
        Statement(
            "with more pictures the gap shrinks",
            "the lead of pretrained and frozen over from scratch is smaller with 250 than with 25",
            lambda found: (
                ahead(found, (FROZEN, 250), (SCRATCH, 250))
                < ahead(found, (FROZEN, 25), (SCRATCH, 25))
            ),
        ),
        Statement(
            "the gain really comes from the pretraining",
            "an untrained frozen backbone is more than 30 points behind with 25 a class",
            lambda found: ahead(found, (FROZEN, 25), (UNTRAINED, 25)) > 30,
        ),
        Statement(
            "A rate that's too large trains, too",
            "with the backbone at 0.3, the test accuracy is more than 5 points below that at 0.03",
            lambda found: (
                found["all layers, backbone at 0.3"]["test"]
                < found["all layers, backbone at 0.03"]["test"] - 5
            ),
        ),
        Statement(
            "Whether the last stage is worth its time is a matter of a few points",
            "with the last stage too, it's between 0 and 5 points better, with 25 and with 250",
            lambda found: all(
                0 < ahead(found, (LAST_STAGE, count), (FROZEN, count)) < 5 for count in COUNTS
            ),
        ),
    ),
    same=(
        "COUNTS, SEEDS = (25, 250), (0, 1)",
        "torch.optim.SGD(groups, momentum=0.9, nesterov=True, weight_decay=5e-4)",
        "for backbone_lr in (0.003, 0.03, 0.3):",
        "my_groups(model, 0.03, 0.003)",
    ),
    data=("silhouettes",),
)
