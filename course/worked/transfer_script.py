"""A worked answer to unit 07's blank page, for instructors: fine-tuning in plain PyTorch.

    python course/worked/transfer_script.py

It keeps the weights of the epoch that validated best, and looks at the test images once. The
pictures and the ImageNet weights are cnnlab's, because both come without a download.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from cnnlab import data, import_torchvision, models

import_torchvision(quiet=True)
from torchvision.transforms import v2  # noqa: E402

TOPS = (0, 2, 3, 4, 6)
MEAN, STD, SIDE = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 64


class Garments(Dataset[tuple[Tensor, int]]):
    """Grey images of the five tops as colour images, each changed by `transform` when asked for."""

    def __init__(self, part: data.Split, transform: v2.Transform) -> None:
        keep = torch.isin(part.labels, torch.tensor(TOPS))
        self.images, self.transform = part.images[keep], transform
        self.labels = [TOPS.index(label) for label in part.labels[keep].tolist()]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, number: int) -> tuple[Tensor, int]:
        return self.transform(self.images[number].expand(3, -1, -1)), self.labels[number]


def as_trained(*first: v2.Transform) -> v2.Compose:
    """`first`, then what the ImageNet weights expect."""
    return v2.Compose([*first, v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)])


@torch.no_grad()
def accuracy(model: nn.Module, loader: DataLoader[tuple[Tensor, int]]) -> float:
    model.eval()
    right = [(model(x).argmax(dim=1) == y).float() for x, y in loader]
    return torch.cat(right).mean().item()


def train_mode(model: nn.Module) -> None:
    """Training mode, except for the batch norms: 125 images would spoil their statistics."""
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def main(seed: int = 0, epochs: int = 12, test_a_class: int = 60) -> float:
    """Train, say how each epoch validates, and return the accuracy on the test images."""
    torch.manual_seed(seed)
    clothes = data.load("fashion-mnist-small")
    fifty = clothes.train.per_class(50, seed=seed)
    order = fifty.labels.argsort(stable=True).view(len(clothes.class_names), 50)
    train_part, validation_part = fifty[order[:, :25].flatten()], fifty[order[:, 25:].flatten()]
    changed = as_trained(v2.Resize(SIDE), v2.RandomCrop(SIDE, padding=4))
    plain = as_trained(v2.Resize(SIDE))
    loader = DataLoader(Garments(train_part, changed), batch_size=25, shuffle=True)
    validation = DataLoader(Garments(validation_part, plain), batch_size=125)
    test = DataLoader(Garments(clothes.test.per_class(test_a_class, seed=0), plain), batch_size=100)

    model = models.pretrained("efficientnet-lite0")
    model.fc = nn.Linear(model.fc.in_features, len(TOPS))
    body = [p for name, p in model.named_parameters() if not name.startswith("fc.")]
    groups = [{"params": body, "lr": 3e-4}, {"params": model.fc.parameters(), "lr": 3e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(loader))

    best, kept = -1.0, copy.deepcopy(model.state_dict())
    for epoch in range(1, epochs + 1):
        train_mode(model)
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        reached = accuracy(model, validation)
        print(f"epoch {epoch}: {reached:.1%} of the validation images")
        if reached > best:  # torch.save(model.state_dict(), "best.pt") where a job may be stopped
            best, kept = reached, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return accuracy(model, test)


if __name__ == "__main__":
    print(f"{main():.1%} of the test images")
