"""Train the backbone that ships with cnnlab, and write its weights and its card.

    nice python benchmarks/train_backbone.py

A small residual network learns to tell the sixty generated silhouettes of `shapes_source` apart.
No picture is seen twice: they are drawn anew, chunk by chunk, each chunk with a seed of its own.
The weights are stored in float16 if that costs at most 0.2 points of the measured accuracy, and
otherwise in float32.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from tqdm import tqdm

from cnnlab import data, models
from cnnlab.data.shapes import FAMILIES
from cnnlab.training import evaluate, warmup_cosine

WEIGHTS = Path(models.__file__).parent / "weights"
NAME = "shapes-resnet"
SOURCE = "shapes_source"
ARCHITECTURE = {
    "blocks_per_stage": [2, 2, 2],
    "widths": [32, 64, 128],
    "num_classes": 60,
    "stem_stride": 2,
}
CHUNK = 20_000
BATCH = 64
PEAK_LR, MOMENTUM, WEIGHT_DECAY = 0.1, 0.9, 5e-4
ALLOWED_LOSS_BY_ROUNDING = 0.002


def fresh_batches(
    chunks: int, mean: tuple[float, ...], std: tuple[float, ...]
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield training batches; chunk number k is drawn with seed k + 1."""
    for seed in range(1, chunks + 1):
        pictures = data.load(SOURCE, seed=seed, n_train=CHUNK, n_test=1).train
        yield from data.batches(
            pictures,
            BATCH,
            shuffle=True,
            seed=seed,
            augment=data.flip_and_shift(2, flip=False),
            normalize=(mean, std),
            channels_last=True,
            drop_last=True,
        )


def train(model: nn.Module, chunks: int, normalize: tuple[tuple[float, ...], ...]) -> None:
    """SGD with Nesterov momentum under a warm-up and a cosine."""
    total = chunks * (CHUNK // BATCH)
    optimizer = torch.optim.SGD(
        model.parameters(), PEAK_LR, MOMENTUM, weight_decay=WEIGHT_DECAY, nesterov=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warmup_cosine(step, total))
    loss_function = nn.CrossEntropyLoss()
    model.train()
    bar = tqdm(fresh_batches(chunks, *normalize), total=total, mininterval=10)
    for step, (images, labels) in enumerate(bar):
        loss = loss_function(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            bar.set_postfix(loss=f"{loss.item():.2f}")


def rounded(model: nn.Module, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Return the state dict with its floating-point tensors in `dtype`, ready to be stored."""
    return {
        name: (tensor.to(dtype) if tensor.is_floating_point() else tensor).contiguous()
        for name, tensor in model.state_dict().items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=15, help=f"of {CHUNK} pictures each")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for weights and card")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)

    source = data.load(SOURCE, n_test=6_000)
    normalize = (source.mean, source.std)
    model = models.SmallResNet(**ARCHITECTURE).to(memory_format=torch.channels_last)
    started = time.perf_counter()
    train(model, options.chunks, normalize)
    seconds = time.perf_counter() - started

    full_accuracy = evaluate(model, source).accuracy
    twin = models.SmallResNet(**ARCHITECTURE)
    twin.load_state_dict(rounded(model, torch.float16))
    half_accuracy = evaluate(twin, source).accuracy
    use_half = full_accuracy - half_accuracy <= ALLOWED_LOSS_BY_ROUNDING
    stored = torch.float16 if use_half else torch.float32

    file = options.out / f"{NAME}.safetensors"
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(rounded(model, stored), file)
    card = {
        "name": NAME,
        "about": "A residual network of 14 layers that tells sixty generated silhouettes apart.",
        "limits": "It has seen only pictures from cnnlab's own renderer: no photographs.",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "stored_as": str(stored).removeprefix("torch."),
        "architecture": ARCHITECTURE,
        "parameters": models.count_parameters(model),
        "image_size": 32,
        "mean": [round(value, 4) for value in source.mean],
        "std": [round(value, 4) for value in source.std],
        "class_names": list(source.class_names),
        "data": {
            "family": SOURCE,
            "version": FAMILIES[SOURCE].version,
            "training_pictures": options.chunks * CHUNK,
            "seen": "each once; chunk k of 20,000 is drawn with seed k",
            "test_pictures": len(source.test),
            "test_seed": 0,
        },
        "recipe": {
            "optimizer": f"SGD, Nesterov momentum {MOMENTUM}, weight decay {WEIGHT_DECAY}",
            "schedule": f"linear warm-up over a tenth of the steps to {PEAK_LR}, cosine to 0",
            "batch_size": BATCH,
            "augmentation": "shift by up to 2 pixels",
            "command": f"python benchmarks/train_backbone.py --chunks {options.chunks}",
        },
        "measured": {
            "test_accuracy_float32": round(full_accuracy, 4),
            "test_accuracy_as_stored": round(half_accuracy if use_half else full_accuracy, 4),
            "training_seconds": round(seconds),
            "machine": f"one thread, {platform.machine()}, torch {torch.__version__}",
        },
    }
    (options.out / f"{NAME}.json").write_text(json.dumps(card, indent=2) + "\n")
    print(json.dumps(card["measured"], indent=2))


if __name__ == "__main__":
    main()
