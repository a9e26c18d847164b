"""How many pictures the generator draws in a second of one core's time.

python benchmarks/generator_speed.py [--images 6000] [--repeats 7]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from pathlib import Path

import torch

from cnnlab.data.shapes import FAMILIES, generate


def machine() -> str:
    """The processor's name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def rates(family: str, image_size: int, images: int, repeats: int) -> list[float]:
    """Images a second of processor time, sorted, one number a repeat, after one to warm up.

    Processor time, not time on the wall: on a busy machine the wall clock measures the others.
    """
    generate(FAMILIES[family], "train", 480, image_size=image_size)
    measured = []
    for repeat in range(repeats):
        start = time.process_time()
        generate(FAMILIES[family], "train", images, seed=repeat, image_size=image_size)
        measured.append(images / (time.process_time() - start))
    return sorted(measured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=6000)
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{machine()}, one thread of {os.cpu_count()} cores, load before {load:.1f}")
    print(f"Python {platform.python_version()}, torch {torch.__version__}")
    print(f"n = {arguments.repeats} runs of {arguments.images:,} images each\n")
    print(f"{'family':<20} {'size':>5} {'median':>9} {'slowest':>9} {'fastest':>9}  images/s")
    for family, size in [*((name, 32) for name in FAMILIES), ("shapes10", 16), ("shapes10", 64)]:
        found = rates(family, size, arguments.images, arguments.repeats)
        print(
            f"{family:<20} {size:>5} {statistics.median(found):>9,.0f} {found[0]:>9,.0f} "
            f"{found[-1]:>9,.0f}"
        )


if __name__ == "__main__":
    main()
